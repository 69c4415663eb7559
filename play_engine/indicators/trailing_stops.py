"""Levels that follow the price and stand behind it: supertrend and chandelier."""

from math import ceil, isnan, nan

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output, Params
from play_engine.indicators.building_blocks import smooth, window_highest, window_lowest
from play_engine.indicators.parameters import bars_parameter, factor_parameter
from play_engine.indicators.ranges import true_ranges
from play_engine.indicators.settling import settling_rma


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
    true_ranges(high, low, close, ranges, start, stop)
    # Until it gets its own values, the column of trend holds the ATR.
    smooth(ranges, length, 1.0 / length, smoothed, trend, start, stop)
    # The row before is carried in locals: reading it back from the columns would be most of the work.
    floor, ceiling, side = lower[start - 1], upper[start - 1], direction[start - 1]
    for t in range(start, stop):
        reach = multiplier * trend[t]
        middle = (high[t] + low[t]) / 2.0
        # Without an ATR both are NaN, and so is every output that follows from them.
        below, above = middle - reach, middle + reach
        before = close[t - 1]
        # A band that does not exist yet is not held. `&` and not `and`: a branch here would often be guessed wrong.
        floor = floor if (below <= floor) & (before >= floor) else below
        ceiling = ceiling if (above >= ceiling) & (before <= ceiling) else above
        if side == 1.0:
            side = -1.0 if close[t] < floor else 1.0
        elif side == -1.0:
            side = 1.0 if close[t] > ceiling else -1.0
        elif not isnan(reach):
            side = -1.0
        lower[t], upper[t], direction[t] = floor, ceiling, side
        long[t] = floor if side == 1.0 else nan
        short[t] = ceiling if side == -1.0 else nan
        trend[t] = long[t] if side == 1.0 else short[t]


@compiled
def chandelier_kernel(
    high: Floats,
    low: Floats,
    close: Floats,
    length: int,
    atr_length: int,
    multiplier: float,
    long: Floats,
    short: Floats,
    ranges: Floats,
    smoothed: Floats,
    start: int,
    stop: int,
) -> None:
    """long = highest high − multiplier·ATR, short = lowest low + multiplier·ATR."""
    true_ranges(high, low, close, ranges, start, stop)
    # No range is missing but the first, so that the average and its hidden column are the same.
    smooth(ranges, atr_length, 1.0 / atr_length, smoothed, smoothed, start, stop)
    window_highest(high, length, long, start, stop)
    window_lowest(low, length, short, start, stop)
    longs, shorts, averages = long[start:stop], short[start:stop], smoothed[start:stop]
    for i in range(stop - start):
        longs[i] -= multiplier * averages[i]
        shorts[i] += multiplier * averages[i]


_SUPERTREND_OUTPUTS = (
    Output(name="trend", primary=True, meaning="the band that is the stop now, in quote currency"),
    Output(name="direction", kind="INT", meaning="1 up, −1 down"),
    Output(name="long", meaning="the stop of a long position, in quote currency; missing while down"),
    Output(name="short", meaning="the stop of a short position, in quote currency; missing while up"),
)


def _supertrend_warmup(params: Params, _: int) -> dict[str, int]:
    length, multiplier = params["length"], params["multiplier"]
    # Two histories agree once both have touched the same band; how long that takes was found by measuring.
    meeting = ceil(20 * multiplier * (multiplier + 1))
    return {output.name: length + settling_rma(length) + meeting for output in _SUPERTREND_OUTPUTS}


SUPERTREND = Indicator(
    name="supertrend",
    summary="Trailing stop line of average true ranges that flips with the price",
    formula="Seban 2008",
    inputs=("high", "low", "close"),
    parameters=(
        bars_parameter("length", 10, "length of the average true range, in bars"),
        factor_parameter("multiplier", 3.0, "distance of the bands from the middle, in average true ranges"),
    ),
    outputs=_SUPERTREND_OUTPUTS,
    hidden=("ranges", "smoothed", "upper", "lower"),
    lookback=lambda p: max(p["length"] - 1, 1),
    first=lambda p, _: {output.name: p["length"] for output in _SUPERTREND_OUTPUTS},
    warmup=_supertrend_warmup,
    kernel=supertrend_kernel,
)


def _chandelier_first(params: Params, _: int) -> dict[str, int]:
    first = max(params["length"] - 1, params["atr_length"])
    return {"long": first, "short": first}


def _chandelier_warmup(params: Params, _: int) -> dict[str, int]:
    warmup = max(params["length"] - 1, params["atr_length"] + settling_rma(params["atr_length"]))
    return {"long": warmup, "short": warmup}


CHANDELIER = Indicator(
    name="chandelier",
    summary="Chandelier exit: stops a number of average true ranges behind the extremes of a window",
    formula="LeBeau and Lucas, Computer Analysis of the Futures Markets, 1992",
    inputs=("high", "low", "close"),
    parameters=(
        bars_parameter("length", 22),
        bars_parameter("atr_length", 22, "length of the average true range, in bars"),
        factor_parameter("multiplier", 3.0, "distance from the extremes, in average true ranges"),
    ),
    outputs=(
        Output(name="long", primary=True, meaning="the stop of a long position, in quote currency"),
        Output(name="short", meaning="the stop of a short position, in quote currency"),
    ),
    hidden=("ranges", "smoothed"),
    lookback=lambda p: max(p["length"] - 1, p["atr_length"] - 1, 1),
    first=_chandelier_first,
    warmup=_chandelier_warmup,
    kernel=chandelier_kernel,
)

TRAILING_STOPS = (SUPERTREND, CHANDELIER)
