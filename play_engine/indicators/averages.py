"""Moving averages."""

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output
from play_engine.indicators.building_blocks import smooth, window_sum
from play_engine.indicators.parameters import bars_parameter
from play_engine.indicators.settling import settling_ema


@compiled
def ema_kernel(x: Floats, length: int, value: Floats, smoothed: Floats, start: int, stop: int) -> None:
    """value = α·x + (1 − α)·value[1] with α = 2 / (length + 1), seeded with the mean of the first `length` values."""
    smooth(x, length, 2.0 / (length + 1), smoothed, value, start, stop)


@compiled
def sma_kernel(x: Floats, length: int, value: Floats, start: int, stop: int) -> None:
    """value = mean of the last `length` values."""
    for t in range(start, stop):
        value[t] = window_sum(x, length, t) / length


EMA = Indicator(
    name="ema",
    summary="Exponential moving average",
    formula="Roberts, Control Chart Tests Based on Geometric Moving Averages, 1959; Appel 1979",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 20),),
    outputs=(Output(name="value", primary=True),),
    hidden=("smoothed",),
    # One row at least, for the average of the bar before.
    lookback=lambda p: max(p["length"] - 1, 1),
    first=lambda p, s: {"value": s + p["length"] - 1},
    warmup=lambda p, w: {"value": w + p["length"] - 1 + settling_ema(p["length"])},
    kernel=ema_kernel,
)

SMA = Indicator(
    name="sma",
    summary="Simple moving average",
    formula="Murphy, Technical Analysis of the Financial Markets, 1999",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 20),),
    outputs=(Output(name="value", primary=True),),
    lookback=lambda p: p["length"] - 1,
    first=lambda p, s: {"value": s + p["length"] - 1},
    warmup=lambda p, w: {"value": w + p["length"] - 1},
    kernel=sma_kernel,
)

AVERAGES = (EMA, SMA)
