"""What a window of values says about its newest one: extremes, spread, rank."""

from math import isnan, nan

import numpy as np

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Constraint, Indicator, Output
from play_engine.indicators.building_blocks import (
    BLOCK_ROWS,
    EPSILON,
    window_deviations,
    window_highest,
    window_lowest,
    window_means,
)
from play_engine.indicators.parameters import DDOF, bars_parameter
from play_engine.indicators.settling import whole_window

_LONGER_THAN_DDOF = Constraint(holds=lambda p: p["length"] > p["ddof"], text="length > ddof")


@compiled
def highest_kernel(x: Floats, length: int, value: Floats, start: int, stop: int) -> None:
    """value = largest of the last `length` values."""
    window_highest(x, length, value, start, stop)


@compiled
def lowest_kernel(x: Floats, length: int, value: Floats, start: int, stop: int) -> None:
    """value = smallest of the last `length` values."""
    window_lowest(x, length, value, start, stop)


@compiled
def stddev_kernel(x: Floats, length: int, ddof: int, value: Floats, start: int, stop: int) -> None:
    """value = standard deviation of the last `length` values."""
    means = np.empty(stop)
    window_means(x, length, means, start, stop)
    window_deviations(x, length, ddof, means, value, start, stop)


@compiled
def zscore_kernel(x: Floats, length: int, ddof: int, value: Floats, start: int, stop: int) -> None:
    """value = distance of x from the mean of the last `length` values, in their standard deviations; 0 without any."""
    means = np.empty(stop)
    window_means(x, length, means, start, stop)
    window_deviations(x, length, ddof, means, value, start, stop)
    now, mean, out = x[start:stop], means[start:stop], value[start:stop]
    for i in range(stop - start):
        out[i] = 0.0 if out[i] == 0.0 else (now[i] - mean[i]) / out[i]


@compiled
def _count_not_above(x: Floats, n: int, tolerances: Floats, out: Floats, start: int, stop: int) -> None:
    """How many of the n values before x are not above it by more than the larger tolerance of both, into `out`."""
    for low in range(start, stop, BLOCK_ROWS):
        rows = min(BLOCK_ROWS, stop - low)
        count, now, tolerated = out[low : low + rows], x[low : low + rows], tolerances[low : low + rows]
        for i in range(rows):
            count[i] = 0.0
        oldest = low - n
        # Four places of the window at a time, because reading and writing the counts is much of the work.
        while oldest + 3 < low:
            four, tolerance = x[oldest : oldest + rows + 3], tolerances[oldest : oldest + rows + 3]
            for i in range(rows):
                most, here = now[i], tolerated[i]
                first = 1.0 if four[i] - most <= max(tolerance[i], here) else 0.0
                second = 1.0 if four[i + 1] - most <= max(tolerance[i + 1], here) else 0.0
                third = 1.0 if four[i + 2] - most <= max(tolerance[i + 2], here) else 0.0
                fourth = 1.0 if four[i + 3] - most <= max(tolerance[i + 3], here) else 0.0
                count[i] += (first + second) + (third + fourth)
            oldest += 4
        while oldest < low:
            one, tolerance = x[oldest : oldest + rows], tolerances[oldest : oldest + rows]
            for i in range(rows):
                count[i] += 1.0 if one[i] - now[i] <= max(tolerance[i], tolerated[i]) else 0.0
            oldest += 1


@compiled
def percentrank_kernel(x: Floats, length: int, value: Floats, start: int, stop: int) -> None:
    """value = percentage of the `length` values before x that are not above it."""
    # Values that are equal but for rounding count as equal.
    tolerances = np.empty(stop)
    values, tolerance = x[start - length : stop], tolerances[start - length :]
    for i in range(len(values)):
        tolerance[i] = EPSILON * abs(values[i])
    _count_not_above(x, length, tolerances, value, start, stop)
    known = 0
    for t in range(start - length, stop):
        known = 0 if isnan(x[t]) else known + 1
        if t >= start:
            value[t] = 100.0 * value[t] / length if known > length else nan


HIGHEST = Indicator(
    name="highest",
    summary="Highest value of a window",
    formula="Pine Script reference manual, ta.highest",
    inputs=("x",),
    source="high",
    parameters=(bars_parameter("length", 20),),
    outputs=(Output(name="value", primary=True, meaning="the highest value, in units of the source"),),
    lookback=lambda p: p["length"] - 1,
    first=whole_window,
    warmup=whole_window,
    kernel=highest_kernel,
)

LOWEST = Indicator(
    name="lowest",
    summary="Lowest value of a window",
    formula="Pine Script reference manual, ta.lowest",
    inputs=("x",),
    source="low",
    parameters=(bars_parameter("length", 20),),
    outputs=(Output(name="value", primary=True, meaning="the lowest value, in units of the source"),),
    lookback=lambda p: p["length"] - 1,
    first=whole_window,
    warmup=whole_window,
    kernel=lowest_kernel,
)

STDDEV = Indicator(
    name="stddev",
    summary="Standard deviation of a window",
    formula="Pine Script reference manual, ta.stdev",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 20), DDOF),
    constraints=(_LONGER_THAN_DDOF,),
    outputs=(Output(name="value", primary=True, meaning="the deviation, in units of the source"),),
    lookback=lambda p: p["length"] - 1,
    first=whole_window,
    warmup=whole_window,
    kernel=stddev_kernel,
)

ZSCORE = Indicator(
    name="zscore",
    summary="Distance from the mean in standard deviations",
    formula="the standard score of statistics",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 20), DDOF),
    constraints=(_LONGER_THAN_DDOF,),
    outputs=(Output(name="value", primary=True, meaning="standard deviations above the mean; 0 if nothing moved"),),
    lookback=lambda p: p["length"] - 1,
    first=whole_window,
    warmup=whole_window,
    kernel=zscore_kernel,
)

PERCENTRANK = Indicator(
    name="percentrank",
    summary="Share of the values before that are not above the newest one",
    formula="Pine Script reference manual, ta.percentrank",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 100, "bars before this one"),),
    outputs=(Output(name="value", primary=True, meaning="percent of the window, 0 to 100"),),
    lookback=lambda p: p["length"],
    first=lambda p, s: {"value": s + p["length"]},
    warmup=lambda p, w: {"value": w + p["length"]},
    kernel=percentrank_kernel,
)

WINDOW_STATISTICS = (STDDEV, ZSCORE, PERCENTRANK, HIGHEST, LOWEST)
