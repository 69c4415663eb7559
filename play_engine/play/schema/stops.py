"""The schemas of stop and target rules, by type, in the full and in the short form."""

from play_engine.play.model import StopRule, TargetRule, Trailing
from play_engine.play.ranges import NOT_NEGATIVE, PERCENT_OF_PRICE, PERCENT_OF_TARGET, POSITIVE, Range
from play_engine.play.rule_operands import ATR_KEY
from play_engine.play.schema.keys import (
    Schema,
    by_type,
    choice,
    default_of,
    described,
    link,
    mapping,
    number,
    when,
    without_effect,
    words_of,
)

STOPS = words_of(StopRule, "type")
TARGETS = words_of(TargetRule, "type")
_MEANINGS = {
    "percent": "A distance in percent of margin: of the price, divided by the leverage.",
    "price_percent": "A distance in percent of the price.",
    "atr_multiple": "A distance in multiples of an ATR.",
    "fixed_points": "A distance in price units.",
    "structure": "At a level that a feature or structure gives.",
    "trailing_pct": "Follows the best price at a distance in percent.",
    "trailing_atr": "Follows the best price at a distance in multiples of an ATR.",
    "rr_ratio": "A multiple of the stop's distance.",
}
_VALUES = {
    "percent": "Percent of the margin.",
    "price_percent": "Percent of the price.",
    "atr_multiple": "Multiples of the ATR.",
    "fixed_points": "Price units.",
    "rr_ratio": "Multiples of the stop's distance.",
}
_STOP_VALUES = {
    "percent": PERCENT_OF_PRICE,
    "price_percent": PERCENT_OF_PRICE,
    "atr_multiple": PERCENT_OF_PRICE,
    "fixed_points": POSITIVE,
}
_TARGET_VALUES = {
    "percent": PERCENT_OF_TARGET,
    "price_percent": PERCENT_OF_TARGET,
    "rr_ratio": PERCENT_OF_PRICE,
    "atr_multiple": PERCENT_OF_PRICE,
    "fixed_points": POSITIVE,
}
# What a stop of the short form is unless it says otherwise.
_SHORT_VALUE = 2.0


def rule_schemas() -> dict[str, Schema]:
    """Stop and target of `risk_model`, those of `risk` with their defaults, and the operands of both."""
    schemas: dict[str, Schema] = {}
    for suffix, is_short in (("", False), ("_short", True)):
        schemas[f"stop{suffix}"] = _rule("Stop rule", "stop", STOPS, is_short=is_short)
        schemas |= {f"stop{suffix}_{kind}": _stop(kind, is_short=is_short) for kind in STOPS}
        schemas[f"target{suffix}"] = _rule("Target rule", "target", TARGETS, is_short=is_short)
        schemas |= {f"target{suffix}_{kind}": _target(kind, is_short=is_short) for kind in TARGETS}
    return schemas | {"rule_reference": _rule_reference(), "levels": _levels()}


def _rule(title: str, name: str, kinds: tuple[str, ...], *, is_short: bool) -> Schema:
    """A rule of any type; the keys of each type stand under its own name."""
    prefix = f"{name}_short" if is_short else name
    untyped = {"if": {"not": {"required": ["type"]}}, "then": link(f"{prefix}_percent")}
    return {
        "title": f"{title} of the short form" if is_short else title,
        "description": "Where the level lies; the keys depend on the type.",
        "type": "object",
        "properties": {"type": _type(kinds, is_default=is_short)},
        **({} if is_short else {"required": ["type"]}),
        "allOf": [*(when("type", kind, link(f"{prefix}_{kind}")) for kind in kinds), *([untyped] if is_short else [])],
    }


def _type(kinds: tuple[str, ...], *, is_default: bool) -> Schema:
    schema = choice("How the level is found.", kinds)
    return schema | {"default": "percent"} if is_default else schema


def _stop(kind: str, *, is_short: bool) -> Schema:
    title = f"Stop {kind} of the short form" if is_short else f"Stop {kind}"
    keys, required = _stop_keys(kind, is_short=is_short)
    required = required if is_short else ("type", *required)
    keys = {"type": _type(STOPS, is_default=is_short and kind == "percent"), **keys}
    ignored = {ATR_KEY: {"description": "Without effect here."}, "buffer_pct": {"description": "Without effect here."}}
    keys |= {name: without_effect(schema) for name, schema in ignored.items() if name not in keys}
    schema = mapping(title, _MEANINGS[kind], keys, required)
    one_of_two = {"anyOf": [{"required": ["trail_pct"]}, {"required": ["value"]}]}
    return schema | one_of_two if kind == "trailing_pct" else schema


def _stop_keys(kind: str, *, is_short: bool) -> tuple[dict[str, Schema], tuple[str, ...]]:
    """The keys of a stop of this type, and which of them must be written."""
    buffer_pct = number(
        "How far beyond the level the stop lies, in percent of the price.",
        NOT_NEGATIVE,
        default_of(StopRule, "buffer_pct"),
    )
    atr = described("The ATR: a reference to a numeric output on any timeframe.", link("rule_reference"))
    activation_pct = number(
        "Move from the entry, in percent, from which the stop follows.",
        NOT_NEGATIVE,
        default_of(Trailing, "activation_pct"),
    )
    match kind:
        case "structure":
            level = described("The level: a reference, or one for each side.", _level())
            return {"level": level, "buffer_pct": buffer_pct}, ("level",)
        case "trailing_pct":
            trail_pct = number("Distance from the best price, in percent; this or value.", POSITIVE)
            value = number("The same as trail_pct.", POSITIVE)
            return {"trail_pct": trail_pct, "value": value, "activation_pct": activation_pct}, ()
        case "trailing_atr":
            keys = {
                ATR_KEY: atr,
                "atr_multiplier": number(
                    "Distance from the best price, in ATRs.", POSITIVE, default_of(Trailing, "atr_multiplier")
                ),
                "value": number("The same as atr_multiplier.", POSITIVE),
                "trail_pct": number("Distance in percent where there is no ATR.", POSITIVE),
                "activation_pct": activation_pct,
            }
            return keys, (ATR_KEY,)
        case _:
            value = _value(kind, _STOP_VALUES[kind], default=_SHORT_VALUE if is_short else None)
            needed = () if is_short else ("value",)
            if kind == "atr_multiple":
                return {"value": value, ATR_KEY: atr, "buffer_pct": buffer_pct}, (*needed, ATR_KEY)
            return {"value": value}, needed


def _target(kind: str, *, is_short: bool) -> Schema:
    title = f"Target {kind} of the short form" if is_short else f"Target {kind}"
    keys = {
        "type": _type(TARGETS, is_default=is_short and kind == "percent"),
        "value": _value(kind, _TARGET_VALUES[kind], default=None),
    }
    required = ("value",) if is_short else ("type", "value")
    if kind == "atr_multiple":
        keys[ATR_KEY] = described("The ATR: a reference to a numeric output on any timeframe.", link("rule_reference"))
        required = (*required, ATR_KEY)
    else:
        keys[ATR_KEY] = without_effect({"description": "Without effect here."})
    return mapping(title, _MEANINGS[kind], keys, required)


def _value(kind: str, within: Range, *, default: float | None) -> Schema:
    return number(_VALUES[kind], within) if default is None else number(_VALUES[kind], within, default)


def _level() -> Schema:
    sides = {"anyOf": [{"required": ["long"]}, {"required": ["short"]}]}
    return {
        "type": ["string", "object"],
        "if": {"type": "object", **sides},
        "then": link("levels"),
        "else": link("rule_reference"),
    }


def _levels() -> Schema:
    keys = {
        "long": described("The level of long entries.", link("rule_reference")),
        "short": described("The level of short entries.", link("rule_reference")),
    }
    return mapping("Levels by side", "A level for each side.", keys, ("long", "short"))


def _rule_reference() -> Schema:
    return by_type(
        "Reference of a risk rule",
        "A numeric output: id, id.output, or {feature_id, field, offset}; for an ATR also id_output.",
        string=link("reference_text"),
        object=link("reference"),
    )
