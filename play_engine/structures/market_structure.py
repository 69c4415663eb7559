"""Bias of the market from breaks of its pivots: one that agrees continues the bias, one that disagrees turns it.

Break of structure and change of character are terms of M. Huddleston's Inner Circle Trader lectures; the latter is
older (Wyckoff). That a break needs a close beyond the pivot is Dow theory (Robert Rhea, The Dow Theory, 1932).
"""

from math import nan
from typing import Any

from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.compiled import compiled, inner
from play_engine.declaration import Parameter, Params, Structure, StructureInputs, StructureOutputs
from play_engine.structures.outputs import BEARISH, BULLISH, DIRECTIONS, bar_number, flag, label, level, number
from play_engine.structures.stateless import no_state
from play_engine.structures.swing import pivot_distance_bars


@inner
def record_change(row: Any, bar: int) -> None:
    """The anchor was passed: the bias turns round."""
    row.bias = -row.bias
    row.choch_this_bar = 1
    row.choch_direction = BULLISH if row.bias == 1 else BEARISH
    row.last_choch_idx = bar
    row.last_choch_level = row.anchor_level


@inner
def record_break(row: Any, side: int, bar: int) -> None:
    """The latest pivot high (side 1) or low (side −1) was passed with the bias, or gives the first bias."""
    row.bias = side
    row.bos_this_bar = 1
    row.bos_direction = BULLISH if side == 1 else BEARISH
    row.last_bos_idx = bar
    row.last_bos_level = row.break_level_high if side == 1 else row.break_level_low


@inner
def move_anchor(row: Any, pivots: Any) -> None:
    """Let the bias stand on the latest opposite pivot, if there is one."""
    idx, price = (pivots.low_idx, pivots.low_level) if row.bias == 1 else (pivots.high_idx, pivots.high_level)
    if idx >= 0:
        row.anchor_idx = idx
        row.anchor_level = price


@inner
def look_for_event(row: Any, pivots: Any, up: float, down: float, bar: int) -> None:
    """Look for at most one event on this bar, where prices reached `up` and `down`; turning comes before continuing."""
    rises = up > row.break_level_high
    falls = down < row.break_level_low
    if (row.bias == 1 and down < row.anchor_level) or (row.bias == -1 and up > row.anchor_level):
        record_change(row, bar)
    elif row.bias >= 0 and rises:
        record_break(row, 1, bar)
    elif row.bias <= 0 and falls:
        record_break(row, -1, bar)
    else:
        return
    row.version += 1
    # A level that was passed says nothing more; a new pivot must come before the next break.
    if row.bias == 1 and rises:
        row.break_level_high = nan
    if row.bias == -1 and falls:
        row.break_level_low = nan
    move_anchor(row, pivots)


@compiled
def market_structure_kernel(
    bar: Ints,
    high: Floats,
    low: Floats,
    close: Floats,
    swing: NDArray[Any],
    confirmation_close: bool,
    out: NDArray[Any],
    start: int,
    stop: int,
) -> None:
    """Fill output rows start … stop − 1 from the swing's rows and the bars."""
    for t in range(start, stop):
        out[t] = out[t - 1]
        row, pivots = out[t], swing[t]
        row.bos_this_bar = 0
        row.choch_this_bar = 0
        if pivots.high_accepted:
            row.break_level_high = pivots.high_level
        if pivots.low_accepted:
            row.break_level_low = pivots.low_level
        # The first break may come before any opposite pivot.
        if row.bias != 0 and row.anchor_idx < 0:
            move_anchor(row, pivots)
        up = close[t] if confirmation_close else high[t]
        down = close[t] if confirmation_close else low[t]
        look_for_event(row, pivots, up, down, bar[t])
        row.bos_age_bars = bar[t] - row.last_bos_idx if row.last_bos_idx >= 0 else -1
        row.choch_age_bars = bar[t] - row.last_choch_idx if row.last_choch_idx >= 0 else -1


def _advance(
    inputs: StructureInputs, params: Params, out: StructureOutputs, _: NDArray[Any], start: int, stop: int
) -> None:
    market_structure_kernel(
        inputs.bar,
        inputs.high,
        inputs.low,
        inputs.close,
        inputs.uses["swing"],
        params["confirmation_close"],
        out.rows,
        start,
        stop,
    )


MARKET_STRUCTURE = Structure(
    name="market_structure",
    summary="Bias from breaks of pivots: breaks of structure continue it, a change of character turns it",
    formula="Huddleston, Inner Circle Trader lectures; Rhea, The Dow Theory, 1932 (a break needs a close)",
    parameters=(
        Parameter(
            name="confirmation_close",
            kind="flag",
            default=True,
            meaning="whether the close must pass a level; if false, the wick suffices",
        ),
    ),
    outputs=(
        number("bias", "direction of the last event: 1 up, −1 down, 0 before the first one"),
        flag("bos_this_bar", "a break of structure happened on this bar"),
        flag("choch_this_bar", "a change of character happened on this bar"),
        label("bos_direction", DIRECTIONS, "direction of the last break of structure"),
        label("choch_direction", DIRECTIONS, "direction of the last change of character"),
        bar_number("last_bos_idx", "bar of the last break of structure"),
        bar_number("last_choch_idx", "bar of the last change of character"),
        level("last_bos_level", "price level that the last break of structure passed"),
        level("last_choch_level", "price level that the last change of character passed"),
        level("break_level_high", "price of the latest pivot high not yet passed; passing it with the bias is a break"),
        level("break_level_low", "price of the latest pivot low not yet passed; passing it with the bias is a break"),
        number("version", "breaks of structure and changes of character so far"),
        level("anchor_level", "price level that turns the bias when passed against it"),
        bar_number("anchor_idx", "bar of the pivot at the anchor level"),
        bar_number("bos_age_bars", "bars since the last break of structure"),
        bar_number("choch_age_bars", "bars since the last change of character"),
    ),
    uses={"swing": True},
    lookback=lambda _: 1,
    warmup=lambda _, used: 15 * pivot_distance_bars(used["swing"].params),
    initial_state=no_state,
    advance=_advance,
)
