"""Pieces that several kernels share, compiled: sums and extremes of windows, exponential smoothing, comparisons.

A column holds NaN where a value is missing, and so do the rows before the first bar. Therefore no piece asks where a
table begins: whatever reaches back too far meets a NaN, and its result is missing. Sums run from the oldest value
to the newest, from scratch on every bar, so that they depend on nothing but the window.

Sums over windows go through a block of rows one place of the window at a time, not through a window one row at a time:
each row sees the same additions in the same order, but those of neighbouring rows do not wait for each other.
"""

from math import isnan, nan, sqrt

import numpy as np

from play_engine.bars import Floats
from play_engine.compiled import compiled, constant, inner

# Far below one tick of any price, far above rounding: a deviation or divisor this small beside its operands is zero.
EPSILON = 1e-12

# Rows of a block: few enough that what is computed of them stays in the fastest cache.
BLOCK_ROWS = constant(512)


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
def window_sums(x: Floats, n: int, out: Floats, start: int, stop: int) -> None:
    """`window_sum` of rows start … stop − 1, into the column `out`, which must be another one than x."""
    for low in range(start, stop, BLOCK_ROWS):
        rows = min(BLOCK_ROWS, stop - low)
        total, first = out[low : low + rows], x[low - n + 1 : low - n + 1 + rows]
        for i in range(rows):
            total[i] = first[i]
        oldest = low - n + 2
        # Four places of the window at a time, because reading and writing the sums is most of the work.
        while oldest + 3 <= low:
            four = x[oldest : oldest + rows + 3]
            for i in range(rows):
                total[i] = total[i] + four[i] + four[i + 1] + four[i + 2] + four[i + 3]
            oldest += 4
        while oldest <= low:
            one = x[oldest : oldest + rows]
            for i in range(rows):
                total[i] += one[i]
            oldest += 1


@compiled
def window_means(x: Floats, n: int, out: Floats, start: int, stop: int) -> None:
    """Mean of the last n values of x on rows start … stop − 1, into the column `out`, another one than x."""
    for low in range(start, stop, BLOCK_ROWS):
        high = min(low + BLOCK_ROWS, stop)
        window_sums(x, n, out, low, high)
        mean = out[low:high]
        for i in range(high - low):
            mean[i] /= n


@compiled
def weighted_sums(x: Floats, weights: Floats, out: Floats, start: int, stop: int) -> None:
    """Sum of weights times the last values of x, oldest first, on rows start … stop − 1, into the column `out`."""
    n = len(weights)
    for low in range(start, stop, BLOCK_ROWS):
        rows = min(BLOCK_ROWS, stop - low)
        total = out[low : low + rows]
        one = x[low - n + 1 : low - n + 1 + rows]
        for i in range(rows):
            total[i] = weights[0] * one[i]
        place = 1
        while place + 3 < n:
            first, second, third, fourth = weights[place], weights[place + 1], weights[place + 2], weights[place + 3]
            four = x[low - n + 1 + place : low - n + 4 + place + rows]
            for i in range(rows):
                total[i] = (
                    total[i] + first * four[i] + second * four[i + 1] + third * four[i + 2] + fourth * four[i + 3]
                )
            place += 4
        while place < n:
            weight = weights[place]
            one = x[low - n + 1 + place : low - n + 1 + place + rows]
            for i in range(rows):
                total[i] += weight * one[i]
            place += 1


@compiled
def weighted_means(x: Floats, weights: Floats, out: Floats, start: int, stop: int) -> None:
    """`weighted_sums` by the sum of the weights; missing if that is 0."""
    whole = 0.0
    for weight in weights:
        whole += weight
    weighted_sums(x, weights, out, start, stop)
    mean = out[start:stop]
    for i in range(len(mean)):
        mean[i] = mean[i] / whole if whole != 0.0 else nan


@compiled
def window_deviations(x: Floats, n: int, ddof: int, means: Floats, out: Floats, start: int, stop: int) -> None:
    """Standard deviation of the last n values of x, divisor n − ddof, on rows start … stop − 1, into the column `out`.

    `means` has their means on these rows. A deviation that is only rounding is 0.
    """
    for low in range(start, stop, BLOCK_ROWS):
        rows = min(BLOCK_ROWS, stop - low)
        total, mean = out[low : low + rows], means[low : low + rows]
        for i in range(rows):
            total[i] = 0.0
        oldest = low - n + 1
        while oldest + 3 <= low:
            four = x[oldest : oldest + rows + 3]
            for i in range(rows):
                a, b, c, d = four[i] - mean[i], four[i + 1] - mean[i], four[i + 2] - mean[i], four[i + 3] - mean[i]
                total[i] = total[i] + a * a + b * b + c * c + d * d
            oldest += 4
        while oldest <= low:
            one = x[oldest : oldest + rows]
            for i in range(rows):
                total[i] += (one[i] - mean[i]) * (one[i] - mean[i])
            oldest += 1
        for i in range(rows):
            deviation = sqrt(total[i] / (n - ddof))
            total[i] = 0.0 if deviation <= EPSILON * abs(mean[i]) else deviation


@inner
def _larger(a: Floats, b: Floats, out: Floats) -> None:
    """The larger of a and b, row by row; NaN if one of them is."""
    for i in range(len(out)):
        # A comparison with NaN is false: this leaves b if b is NaN, and what follows takes a if a is.
        larger = b[i]
        if a[i] > b[i]:
            larger = a[i]
        out[i] = a[i] if isnan(a[i]) else larger


@inner
def _window_extremes(x: Floats, n: int, sign: float, out: Floats, start: int, stop: int) -> None:
    """The highest of the last n values of sign·x, times sign. Windows grow by doubling, in about log₂ n steps a row."""
    block = max(BLOCK_ROWS, n)
    extremes, doubled = np.empty(block + n), np.empty(block + n)
    for low in range(start, stop, block):
        high = min(low + block, stop)
        rows = high - low + n - 1
        window = x[low - n + 1 : high]
        for i in range(rows):
            # The zero makes one of the two zeros: which of them were found would depend on where the block begins.
            extremes[i] = sign * window[i] + 0.0
        width = 1
        while 2 * width <= n:
            # Row i holds the extreme of the `width` values from i on; the same again, `width` rows later, double it.
            rows -= width
            _larger(extremes, extremes[width:], doubled[:rows])
            extremes, doubled = doubled, extremes
            width *= 2
        found = out[low:high]
        _larger(extremes, extremes[n - width :], found)
        for i in range(len(found)):
            found[i] = sign * found[i] + 0.0


@compiled
def window_highest(x: Floats, n: int, out: Floats, start: int, stop: int) -> None:
    """Largest of the last n values of x on rows start … stop − 1, into the column `out`; NaN if one is missing."""
    _window_extremes(x, n, 1.0, out, start, stop)


@compiled
def window_lowest(x: Floats, n: int, out: Floats, start: int, stop: int) -> None:
    """Smallest of the last n values of x on rows start … stop − 1, into the column `out`; NaN if one is missing."""
    _window_extremes(x, n, -1.0, out, start, stop)


@compiled
def smooth(x: Floats, n: int, alpha: float, smoothed: Floats, value: Floats, start: int, stop: int) -> None:
    """Exponential smoothing of x with factor alpha, seeded with the mean of its first n values.

    Fills rows start … stop − 1 of the hidden column `smoothed` and of `value`, which is missing until the seed exists.
    On a bar without x the value is missing and the hidden column keeps what it held.
    """
    # The row before is carried in a local: reading it back from the column would be most of the work.
    previous = smoothed[start - 1]
    now, state, out = x[start:stop], smoothed[start:stop], value[start:stop]
    for i in range(stop - start):
        if isnan(now[i]):
            out[i] = nan
        else:
            seed = isnan(previous)
            previous = window_sum(x, n, start + i) / n if seed else alpha * now[i] + (1.0 - alpha) * previous
            out[i] = previous
        state[i] = previous


@compiled
def position(x: float, low: float, high: float) -> float:
    """Where x lies between low (0) and high (1); the middle if they are equal but for rounding, NaN if one is."""
    span = high - low
    if span <= EPSILON * max(abs(low), abs(high)):
        return 0.5
    return (x - low) / span if span != 0.0 else nan


@compiled
def sign(a: float, b: float) -> float:
    """−1, 0 or 1 by a − b, 0 if they are equal but for rounding; NaN if one is missing."""
    difference = a - b
    if abs(difference) <= EPSILON * max(abs(a), abs(b)):
        return 0.0
    return 1.0 if difference > 0.0 else -1.0 if difference < 0.0 else nan
