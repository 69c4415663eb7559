"""Oscillators that weigh the volume of rising bars against that of falling ones."""

from math import ceil

import numpy as np

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output, Params
from play_engine.indicators.building_blocks import sign, window_sums
from play_engine.indicators.parameters import bars_parameter, less
from play_engine.indicators.settling import TWICE_SMOOTHED, settling_ema
from play_engine.indicators.side_by_side import ema_difference


@compiled
def mfi_kernel(x: Floats, volume: Floats, length: int, value: Floats, start: int, stop: int) -> None:
    """value = 100·P / (P + N), P and N the sums of x·volume over the rising and the falling ones of `length` changes of
    x; 50 without any."""
    rising, falling, negative = np.empty(stop), np.empty(stop), np.empty(stop)
    oldest = start - length + 1
    now, before, traded = x[oldest:stop], x[oldest - 1 : stop - 1], volume[oldest:stop]
    rise, fall = rising[oldest:], falling[oldest:]
    for i in range(len(now)):
        # 1, 0 or −1; missing, and so both flows, if one of the two values is.
        direction, flow = sign(now[i], before[i]), now[i] * traded[i]
        rise[i], fall[i] = max(direction, 0.0) * flow, max(-direction, 0.0) * flow
    # Until it gets its own values, the column of value holds the sum of the rising flows.
    window_sums(rising, length, value, start, stop)
    window_sums(falling, length, negative, start, stop)
    rise, fall = value[start:stop], negative[start:stop]
    for i in range(stop - start):
        total = rise[i] + fall[i]
        rise[i] = 50.0 if total == 0.0 else 100.0 * (rise[i] / total)


@compiled
def kvo_kernel(
    high: Floats,
    low: Floats,
    close: Floats,
    volume: Floats,
    fast: int,
    slow: int,
    signal_length: int,
    kvo: Floats,
    signal: Floats,
    signed: Floats,
    smoothed_fast: Floats,
    smoothed_slow: Floats,
    smoothed_kvo: Floats,
    start: int,
    stop: int,
) -> None:
    """kvo = EMA(sv, fast) − EMA(sv, slow), sv the volume, negative where (high + low + close) / 3 fell; signal =
    EMA(kvo)."""
    highs, lows, closes = high[start - 1 : stop], low[start - 1 : stop], close[start - 1 : stop]
    typical = np.empty(len(highs))
    for i in range(len(highs)):
        typical[i] = (highs[i] + lows[i] + closes[i]) / 3.0
    traded, flow = volume[start:stop], signed[start:stop]
    for i in range(stop - start):
        direction = sign(typical[i + 1], typical[i])
        # The comparison leaves a missing direction where it is.
        flow[i] = traded[i] * (1.0 if direction == 0.0 else direction)
    hidden = (smoothed_fast, smoothed_slow, smoothed_kvo)
    ema_difference(signed, fast, slow, signal_length, kvo, signal, *hidden, start, stop)


def _kvo_first(params: Params, _: int) -> dict[str, int]:
    return {"kvo": params["slow"], "signal": params["slow"] + params["signal"] - 1}


def _kvo_warmup(params: Params, w: int) -> dict[str, int]:
    first, slow = _kvo_first(params, w), settling_ema(params["slow"])
    signal = ceil(TWICE_SMOOTHED * max(slow, settling_ema(params["signal"])))
    return {"kvo": first["kvo"] + slow, "signal": first["signal"] + signal}


MFI = Indicator(
    name="mfi",
    summary="Money flow index, 0 to 100",
    formula="Quong and Soudack, Volume-Weighted RSI: Money Flow, TASC 3/1989",
    inputs=("x", "volume"),
    source="hlc3",
    parameters=(bars_parameter("length", 14, "changes in the window"),),
    outputs=(Output(name="value", primary=True, meaning="share of the rising money flow in percent, 0 to 100"),),
    lookback=lambda p: p["length"],
    first=lambda p, s: {"value": s + p["length"]},
    warmup=lambda p, w: {"value": w + p["length"]},
    kernel=mfi_kernel,
)

KVO = Indicator(
    name="kvo",
    summary="Klinger volume oscillator",
    formula="Klinger, Identifying Trends with Volume Analysis, 1997",
    inputs=("high", "low", "close", "volume"),
    parameters=(
        bars_parameter("fast", 34, "bars of the short average"),
        bars_parameter("slow", 55, "bars of the long average", minimum=2),
        bars_parameter("signal", 13, "bars of the signal line"),
    ),
    constraints=(less("fast", "slow"),),
    outputs=(
        Output(name="kvo", primary=True, meaning="short less long average of the signed volume, in base currency"),
        Output(name="signal", meaning="average of kvo, in base currency"),
    ),
    hidden=("signed", "smoothed_fast", "smoothed_slow", "smoothed_kvo"),
    lookback=lambda p: max(p["slow"], p["signal"]) - 1,
    first=_kvo_first,
    warmup=_kvo_warmup,
    kernel=kvo_kernel,
)

MONEY_FLOW = (MFI, KVO)
