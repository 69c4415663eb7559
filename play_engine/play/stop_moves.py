"""Trailing and break-even: how the stop of an open position moves."""

from play_engine.play.backtest import warn_of_no_effect
from play_engine.play.fields import Fields
from play_engine.play.model import BreakEven, Trailing
from play_engine.play.ranges import NOT_NEGATIVE, POSITIVE
from play_engine.play.references import References
from play_engine.play.rule_operands import ATR_KEY, numeric_reference

_DEFAULT = BreakEven()


def read_trailing(
    section: Fields, stop: Fields | None, references: References, own: Trailing | None
) -> Trailing | None:
    """The key `trailing` of a risk model; None where there is none, and after a report.

    `stop` are the keys of the stop rule, None where it could not be read. `own` is what a trailing stop rule says
    itself: it counts wherever `trailing` says nothing.
    """
    fields = section.mapping("trailing")
    if fields is None:
        return own
    base = own or Trailing()
    atr_node = fields.get(ATR_KEY)
    atr = base.atr if atr_node is None else numeric_reference(atr_node, references)
    trailing = Trailing(
        atr_multiplier=fields.number("atr_multiplier", base.atr_multiplier, POSITIVE),
        atr=atr,
        trail_pct=fields.number("trail_pct", base.trail_pct, POSITIVE),
        activation_pct=fields.number("activation_pct", base.activation_pct, NOT_NEGATIVE),
    )
    written = fields.has(ATR_KEY) or fields.has("trail_pct")
    if stop is not None and own is None and not written:
        fields.missing(ATR_KEY, allowed=f"{ATR_KEY} or trail_pct", hint="a trailing stop needs a distance")
    fields.finish()
    if stop is not None and own is not None:
        _warn_of_overridden(stop, fields)
    return trailing


def _warn_of_overridden(stop: Fields, trailing: Fields) -> None:
    """What a trailing stop rule says of its distance still places the first stop; the rest is overridden."""
    names = ("activation_pct", "trail_pct") if ATR_KEY in stop.node.fields else ("activation_pct",)
    for name in names:
        if trailing.has(name):
            warn_of_no_effect(stop, name, "no effect: trailing wins")


def read_break_even(section: Fields) -> BreakEven | None:
    """The key `break_even` of either form; None where there is none, and after a report."""
    fields = section.mapping("break_even")
    if fields is None:
        return None
    activation_pct = fields.number("activation_pct", _DEFAULT.activation_pct, POSITIVE)
    offset_pct = fields.number("offset_pct", _DEFAULT.offset_pct, NOT_NEGATIVE)
    fields.finish()
    if activation_pct <= offset_pct:
        found = f"activation_pct {activation_pct}, offset_pct {offset_pct}"
        allowed = "activation_pct > offset_pct"
        section.problems.error(fields.node.key_spot, "INVALID_RISK", found=found, allowed=allowed)
        return None
    return BreakEven(activation_pct=activation_pct, offset_pct=offset_pct)
