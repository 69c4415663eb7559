"""Fair value gaps: ranges that a move of three candles left untraded, followed until they are filled.

A term of ICT (M. Huddleston's Inner Circle Trader lectures), there also called imbalance.
"""

from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.compiled import compiled, inner
from play_engine.declaration import NoEffect, Parameter, Params, Structure, StructureInputs, StructureOutputs
from play_engine.structures.blocks import (
    BLOCK_OUTPUTS,
    BLOCK_PARAMETERS,
    BOOK,
    add_block,
    begin_bar,
    block_memory_bars,
    follow_blocks,
    publish_blocks,
)
from play_engine.structures.displacement import ATR_KEY
from play_engine.structures.outputs import level

# A gap counts as touched when price has come back over half of it.
_TOUCH_DEPTH = 0.5


@inner
def gap_between(high: Floats, low: Floats, t: int) -> tuple[int, float, float]:
    """Direction, upper and lower edge of the gap that rows t − 2 … t leave; direction 0 without one."""
    if low[t] > high[t - 2]:
        return 1, low[t], high[t - 2]
    if high[t] < low[t - 2]:
        return -1, low[t - 2], high[t]
    return 0, nan, nan


@compiled
def fair_value_gap_kernel(
    bar: Ints,
    high: Floats,
    low: Floats,
    close: Floats,
    atr: Floats,
    min_gap_atr: float,
    max_active: int,
    max_age_bars: int,
    out: NDArray[Any],
    state: NDArray[Any],
    start: int,
    stop: int,
) -> None:
    """Fill output rows start … stop − 1; `state` is the book."""
    book = state[0]
    for t in range(start, stop):
        out[t] = out[t - 1]
        row = out[t]
        begin_bar(row)
        if bar[t] >= 2:
            direction, upper, lower = gap_between(high, low, t)
            is_large = min_gap_atr == 0.0 or (atr[t] > 0.0 and upper - lower >= min_gap_atr * atr[t])
            if direction != 0 and is_large:
                add_block(row, book, direction, upper, lower, bar[t])
        follow_blocks(row, book, bar[t], high[t], low[t], close[t], max_active, max_age_bars, _TOUCH_DEPTH)
        bull, bear = publish_blocks(row, book, bar[t], close[t])
        row.nearest_bull_fill_pct = book.blocks[bull].fill if bull >= 0 else nan
        row.nearest_bear_fill_pct = book.blocks[bear].fill if bear >= 0 else nan


def _advance(
    inputs: StructureInputs, params: Params, out: StructureOutputs, state: NDArray[Any], start: int, stop: int
) -> None:
    fair_value_gap_kernel(
        inputs.bar,
        inputs.high,
        inputs.low,
        inputs.close,
        inputs.atr,
        params["min_gap_atr"],
        params["max_active"],
        params["max_age_bars"],
        out.rows,
        state,
        start,
        stop,
    )


FAIR_VALUE_GAP = Structure(
    name="fair_value_gap",
    summary="Price ranges that a move of three candles left untraded, followed until they are filled",
    formula="ICT (M. Huddleston)",
    parameters=(
        ATR_KEY,
        Parameter(
            name="min_gap_atr", kind="number", default=0.0, minimum=0, meaning="smallest gap, in ATRs; 0: any size"
        ),
        *BLOCK_PARAMETERS,
    ),
    no_effects=(
        NoEffect(
            parameter="atr_key",
            when=lambda params, _: params["min_gap_atr"] == 0,
            text="gaps of any size count where min_gap_atr is 0",
        ),
    ),
    outputs=(
        # First, because a row that begins like that of another block detector is taken for a kind of it when compiled.
        level("nearest_bull_fill_pct", "how much of the nearest active support is filled, a fraction of 0 to 1"),
        level("nearest_bear_fill_pct", "how much of the nearest active resistance is filled, a fraction of 0 to 1"),
        *BLOCK_OUTPUTS,
    ),
    uses={},
    atr="default",
    needs_atr=lambda params, _: params["min_gap_atr"] > 0,
    lookback=lambda _: 2,
    warmup=lambda params, _: 3 + block_memory_bars(params),
    initial_state=lambda _: np.zeros(1, BOOK),
    advance=_advance,
)
