"""Moving averages whose weights are equal, fall exponentially, or follow the volume."""

from math import nan

import numpy as np

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output
from play_engine.indicators.building_blocks import smooth, window_means, window_sum, window_sums
from play_engine.indicators.parameters import bars_parameter
from play_engine.indicators.settling import settling_ema, settling_rma, whole_window

_AVERAGE = Output(name="value", primary=True, meaning="the average, in units of the source")


@compiled
def ema_kernel(x: Floats, length: int, value: Floats, smoothed: Floats, start: int, stop: int) -> None:
    """value = α·x + (1 − α)·value[1] with α = 2 / (length + 1), seeded with the mean of the first `length` values."""
    smooth(x, length, 2.0 / (length + 1), smoothed, value, start, stop)


@compiled
def rma_kernel(x: Floats, length: int, value: Floats, smoothed: Floats, start: int, stop: int) -> None:
    """value = α·x + (1 − α)·value[1] with α = 1 / length, seeded with the mean of the first `length` values."""
    smooth(x, length, 1.0 / length, smoothed, value, start, stop)


@compiled
def sma_kernel(x: Floats, length: int, value: Floats, start: int, stop: int) -> None:
    """value = mean of the last `length` values."""
    window_means(x, length, value, start, stop)


@compiled
def vwma_kernel(x: Floats, volume: Floats, length: int, value: Floats, start: int, stop: int) -> None:
    """value = Σ x·volume / Σ volume over `length` bars; the plain mean if nothing was traded."""
    oldest = start - length + 1
    products, volumes = np.empty(stop), np.empty(stop)
    now, traded, product = x[oldest:stop], volume[oldest:stop], products[oldest:]
    for i in range(stop - oldest):
        product[i] = now[i] * traded[i]
    window_sums(products, length, value, start, stop)
    window_sums(volume, length, volumes, start, stop)
    mean, total = value[start:stop], volumes[start:stop]
    for i in range(stop - start):
        mean[i] = mean[i] / total[i] if total[i] != 0.0 else nan
    for i in range(stop - start):
        if total[i] == 0.0:
            mean[i] = window_sum(x, length, start + i) / length


EMA = Indicator(
    name="ema",
    summary="Exponential moving average",
    formula="Roberts, Control Chart Tests Based on Geometric Moving Averages, 1959; Appel 1979",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 20, "bars; the newest weighs 2 / (length + 1)"),),
    outputs=(_AVERAGE,),
    hidden=("smoothed",),
    # One row at least, for the average of the bar before.
    lookback=lambda p: max(p["length"] - 1, 1),
    first=whole_window,
    warmup=lambda p, w: {"value": w + p["length"] - 1 + settling_ema(p["length"])},
    kernel=ema_kernel,
)

RMA = Indicator(
    name="rma",
    summary="Wilder's moving average",
    formula="Wilder, New Concepts in Technical Trading Systems, 1978",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 14, "bars; the newest weighs 1 / length"),),
    outputs=(_AVERAGE,),
    hidden=("smoothed",),
    lookback=lambda p: max(p["length"] - 1, 1),
    first=whole_window,
    warmup=lambda p, w: {"value": w + p["length"] - 1 + settling_rma(p["length"])},
    kernel=rma_kernel,
)

SMA = Indicator(
    name="sma",
    summary="Simple moving average",
    formula="Murphy, Technical Analysis of the Financial Markets, 1999",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 20),),
    outputs=(_AVERAGE,),
    lookback=lambda p: p["length"] - 1,
    first=whole_window,
    warmup=whole_window,
    kernel=sma_kernel,
)

VWMA = Indicator(
    name="vwma",
    summary="Volume-weighted moving average",
    formula="Pine Script reference manual, ta.vwma",
    inputs=("x", "volume"),
    source="close",
    parameters=(bars_parameter("length", 20),),
    outputs=(_AVERAGE,),
    lookback=lambda p: p["length"] - 1,
    first=whole_window,
    warmup=whole_window,
    kernel=vwma_kernel,
)

AVERAGES = (EMA, SMA, RMA, VWMA)
