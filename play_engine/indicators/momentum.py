"""How far and how steadily the price has moved."""

from math import nan

import numpy as np

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output
from play_engine.indicators.building_blocks import BLOCK_ROWS, window_means, window_sums
from play_engine.indicators.parameters import bars_parameter, less, rising
from play_engine.indicators.row_by_row import changes, middles, subtract


@compiled
def mom_kernel(x: Floats, length: int, value: Floats, start: int, stop: int) -> None:
    """value = x − x[length]."""
    changes(x, length, value, start, stop)


@compiled
def roc_kernel(x: Floats, length: int, value: Floats, start: int, stop: int) -> None:
    """value = 100·(x − x[length]) / x[length]; missing if x[length] is 0."""
    now, before, out = x[start:stop], x[start - length : stop - length], value[start:stop]
    for i in range(stop - start):
        out[i] = 100.0 * (now[i] - before[i]) / before[i] if before[i] != 0.0 else nan


@compiled
def ao_kernel(
    high: Floats, low: Floats, fast: int, slow: int, value: Floats, middle: Floats, start: int, stop: int
) -> None:
    """value = SMA(m, fast) − SMA(m, slow) of the bars' middles m = (high + low) / 2."""
    long_means = np.empty(stop)
    middles(high, low, middle, start, stop)
    window_means(middle, fast, value, start, stop)
    window_means(middle, slow, long_means, start, stop)
    subtract(value, long_means, value, start, stop)


@compiled
def _add_share(pressures: Floats, ranges: Floats, n: int, weight: float, value: Floats, start: int, stop: int) -> None:
    """Add to value what part of the last n ranges the pressures are, times weight; half of it where nothing moved."""
    sums, moves = np.empty(stop), np.empty(stop)
    for low in range(start, stop, BLOCK_ROWS):
        high = min(low + BLOCK_ROWS, stop)
        window_sums(pressures, n, sums, low, high)
        window_sums(ranges, n, moves, low, high)
        out, pressure, moved = value[low:high], sums[low:high], moves[low:high]
        for i in range(high - low):
            out[i] += weight * (0.5 if moved[i] == 0.0 else pressure[i] / moved[i])


@compiled
def uo_kernel(
    high: Floats,
    low: Floats,
    close: Floats,
    fast: int,
    medium: int,
    slow: int,
    value: Floats,
    start: int,
    stop: int,
) -> None:
    """value = 100·(4·A(fast) + 2·A(medium) + A(slow)) / 7, A(n) the share of the buying pressure in n true ranges.

    The buying pressure is what lies between the close and the true low. A is 0.5 where nothing moved.
    """
    oldest = start - slow + 1
    pressures, ranges = np.empty(stop), np.empty(stop)
    highs, lows, now, before = high[oldest:stop], low[oldest:stop], close[oldest:stop], close[oldest - 1 : stop - 1]
    pressure, moved = pressures[oldest:], ranges[oldest:]
    for i in range(len(now)):
        # A comparison with NaN is false: both leave a missing close before, which comes first.
        bottom, top = min(before[i], lows[i]), max(before[i], highs[i])
        pressure[i], moved[i] = now[i] - bottom, top - bottom
    out = value[start:stop]
    for i in range(stop - start):
        out[i] = 0.0
    _add_share(pressures, ranges, fast, 4.0, value, start, stop)
    _add_share(pressures, ranges, medium, 2.0, value, start, stop)
    _add_share(pressures, ranges, slow, 1.0, value, start, stop)
    for i in range(stop - start):
        out[i] = 100.0 * (out[i] / 7.0)


MOM = Indicator(
    name="mom",
    summary="Momentum",
    formula="Murphy, Technical Analysis of the Financial Markets, 1999",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 10, "bars that the change spans"),),
    outputs=(Output(name="value", primary=True, meaning="the change, in units of the source"),),
    lookback=lambda p: p["length"],
    first=lambda p, s: {"value": s + p["length"]},
    warmup=lambda p, w: {"value": w + p["length"]},
    kernel=mom_kernel,
)

ROC = Indicator(
    name="roc",
    summary="Rate of change",
    formula="Murphy, Technical Analysis of the Financial Markets, 1999",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 10, "bars that the change spans"),),
    outputs=(Output(name="value", primary=True, meaning="the change in percent; missing if it begins at 0"),),
    lookback=lambda p: p["length"],
    first=lambda p, s: {"value": s + p["length"]},
    warmup=lambda p, w: {"value": w + p["length"]},
    kernel=roc_kernel,
)

AO = Indicator(
    name="ao",
    summary="Awesome oscillator",
    formula="B. Williams, Trading Chaos, 1995",
    inputs=("high", "low"),
    parameters=(
        bars_parameter("fast", 5, "bars of the short average"),
        bars_parameter("slow", 34, "bars of the long average", minimum=2),
    ),
    constraints=(less("fast", "slow"),),
    outputs=(Output(name="value", primary=True, meaning="short less long average of the bars' middles, in price"),),
    hidden=("middle",),
    lookback=lambda p: p["slow"] - 1,
    first=lambda p, _: {"value": p["slow"] - 1},
    warmup=lambda p, _: {"value": p["slow"] - 1},
    kernel=ao_kernel,
)

UO = Indicator(
    name="uo",
    summary="Ultimate oscillator, 0 to 100",
    formula="Williams, The Ultimate Oscillator, TASC 4/1985",
    inputs=("high", "low", "close"),
    parameters=(
        bars_parameter("fast", 7, "bars of the window that weighs 4 of 7"),
        bars_parameter("medium", 14, "bars of the window that weighs 2 of 7"),
        bars_parameter("slow", 28, "bars of the window that weighs 1 of 7"),
    ),
    constraints=(rising("fast", "medium", "slow"),),
    outputs=(Output(name="value", primary=True, meaning="buying pressure in percent of the true ranges, 0 to 100"),),
    lookback=lambda p: p["slow"],
    first=lambda p, _: {"value": p["slow"]},
    warmup=lambda p, _: {"value": p["slow"]},
    kernel=uo_kernel,
)

MOMENTUM = (MOM, ROC, AO, UO)
