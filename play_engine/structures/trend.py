"""Direction of the market from the order of its pivots (Dow theory: Robert Rhea, The Dow Theory, 1932).

A wave runs from one turning point to the next of the opposite kind. Higher highs and higher lows are a trend up, lower
highs and lower lows a trend down.
"""

from math import isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Ints
from play_engine.compiled import compiled
from play_engine.declaration import Parameter, Params, Structure, StructureInputs, StructureOutputs
from play_engine.structures.outputs import BEARISH, BULLISH, DIRECTIONS, flag, label, number
from play_engine.structures.swing import pivot_distance_bars

# Sides: 1 a high, −1 a low, 0 none. `pending` is the latest turning point, `turn_*` the last finished ones. Of the
# newest wave and the one before it: the side it ends at, and whether it ended above (1) or below (−1) the turn before.
_WAVES = np.dtype(
    [
        ("pending_side", "<i8"),
        ("pending_level", "<f8"),
        ("turn_high", "<f8"),
        ("turn_low", "<f8"),
        ("newest_side", "<i8"),
        ("newest_change", "<i8"),
        ("second_side", "<i8"),
        ("second_change", "<i8"),
        ("verdict", "<i8"),
        ("run", "<i8"),
        ("old_verdict", "<i8"),
        ("old_run", "<i8"),
    ]
)


@compiled
def dow_direction(high_change: int, low_change: int) -> int:
    """1 up, −1 down, 0 neither, from how the last wave up and the last wave down ended against those before.

    A change is 1 above, −1 below, 0 neither. A side without change leaves it to the other; opposite changes cancel.
    """
    if high_change == -low_change:
        return 0
    return high_change if high_change != 0 else low_change


@compiled
def follow_pivot(row: Any, waves: Any, side: int, level: float, wave_history_size: int) -> None:
    """Take in an accepted pivot high (side 1) or low (side −1); `row` is the output row, `waves` the state."""
    if waves.pending_side == 0:
        waves.pending_side = side
        waves.pending_level = level
        return
    if side == waves.pending_side:
        # A further pivot of the same kind: the wave goes on, if it goes farther.
        if not side * level >= side * waves.pending_level:
            return
        waves.pending_level = level
        if waves.newest_side == 0:
            return
    else:
        if waves.pending_side == 1:
            waves.turn_high = waves.pending_level
        else:
            waves.turn_low = waves.pending_level
        waves.pending_side = side
        waves.pending_level = level
        waves.second_side = waves.newest_side
        waves.second_change = waves.newest_change
        waves.old_verdict = waves.verdict
        waves.old_run = waves.run
    end_wave(row, waves, side, level)
    judge_waves(row, waves, wave_history_size)


@compiled
def end_wave(row: Any, waves: Any, side: int, level: float) -> None:
    """Let the newest wave end at `level` and compare it with the finished turning point of the same kind."""
    before = waves.turn_high if side == 1 else waves.turn_low
    waves.newest_side = side
    waves.newest_change = 1 if level > before else -1 if level < before else 0
    row.last_wave_direction = BULLISH if side == 1 else BEARISH
    if isnan(before):
        return
    if side == 1:
        row.last_hh = level > before
        row.last_lh = level < before
    else:
        row.last_hl = level > before
        row.last_ll = level < before


@compiled
def judge_waves(row: Any, waves: Any, wave_history_size: int) -> None:
    """Direction, strength and number of agreeing waves, from the two newest waves and the run before them."""
    direction = waves.newest_side
    row.strength = 0
    row.wave_count = 1
    waves.verdict = 0
    waves.run = 0
    if waves.second_side != 0:
        if waves.newest_side == 1:
            direction = dow_direction(waves.newest_change, waves.second_change)
        else:
            direction = dow_direction(waves.second_change, waves.newest_change)
        waves.verdict = direction
        row.wave_count = 0
        if direction != 0:
            waves.run = waves.old_run + 1 if direction == waves.old_verdict else 1
            row.wave_count = waves.run + 1
            row.strength = 2 if row.wave_count >= 3 and wave_history_size >= 3 else 1
    if direction != row.direction:
        row.direction = direction
        row.version += 1


@compiled
def trend_kernel(
    bar: Ints,
    swing: NDArray[Any],
    wave_history_size: int,
    out: NDArray[Any],
    state: NDArray[Any],
    start: int,
    stop: int,
) -> None:
    """Fill output rows start … stop − 1 from the swing's rows."""
    for t in range(start, stop):
        out[t] = out[t - 1]
        row = out[t]
        # Both on one bar belong to one pivot bar; the high comes first.
        if swing[t].high_accepted:
            follow_pivot(row, state[0], 1, swing[t].high_level, wave_history_size)
        if swing[t].low_accepted:
            follow_pivot(row, state[0], -1, swing[t].low_level, wave_history_size)
        changed = bar[t] == 0 or row.version != out[t - 1].version
        row.bars_in_trend = 0 if changed else row.bars_in_trend + 1


def _advance(
    inputs: StructureInputs, params: Params, out: StructureOutputs, state: NDArray[Any], start: int, stop: int
) -> None:
    trend_kernel(inputs.bar, inputs.uses["swing"], params["wave_history_size"], out.rows, state, start, stop)


TREND = Structure(
    name="trend",
    summary="Direction of the market from the order of its pivot highs and lows",
    formula="Rhea, The Dow Theory, 1932",
    parameters=(
        Parameter(
            name="wave_history_size",
            kind="int",
            default=4,
            minimum=2,
            maximum=1_000,
            meaning="latest waves that strength is judged from; with 2 it never exceeds 1, more than 3 change nothing",
        ),
    ),
    outputs=(
        number("direction", "1 up, −1 down, 0 neither"),
        number("strength", "0 undecided or a single wave, 1 two waves that agree, 2 three or more"),
        number("bars_in_trend", "bars since direction last changed"),
        number("wave_count", "waves in a row, up to the newest, that agree with direction"),
        label("last_wave_direction", DIRECTIONS, "direction of the newest wave"),
        flag("last_hh", "the last wave up ended above the one before (higher high)"),
        flag("last_lh", "the last wave up ended below the one before (lower high)"),
        flag("last_hl", "the last wave down ended above the one before (higher low)"),
        flag("last_ll", "the last wave down ended below the one before (lower low)"),
        number("version", "changes of direction so far"),
    ),
    uses={"swing": True},
    lookback=lambda _: 1,
    warmup=lambda _, used: 10 * pivot_distance_bars(used["swing"].params),
    initial_state=lambda _: np.array([(0, nan, nan, nan, 0, 0, 0, 0, 0, 0, 0, 0)], dtype=_WAVES),
    advance=_advance,
)
