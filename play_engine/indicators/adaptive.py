"""The moving average that follows a trend and stands still in noise."""

from math import isnan, sqrt

import numpy as np

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output, Params
from play_engine.indicators.building_blocks import EPSILON, window_sums
from play_engine.indicators.parameters import bars_parameter, less
from play_engine.indicators.settling import settling_bars


@compiled
def kama_kernel(
    x: Floats, length: int, fast: int, slow: int, value: Floats, average: Floats, start: int, stop: int
) -> None:
    """value = value[1] + c·(x − value[1]), c between the factors of a slow and a fast EMA, squared.

    Where between them is said by the efficiency of the last `length` changes: the way from their start to their end by
    the sum of their sizes. Before the first value, value[1] is x[1].
    """
    quickest, slowest = 2.0 / (fast + 1), 2.0 / (slow + 1)
    oldest = start - length + 1
    sizes = np.empty(stop)
    now, before, size = x[oldest:stop], x[oldest - 1 : stop - 1], sizes[oldest:]
    for i in range(stop - oldest):
        size[i] = abs(now[i] - before[i])
    # Until it gets its own values, the column of value holds the sum of the sizes, then the factor c.
    window_sums(sizes, length, value, start, stop)
    now, before, out = x[start:stop], x[start - length : stop - length], value[start:stop]
    for i in range(stop - start):
        efficiency = 0.0 if out[i] <= EPSILON * abs(now[i]) else abs(now[i] - before[i]) / out[i]
        factor = efficiency * (quickest - slowest) + slowest
        out[i] = factor * factor
    previous, state = average[start - 1], average[start:stop]
    for i in range(stop - start):
        if not isnan(out[i]):
            if isnan(previous):
                previous = x[start + i - 1]
            previous += out[i] * (now[i] - previous)
            out[i] = previous
        state[i] = previous


def _kama_settling(params: Params) -> int:
    """Bars until the start no longer shows in a market as efficient as a random walk, 0.6 / √length."""
    quickest, slowest = 2 / (params["fast"] + 1), 2 / (params["slow"] + 1)
    return settling_bars((0.6 / sqrt(params["length"]) * (quickest - slowest) + slowest) ** 2)


KAMA = Indicator(
    name="kama",
    summary="Kaufman's adaptive moving average",
    formula="Kaufman, Smarter Trading, 1995",
    inputs=("x",),
    source="close",
    parameters=(
        bars_parameter("length", 10, "bars over which the efficiency is measured"),
        bars_parameter("fast", 2, "length of the average in a market that only rises or falls, in bars"),
        bars_parameter("slow", 30, "length of the average in a market that goes nowhere, in bars"),
    ),
    constraints=(less("fast", "slow"),),
    outputs=(Output(name="value", primary=True, meaning="the average, in units of the source"),),
    hidden=("average",),
    lookback=lambda p: p["length"],
    first=lambda p, s: {"value": s + p["length"]},
    warmup=lambda p, w: {"value": w + p["length"] + _kama_settling(p)},
    kernel=kama_kernel,
)
