"""Trailing and break-even: keys that are checked, and refused because stops cannot be moved yet."""

from play_engine.play.fields import Fields
from play_engine.play.ranges import NOT_NEGATIVE, POSITIVE
from play_engine.play.references import References
from play_engine.play.rule_operands import ATR_KEY, numeric_reference

_DEFAULT_ACTIVATION_PCT = 1.0
_DEFAULT_OFFSET_PCT = 0.1


def check_trailing(section: Fields, references: References) -> None:
    """The key `trailing` of a risk model."""
    trailing = section.mapping("trailing")
    if trailing is None:
        return
    for name in ("atr_multiplier", "trail_pct"):
        trailing.number(name, None, POSITIVE)
    trailing.number("activation_pct", 0.0, NOT_NEGATIVE)
    atr = trailing.get(ATR_KEY)
    if atr is not None:
        numeric_reference(atr, references)
    if not trailing.has(ATR_KEY) and not trailing.has("trail_pct"):
        trailing.missing(ATR_KEY, allowed=f"{ATR_KEY} or trail_pct")
    trailing.finish()
    sentence = "a stop cannot be trailed yet: leave trailing out"
    section.problems.not_built(trailing.node.key_spot, "trailing", sentence)


def check_break_even(section: Fields) -> None:
    """The key `break_even` of either form."""
    rule = section.mapping("break_even")
    if rule is None:
        return
    activation_pct = rule.number("activation_pct", _DEFAULT_ACTIVATION_PCT, POSITIVE)
    offset_pct = rule.number("offset_pct", _DEFAULT_OFFSET_PCT, NOT_NEGATIVE)
    rule.finish()
    if activation_pct <= offset_pct:
        found = f"activation_pct {activation_pct}, offset_pct {offset_pct}"
        allowed = "activation_pct > offset_pct"
        section.problems.error(rule.node.key_spot, "INVALID_RISK", found=found, allowed=allowed)
    sentence = "a stop cannot be moved to break-even yet: leave break_even out"
    section.problems.not_built(rule.node.key_spot, "break_even", sentence)
