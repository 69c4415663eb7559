"""Volume by price: the profile of the last bars, and that of the bars since an anchor."""

from math import inf, isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.compiled import compiled, inner
from play_engine.declaration import Indicator, Output, Parameter, Params, Surroundings
from play_engine.indicators.anchors import (
    ANCHOR_TIME_IS_MANUAL,
    anchor_arguments,
    anchor_parameters,
    anchor_preroll,
    bars_since_event,
    is_manual,
)
from play_engine.indicators.building_blocks import EPSILON
from play_engine.indicators.parameters import bars_parameter


@compiled
def volume_profile_kernel(
    high: Floats,
    low: Floats,
    close: Floats,
    volume: Floats,
    num_buckets: int,
    lookback: int,
    value_area_pct: float,
    poc: Floats,
    vah: Floats,
    val: Floats,
    poc_volume: Floats,
    above_poc: Floats,
    in_value_area: Floats,
    start: int,
    stop: int,
) -> None:
    """The profile of the last `lookback` bars, afresh on every bar."""
    buckets = np.empty(num_buckets)
    for t in range(start, stop):
        bars = 0 if isnan(low[t - lookback + 1]) else lookback
        profile = _profile(high, low, volume, bars, buckets, value_area_pct, t)
        poc[t], vah[t], val[t], poc_volume[t] = profile
        above_poc[t], in_value_area[t] = _position(close[t], profile)


@compiled
def anchored_volume_profile_kernel(
    high: Floats,
    low: Floats,
    close: Floats,
    volume: Floats,
    ts: Ints,
    bar: Ints,
    swing: NDArray[Any],
    num_buckets: int,
    lookback: int,
    value_area_pct: float,
    source: int,
    at_pivot: bool,
    instant: int,
    poc: Floats,
    vah: Floats,
    val: Floats,
    poc_volume: Floats,
    above_poc: Floats,
    in_value_area: Floats,
    bars_since_anchor: Floats,
    start: int,
    stop: int,
) -> None:
    """The profile of the bars since the anchor, at most `lookback`; missing on one bar, which is spread evenly."""
    buckets = np.empty(num_buckets)
    for t in range(start, stop):
        count = bars_since_anchor[t - 1]
        back = bars_since_event(swing, bar, ts, source, at_pivot, instant, not isnan(count), t)
        count = count + 1.0 if back == 0 else back
        bars_since_anchor[t] = count
        bars = int(min(count, lookback)) if count >= 2.0 else 0
        profile = _profile(high, low, volume, bars, buckets, value_area_pct, t)
        poc[t], vah[t], val[t], poc_volume[t] = profile
        above_poc[t], in_value_area[t] = _position(close[t], profile)


@inner
def _profile(
    high: Floats, low: Floats, volume: Floats, bars: int, buckets: Floats, value_area_pct: float, t: int
) -> tuple[float, float, float, float]:
    """poc, vah, val and poc_volume of the last `bars` bars; NaN if none of them has volume."""
    bottom, top, traded = inf, -inf, 0.0
    # Slices: their rows are known not to be negative, so that the processor can take several bars at once.
    lows, highs, volumes = low[t - bars + 1 : t + 1], high[t - bars + 1 : t + 1], volume[t - bars + 1 : t + 1]
    for k in range(bars):
        if volumes[k] > 0.0:
            bottom, top = min(bottom, lows[k]), max(top, highs[k])
            traded += volumes[k]
    if top < bottom:
        return nan, nan, nan, nan
    if top - bottom <= EPSILON * top:
        return bottom, bottom, bottom, traded
    width = (top - bottom) / len(buckets)
    _fill(high, low, volume, bars, bottom, width, buckets, t)
    poc = 0
    for j in range(1, len(buckets)):
        if buckets[j] > buckets[poc]:
            poc = j
    lowest, highest = _value_area(buckets, poc, value_area_pct)
    return bottom + (poc + 0.5) * width, bottom + (highest + 1) * width, bottom + lowest * width, buckets[poc]


@inner
def _fill(
    high: Floats, low: Floats, volume: Floats, bars: int, bottom: float, width: float, buckets: Floats, t: int
) -> None:
    """Spread the volume of each bar, oldest first, evenly over the buckets between its low and its high."""
    for j in range(len(buckets)):
        buckets[j] = 0.0
    last = len(buckets) - 1
    for k in range(t - bars + 1, t + 1):
        if volume[k] > 0.0:
            lower = min(last, int((low[k] - bottom) / width))
            upper = min(last, int((high[k] - bottom) / width))
            share = volume[k] / (upper - lower + 1)
            for j in range(lower, upper + 1):
                buckets[j] += share


@inner
def _value_area(buckets: Floats, poc: int, value_area_pct: float) -> tuple[int, int]:
    """First and last bucket of the area that grows from the fullest one, each time by the fuller of its neighbours,
    the upper on ties, until it holds the part `value_area_pct` of the volume or meets empty buckets on both sides."""
    total = 0.0
    for j in range(len(buckets)):
        total += buckets[j]
    lowest = highest = poc
    held = buckets[poc]
    while held < value_area_pct * total:
        below = buckets[lowest - 1] if lowest > 0 else 0.0
        above = buckets[highest + 1] if highest < len(buckets) - 1 else 0.0
        if below == 0.0 and above == 0.0:
            break
        if above >= below:
            highest += 1
            held += above
        else:
            lowest -= 1
            held += below
    return lowest, highest


@inner
def _position(price: float, profile: tuple[float, float, float, float]) -> tuple[float, float]:
    """Whether a price lies above the poc, and whether it lies between val and vah: 0 or 1; NaN without a profile."""
    poc, vah, val, _ = profile
    if isnan(poc):
        return nan, nan
    return 1.0 if price > poc else 0.0, 1.0 if val <= price <= vah else 0.0


_PROFILE_PARAMETERS = (
    Parameter(
        name="num_buckets",
        kind="int",
        default=50,
        minimum=1,
        maximum=1_000,
        meaning="equal parts that the price range of the window is cut into",
    ),
    bars_parameter("lookback", 50, "most bars in the profile"),
    Parameter(
        name="value_area_pct",
        kind="number",
        default=0.7,
        minimum=0,
        maximum=1,
        open_minimum=True,
        meaning="part of the volume that lies in the value area, 0 to 1",
    ),
)
_PROFILE_OUTPUTS = (
    Output(name="poc", primary=True, meaning="point of control: middle of the fullest bucket, in quote currency"),
    Output(name="vah", meaning="upper edge of the value area, in quote currency"),
    Output(name="val", meaning="lower edge of the value area, in quote currency"),
    Output(name="poc_volume", meaning="volume in the fullest bucket, in base currency"),
    Output(name="above_poc", kind="INT", meaning="1 if the close lies above the point of control, else 0"),
    Output(name="in_value_area", kind="INT", meaning="1 if the close lies in the value area, edges included, else 0"),
)
_STEIDLMAYER = "Steidlmayer, Market Profile, Chicago Board of Trade, 1984"

VOLUME_PROFILE = Indicator(
    name="volume_profile",
    summary="Volume by price over the last bars: point of control and value area",
    formula=_STEIDLMAYER,
    inputs=("high", "low", "close", "volume"),
    parameters=_PROFILE_PARAMETERS,
    outputs=_PROFILE_OUTPUTS,
    lookback=lambda p: p["lookback"] - 1,
    first=lambda p, _: {output.name: p["lookback"] - 1 for output in _PROFILE_OUTPUTS},
    warmup=lambda p, _: {output.name: p["lookback"] - 1 for output in _PROFILE_OUTPUTS},
    kernel=volume_profile_kernel,
)

_ANCHORED_OUTPUTS = (
    *_PROFILE_OUTPUTS,
    Output(name="bars_since_anchor", kind="INT", meaning="bars since the anchor, 1 on the anchor bar"),
)


def _anchored_first(params: Params, _: int) -> dict[str, int]:
    # The earliest bars on which there can be an anchor, and a second bar after it.
    anchor = 0 if is_manual(params) else 1
    second = anchor if params["anchor_at"] == "pivot" and anchor else anchor + 1
    return {output.name: anchor if output.name == "bars_since_anchor" else second for output in _ANCHORED_OUTPUTS}


def _anchored_preroll(_: Params, surroundings: Surroundings) -> dict[str, int]:
    return {output.name: anchor_preroll(surroundings) for output in _ANCHORED_OUTPUTS}


ANCHORED_VOLUME_PROFILE = Indicator(
    name="anchored_volume_profile",
    summary="Volume by price since a confirmed swing or a given time: point of control and value area",
    formula=_STEIDLMAYER,
    inputs=("high", "low", "close", "volume", "ts", "bar", "swing"),
    parameters=(*_PROFILE_PARAMETERS, *anchor_parameters("pair_any")),
    constraints=(ANCHOR_TIME_IS_MANUAL,),
    arguments=lambda p, _: (p["num_buckets"], p["lookback"], p["value_area_pct"], *anchor_arguments(p)),
    outputs=_ANCHORED_OUTPUTS,
    needs_swing=lambda params: not is_manual(params),
    lookback=lambda p: max(p["lookback"] - 1, 1),
    first=_anchored_first,
    warmup=lambda _, __: {output.name: 0 for output in _ANCHORED_OUTPUTS},
    preroll=_anchored_preroll,
    kernel=anchored_volume_profile_kernel,
)

PROFILES = (VOLUME_PROFILE, ANCHORED_VOLUME_PROFILE)
