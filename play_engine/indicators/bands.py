"""Bands and channels around the price."""

from math import nan

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Constraint, Indicator, Output, Parameter, Params
from play_engine.indicators.building_blocks import (
    smooth,
    window_deviations,
    window_highest,
    window_lowest,
    window_means,
)
from play_engine.indicators.parameters import DDOF, bars_parameter, factor_parameter
from play_engine.indicators.ranges import true_ranges
from play_engine.indicators.settling import settling_ema, settling_rma


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
    window_means(x, length, middle, start, stop)
    # Until it gets its own values, the column of bandwidth holds the deviation.
    window_deviations(x, length, ddof, middle, bandwidth, start, stop)
    # Slices: their rows are known not to be negative, so that the processor can take several bars at once.
    xs, means, lows, highs = x[start:stop], middle[start:stop], lower[start:stop], upper[start:stop]
    widths, places = bandwidth[start:stop], percent_b[start:stop]
    for i in range(stop - start):
        reach = std * widths[i]
        lows[i] = means[i] - reach
        highs[i] = means[i] + reach
        span = highs[i] - lows[i]
        widths[i] = nan if means[i] == 0.0 else 100.0 * span / means[i]
        places[i] = 0.5 if span == 0.0 else (xs[i] - lows[i]) / span


@compiled
def kc_kernel(
    x: Floats,
    high: Floats,
    low: Floats,
    close: Floats,
    length: int,
    scalar: float,
    range_length: int,
    range_alpha: float,
    lower: Floats,
    basis: Floats,
    upper: Floats,
    smoothed: Floats,
    ranges: Floats,
    smoothed_range: Floats,
    start: int,
    stop: int,
) -> None:
    """basis = EMA(x), upper and lower = basis ± scalar smoothed true ranges."""
    smooth(x, length, 2.0 / (length + 1), smoothed, basis, start, stop)
    true_ranges(high, low, close, ranges, start, stop)
    # Until it gets its own values, the column of upper holds the smoothed range.
    smooth(ranges, range_length, range_alpha, smoothed_range, upper, start, stop)
    for t in range(start, stop):
        reach = scalar * upper[t]
        lower[t] = basis[t] - reach
        upper[t] = basis[t] + reach


@compiled
def donchian_kernel(
    high: Floats,
    low: Floats,
    lower_length: int,
    upper_length: int,
    lower: Floats,
    middle: Floats,
    upper: Floats,
    start: int,
    stop: int,
) -> None:
    """upper = highest high, lower = lowest low, middle = their mean."""
    window_lowest(low, lower_length, lower, start, stop)
    window_highest(high, upper_length, upper, start, stop)
    lows, highs, means = lower[start:stop], upper[start:stop], middle[start:stop]
    for i in range(stop - start):
        means[i] = (lows[i] + highs[i]) / 2.0


_BBANDS_OUTPUTS = (
    Output(name="lower", meaning="lower band, in the source's unit"),
    Output(name="middle", primary=True, meaning="mean, in the source's unit"),
    Output(name="upper", meaning="upper band, in the source's unit"),
    Output(name="bandwidth", meaning="distance of the bands, in percent of the mean"),
    Output(name="percent_b", meaning="where the source lies: 0 on the lower band, 1 on the upper one"),
)


def _kc_arguments(params: Params, _: int) -> tuple[int, float, int, float]:
    length, atr_length = params["length"], params["atr_length"]
    if atr_length is None:
        return length, params["scalar"], length, 2.0 / (length + 1)
    return length, params["scalar"], atr_length, 1.0 / atr_length


def _kc_first(params: Params, s: int) -> dict[str, int]:
    basis = s + params["length"] - 1
    bands = max(basis, params["length"] if params["atr_length"] is None else params["atr_length"])
    return {"lower": bands, "basis": basis, "upper": bands}


def _kc_warmup(params: Params, w: int) -> dict[str, int]:
    length, atr_length = params["length"], params["atr_length"]
    basis = w + length - 1 + settling_ema(length)
    reach = length + settling_ema(length) if atr_length is None else atr_length + settling_rma(atr_length)
    return {"lower": max(basis, reach), "basis": basis, "upper": max(basis, reach)}


def _donchian_first(params: Params, _: int) -> dict[str, int]:
    lower, upper = params["lower_length"] - 1, params["upper_length"] - 1
    return {"lower": lower, "middle": max(lower, upper), "upper": upper}


BBANDS = Indicator(
    name="bbands",
    summary="Bollinger bands",
    formula="Bollinger, Bollinger on Bollinger Bands, 2001",
    inputs=("x",),
    source="close",
    parameters=(
        bars_parameter("length", 20),
        factor_parameter("std", 2.0, "distance of the bands from the mean, in standard deviations"),
        DDOF,
    ),
    constraints=(Constraint(holds=lambda p: p["length"] > p["ddof"], text="length > ddof"),),
    outputs=_BBANDS_OUTPUTS,
    lookback=lambda p: p["length"] - 1,
    first=lambda p, s: {output.name: s + p["length"] - 1 for output in _BBANDS_OUTPUTS},
    warmup=lambda p, w: {output.name: w + p["length"] - 1 for output in _BBANDS_OUTPUTS},
    kernel=bbands_kernel,
)

KC = Indicator(
    name="kc",
    summary="Keltner channel",
    formula="Keltner, How to Make Money in Commodities, 1960; Raschke's form with averages of the true range",
    inputs=("x", "high", "low", "close"),
    source="close",
    parameters=(
        bars_parameter("length", 20, "length of the exponential averages, in bars"),
        factor_parameter("scalar", 2.0, "distance of the bands from the basis, in average true ranges"),
        Parameter(
            name="atr_length",
            kind="int",
            minimum=1,
            maximum=10_000,
            meaning="length of Wilder's average of the true range, in bars; without it an exponential one of length",
        ),
    ),
    outputs=(
        Output(name="lower", meaning="lower band, in quote currency"),
        Output(name="basis", primary=True, meaning="exponential average, in the source's unit"),
        Output(name="upper", meaning="upper band, in quote currency"),
    ),
    hidden=("smoothed", "ranges", "smoothed_range"),
    lookback=lambda p: max(p["length"] - 1, (p["atr_length"] or 1) - 1, 1),
    arguments=_kc_arguments,
    first=_kc_first,
    warmup=_kc_warmup,
    kernel=kc_kernel,
)

DONCHIAN = Indicator(
    name="donchian",
    summary="Donchian channel",
    formula="Donchian, High Finance in Copper, 1960",
    inputs=("high", "low"),
    parameters=(
        bars_parameter("lower_length", 20, "bars in the window of the lower band"),
        bars_parameter("upper_length", 20, "bars in the window of the upper band"),
    ),
    outputs=(
        Output(name="lower", meaning="lowest low, this bar's included, in quote currency"),
        Output(name="middle", primary=True, meaning="middle of the channel, in quote currency"),
        Output(name="upper", meaning="highest high, this bar's included, in quote currency"),
    ),
    lookback=lambda p: max(p["lower_length"], p["upper_length"]) - 1,
    first=_donchian_first,
    warmup=_donchian_first,
    kernel=donchian_kernel,
)

BANDS = (BBANDS, KC, DONCHIAN)
