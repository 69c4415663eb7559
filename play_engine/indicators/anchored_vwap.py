"""The volume-weighted average price since an anchor."""

from math import isnan, nan
from typing import Any

from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.compiled import compiled, constant
from play_engine.declaration import Indicator, Output, Params, Surroundings
from play_engine.indicators.anchors import (
    ANCHOR_TIME_IS_MANUAL,
    MANUAL,
    anchor_arguments,
    anchor_parameters,
    anchor_preroll,
    bars_since_event,
    is_at_pivot,
    is_manual,
)

# How many bars a pivot may lie back, this bar included: a table keeps no more for the sums that begin at it. From a
# pivot farther back there is no average until the next event. A fractal is confirmed at most 500 bars after its pivot.
FARTHEST_PIVOT_BARS = constant(5_000)


@compiled
def anchored_vwap_kernel(
    x: Floats,
    volume: Floats,
    ts: Ints,
    bar: Ints,
    swing: NDArray[Any],
    source: int,
    at_pivot: bool,
    instant: int,
    value: Floats,
    bars_since_anchor: Floats,
    turnover: Floats,
    traded: Floats,
    bars: Floats,
    begun: Floats,
    start: int,
    stop: int,
) -> None:
    """value = Σ x·volume / Σ volume from the anchor bar on, over the bars that have an x; bars_since_anchor is their
    number. At an event the sums are made anew, oldest bar first. `begun` is 1 from the first bar with an x on."""
    money, units, count = turnover[start - 1], traded[start - 1], bars[start - 1]
    has_begun = begun[start - 1] == 1.0
    for t in range(start, stop):
        known = not isnan(x[t])
        # For what has a source, the first bar is the first one with an x.
        back = 0
        if has_begun or (known and source == MANUAL):
            back = bars_since_event(swing, bar, ts, source, at_pivot, instant, not isnan(count), t)
        has_begun = has_begun or known
        if back > 0:
            money = units = count = 0.0 if back <= FARTHEST_PIVOT_BARS else nan
            for k in range(t - min(back, FARTHEST_PIVOT_BARS) + 1, t):
                if not isnan(x[k]):
                    money += x[k] * volume[k]
                    units += volume[k]
                    count += 1.0
        if known:
            money += x[t] * volume[t]
            units += volume[t]
            count += 1.0
        turnover[t], traded[t], bars[t], begun[t] = money, units, count, 1.0 if has_begun else nan
        value[t] = money / units if known and units > 0.0 else nan
        bars_since_anchor[t] = count if known else nan


def _first(params: Params, s: int) -> dict[str, int]:
    # The earliest bars on which there can be an anchor.
    first = s if is_manual(params) else s + 1
    return {"value": first, "bars_since_anchor": first}


def _preroll(_: Params, surroundings: Surroundings) -> dict[str, int]:
    bars = anchor_preroll(surroundings)
    return {"value": bars, "bars_since_anchor": bars}


ANCHORED_VWAP = Indicator(
    name="anchored_vwap",
    summary="Volume-weighted average price since a confirmed swing or a given time",
    formula="Shannon, Maximum Trading Gains With Anchored VWAP, 2023",
    inputs=("x", "volume", "ts", "bar", "swing"),
    source="hlc3",
    parameters=anchor_parameters("swing_any"),
    constraints=(ANCHOR_TIME_IS_MANUAL,),
    arguments=lambda params, _: anchor_arguments(params),
    outputs=(
        Output(
            name="value",
            primary=True,
            meaning="average weighted by volume, in the source's unit; missing without volume",
        ),
        Output(name="bars_since_anchor", kind="INT", meaning="bars in the average, 1 on the anchor bar"),
    ),
    hidden=("turnover", "traded", "bars", "begun"),
    needs_swing=lambda params: not is_manual(params),
    lookback=lambda params: int(FARTHEST_PIVOT_BARS) if is_at_pivot(params) else 1,
    first=_first,
    warmup=lambda _, w: {"value": w, "bars_since_anchor": w},
    preroll=_preroll,
    kernel=anchored_vwap_kernel,
)
