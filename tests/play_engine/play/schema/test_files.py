"""Whole files against the schema: those that load pass, and forms that must not load are refused or beyond it."""

import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from play_engine.errors import ConfigError
from play_engine.play import parse_play
from play_engine.play.composing import compose
from play_engine.play.problems import Problems
from tests.play_engine.play.documents import document, with_rule
from tests.play_engine.play.schema.places import DEFINITIONS, SCHEMA
from tests.play_engine.play.test_forms import LOADS

ROOT = Path(__file__).parents[4]
SHARED = Path(os.environ.get("PLAYHOUSE_SHARED") or ROOT.parent / "shared") / "conformance" / "plays"
SAMPLES = sorted(SHARED.glob("*.yml"))
SHIPPED = sorted((ROOT / "plays").glob("*.yml"))
VALIDATOR = Draft202012Validator(SCHEMA)
# The loader ignores letter case in these names; the schema lists them as they are.
OTHER_LETTER_CASE = {
    "timeframes": "timeframes: {low_tf: 5m, med_tf: 1H, high_tf: d, exec: med_tf}",
    "features": "features: {ema_fast: {indicator: EMA}, rsi_14: {indicator: rsi}, atr_14: {indicator: atr}}",
    "more": "entry: {order_type: market}",
}


def plain(text: bytes) -> Any:
    """The document as an editor sees it, placeholders included."""
    root = compose(text, Problems("play.yml"))
    assert root is not None
    return root.plain()


def faults(text: bytes) -> list[str]:
    """What the schema says of a Play."""
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(plain(text))]


def loads(text: bytes) -> bool:
    """Whether the loader takes a Play."""
    try:
        parse_play(text, "play.yml")
    except ConfigError:
        return False
    return True


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_plays_of_the_house_pass(path: Path) -> None:
    assert faults(path.read_bytes()) == []


@pytest.mark.skipif(not SAMPLES, reason=f"no sample plays in {SHARED}; set PLAYHOUSE_SHARED")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_plays_of_others_pass(path: Path) -> None:
    text = path.read_bytes()
    # A name that no output has is the one fault of those that do not load; names are beyond a schema.
    assert faults(text) == []
    assert loads(text) or "UNKNOWN_FIELD" in _codes(text)


def _codes(text: bytes) -> set[str]:
    with pytest.raises(ConfigError) as raised:
        parse_play(text, "play.yml")
    return {problem.code for problem in raised.value.problems if problem.severity == "error"}


def resolved_faults(text: bytes) -> list[str]:
    """What the schema says of a Play with variables put in and names spelt as they are listed."""
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(parse_play(text, "p").resolved)]


@pytest.mark.parametrize("text", LOADS.values(), ids=LOADS)
def test_forms_that_load_pass(text: str) -> None:
    assert resolved_faults(text.encode()) == []


@pytest.mark.parametrize(("section", "text"), OTHER_LETTER_CASE.items())
def test_letter_case_is_narrower_than_in_the_loader(section: str, text: str) -> None:
    whole = document(**{section: text}).encode()
    assert faults(whole)
    assert resolved_faults(whole) == []


def feature(text: str) -> str:
    """A Play with one more feature."""
    return document(features=f"features: {{ema_fast: {{indicator: ema}}, rsi_14: {{indicator: rsi}}, x: {text}}}")


CASE = "actions: [{id: a, cases: [{when: [close, '>', 1], emit: [%s]}]}]"
REFUSED = {
    "donchian length": feature("{indicator: donchian, params: {length: 20}}"),
    "kc multiplier": feature("{indicator: kc, params: {multiplier: 2}}"),
    "tsi long and short": feature("{indicator: tsi, params: {long: 25, short: 13}}"),
    "structure without key": document(structures="structures: {exec: [{type: swing, params: {left: 3, right: 3}}]}"),
    "two connectives": with_rule('{all: [["close", ">", 1]], any: [["close", ">", 1]]}'),
    "percent as a fraction": document(actions=CASE % "{action: exit_long, percent: 0.5}"),
    "25 hours": with_rule('{holds_for_duration: {duration: "25h", expr: ["close", ">", 1]}}'),
    "gt": with_rule('["close", "gt", 1]'),
    "eq": with_rule('["close", "eq", 1]'),
    "crosses_above": with_rule('["close", "crosses_above", 1]'),
    "approx_eq": with_rule('["close", "approx_eq", 1]'),
    "no condition": with_rule("close > 1"),
    "an empty list": with_rule("{all: []}"),
    "a number on the left": with_rule('[1, "<", "close"]'),
    "a number as text": with_rule('["close", ">", "30"]'),
    "no tolerance": with_rule('["close", "near_pct", 5]'),
    "a tolerance too many": with_rule('["close", ">", 5, 1]'),
    "one bound": with_rule('["rsi_14", "between", [20]]'),
    "null as operand": with_rule('["close", ">", null]'),
    "min_true without count": with_rule('{holds_for: {bars: 5, min_true: 2, expr: ["close", ">", 5]}}'),
    "two symbols": document(symbol="symbol_universe: [BTCUSDT, ETHUSDT]"),
    "another quote": document(symbol="symbol: BTCUSD"),
    "neither feature nor structure": document(features="", structures=""),
    "a source of an indicator that has none": feature("{indicator: atr, source: close}"),
    "uses nothing": document(structures="structures: {exec: [{type: trend, key: tr}]}"),
}
BEYOND = {
    "bare id of many outputs": with_rule('["macd_x", ">", 1]'),
    "a field that does not exist": with_rule('["macd_x.line", ">", 1]'),
    "an undeclared feature": with_rule('["ema_50", ">", 1]'),
    "an undeclared setup": with_rule("{setup: uptrend}"),
    "a cycle of setups": with_rule("{setup: a}", setups="setups: {a: {setup: b}, b: {setup: a}}"),
    "equality of floats": with_rule('["close", "==", 5]'),
    "a word beside an integer": with_rule('["tr.direction", "==", "bullish"]'),
    "exit actions under sl_tp_only": document(position_policy="position_policy: {exit_mode: sl_tp_only}"),
    "a stop alone under sl_tp_only": document(
        position_policy="position_policy: {}",
        risk="risk: {stop_loss_pct: 2}",
        actions='actions: {entry_long: ["close", ">", 1]}',
    ),
    "parameters that do not fit together": feature("{indicator: macd, params: {fast: 30, slow: 20}}"),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_forms_that_the_schema_refuses(text: str) -> None:
    assert faults(text.encode())
    assert not loads(text.encode())


@pytest.mark.parametrize("text", BEYOND.values(), ids=BEYOND)
def test_forms_beyond_a_schema(text: str) -> None:
    assert faults(text.encode()) == []
    assert not loads(text.encode())


PLACEHOLDERS = {
    "number": ("account: {max_leverage: '${a}'}", 3),
    "word": ("position_policy: {mode: 'long_${a}', exit_mode: first_hit}", "only"),
    "flag": ("position_policy: {allow_flip: '${a}', exit_mode: first_hit}", False),
    "interval": ("timeframes: {low_tf: '${a}', med_tf: 1h, high_tf: 4h, exec: low_tf}", "15m"),
    "indicator": (
        "features: {ema_fast: {indicator: '${a}'}, rsi_14: {indicator: rsi}, atr_14: {indicator: atr}}",
        "ema",
    ),
    "list": ("symbol_universe: '${a|[]}'", ["BTCUSDT"]),
    "condition": ("actions: {entry_long: '${a}', exit_long: [close, '>', 1]}", ["close", ">", "open"]),
    "conditions of setups": ("setups: {up: '${a}'}", ["close", ">", "open"]),
    "operator": ("actions: {entry_long: [close, '${a}', 1], exit_long: [close, '>', 1]}", ">"),
    "operand": ("actions: {entry_long: [close, '>', '${a}'], exit_long: [close, '>', 1]}", 5),
    "pair": ("actions: {entry_long: [close, between, '${a}'], exit_long: [close, '>', 1]}", [1, 2]),
    "arithmetic": ("actions: {entry_long: [close, '>', {'*': '${a}'}], exit_long: [close, '>', 1]}", ["open", 2]),
    "bars": ("actions: {entry_long: {holds_for: {bars: '${a}', expr: [close, '>', 1]}}, exit_all: [close, '>', 1]}", 3),
    "duration": (
        "actions: {exit_all: {holds_for_duration: {duration: '${a}m', expr: [low, '>', 1]}}}",
        30,
    ),
}


@pytest.mark.parametrize(("section", "value"), PLACEHOLDERS.values(), ids=PLACEHOLDERS)
def test_a_placeholder_passes_wherever_a_value_does(section: str, value: object) -> None:
    name = section.partition(":")[0]
    text = document(
        **{"symbol" if name == "symbol_universe" else name: section}, variables=f"variables: {{a: {value!r}}}"
    )
    assert faults(text.encode()) == []
    assert loads(text.encode())


def test_every_link_leads_somewhere() -> None:
    names = set(_links(SCHEMA))
    assert names <= set(DEFINITIONS)
    assert set(DEFINITIONS) - names == set()


def _links(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"].removeprefix("#/$defs/")] if isinstance(value.get("$ref"), str) else []
        return own + [name for child in value.values() for name in _links(child)]
    return [name for child in value for name in _links(child)] if isinstance(value, list) else []
