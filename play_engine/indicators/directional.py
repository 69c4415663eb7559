"""Wilder's directional movement, and the index of how directed it is."""

from math import ceil

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output, Params
from play_engine.indicators.building_blocks import smooth
from play_engine.indicators.parameters import bars_parameter
from play_engine.indicators.ranges import directional_movements, true_ranges
from play_engine.indicators.settling import TWICE_SMOOTHED, settling_rma
from play_engine.indicators.side_by_side import smooth_pair


@compiled
def dm_kernel(
    high: Floats,
    low: Floats,
    length: int,
    dmp: Floats,
    dmn: Floats,
    plus: Floats,
    minus: Floats,
    smoothed_plus: Floats,
    smoothed_minus: Floats,
    start: int,
    stop: int,
) -> None:
    """dmp and dmn = Wilder's averages of +DM and −DM."""
    directional_movements(high, low, plus, minus, start, stop)
    smooth_pair(plus, length, smoothed_plus, dmp, minus, length, smoothed_minus, dmn, False, start, stop)


@compiled
def adx_kernel(
    high: Floats,
    low: Floats,
    close: Floats,
    length: int,
    adx: Floats,
    dmp: Floats,
    dmn: Floats,
    adxr: Floats,
    plus: Floats,
    minus: Floats,
    ranges: Floats,
    index: Floats,
    smoothed_plus: Floats,
    smoothed_minus: Floats,
    smoothed_range: Floats,
    smoothed_index: Floats,
    start: int,
    stop: int,
) -> None:
    """dmp and dmn = averages of +DM and −DM in percent of the average true range, adx = average of the index
    100·|dmp − dmn| / (dmp + dmn), adxr = mean of adx now and length − 1 bars before."""
    dm_kernel(high, low, length, dmp, dmn, plus, minus, smoothed_plus, smoothed_minus, start, stop)
    true_ranges(high, low, close, ranges, start, stop)
    # Until it gets its own values, the column of adxr holds the average true range.
    smooth(ranges, length, 1.0 / length, smoothed_range, adxr, start, stop)
    for t in range(start, stop):
        unit = adxr[t]
        up = 0.0 if unit == 0.0 else 100.0 * dmp[t] / unit
        down = 0.0 if unit == 0.0 else 100.0 * dmn[t] / unit
        both = up + down
        index[t] = 0.0 if both == 0.0 else 100.0 * abs(up - down) / both
        dmp[t], dmn[t] = up, down
    smooth(index, length, 1.0 / length, smoothed_index, adx, start, stop)
    for t in range(start, stop):
        adxr[t] = (adx[t] + adx[t - length + 1]) / 2.0


def _adx_first(params: Params, _: int) -> dict[str, int]:
    n = params["length"]
    return {"adx": 2 * n - 1, "dmp": n, "dmn": n, "adxr": 3 * n - 2}


def _adx_warmup(params: Params, _: int) -> dict[str, int]:
    settling = settling_rma(params["length"])
    twice = ceil(TWICE_SMOOTHED * settling)
    first = _adx_first(params, 0)
    return {name: bars + (settling if name in ("dmp", "dmn") else twice) for name, bars in first.items()}


def _dm_warmup(params: Params, _: int) -> dict[str, int]:
    warmup = params["length"] + settling_rma(params["length"])
    return {"dmp": warmup, "dmn": warmup}


_WILDER = "Wilder, New Concepts in Technical Trading Systems, 1978"

DM = Indicator(
    name="dm",
    summary="Directional movement",
    formula=_WILDER,
    inputs=("high", "low"),
    parameters=(bars_parameter("length", 14, "length of Wilder's averages, in bars"),),
    outputs=(
        Output(name="dmp", primary=True, meaning="average upward movement, in quote currency"),
        Output(name="dmn", meaning="average downward movement, in quote currency"),
    ),
    hidden=("plus", "minus", "smoothed_plus", "smoothed_minus"),
    lookback=lambda p: max(p["length"] - 1, 1),
    first=lambda p, _: {"dmp": p["length"], "dmn": p["length"]},
    warmup=_dm_warmup,
    kernel=dm_kernel,
)

ADX = Indicator(
    name="adx",
    summary="Average directional index",
    formula=_WILDER,
    inputs=("high", "low", "close"),
    parameters=(bars_parameter("length", 14, "length of Wilder's averages, in bars"),),
    outputs=(
        Output(name="adx", primary=True, meaning="strength of the trend, 0 to 100"),
        Output(name="dmp", meaning="upward movement, 0 to 100 percent of the average true range"),
        Output(name="dmn", meaning="downward movement, 0 to 100 percent of the average true range"),
        Output(name="adxr", meaning="mean of adx now and length − 1 bars before, 0 to 100"),
    ),
    hidden=(
        "plus",
        "minus",
        "ranges",
        "index",
        "smoothed_plus",
        "smoothed_minus",
        "smoothed_range",
        "smoothed_index",
    ),
    lookback=lambda p: max(p["length"] - 1, 1),
    first=_adx_first,
    warmup=_adx_warmup,
    kernel=adx_kernel,
)

DIRECTIONAL = (DM, ADX)
