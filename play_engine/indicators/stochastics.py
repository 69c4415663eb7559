"""Where the newest value lies between the highest and the lowest of a window."""

from math import isnan, log

import numpy as np

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output, Params
from play_engine.indicators.building_blocks import position, window_highest, window_lowest, window_means
from play_engine.indicators.oscillators import rsi_kernel
from play_engine.indicators.parameters import bars_parameter
from play_engine.indicators.row_by_row import middles
from play_engine.indicators.settling import settling_rma


@compiled
def willr_kernel(high: Floats, low: Floats, close: Floats, length: int, value: Floats, start: int, stop: int) -> None:
    """value = −100·(HH − close) / (HH − LL) of `length` bars; −50 where nothing moved."""
    lowest = np.empty(stop)
    # Until it gets its own values, the column of value holds the highest high.
    window_highest(high, length, value, start, stop)
    window_lowest(low, length, lowest, start, stop)
    now, high_of, low_of = close[start:stop], value[start:stop], lowest[start:stop]
    for i in range(stop - start):
        high_of[i] = 100.0 * (position(now[i], low_of[i], high_of[i]) - 1.0)


@compiled
def _fast_and_slow(
    x: Floats,
    high: Floats,
    low: Floats,
    length: int,
    k_length: int,
    d_length: int,
    k: Floats,
    d: Floats,
    raw: Floats,
    start: int,
    stop: int,
) -> None:
    """raw = position of x between the lowest low and the highest high in percent, k its mean, d the mean of k."""
    # Until they get their own values, the columns of k and d hold the extremes.
    window_highest(high, length, k, start, stop)
    window_lowest(low, length, d, start, stop)
    now, high_of, low_of, place = x[start:stop], k[start:stop], d[start:stop], raw[start:stop]
    for i in range(stop - start):
        place[i] = 100.0 * position(now[i], low_of[i], high_of[i])
    window_means(raw, k_length, k, start, stop)
    window_means(k, d_length, d, start, stop)


@compiled
def stoch_kernel(
    high: Floats,
    low: Floats,
    close: Floats,
    k_length: int,
    smooth_k: int,
    d_length: int,
    k: Floats,
    d: Floats,
    raw: Floats,
    start: int,
    stop: int,
) -> None:
    """k = SMA of 100·(close − LL) / (HH − LL), 50 where nothing moved; d = SMA(k)."""
    _fast_and_slow(close, high, low, k_length, smooth_k, d_length, k, d, raw, start, stop)


@compiled
def stochrsi_kernel(
    x: Floats,
    length: int,
    rsi_length: int,
    k_length: int,
    d_length: int,
    k: Floats,
    d: Floats,
    strength: Floats,
    up: Floats,
    down: Floats,
    smoothed_up: Floats,
    smoothed_down: Floats,
    raw: Floats,
    start: int,
    stop: int,
) -> None:
    """k = SMA of the place of the RSI between its own extremes of `length` bars, in percent; d = SMA(k)."""
    rsi_kernel(x, rsi_length, strength, up, down, smoothed_up, smoothed_down, start, stop)
    _fast_and_slow(strength, strength, strength, length, k_length, d_length, k, d, raw, start, stop)


@compiled
def fisher_kernel(
    high: Floats,
    low: Floats,
    length: int,
    signal_length: int,
    fisher: Floats,
    signal: Floats,
    middle: Floats,
    place: Floats,
    start: int,
    stop: int,
) -> None:
    """fisher = 0.5·ln((1 + V) / (1 − V)) + 0.5·fisher[1], V the smoothed place of the bar's middle in `length` bars."""
    middles(high, low, middle, start, stop)
    # Until they get their own values, the columns of place and signal hold the extremes.
    window_highest(middle, length, place, start, stop)
    window_lowest(middle, length, signal, start, stop)
    for t in range(start, stop):
        before, fisher_before = place[t - 1], fisher[t - 1]
        z = 0.66 * (position(middle[t], signal[t], place[t]) - 0.5) + 0.67 * (0.0 if isnan(before) else before)
        v = 0.999 if z > 0.99 else -0.999 if z < -0.99 else z
        place[t] = v
        fisher[t] = 0.5 * log((1.0 + v) / (1.0 - v)) + 0.5 * (0.0 if isnan(fisher_before) else fisher_before)
        signal[t] = fisher[t - signal_length]


def _stoch_bars(params: Params, _: int) -> dict[str, int]:
    first = params["k"] + params["smooth_k"] - 2
    return {"k": first, "d": first + params["d"] - 1}


def _stochrsi_first(params: Params, s: int) -> dict[str, int]:
    first = s + params["rsi_length"] + params["length"] + params["k"] - 2
    return {"k": first, "d": first + params["d"] - 1}


def _fisher_first(params: Params, _: int) -> dict[str, int]:
    return {"fisher": params["length"] - 1, "signal": params["length"] - 1 + params["signal"]}


# Bars in which the fisher transform forgets where it began, found by measuring.
_FISHER_SETTLING = 70

WILLR = Indicator(
    name="willr",
    summary="Williams %R, −100 to 0",
    formula="Williams, How I Made One Million Dollars, 1973",
    inputs=("high", "low", "close"),
    parameters=(bars_parameter("length", 14),),
    outputs=(
        Output(
            name="value", primary=True, meaning="place of the close, −100 at the lowest low to 0 at the highest high"
        ),
    ),
    lookback=lambda p: p["length"] - 1,
    first=lambda p, _: {"value": p["length"] - 1},
    warmup=lambda p, _: {"value": p["length"] - 1},
    kernel=willr_kernel,
)

STOCH = Indicator(
    name="stoch",
    summary="Stochastic oscillator, 0 to 100",
    formula="Lane, Lane's Stochastics, 1984",
    inputs=("high", "low", "close"),
    parameters=(
        bars_parameter("k", 14, "bars of the window of highs and lows"),
        bars_parameter("smooth_k", 3, "bars of the average that is k"),
        bars_parameter("d", 3, "bars of the average of k that is d"),
    ),
    outputs=(
        Output(
            name="k",
            primary=True,
            meaning="averaged place of the close, 0 at the lowest low to 100 at the highest high",
        ),
        Output(name="d", meaning="average of k, 0 to 100"),
    ),
    hidden=("raw",),
    lookback=lambda p: max(p["k"], p["smooth_k"], p["d"]) - 1,
    first=_stoch_bars,
    warmup=_stoch_bars,
    kernel=stoch_kernel,
)

STOCHRSI = Indicator(
    name="stochrsi",
    summary="Stochastic oscillator of the relative strength index, 0 to 100",
    formula="Chande and Kroll, The New Technical Trader, 1994",
    inputs=("x",),
    source="close",
    parameters=(
        bars_parameter("length", 14, "bars of the window of RSI values"),
        bars_parameter("rsi_length", 14, "bars of the RSI"),
        bars_parameter("k", 3, "bars of the average that is k"),
        bars_parameter("d", 3, "bars of the average of k that is d"),
    ),
    outputs=(
        Output(name="k", primary=True, meaning="averaged place of the RSI, 0 at its lowest to 100 at its highest"),
        Output(name="d", meaning="average of k, 0 to 100"),
    ),
    hidden=("strength", "up", "down", "smoothed_up", "smoothed_down", "raw"),
    lookback=lambda p: max(p["length"], p["rsi_length"], p["k"], p["d"], 2) - 1,
    first=_stochrsi_first,
    warmup=lambda p, w: {name: bars + settling_rma(p["rsi_length"]) for name, bars in _stochrsi_first(p, w).items()},
    kernel=stochrsi_kernel,
)

FISHER = Indicator(
    name="fisher",
    summary="Fisher transform",
    formula="Ehlers, Using the Fisher Transform, TASC 11/2002",
    inputs=("high", "low"),
    parameters=(
        bars_parameter("length", 9, "bars of the window of middles"),
        bars_parameter("signal", 1, "bars that the signal lags behind"),
    ),
    outputs=(
        Output(name="fisher", primary=True, meaning="transformed place in the window, around 0, mostly −3 to 3"),
        Output(name="signal", meaning="fisher as it was `signal` bars ago"),
    ),
    hidden=("middle", "place"),
    lookback=lambda p: max(p["length"] - 1, p["signal"]),
    first=_fisher_first,
    warmup=lambda p, w: {name: bars + _FISHER_SETTLING for name, bars in _fisher_first(p, w).items()},
    kernel=fisher_kernel,
)

STOCHASTICS = (WILLR, STOCH, STOCHRSI, FISHER)
