"""Target rules: how the target price of an entry is computed, by type."""

from typing import Literal, cast

from play_engine.play.fields import Fields
from play_engine.play.model import TargetRule
from play_engine.play.ranges import PERCENT_OF_PRICE, PERCENT_OF_TARGET, POSITIVE, Range
from play_engine.play.references import References
from play_engine.play.rule_operands import ATR_KEY, read_type, required_atr, required_number, warn_of_ignored

_VALUES: dict[str, Range] = {
    "percent": PERCENT_OF_TARGET,
    "price_percent": PERCENT_OF_TARGET,
    "rr_ratio": PERCENT_OF_PRICE,
    "atr_multiple": PERCENT_OF_PRICE,
    "fixed_points": POSITIVE,
}
_Type = Literal["percent", "price_percent", "rr_ratio", "atr_multiple", "fixed_points"]


def read_target(fields: Fields, references: References, *, short: bool, has_stop: bool) -> TargetRule | None:
    """A target rule; None after a report. In the short form the type is `percent` unless written."""
    kind = read_type(fields, tuple(_VALUES), "percent" if short else None)
    if kind is None:
        return None
    value = required_number(fields, "value", kind, _VALUES[kind])
    atr = required_atr(fields, kind, references) if kind == "atr_multiple" else None
    if kind != "atr_multiple":
        warn_of_ignored(fields, kind, ATR_KEY)
    fields.finish()
    if kind == "rr_ratio" and not has_stop:
        spot, allowed = fields.node.key_spot, "a stop rule beside rr_ratio, or another type"
        fields.problems.error(spot, "INVALID_RISK", found="rr_ratio without a stop rule", allowed=allowed)
        return None
    if value is None or (kind == "atr_multiple" and atr is None):
        return None
    return TargetRule(type=cast(_Type, kind), value=value, atr=atr)
