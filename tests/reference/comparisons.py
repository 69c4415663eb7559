"""Comparisons of two operands, at one instant or at two."""

from collections.abc import Callable
from typing import Any

from tests.reference.kleene import Truth, opposite
from tests.reference.market import Value
from tests.reference.operands import arithmetic_parts, operand_value
from tests.reference.references import References

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
}


def compare(
    references: References, left: Any, op: str, right: Any, tolerance: Any, instant: int, before: int | None
) -> Truth:
    """The truth of a comparison; `before` is the previous instant of the timeline in force, None if there is none."""
    value = operand_value(left, references, instant)
    if op in ("cross_above", "cross_below"):
        return _crossing(references, left, op, right, instant, before)
    if op == "in":
        return None if value is None else any(_equal(value, constant) for constant in right)
    if op == "between":
        return _between(references, value, right, instant)
    if op in ("==", "!="):
        equal = _equality(references, left, value, right, instant)
        return equal if op == "==" else opposite(equal)
    other = operand_value(right, references, instant)
    if value is None or other is None:
        return None
    if op in ("near_abs", "near_pct"):
        return _near(op, value, other, tolerance)
    return _ORDER[op](value, other)


def _crossing(references: References, left: Any, op: str, right: Any, instant: int, before: int | None) -> Truth:
    cur_left = operand_value(left, references, instant)
    cur_right = operand_value(right, references, instant)
    if before is None:
        return None
    prev_left = operand_value(left, references, before)
    prev_right = operand_value(right, references, before)
    if cur_left is None or cur_right is None or prev_left is None or prev_right is None:
        return None
    if op == "cross_above":
        return _ORDER["<="](prev_left, prev_right) and _ORDER[">"](cur_left, cur_right)
    return _ORDER[">="](prev_left, prev_right) and _ORDER["<"](cur_left, cur_right)


def _between(references: References, value: Value, pair: Any, instant: int) -> Truth:
    low, high = (pair["low"], pair["high"]) if isinstance(pair, dict) else pair
    lowest = operand_value(low, references, instant)
    highest = operand_value(high, references, instant)
    if value is None or lowest is None or highest is None:
        return None
    return _ORDER["<="](lowest, value) and _ORDER["<="](value, highest)


def _near(op: str, left: Any, right: Any, tolerance: float) -> Truth:
    if op == "near_abs":
        return abs(left - right) <= tolerance
    return None if right == 0 else abs(left - right) / abs(right) <= tolerance / 100


def _equality(references: References, left: Any, value: Value, right: Any, instant: int) -> Truth:
    other = right if _is_literal(references, left, right) else operand_value(right, references, instant)
    return None if value is None or other is None else _equal(value, other)


def _is_literal(references: References, left: Any, right: Any) -> bool:
    """Whether text on the right is a label that the left output can hold."""
    if not isinstance(right, str) or isinstance(left, int | float) or arithmetic_parts(left) is not None:
        return False
    column = references.column(references.parse(left))
    return column is not None and right.lower() in [label.lower() for label in column.labels]


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, str) or isinstance(right, str):
        return str(left).lower() == str(right).lower()
    return left == right
