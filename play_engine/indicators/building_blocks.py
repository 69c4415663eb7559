"""Pieces that several kernels share, compiled: sums over windows, exponential smoothing, the true range.

A column holds NaN where a value is missing, and so do the rows before the first bar. Therefore no piece asks where a
table begins: whatever reaches back too far meets a NaN, and its result is missing. Sums run from the oldest value
to the newest, from scratch on every bar, so that they depend on nothing but the window.
"""

from math import isnan, nan, sqrt

from play_engine.bars import Floats
from play_engine.compiled import compiled

# Far below one tick of any price, far above rounding: a deviation or divisor this small beside its operands is zero.
EPSILON = 1e-12


@compiled
def window_sum(x: Floats, n: int, t: int) -> float:
    """Sum of the last n values of x up to row t; NaN if one of them is missing."""
    total = x[t - n + 1]
    # Without this, seeding a long average would add up n rows of NaN on each of its first n bars.
    if isnan(total):
        return nan
    for i in range(t - n + 2, t + 1):
        total += x[i]
    return total


@compiled
def window_deviation(x: Floats, n: int, ddof: int, mean: float, t: int) -> float:
    """Standard deviation of the last n values of x around their `mean`, divisor n − ddof; 0 if it is only rounding."""
    if n == 1:
        return 0.0
    squares = 0.0
    for i in range(t - n + 1, t + 1):
        squares += (x[i] - mean) * (x[i] - mean)
    deviation = sqrt(squares / (n - ddof))
    return 0.0 if deviation <= EPSILON * abs(mean) else deviation


@compiled
def smooth(x: Floats, n: int, alpha: float, smoothed: Floats, value: Floats, start: int, stop: int) -> None:
    """Exponential smoothing of x with factor alpha, seeded with the mean of its first n values.

    Fills rows start … stop − 1 of the hidden column `smoothed` and of `value`, which is missing until the seed exists.
    On a bar without x the value is missing and the hidden column keeps what it held.
    """
    # The row before is carried in a local: reading it back from the column would be most of the work.
    previous = smoothed[start - 1]
    for t in range(start, stop):
        if isnan(x[t]):
            value[t] = nan
        else:
            previous = window_sum(x, n, t) / n if isnan(previous) else alpha * x[t] + (1.0 - alpha) * previous
            value[t] = previous
        smoothed[t] = previous


@compiled
def true_range(high: Floats, low: Floats, close: Floats, t: int) -> float:
    """Wilder's true range of bar t; NaN on the first bar, which has no previous close."""
    previous = close[t - 1]
    if isnan(previous):
        return nan
    return max(high[t] - low[t], abs(high[t] - previous), abs(low[t] - previous))
