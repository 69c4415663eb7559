"""How much a market moves: the average true range, and the choppiness made of it."""

from math import log10

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output, Params
from play_engine.indicators.building_blocks import EPSILON, smooth, window_highest, window_lowest, window_sums
from play_engine.indicators.parameters import bars_parameter
from play_engine.indicators.ranges import true_ranges
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
    true_ranges(high, low, close, ranges, start, stop)
    smooth(ranges, length, 1.0 / length, smoothed, value, start, stop)


@compiled
def natr_kernel(
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
    """value = 100·ATR / close."""
    true_ranges(high, low, close, ranges, start, stop)
    smooth(ranges, length, 1.0 / length, smoothed, value, start, stop)
    values, closes = value[start:stop], close[start:stop]
    for i in range(stop - start):
        values[i] = 100.0 * values[i] / closes[i]


@compiled
def chop_kernel(
    high: Floats,
    low: Floats,
    close: Floats,
    length: int,
    value: Floats,
    ranges: Floats,
    highest: Floats,
    lowest: Floats,
    start: int,
    stop: int,
) -> None:
    """value = 100·log10(ΣTR / (highest − lowest)) / log10(length), all over `length` bars; 100 where nothing moved."""
    true_ranges(high, low, close, ranges, start, stop)
    window_sums(ranges, length, value, start, stop)
    window_highest(high, length, highest, start, stop)
    window_lowest(low, length, lowest, start, stop)
    most = log10(length)
    for t in range(start, stop):
        span = highest[t] - lowest[t]
        if span <= EPSILON * highest[t]:
            # Without a sum of true ranges there is no value either.
            value[t] = value[t] * 0.0 + 100.0
        else:
            value[t] = 100.0 * log10(value[t] / span) / most


def _smoothed_range_warmup(params: Params, _: int) -> dict[str, int]:
    return {"value": params["length"] + settling_rma(params["length"])}


ATR = Indicator(
    name="atr",
    summary="Average true range",
    formula="Wilder, New Concepts in Technical Trading Systems, 1978",
    inputs=("high", "low", "close"),
    parameters=(bars_parameter("length", 14, "length of Wilder's average, in bars"),),
    outputs=(Output(name="value", primary=True, meaning="average range of a bar, in quote currency"),),
    hidden=("ranges", "smoothed"),
    lookback=lambda p: max(p["length"] - 1, 1),
    first=lambda p, _: {"value": p["length"]},
    warmup=_smoothed_range_warmup,
    kernel=atr_kernel,
)

NATR = Indicator(
    name="natr",
    summary="Normalized average true range",
    formula="Forman, Cross-Market Evaluations With Normalized Average True Range, 2006",
    inputs=("high", "low", "close"),
    parameters=(bars_parameter("length", 14, "length of Wilder's average, in bars"),),
    outputs=(Output(name="value", primary=True, meaning="average range of a bar, in percent of the close"),),
    hidden=("ranges", "smoothed"),
    lookback=lambda p: max(p["length"] - 1, 1),
    first=lambda p, _: {"value": p["length"]},
    warmup=_smoothed_range_warmup,
    kernel=natr_kernel,
)

CHOP = Indicator(
    name="chop",
    summary="Choppiness index",
    formula="Dreiss, The Choppiness Index, 1993",
    inputs=("high", "low", "close"),
    parameters=(bars_parameter("length", 14, minimum=2),),
    outputs=(Output(name="value", primary=True, meaning="0 (one straight move) to 100 (back and forth)"),),
    hidden=("ranges", "highest", "lowest"),
    lookback=lambda p: p["length"] - 1,
    first=lambda p, _: {"value": p["length"]},
    warmup=lambda p, _: {"value": p["length"]},
    kernel=chop_kernel,
)

VOLATILITY = (ATR, NATR, CHOP)
