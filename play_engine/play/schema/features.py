"""The schemas of the section `features`: any feature, and the parameters of each indicator."""

from collections.abc import Mapping

from play_engine.declaration import Indicator
from play_engine.play.declared import BUILT_INS, ID
from play_engine.play.model import PRICE_SOURCES
from play_engine.play.schema.keys import Schema, choice, described, link, mapping, or_null, when
from play_engine.play.schema.parameters import parameters_schema

NEW_ID: Schema = {"pattern": f"^{ID.pattern}$", "not": {"enum": list(BUILT_INS)}}


def feature_schemas(indicators: Mapping[str, Indicator]) -> dict[str, Schema]:
    """The section, one feature, and for each indicator its parameters."""
    return {
        "features": {
            "title": "Features",
            "description": "Indicators by ids that rules refer to.",
            "type": "object",
            "propertyNames": NEW_ID,
            "additionalProperties": link("feature"),
        },
        "feature": _feature(indicators),
        "built_in_indicator": {
            "title": "Built-in indicator",
            **choice("An indicator that is built in.", indicators),
        },
        "own_indicator": {
            "title": "Indicator of the Play's own",
            "description": "An indicator that one of the files under `indicators` declares.",
            "type": "string",
            "pattern": f"^{ID.pattern}$",
        },
        **{params_name(name): _params(indicator) for name, indicator in indicators.items()},
    }


def params_name(indicator: str) -> str:
    """The name under which the parameters of an indicator stand."""
    return f"params_of_{indicator}"


def _feature(indicators: Mapping[str, Indicator]) -> Schema:
    source = {"type": "string", "examples": list(PRICE_SOURCES), "pattern": r"\S"}
    keys = {
        "indicator": {
            "description": "What is computed.",
            "anyOf": [link("built_in_indicator"), link("own_indicator")],
        },
        "params": {
            "description": "Parameters of the indicator; those not written have their defaults.",
            "type": ["object", "null"],
        },
        "tf": described("Timeframe of the bars; by default the exec timeframe.", link("interval_or_role")),
        "source": described(
            f"What is read in place of the usual price: {', '.join(PRICE_SOURCES)}, or another feature of the same "
            "timeframe (id, or id.output).",
            source,
        ),
    }
    feature = mapping("Feature", "An indicator on one timeframe.", keys, ("indicator",))
    return feature | {"allOf": [when("indicator", name, _rest(indicators[name])) for name in indicators]}


def _rest(indicator: Indicator) -> Schema:
    """What the indicator makes of the other keys."""
    keys: Schema = {"params": or_null(f"Parameters of {indicator.name}.", link(params_name(indicator.name)))}
    if "x" not in indicator.inputs:
        keys["source"] = {"not": {}, "description": f"{indicator.name} has no replaceable source."}
    needed = any(parameter.required for parameter in indicator.parameters)
    return {"properties": keys, **({"required": ["params"]} if needed else {})}


def _params(indicator: Indicator) -> Schema:
    return parameters_schema(f"Parameters of {indicator.name}", f"{indicator.summary}.", indicator.parameters)
