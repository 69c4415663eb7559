"""Stop rules: how the stop price of an entry is computed, by type."""

from collections.abc import Callable, Mapping
from typing import Literal, cast

import attrs

from play_engine.play.backtest import warn_of_no_effect
from play_engine.play.fields import Fields
from play_engine.play.model import StopRule, Trailing
from play_engine.play.ranges import NOT_NEGATIVE, PERCENT_OF_PRICE, POSITIVE
from play_engine.play.references import References
from play_engine.play.rule_operands import (
    ATR_KEY,
    numeric_reference,
    read_type,
    required_atr,
    required_number,
    warn_of_ignored,
)
from play_engine.rules.expression import Reference

_SHORT_FORM_VALUE = 2.0


@attrs.frozen(kw_only=True)
class _Written:
    """A stop rule as it is read: its type, its keys, and the value that it has unless one is written."""

    kind: str
    fields: Fields
    references: References
    default: float | None


@attrs.frozen(kw_only=True)
class Stop:
    """A stop rule, and for a trailing one how the stop then moves."""

    rule: StopRule
    trailing: Trailing | None = None


def read_stop(fields: Fields, references: References, *, short: bool) -> Stop | None:
    """A stop rule; None after a report. In the short form the type is `percent` and the value 2.0 unless written."""
    kind = read_type(fields, tuple(_READERS), "percent" if short else None)
    if kind is None:
        return None
    default = _SHORT_FORM_VALUE if short else None
    stop = _READERS[kind](_Written(kind=kind, fields=fields, references=references, default=default))
    fields.finish()
    return stop


def _percent(rule: _Written) -> Stop | None:
    value = required_number(rule.fields, "value", rule.kind, PERCENT_OF_PRICE, rule.default)
    warn_of_ignored(rule.fields, rule.kind, ATR_KEY, "buffer_pct")
    if value is None:
        return None
    return Stop(rule=StopRule(type=cast(Literal["percent", "price_percent"], rule.kind), value=value))


def _fixed_points(rule: _Written) -> Stop | None:
    value = required_number(rule.fields, "value", rule.kind, POSITIVE, rule.default)
    warn_of_ignored(rule.fields, rule.kind, ATR_KEY, "buffer_pct")
    return None if value is None else Stop(rule=StopRule(type="fixed_points", value=value))


def _atr_multiple(rule: _Written) -> Stop | None:
    value = required_number(rule.fields, "value", rule.kind, PERCENT_OF_PRICE, rule.default)
    atr = required_atr(rule.fields, rule.kind, rule.references)
    buffer_pct = rule.fields.number("buffer_pct", 0.0, NOT_NEGATIVE)
    if value is None or atr is None:
        return None
    return Stop(rule=StopRule(type="atr_multiple", value=value, buffer_pct=buffer_pct, atr=atr))


def _structure(rule: _Written) -> Stop | None:
    fields = rule.fields
    if not fields.has("level"):
        fields.missing("level", "a reference, or {long: ref, short: ref}", "level is required when type=structure")
    buffer_pct = fields.number("buffer_pct", 0.0, NOT_NEGATIVE)
    warn_of_ignored(fields, rule.kind, ATR_KEY)
    long, short = _levels(rule)
    if long is None or short is None:
        return None
    return Stop(rule=StopRule(type="structure", buffer_pct=buffer_pct, level_long=long, level_short=short))


def _levels(rule: _Written) -> tuple[Reference | None, Reference | None]:
    """The level of each side; None after a report."""
    node = rule.fields.get("level")
    if node is None:
        return None, None
    if not (node.is_mapping and ("long" in node.fields or "short" in node.fields)):
        level = numeric_reference(node, rule.references, joined=False)
        return level, level
    sides = Fields(node, rule.fields.problems, rule.fields.codes)
    nodes = [sides.require(side, allowed="a reference") for side in ("long", "short")]
    sides.finish()
    long, short = (None if side is None else numeric_reference(side, rule.references, joined=False) for side in nodes)
    return long, short


def _trailing_pct(rule: _Written) -> Stop | None:
    trail_pct = _distance(rule, "trail_pct", None)
    activation_pct = rule.fields.number("activation_pct", 0.0, NOT_NEGATIVE)
    warn_of_ignored(rule.fields, rule.kind, ATR_KEY, "buffer_pct")
    if trail_pct is None:
        return None
    trailing = Trailing(trail_pct=trail_pct, activation_pct=activation_pct)
    return Stop(rule=StopRule(type="trailing_pct", value=trail_pct), trailing=trailing)


def _trailing_atr(rule: _Written) -> Stop | None:
    atr = required_atr(rule.fields, rule.kind, rule.references)
    multiplier = _distance(rule, "atr_multiplier", Trailing().atr_multiplier)
    trail_pct = rule.fields.number("trail_pct", None, POSITIVE)
    activation_pct = rule.fields.number("activation_pct", 0.0, NOT_NEGATIVE)
    warn_of_ignored(rule.fields, rule.kind, "buffer_pct")
    if atr is None or multiplier is None:
        return None
    trailing = Trailing(atr_multiplier=multiplier, atr=atr, trail_pct=trail_pct, activation_pct=activation_pct)
    return Stop(rule=StopRule(type="trailing_atr", value=multiplier, atr=atr), trailing=trailing)


def _distance(rule: _Written, name: str, default: float | None) -> float | None:
    """The distance of a trailing stop, under its own name or as `value`; None after a report."""
    fields = rule.fields
    if fields.has(name) and fields.has("value"):
        warn_of_no_effect(fields, "value", f"no effect: {name} wins")
    return required_number(
        fields, "value" if fields.has("value") and not fields.has(name) else name, rule.kind, POSITIVE, default
    )


_READERS: Mapping[str, Callable[[_Written], Stop | None]] = {
    "percent": _percent,
    "price_percent": _percent,
    "atr_multiple": _atr_multiple,
    "fixed_points": _fixed_points,
    "structure": _structure,
    "trailing_pct": _trailing_pct,
    "trailing_atr": _trailing_atr,
}
