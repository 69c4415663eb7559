"""Oscillators that weigh rises against falls, or a price against its own average."""

import numpy as np

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output
from play_engine.indicators.building_blocks import BLOCK_ROWS, EPSILON, window_means, window_sums
from play_engine.indicators.parameters import bars_parameter
from play_engine.indicators.row_by_row import rises_and_falls
from play_engine.indicators.settling import settling_rma, whole_window
from play_engine.indicators.side_by_side import smooth_pair


@compiled
def rsi_kernel(
    x: Floats,
    length: int,
    value: Floats,
    up: Floats,
    down: Floats,
    smoothed_up: Floats,
    smoothed_down: Floats,
    start: int,
    stop: int,
) -> None:
    """value = 100·U / (U + D), U and D Wilder's averages of the rises and the falls; 50 where nothing moved."""
    rises_and_falls(x, up, down, start, stop)
    # The fall is missing where the rise is, so it can be read from its hidden column.
    smooth_pair(down, length, smoothed_down, value, up, length, smoothed_up, value, False, start, stop)
    rises, falls = value[start:stop], smoothed_down[start:stop]
    for i in range(stop - start):
        rise, fall = rises[i], falls[i]
        # The quotient first: it is at most 1, so that rounding cannot lift the value over 100.
        rises[i] = 50.0 if rise + fall == 0.0 else 100.0 * (rise / (rise + fall))


@compiled
def cmo_kernel(x: Floats, length: int, value: Floats, start: int, stop: int) -> None:
    """value = 100·(P − N) / (P + N), P and N the sums of the last `length` rises and falls; 0 where nothing moved."""
    rises, falls, down = np.empty(stop), np.empty(stop), np.empty(stop)
    rises_and_falls(x, rises, falls, start - length + 1, stop)
    # Until it gets its own values, the column of value holds the sum of the rises.
    window_sums(rises, length, value, start, stop)
    window_sums(falls, length, down, start, stop)
    now, rise, fall = x[start:stop], value[start:stop], down[start:stop]
    for i in range(stop - start):
        moved = rise[i] + fall[i]
        rise[i] = 0.0 if moved <= EPSILON * abs(now[i]) else 100.0 * ((rise[i] - fall[i]) / moved)


@compiled
def cci_kernel(x: Floats, length: int, value: Floats, start: int, stop: int) -> None:
    """value = distance of x from its mean by 0.015 mean absolute deviations; 0 where nothing moved."""
    means = np.empty(stop)
    window_means(x, length, means, start, stop)
    for low in range(start, stop, BLOCK_ROWS):
        rows = min(BLOCK_ROWS, stop - low)
        total, mean = value[low : low + rows], means[low : low + rows]
        for i in range(rows):
            total[i] = 0.0
        for place in range(low - length + 1, low + 1):
            one = x[place : place + rows]
            for i in range(rows):
                total[i] += abs(one[i] - mean[i])
        now = x[low : low + rows]
        for i in range(rows):
            spread = total[i] / length
            flat = spread <= EPSILON * abs(mean[i])
            # Without the second condition the compiler would look for a division by 0 on every bar.
            total[i] = 0.0 if flat or spread == 0.0 else (now[i] - mean[i]) / (0.015 * spread)


RSI = Indicator(
    name="rsi",
    summary="Relative strength index, 0 to 100",
    formula="Wilder, New Concepts in Technical Trading Systems, 1978",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 14, "bars of the averages of rises and falls"),),
    outputs=(Output(name="value", primary=True, meaning="share of the rises in percent, 0 to 100"),),
    hidden=("up", "down", "smoothed_up", "smoothed_down"),
    lookback=lambda p: max(p["length"] - 1, 1),
    first=lambda p, s: {"value": s + p["length"]},
    warmup=lambda p, w: {"value": w + p["length"] + settling_rma(p["length"])},
    kernel=rsi_kernel,
)

CMO = Indicator(
    name="cmo",
    summary="Chande momentum oscillator, −100 to 100",
    formula="Chande and Kroll, The New Technical Trader, 1994",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 14, "changes in the window"),),
    outputs=(
        Output(name="value", primary=True, meaning="rises less falls in percent of both, −100 to 100; 0 if none"),
    ),
    lookback=lambda p: p["length"],
    first=lambda p, s: {"value": s + p["length"]},
    warmup=lambda p, w: {"value": w + p["length"]},
    kernel=cmo_kernel,
)

CCI = Indicator(
    name="cci",
    summary="Commodity channel index",
    formula="Lambert, Commodity Channel Index, 1980",
    inputs=("x",),
    source="hlc3",
    parameters=(bars_parameter("length", 14),),
    outputs=(
        Output(
            name="value",
            primary=True,
            meaning="distance from the mean, in 0.015 mean absolute deviations; mostly −100 to 100",
        ),
    ),
    lookback=lambda p: p["length"] - 1,
    first=whole_window,
    warmup=whole_window,
    kernel=cci_kernel,
)

OSCILLATORS = (RSI, CMO, CCI)
