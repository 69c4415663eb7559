"""Levels where several swing highs or lows lie close together, and sweeps of them.

In a sweep price trades beyond the level and closes back inside: the upthrust and the spring of R. Wyckoff. ICT
(M. Huddleston's Inner Circle Trader lectures) calls such levels equal highs and equal lows.
"""

from collections.abc import Mapping
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.compiled import compiled, inner
from play_engine.declaration import Parameter, Params, Structure, StructureInputs, StructureOutputs, Used
from play_engine.structures.displacement import ATR_KEY
from play_engine.structures.liquidity import (
    LIQUIDITY_SIDE,
    MOST_PIVOTS,
    MOST_ZONES,
    cluster_of_newest,
    give_up_old_zones,
    nearest_zone,
    pierce_zones,
    place_zone,
    remember_pivot,
)
from play_engine.structures.outputs import bar_number, flag, level, number
from play_engine.structures.swing import pivot_distance_bars

# Highs first, then lows; `last_sweep_idx` is the bar of the last sweep (−1: none).
_STATE = np.dtype([("sides", LIQUIDITY_SIDE, (2,)), ("last_sweep_idx", "<i8")])


@inner
def begin_bar(row: Any) -> None:
    """Forget the events of the bar before."""
    row.new_zone_this_bar = 0
    row.sweep_this_bar = 0
    row.sweep_direction = 0
    row.swept_level = nan


@inner
def take_pivot(
    row: Any,
    side: Any,
    price: float,
    tolerance: float,
    min_touches: int,
    max_active: int,
    max_swing_history: int,
    bar: int,
) -> None:
    """Remember an accepted pivot and see whether it makes or moves a zone; without an ATR `tolerance` is NaN."""
    remember_pivot(side, price, max_swing_history)
    if tolerance >= 0.0:
        mean, members = cluster_of_newest(side, tolerance)
        if members >= min_touches:
            place_zone(row, side, mean, members, tolerance, bar, max_active)


@compiled
def liquidity_zones_kernel(
    bar: Ints,
    high: Floats,
    low: Floats,
    close: Floats,
    atr: Floats,
    swing: NDArray[Any],
    tolerance_atr: float,
    sweep_atr: float,
    min_touches: int,
    max_active: int,
    max_swing_history: int,
    max_age_bars: int,
    out: NDArray[Any],
    state: NDArray[Any],
    start: int,
    stop: int,
) -> None:
    """Fill output rows start … stop − 1."""
    memory = state[0]
    for t in range(start, stop):
        out[t] = out[t - 1]
        row = out[t]
        begin_bar(row)
        unit = atr[t] if atr[t] > 0.0 else nan
        tolerance, margin = tolerance_atr * unit, sweep_atr * unit
        most, newest = 0, -1
        for direction in (1, -1):
            is_high = direction == 1
            side = memory.sides[0 if is_high else 1]
            if swing[t].high_accepted if is_high else swing[t].low_accepted:
                pivot = swing[t].high_level if is_high else swing[t].low_level
                take_pivot(row, side, pivot, tolerance, min_touches, max_active, max_swing_history, bar[t])
            give_up_old_zones(side, bar[t], max_age_bars)
            extreme = high[t] if is_high else low[t]
            swept, touches, created = pierce_zones(row, side, direction, extreme, close[t], margin, bar[t])
            # The zone with the most touches is reported, then the newest; the low side where these are equal too.
            if touches > 0 and (touches > most or (touches == most and created >= newest)):
                most, newest = touches, created
                row.sweep_this_bar = 1
                row.sweep_direction = direction
                row.swept_level = swept
                memory.last_sweep_idx = bar[t]
            if is_high:
                row.nearest_high_level, row.nearest_high_touches = nearest_zone(side, close[t])
            else:
                row.nearest_low_level, row.nearest_low_touches = nearest_zone(side, close[t])
        row.sweep_age_bars = bar[t] - memory.last_sweep_idx if memory.last_sweep_idx >= 0 else -1


def _advance(
    inputs: StructureInputs, params: Params, out: StructureOutputs, state: NDArray[Any], start: int, stop: int
) -> None:
    liquidity_zones_kernel(
        inputs.bar,
        inputs.high,
        inputs.low,
        inputs.close,
        inputs.atr,
        inputs.uses["swing"],
        params["tolerance_atr"],
        params["sweep_atr"],
        params["min_touches"],
        params["max_active"],
        params["max_swing_history"],
        params["max_age_bars"],
        out.rows,
        state,
        start,
        stop,
    )


def _initial_state(_: Params) -> NDArray[Any]:
    state = np.zeros(1, _STATE)
    state["last_sweep_idx"] = -1
    return state


def _warmup(params: Params, used: Mapping[str, Used]) -> int:
    pivots = 5 + params["max_swing_history"]
    return pivots * pivot_distance_bars(used["swing"].params) + params["max_age_bars"]


LIQUIDITY_ZONES = Structure(
    name="liquidity_zones",
    summary="Levels where several swing highs or lows lie close together, and sweeps of them",
    formula="R. Wyckoff (upthrust and spring); ICT (M. Huddleston)",
    parameters=(
        ATR_KEY,
        Parameter(
            name="tolerance_atr",
            kind="number",
            default=0.3,
            minimum=0,
            meaning="greatest distance of the pivots in one zone, in ATRs",
        ),
        Parameter(
            name="sweep_atr",
            kind="number",
            default=0.1,
            minimum=0,
            meaning="how far beyond the level price must trade, in ATRs",
        ),
        Parameter(name="min_touches", kind="int", default=2, minimum=1, maximum=64, meaning="pivots that make a zone"),
        Parameter(
            name="max_active", kind="int", default=5, minimum=1, maximum=MOST_ZONES, meaning="zones kept on each side"
        ),
        Parameter(
            name="max_swing_history",
            kind="int",
            default=20,
            minimum=1,
            maximum=MOST_PIVOTS,
            meaning="pivots remembered on each side",
        ),
        Parameter(
            name="max_age_bars",
            kind="int",
            default=500,
            minimum=0,
            maximum=1_000_000,
            meaning="bars after its last pivot at which a zone is given up; 0: never",
        ),
    ),
    outputs=(
        flag("new_zone_this_bar", "a zone was made on this bar"),
        flag("sweep_this_bar", "a zone was swept on this bar"),
        number("sweep_direction", "of this bar's sweep: 1 highs (bearish), −1 lows (bullish)"),
        level("swept_level", "level of the zone swept on this bar, a price"),
        level("nearest_high_level", "level of the zone of highs nearest to the close, a price"),
        level("nearest_low_level", "level of the zone of lows nearest to the close, a price"),
        number("nearest_high_touches", "pivots in that zone of highs"),
        number("nearest_low_touches", "pivots in that zone of lows"),
        number("version", "zones made, swept and broken so far"),
        bar_number("sweep_age_bars", "bars since the last sweep"),
    ),
    uses={"swing": True},
    atr="default",
    lookback=lambda _: 1,
    warmup=_warmup,
    initial_state=_initial_state,
    advance=_advance,
)
