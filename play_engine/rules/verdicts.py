"""Three-valued logic on columns: false 0, unknown 1, true 2, so that Kleene's `all` is a minimum, `any` a maximum."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats

FALSE, UNKNOWN, TRUE = 0, 1, 2

Verdicts = NDArray[np.uint8]
Values = Floats | float

COMPARE: dict[str, Callable[[Values, Values], Any]] = {
    ">": np.greater,
    "<": np.less,
    ">=": np.greater_equal,
    "<=": np.less_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def settle(holds: NDArray[np.bool_], *operands: Values) -> Verdicts:
    """Verdicts of a test: unknown wherever an operand is missing."""
    verdict = holds.view(np.uint8) * np.uint8(TRUE)
    for operand in operands:
        missing = np.isnan(operand)
        if missing.any():
            verdict[missing] = UNKNOWN
    return verdict


def near(left: Values, right: Values, tolerance: float, *, percent: bool) -> Verdicts:
    """|l − r| ≤ tolerance, or with `percent` |l − r|/|r| ≤ tolerance/100, which is unknown for r = 0."""
    with np.errstate(all="ignore"):
        distance = np.abs(np.subtract(left, right))
        if percent:
            distance = np.where(np.equal(right, 0.0), np.nan, distance / np.abs(right))
            tolerance = tolerance / 100
    return settle(np.less_equal(distance, tolerance), distance)


def arithmetic(op: str, left: Values, right: Values) -> Floats:
    """`left op right`; missing where an operand is, the divisor is zero, or the result is not finite."""
    with np.errstate(all="ignore"):
        match op:
            case "+":
                result = np.add(left, right)
            case "-":
                result = np.subtract(left, right)
            case "*":
                result = np.multiply(left, right)
            case "/":
                result = np.divide(left, right)
            case _:
                result = np.mod(left, right)
    return np.where(np.isfinite(result), result, np.nan)
