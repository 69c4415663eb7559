"""Stop rules: how the stop price of an entry is computed, by type."""

from collections.abc import Callable, Mapping
from typing import Literal, cast

import attrs

from play_engine.play.fields import Fields
from play_engine.play.model import StopRule
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


def read_stop(fields: Fields, references: References, *, short: bool) -> StopRule | None:
    """A stop rule; None after a report. In the short form the type is `percent` and the value 2.0 unless written."""
    kind = read_type(fields, tuple(_READERS), "percent" if short else None)
    if kind is None:
        return None
    default = _SHORT_FORM_VALUE if short else None
    rule = _READERS[kind](_Written(kind=kind, fields=fields, references=references, default=default))
    fields.finish()
    return rule


def _percent(rule: _Written) -> StopRule | None:
    value = required_number(rule.fields, "value", rule.kind, PERCENT_OF_PRICE, rule.default)
    warn_of_ignored(rule.fields, rule.kind, ATR_KEY, "buffer_pct")
    if value is None:
        return None
    return StopRule(type=cast(Literal["percent", "price_percent"], rule.kind), value=value)


def _fixed_points(rule: _Written) -> StopRule | None:
    value = required_number(rule.fields, "value", rule.kind, POSITIVE, rule.default)
    warn_of_ignored(rule.fields, rule.kind, ATR_KEY, "buffer_pct")
    return None if value is None else StopRule(type="fixed_points", value=value)


def _atr_multiple(rule: _Written) -> StopRule | None:
    value = required_number(rule.fields, "value", rule.kind, PERCENT_OF_PRICE, rule.default)
    atr = required_atr(rule.fields, rule.kind, rule.references)
    buffer_pct = rule.fields.number("buffer_pct", 0.0, NOT_NEGATIVE)
    if value is None or atr is None:
        return None
    return StopRule(type="atr_multiple", value=value, buffer_pct=buffer_pct, atr=atr)


def _structure(rule: _Written) -> StopRule | None:
    fields = rule.fields
    if not fields.has("level"):
        fields.missing("level", "a reference, or {long: ref, short: ref}", "level is required when type=structure")
    buffer_pct = fields.number("buffer_pct", 0.0, NOT_NEGATIVE)
    warn_of_ignored(fields, rule.kind, ATR_KEY)
    long, short = _levels(rule)
    if long is None or short is None:
        return None
    return StopRule(type="structure", buffer_pct=buffer_pct, level_long=long, level_short=short)


def _levels(rule: _Written) -> tuple[Reference | None, Reference | None]:
    """The level of each side; None after a report."""
    node = rule.fields.get("level")
    if node is None:
        return None, None
    if not (node.is_mapping and ("long" in node.fields or "short" in node.fields)):
        level = numeric_reference(node, rule.references)
        return level, level
    sides = Fields(node, rule.fields.problems, rule.fields.codes)
    nodes = [sides.require(side, allowed="a reference") for side in ("long", "short")]
    sides.finish()
    long, short = (None if side is None else numeric_reference(side, rule.references) for side in nodes)
    return long, short


def _trailing_pct(rule: _Written) -> None:
    name = "value" if rule.fields.has("value") and not rule.fields.has("trail_pct") else "trail_pct"
    required_number(rule.fields, name, rule.kind, POSITIVE)
    rule.fields.number("value", None, POSITIVE)
    warn_of_ignored(rule.fields, rule.kind, ATR_KEY, "buffer_pct")
    _refuse_trailing(rule)


def _trailing_atr(rule: _Written) -> None:
    required_atr(rule.fields, rule.kind, rule.references)
    for name in ("atr_multiplier", "value", "trail_pct"):
        rule.fields.number(name, None, POSITIVE)
    warn_of_ignored(rule.fields, rule.kind, "buffer_pct")
    _refuse_trailing(rule)


def _refuse_trailing(rule: _Written) -> None:
    rule.fields.number("activation_pct", 0.0, NOT_NEGATIVE)
    written = rule.fields.get("type")
    spot = rule.fields.node.key_spot if written is None else written.spot
    rule.fields.problems.not_built(spot, rule.kind, "a trailing stop cannot be moved yet: use another type of stop")


_READERS: Mapping[str, Callable[[_Written], StopRule | None]] = {
    "percent": _percent,
    "price_percent": _percent,
    "atr_multiple": _atr_multiple,
    "fixed_points": _fixed_points,
    "structure": _structure,
    "trailing_pct": _trailing_pct,
    "trailing_atr": _trailing_atr,
}
