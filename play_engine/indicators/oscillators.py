"""Oscillators: momentum on a bounded scale."""

import numpy as np

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output
from play_engine.indicators.building_blocks import smooth
from play_engine.indicators.parameters import bars_parameter
from play_engine.indicators.settling import settling_rma


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
    for t in range(start, stop):
        change = x[t] - x[t - 1]
        # np.maximum keeps a NaN.
        up[t] = np.maximum(change, 0.0)
        down[t] = np.maximum(-change, 0.0)
    # The fall is missing where the rise is, so it can be read from its hidden column.
    smooth(down, length, 1.0 / length, smoothed_down, value, start, stop)
    smooth(up, length, 1.0 / length, smoothed_up, value, start, stop)
    for t in range(start, stop):
        rise, fall = value[t], smoothed_down[t]
        if rise + fall == 0.0:
            value[t] = 50.0
        else:
            # The quotient first: it is at most 1, so that rounding cannot lift the value over 100.
            value[t] = 100.0 * (rise / (rise + fall))


RSI = Indicator(
    name="rsi",
    summary="Relative strength index, 0 to 100",
    formula="Wilder, New Concepts in Technical Trading Systems, 1978",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 14),),
    outputs=(Output(name="value", primary=True),),
    hidden=("up", "down", "smoothed_up", "smoothed_down"),
    lookback=lambda p: max(p["length"] - 1, 1),
    first=lambda p, s: {"value": s + p["length"]},
    warmup=lambda p, w: {"value": w + p["length"] + settling_rma(p["length"])},
    kernel=rsi_kernel,
)

OSCILLATORS = (RSI,)
