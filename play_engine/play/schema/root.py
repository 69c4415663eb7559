"""The schema of the whole file: the keys at its root, and under `$defs` everything that they hold."""

from play_engine.play.loader import Registries
from play_engine.play.schema.account import account_schemas
from play_engine.play.schema.actions import action_schemas
from play_engine.play.schema.comparisons import comparison_schemas
from play_engine.play.schema.conditions import condition_schemas
from play_engine.play.schema.entry import entry_schemas
from play_engine.play.schema.features import feature_schemas
from play_engine.play.schema.keys import PLACEHOLDERS, Schema, described, link, mapping, or_null, text, without_effect
from play_engine.play.schema.operands import operand_schemas
from play_engine.play.schema.policy import policy_schemas
from play_engine.play.schema.risk import risk_schemas
from play_engine.play.schema.runs import run_schemas
from play_engine.play.schema.stops import rule_schemas
from play_engine.play.schema.structures import structure_schemas
from play_engine.play.schema.timeframes import timeframe_schemas
from play_engine.play.schema.windows import window_schemas

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SYMBOL = r"^[A-Za-z0-9/]+[Uu]/*[Ss]/*[Dd]/*[Tt]/*$"
_COMMENT = (
    "Made by `supervisor.py schema`. Letter case is narrower here than in the loader, which ignores it in the names of "
    "indicators, intervals and order types. What a schema cannot see (names that must be declared, types of outputs, "
    "promises of exit_mode) the command `check` reports."
)


def play_schema(registries: Registries) -> Schema:
    """The JSON Schema of a Play file that may declare the given indicators and structures.

    Every mapping stands under `$defs` with a title and the meaning of each of its keys; order is stable.
    """
    definitions = {
        **PLACEHOLDERS,
        "variables": _variables(),
        **timeframe_schemas(),
        **account_schemas(),
        **run_schemas(),
        **feature_schemas(registries.indicators),
        **structure_schemas(registries.structures),
        **condition_schemas(),
        **comparison_schemas(),
        **operand_schemas(),
        **window_schemas(),
        **action_schemas(),
        **policy_schemas(),
        **risk_schemas(),
        **rule_schemas(),
        **entry_schemas(),
    }
    return {"$schema": _DIALECT, "$comment": _COMMENT, **_root(), "$defs": definitions}


def _root() -> Schema:
    section = {"type": "object", "minProperties": 1}
    built_in = {"properties": {"indicator": link("built_in_indicator")}}
    schema = mapping("Play", "A trading strategy.", _keys(), ("version", "timeframes", "account", "actions"))
    return schema | {
        "allOf": [
            {"anyOf": [{"required": ["name"]}, {"required": ["id"]}]},
            {"oneOf": [{"required": ["symbol"]}, {"required": ["symbol_universe"]}]},
            {"anyOf": [{"properties": {name: section}, "required": [name]} for name in ("features", "structures")]},
            # Without files of its own a Play has the indicators that are built in.
            {
                "if": {"properties": {"features": {"type": "object"}}, "not": {"required": ["indicators"]}},
                "then": {"properties": {"features": {"additionalProperties": built_in}}},
            },
        ]
    }


def _keys() -> dict[str, Schema]:
    symbol = {"type": "string", "anyOf": [{"pattern": _SYMBOL}, link("template")]}
    one_symbol = {"type": "array", "minItems": 1, "maxItems": 1, "items": symbol}
    return {
        "version": {
            "description": 'Version of the language: "3.0.0".',
            "type": ["string", "number"],
            "pattern": r"\S",
        },
        "name": text("Name of the Play; the id unless written."),
        "id": text("Identity of the Play; the name unless written."),
        "description": {"description": "Free text.", "type": ["string", "number", "boolean", "null"]},
        "symbol": described("What is traded, such as BTCUSDT.", symbol),
        "symbol_universe": described(
            "In place of symbol: a list of exactly one.", {"anyOf": [one_symbol, link("placeholder")]}
        ),
        "timeframes": described("The timeframes, and which of them decides.", link("timeframes")),
        "variables": or_null("Values that ${name} stands for.", link("variables")),
        "account": described("Money, leverage and costs.", link("account")),
        "indicators": or_null(
            "Python files beside the Play that declare indicators of its own. They are code that runs.",
            {"type": "array", "items": {"type": "string", "pattern": r"\.py$"}},
        ),
        "features": or_null("Indicators, by id.", link("features")),
        "structures": or_null("Market structures, by timeframe.", link("structures")),
        "setups": or_null("Conditions with a name.", link("setups")),
        "actions": described("What the Play does, and when.", link("actions")),
        "position_policy": or_null("Which positions there may be.", link("position_policy")),
        "risk_model": or_null("Stop, target and size, in full.", link("risk_model")),
        "risk": or_null("Stop, target and size, in short.", link("risk")),
        "entry": or_null("How the entry order goes out; by default at the market.", link("entry")),
        "backtest": or_null("What counts in simulated runs.", link("backtest")),
        "validation": or_null("Runs on synthetic data.", link("validation")),
        "deploy": or_null("Checked, without effect: the instance file decides.", link("deploy")),
        "expected": without_effect({"description": "Accepted, without effect."}),
        "risk_limits": without_effect({"description": "Accepted, without effect."}),
    }


def _variables() -> Schema:
    scalar = {"type": ["string", "number", "boolean", "null"]}
    return {
        "title": "Variables",
        "description": "Names and their values: scalars, or lists of scalars. ${name} stands for the value.",
        "type": "object",
        "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
        "additionalProperties": {
            "type": ["string", "number", "boolean", "null", "array"],
            "items": scalar,
        },
    }
