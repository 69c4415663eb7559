"""Operands: numbers, references, and arithmetic of whole and other numbers."""

import math
import operator
from collections.abc import Callable
from typing import Any

from tests.reference.market import Value
from tests.reference.references import References

_RESULTS: dict[str, Callable[[Any, Any], int | float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}


def operand_value(written: Any, references: References, instant: int) -> Value:
    """What an operand is at an instant; None for missing."""
    if isinstance(written, int | float):
        return written
    parts = arithmetic_parts(written)
    if parts is None:
        return references.value(references.parse(written), instant)
    left, sign, right = parts
    return calculate(operand_value(left, references, instant), sign, operand_value(right, references, instant))


def arithmetic_parts(written: Any) -> tuple[Any, str, Any] | None:
    """Left operand, sign and right operand of arithmetic in either form; None for another operand."""
    if isinstance(written, list) and len(written) == 3 and written[1] in _RESULTS:
        return written[0], written[1], written[2]
    if isinstance(written, dict) and len(written) == 1:
        (sign, operands), *_ = written.items()
        if sign in _RESULTS:
            return operands[0], sign, operands[1]
    return None


def calculate(left: Value, sign: str, right: Value) -> int | float | None:
    """The result; None where an operand is missing, the divisor is 0, or the result is not finite.

    Two whole numbers give a whole number, except that a quotient never is one. A remainder has the divisor's sign.
    """
    if left is None or right is None:
        return None
    assert not isinstance(left, str)
    assert not isinstance(right, str)
    if sign in "/%" and right == 0:
        return None
    try:
        result = _RESULTS[sign](left, right)
        return result if math.isfinite(result) else None
    except OverflowError:
        # Python's whole numbers have no limit; what no float can hold counts as not finite.
        return None
