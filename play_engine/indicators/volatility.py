"""Volatility, and the bands built on it."""

from math import ceil, isnan, nan

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Constraint, Indicator, Output, Params
from play_engine.indicators.building_blocks import smooth, true_range, window_deviation, window_sum
from play_engine.indicators.parameters import DDOF, bars_parameter, factor_parameter
from play_engine.indicators.settling import settling_rma


@compiled
def atr_kernel(
    high: Floats,
    low: Floats,
    close: Floats,
    length: int,
    value: Floats,
    ranges: Floats,
    smoothed: Floats,
    start: int,
    stop: int,
) -> None:
    """value = Wilder's average of the true range, seeded with the mean of bars 1 … length."""
    for t in range(start, stop):
        ranges[t] = true_range(high, low, close, t)
    smooth(ranges, length, 1.0 / length, smoothed, value, start, stop)


@compiled
def bbands_kernel(
    x: Floats,
    length: int,
    std: float,
    ddof: int,
    lower: Floats,
    middle: Floats,
    upper: Floats,
    bandwidth: Floats,
    percent_b: Floats,
    start: int,
    stop: int,
) -> None:
    """middle = SMA(x), upper and lower = middle ± std deviations; bandwidth in percent of middle, percent_b 0 to 1."""
    for t in range(start, stop):
        mean = window_sum(x, length, t) / length
        width = std * window_deviation(x, length, ddof, mean, t)
        middle[t] = mean
        lower[t] = mean - width
        upper[t] = mean + width
        span = upper[t] - lower[t]
        bandwidth[t] = nan if mean == 0.0 else 100.0 * span / mean
        percent_b[t] = 0.5 if span == 0.0 else (x[t] - lower[t]) / span


@compiled
def supertrend_kernel(
    high: Floats,
    low: Floats,
    close: Floats,
    length: int,
    multiplier: float,
    trend: Floats,
    direction: Floats,
    long: Floats,
    short: Floats,
    ranges: Floats,
    smoothed: Floats,
    upper: Floats,
    lower: Floats,
    start: int,
    stop: int,
) -> None:
    """Bands of `multiplier` ATRs around the bar's middle that only tighten, until the close passes them.

    direction is 1 up, −1 down, −1 on the first bar. long is the lower band while up, short the upper band while down,
    trend whichever of them exists.
    """
    for t in range(start, stop):
        ranges[t] = true_range(high, low, close, t)
    # Until it gets its own values, the column of trend holds the ATR.
    smooth(ranges, length, 1.0 / length, smoothed, trend, start, stop)
    for t in range(start, stop):
        reach = multiplier * trend[t]
        middle = (high[t] + low[t]) / 2.0
        # Without an ATR both are NaN, and so is every output that follows from them.
        upper[t] = middle + reach
        lower[t] = middle - reach
        if not (lower[t] > lower[t - 1] or close[t - 1] < lower[t - 1] or isnan(lower[t - 1])):
            lower[t] = lower[t - 1]
        if not (upper[t] < upper[t - 1] or close[t - 1] > upper[t - 1] or isnan(upper[t - 1])):
            upper[t] = upper[t - 1]
        if isnan(reach):
            direction[t] = nan
        elif direction[t - 1] == 1.0:
            direction[t] = -1.0 if close[t] < lower[t] else 1.0
        elif direction[t - 1] == -1.0:
            direction[t] = 1.0 if close[t] > upper[t] else -1.0
        else:
            direction[t] = -1.0
        long[t] = lower[t] if direction[t] == 1.0 else nan
        short[t] = upper[t] if direction[t] == -1.0 else nan
        trend[t] = long[t] if direction[t] == 1.0 else short[t]


_SUPERTREND_OUTPUTS = (
    Output(name="trend", primary=True),
    Output(name="direction", kind="INT"),
    Output(name="long"),
    Output(name="short"),
)


def _supertrend_warmup(params: Params, _: int) -> dict[str, int]:
    length, multiplier = params["length"], params["multiplier"]
    # Two histories agree once both have touched the same band; how long that takes was found by measuring.
    meeting = ceil(20 * multiplier * (multiplier + 1))
    return {output.name: length + settling_rma(length) + meeting for output in _SUPERTREND_OUTPUTS}


ATR = Indicator(
    name="atr",
    summary="Average true range",
    formula="Wilder, New Concepts in Technical Trading Systems, 1978",
    inputs=("high", "low", "close"),
    parameters=(bars_parameter("length", 14),),
    outputs=(Output(name="value", primary=True),),
    hidden=("ranges", "smoothed"),
    lookback=lambda p: max(p["length"] - 1, 1),
    first=lambda p, _: {"value": p["length"]},
    warmup=lambda p, _: {"value": p["length"] + settling_rma(p["length"])},
    kernel=atr_kernel,
)

_BBANDS_OUTPUTS = (
    Output(name="lower"),
    Output(name="middle", primary=True),
    Output(name="upper"),
    Output(name="bandwidth"),
    Output(name="percent_b"),
)

BBANDS = Indicator(
    name="bbands",
    summary="Bollinger bands",
    formula="Bollinger, Bollinger on Bollinger Bands, 2001",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 20), factor_parameter("std", 2.0), DDOF),
    constraints=(Constraint(holds=lambda p: p["length"] > p["ddof"], text="length > ddof"),),
    outputs=_BBANDS_OUTPUTS,
    lookback=lambda p: p["length"] - 1,
    first=lambda p, s: {output.name: s + p["length"] - 1 for output in _BBANDS_OUTPUTS},
    warmup=lambda p, w: {output.name: w + p["length"] - 1 for output in _BBANDS_OUTPUTS},
    kernel=bbands_kernel,
)

SUPERTREND = Indicator(
    name="supertrend",
    summary="Trailing stop line of average true ranges that flips with the price",
    formula="Seban 2008",
    inputs=("high", "low", "close"),
    parameters=(bars_parameter("length", 10), factor_parameter("multiplier", 3.0)),
    outputs=_SUPERTREND_OUTPUTS,
    hidden=("ranges", "smoothed", "upper", "lower"),
    lookback=lambda p: max(p["length"] - 1, 1),
    first=lambda p, _: {output.name: p["length"] for output in _SUPERTREND_OUTPUTS},
    warmup=_supertrend_warmup,
    kernel=supertrend_kernel,
)

VOLATILITY = (ATR, BBANDS, SUPERTREND)
