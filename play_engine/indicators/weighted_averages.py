"""Moving averages whose weights depend on the place in the window."""

from math import exp, isqrt, sqrt

import numpy as np

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output, Parameter
from play_engine.indicators.building_blocks import weighted_means
from play_engine.indicators.parameters import bars_parameter, factor_parameter
from play_engine.indicators.settling import whole_window

_AVERAGE = Output(name="value", primary=True, meaning="the average, in units of the source")


@compiled
def wma_kernel(x: Floats, length: int, value: Floats, start: int, stop: int) -> None:
    """value = mean of the last `length` values with weights 1, 2 … length, the newest weighing most."""
    weights = np.empty(length)
    for i in range(length):
        weights[i] = i + 1
    weighted_means(x, weights, value, start, stop)


@compiled
def trima_kernel(x: Floats, length: int, value: Floats, start: int, stop: int) -> None:
    """value = mean of the last `length` values with weights that rise to the middle of the window and fall again."""
    weights = np.empty(length)
    for i in range(length):
        weights[i] = min(i + 1, length - i)
    weighted_means(x, weights, value, start, stop)


@compiled
def alma_kernel(x: Floats, length: int, sigma: float, offset: float, value: Floats, start: int, stop: int) -> None:
    """value = mean of the last `length` values with Gaussian weights around the place `offset` of the window."""
    middle, width = offset * (length - 1), length / sigma
    weights = np.empty(length)
    for i in range(length):
        weights[i] = exp(-(i - middle) * (i - middle) / (2.0 * width * width))
    weighted_means(x, weights, value, start, stop)


@compiled
def hma_kernel(x: Floats, length: int, value: Floats, ahead: Floats, start: int, stop: int) -> None:
    """value = WMA over √length bars of 2·WMA(x, length / 2) − WMA(x, length), both lengths rounded down."""
    wma_kernel(x, length // 2, ahead, start, stop)
    # Until it gets its own values, the column of value holds the long average.
    wma_kernel(x, length, value, start, stop)
    halves, wholes = ahead[start:stop], value[start:stop]
    for i in range(stop - start):
        halves[i] = 2.0 * halves[i] - wholes[i]
    wma_kernel(ahead, int(sqrt(length)), value, start, stop)


WMA = Indicator(
    name="wma",
    summary="Linearly weighted moving average",
    formula="Murphy, Technical Analysis of the Financial Markets, 1999",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 20),),
    outputs=(_AVERAGE,),
    lookback=lambda p: p["length"] - 1,
    first=whole_window,
    warmup=whole_window,
    kernel=wma_kernel,
)

TRIMA = Indicator(
    name="trima",
    summary="Triangular moving average, a simple average of a simple average",
    formula="TA-Lib manual, TRIMA",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 20),),
    outputs=(_AVERAGE,),
    lookback=lambda p: p["length"] - 1,
    first=whole_window,
    warmup=whole_window,
    kernel=trima_kernel,
)

ALMA = Indicator(
    name="alma",
    summary="Arnaud Legoux moving average, weighted by a bell curve",
    formula="Legoux and Kouzis-Loukas, Arnaud Legoux Moving Average, 2009",
    inputs=("x",),
    source="close",
    parameters=(
        bars_parameter("length", 9),
        factor_parameter("sigma", 6.0, "how narrow the bell is: its deviation is length / sigma bars"),
        Parameter(
            name="offset",
            kind="number",
            default=0.85,
            minimum=0,
            maximum=1,
            meaning="where the bell stands in the window: 0 on the oldest bar, 1 on the newest",
        ),
    ),
    outputs=(_AVERAGE,),
    lookback=lambda p: p["length"] - 1,
    first=whole_window,
    warmup=whole_window,
    kernel=alma_kernel,
)

HMA = Indicator(
    name="hma",
    summary="Hull moving average",
    formula="Hull, How to Reduce Lag in a Moving Average, 2005",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 9, "bars in the longest window", minimum=2),),
    outputs=(_AVERAGE,),
    hidden=("ahead",),
    lookback=lambda p: p["length"] - 1,
    first=lambda p, s: {"value": s + p["length"] + isqrt(p["length"]) - 2},
    warmup=lambda p, w: {"value": w + p["length"] + isqrt(p["length"]) - 2},
    kernel=hma_kernel,
)

WEIGHTED_AVERAGES = (WMA, TRIMA, ALMA, HMA)
