"""The grids that every price, quantity and amount of cash lies on.

A step is the ratio `numerator / denominator` of two integers (0.10 is 1/10, 0.25 is 25/100, 10 is 10/1), both held
as float64, which is exact for them. A number on the grid is `count · numerator / denominator`: one correctly rounded
division, hence exactly the float64 that parsing its decimal text gives.
"""

from decimal import Decimal, InvalidOperation

import numpy as np

from play_engine.compiled import compiled, constant

DOWN, UP = constant(-1), constant(1)
# Further from zero than this, float64 no longer tells grid points apart with the tolerance below.
MAX_STEPS = 1e9
_TOLERANCE_STEPS = 1e-6


def step_ratio(text: str) -> tuple[int, int]:
    """Numerator and denominator of a step written as decimal text; the denominator is a power of ten.

    Raises ValueError for text that is not a positive decimal number.
    """
    try:
        step = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a decimal number") from None
    if not step.is_finite() or step <= 0:
        raise ValueError(f"{text!r} is not a positive step")
    _, digits, exponent = step.normalize().as_tuple()
    number = int("".join(map(str, digits)))
    assert isinstance(exponent, int)  # noqa: S101 - finite, as checked above
    return (number * 10**exponent, 1) if exponent >= 0 else (number, 10**-exponent)


@compiled
def steps(x: float, numerator: float, denominator: float, mode: int) -> float:
    """Count of steps in `x`, as a float64 integer: the nearest one within 1e-6 steps, else rounded DOWN or UP."""
    count = x * denominator / numerator
    nearest = np.rint(count)
    if abs(count - nearest) <= _TOLERANCE_STEPS:
        return nearest
    return np.floor(count) if mode == DOWN else np.ceil(count)


@compiled
def snap(x: float, numerator: float, denominator: float, mode: int) -> float:
    """`x` on the grid, rounded DOWN or UP where it does not already lie on it."""
    return steps(x, numerator, denominator, mode) * numerator / denominator


@compiled
def round8(x: float) -> float:
    """Cash on 8 decimals, half away from zero, never −0; beyond 2⁵² of these units `x` is as exact as it gets."""
    units = abs(x) * 1e8
    if units > 4503599627370496.0:
        return x
    rounded = np.floor(units + 0.5 + max(1e-6, units * 2.0**-50)) / 1e8
    if rounded == 0.0:
        return 0.0
    return rounded if x > 0.0 else -rounded


@compiled
def is_off_grid(x: float, numerator: float, denominator: float) -> bool:
    """Whether `x` does not lie on the grid."""
    count = x * denominator / numerator
    return abs(count - np.rint(count)) > _TOLERANCE_STEPS
