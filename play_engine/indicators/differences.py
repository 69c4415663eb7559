"""Differences of averages."""

from math import ceil

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output, Params
from play_engine.indicators.building_blocks import smooth
from play_engine.indicators.parameters import bars_parameter, less
from play_engine.indicators.settling import TWICE_SMOOTHED, settling_ema


@compiled
def macd_kernel(
    x: Floats,
    fast: int,
    slow: int,
    signal_length: int,
    macd: Floats,
    signal: Floats,
    histogram: Floats,
    smoothed_fast: Floats,
    smoothed_slow: Floats,
    smoothed_macd: Floats,
    start: int,
    stop: int,
) -> None:
    """macd = EMA(x, fast) − EMA(x, slow), signal = EMA(macd), histogram = macd − signal."""
    # Until they get their own values, the columns of macd and signal hold the two averages.
    smooth(x, fast, 2.0 / (fast + 1), smoothed_fast, macd, start, stop)
    smooth(x, slow, 2.0 / (slow + 1), smoothed_slow, signal, start, stop)
    for t in range(start, stop):
        macd[t] = macd[t] - signal[t]
    smooth(macd, signal_length, 2.0 / (signal_length + 1), smoothed_macd, signal, start, stop)
    for t in range(start, stop):
        histogram[t] = macd[t] - signal[t]


def _macd_first(params: Params, s: int) -> dict[str, int]:
    line = s + params["slow"] - 1
    signal = line + params["signal"] - 1
    return {"macd": line, "signal": signal, "histogram": signal}


def _macd_warmup(params: Params, w: int) -> dict[str, int]:
    first = _macd_first(params, w)
    slow = settling_ema(params["slow"])
    signal = first["signal"] + ceil(TWICE_SMOOTHED * max(slow, settling_ema(params["signal"])))
    return {"macd": first["macd"] + slow, "signal": signal, "histogram": signal}


MACD = Indicator(
    name="macd",
    summary="Moving average convergence divergence",
    formula="Appel, The Moving Average Convergence-Divergence Method, 1979",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("fast", 12), bars_parameter("slow", 26, minimum=2), bars_parameter("signal", 9)),
    constraints=(less("fast", "slow"),),
    outputs=(Output(name="macd", primary=True), Output(name="signal"), Output(name="histogram")),
    hidden=("smoothed_fast", "smoothed_slow", "smoothed_macd"),
    lookback=lambda p: max(p["slow"], p["signal"]) - 1,
    first=_macd_first,
    warmup=_macd_warmup,
    kernel=macd_kernel,
)

DIFFERENCES = (MACD,)
