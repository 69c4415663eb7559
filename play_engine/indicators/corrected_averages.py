"""Exponential averages whose lag is taken off again."""

from math import ceil

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output, Params
from play_engine.indicators.building_blocks import smooth
from play_engine.indicators.parameters import bars_parameter
from play_engine.indicators.settling import THRICE_SMOOTHED, TWICE_SMOOTHED, settling_ema
from play_engine.indicators.side_by_side import smooth_pair, smooth_thrice

_AVERAGE = Output(name="value", primary=True, meaning="the average, in units of the source")


@compiled
def dema_kernel(
    x: Floats,
    length: int,
    value: Floats,
    average: Floats,
    smoothed: Floats,
    smoothed_twice: Floats,
    start: int,
    stop: int,
) -> None:
    """value = 2·EMA(x) − EMA(EMA(x))."""
    once, twice = (x, length, smoothed, average), (average, length, smoothed_twice, value)
    smooth_pair(*once, *twice, True, start, stop)
    first, second = average[start:stop], value[start:stop]
    for i in range(stop - start):
        second[i] = 2.0 * first[i] - second[i]


@compiled
def tema_kernel(
    x: Floats,
    length: int,
    value: Floats,
    average: Floats,
    average_twice: Floats,
    smoothed: Floats,
    smoothed_twice: Floats,
    smoothed_thrice: Floats,
    start: int,
    stop: int,
) -> None:
    """value = 3·EMA(x) − 3·EMA(EMA(x)) + EMA(EMA(EMA(x)))."""
    once, twice, thrice = (smoothed, average), (smoothed_twice, average_twice), (smoothed_thrice, value)
    smooth_thrice(x, length, *once, *twice, *thrice, start, stop)
    first, second, third = average[start:stop], average_twice[start:stop], value[start:stop]
    for i in range(stop - start):
        third[i] = 3.0 * first[i] - 3.0 * second[i] + third[i]


@compiled
def zlma_kernel(x: Floats, length: int, value: Floats, ahead: Floats, smoothed: Floats, start: int, stop: int) -> None:
    """value = EMA of x plus what x gained over the lag of the average, half its length."""
    lag = (length - 1) // 2
    now, before, pushed = x[start:stop], x[start - lag : stop - lag], ahead[start:stop]
    for i in range(stop - start):
        pushed[i] = 2.0 * now[i] - before[i]
    smooth(ahead, length, 2.0 / (length + 1), smoothed, value, start, stop)


def _zlma_first(params: Params, s: int) -> int:
    return s + params["length"] - 1 + (params["length"] - 1) // 2


DEMA = Indicator(
    name="dema",
    summary="Double exponential moving average",
    formula="Mulloy, Smoothing Data with Faster Moving Averages, TASC 2/1994",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 20, "bars of each average"),),
    outputs=(_AVERAGE,),
    hidden=("average", "smoothed", "smoothed_twice"),
    lookback=lambda p: max(p["length"] - 1, 1),
    first=lambda p, s: {"value": s + 2 * p["length"] - 2},
    warmup=lambda p, w: {"value": w + 2 * p["length"] - 2 + ceil(TWICE_SMOOTHED * settling_ema(p["length"]))},
    kernel=dema_kernel,
)

TEMA = Indicator(
    name="tema",
    summary="Triple exponential moving average",
    formula="Mulloy, Smoothing Data with Less Lag, TASC 2/1994",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 20, "bars of each average"),),
    outputs=(_AVERAGE,),
    hidden=("average", "average_twice", "smoothed", "smoothed_twice", "smoothed_thrice"),
    lookback=lambda p: max(p["length"] - 1, 1),
    first=lambda p, s: {"value": s + 3 * p["length"] - 3},
    warmup=lambda p, w: {"value": w + 3 * p["length"] - 3 + ceil(THRICE_SMOOTHED * settling_ema(p["length"]))},
    kernel=tema_kernel,
)

ZLMA = Indicator(
    name="zlma",
    summary="Zero-lag moving average, an exponential average of a source pushed ahead by its lag",
    formula="Ehlers and Way, Zero Lag, TASC 11/2010",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 20, "bars of the average; half of them is the lag"),),
    outputs=(_AVERAGE,),
    hidden=("ahead", "smoothed"),
    lookback=lambda p: max(p["length"] - 1, 1),
    first=lambda p, s: {"value": _zlma_first(p, s)},
    warmup=lambda p, w: {"value": _zlma_first(p, w) + settling_ema(p["length"])},
    kernel=zlma_kernel,
)

CORRECTED_AVERAGES = (DEMA, TEMA, ZLMA)
