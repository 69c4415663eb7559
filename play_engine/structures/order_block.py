"""Order blocks: the last candle against the direction of an impulse that followed it.

A term of ICT (M. Huddleston's Inner Circle Trader lectures): the range from which the impulse started.
"""

from collections.abc import Mapping
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.compiled import compiled, inner
from play_engine.declaration import NoEffect, Parameter, Params, Structure, StructureInputs, StructureOutputs, Used
from play_engine.structures.blocks import (
    BLOCK_OUTPUTS,
    BLOCK_PARAMETERS,
    BOOK,
    add_block,
    begin_bar,
    block_memory_bars,
    follow_blocks,
    is_through,
    publish_blocks,
)
from play_engine.structures.displacement import (
    ATR_KEY,
    DISPLACEMENT,
    THRESHOLDS,
    candle_shape,
    displacement_direction,
)
from play_engine.structures.swing import pivot_distance_bars

# `armed_high` and `armed_low` are the latest swing levels that no close has passed yet.
_STATE = np.dtype([("book", BOOK), ("armed_high", "<f8"), ("armed_low", "<f8")])
# Stands in for the rows of a displacement where none is used; no kernel reads it.
_NO_DISPLACEMENT = DISPLACEMENT.initial_row()


@inner
def break_of_swing(state: Any, swing: Any, close: float) -> int:
    """1 if the close passes the latest swing high, −1 the latest swing low, 0 neither; a level is passed only once."""
    if swing.high_accepted:
        state.armed_high = swing.high_level
    if swing.low_accepted:
        state.armed_low = swing.low_level
    broke = 0
    if close < state.armed_low:
        state.armed_low = nan
        broke = -1
    if close > state.armed_high:
        state.armed_high = nan
        broke = 1
    return broke


@inner
def bars_back_to_opposing(open_: Floats, close: Floats, t: int, direction: int, most: int) -> int:
    """How many rows before t, at most `most`, the last candle against `direction` lies; 0 without one."""
    for back in range(1, most + 1):
        if (close[t - back] - open_[t - back]) * direction < 0.0:
            return back
    return 0


@inner
def has_origin(book: Any, origin: int) -> bool:
    """Whether a block of the book comes from the candle of bar `origin`."""
    for k in range(book.count):  # noqa: SIM110  kernels are plain loops
        if book.blocks[k].origin == origin:
            return True
    return False


@compiled
def order_block_kernel(
    bar: Ints,
    open_: Floats,
    high: Floats,
    low: Floats,
    close: Floats,
    atr: Floats,
    swing: NDArray[Any],
    displacement: NDArray[Any],
    own_test: bool,
    body_atr_min: float,
    wick_ratio_max: float,
    require_displacement: bool,
    use_body: bool,
    lookback: int,
    max_active: int,
    max_age_bars: int,
    out: NDArray[Any],
    state: NDArray[Any],
    start: int,
    stop: int,
) -> None:
    """Fill output rows start … stop − 1; `displacement` is read unless `own_test`."""
    book = state[0].book
    for t in range(start, stop):
        out[t] = out[t - 1]
        row = out[t]
        begin_bar(row)
        broke = break_of_swing(state[0], swing[t], close[t])
        if own_test:
            shape = candle_shape(open_[t], high[t], low[t], close[t], atr[t])
            direction = displacement_direction(open_[t], close[t], shape, body_atr_min, wick_ratio_max)
        else:
            direction = displacement[t].direction
        if direction == 0 and not require_displacement:
            direction = broke
        if direction != 0:
            back = bars_back_to_opposing(open_, close, t, direction, min(lookback, bar[t]))
            s = t - back
            upper = max(open_[s], close[s]) if use_body else high[s]
            lower = min(open_[s], close[s]) if use_body else low[s]
            origin = bar[t] - back
            if back > 0 and not has_origin(book, origin) and not is_through(direction, upper, lower, close[t]):
                add_block(row, book, direction, upper, lower, bar[t])
                book.blocks[0].origin = origin
        follow_blocks(row, book, bar[t], high[t], low[t], close[t], max_active, max_age_bars, 0.0)
        publish_blocks(row, book, bar[t], close[t])


def _advance(
    inputs: StructureInputs, params: Params, out: StructureOutputs, state: NDArray[Any], start: int, stop: int
) -> None:
    order_block_kernel(
        inputs.bar,
        inputs.open,
        inputs.high,
        inputs.low,
        inputs.close,
        inputs.atr,
        inputs.uses["swing"],
        inputs.uses.get("displacement", _NO_DISPLACEMENT),
        "displacement" not in inputs.uses,
        params["body_atr_min"],
        params["wick_ratio_max"],
        params["require_displacement"],
        params["use_body"],
        params["lookback"],
        params["max_active"],
        params["max_age_bars"],
        out.rows,
        state,
        start,
        stop,
    )


def _initial_state(_: Params) -> NDArray[Any]:
    state = np.zeros(1, _STATE)
    state["armed_high"] = state["armed_low"] = nan
    return state


def _warmup(params: Params, used: Mapping[str, Used]) -> int:
    return 5 * pivot_distance_bars(used["swing"].params) + params["lookback"] + block_memory_bars(params)


def _without_effect(parameter: str) -> NoEffect:
    return NoEffect(
        parameter=parameter,
        when=lambda _, used: "displacement" in used,
        text="the displacement that is used decides by its own parameters",
    )


ORDER_BLOCK = Structure(
    name="order_block",
    summary="The last candle against the direction of an impulse that followed it",
    formula="ICT (M. Huddleston)",
    parameters=(
        ATR_KEY,
        Parameter(
            name="use_body",
            kind="flag",
            default=True,
            meaning="true: the block is the candle's body; false: its whole range",
        ),
        Parameter(
            name="require_displacement",
            kind="flag",
            default=True,
            meaning="true: only a displacement makes a block; false: a close through a swing level does so too",
        ),
        *THRESHOLDS,
        Parameter(
            name="lookback",
            kind="int",
            default=3,
            minimum=1,
            maximum=500,
            meaning="bars before the impulse in which the opposing candle is looked for",
        ),
        *BLOCK_PARAMETERS,
    ),
    no_effects=(_without_effect("atr_key"), _without_effect("body_atr_min"), _without_effect("wick_ratio_max")),
    outputs=BLOCK_OUTPUTS,
    uses={"swing": True, "displacement": False},
    atr="default",
    needs_atr=lambda _, used: "displacement" not in used,
    lookback=lambda params: params["lookback"],
    warmup=_warmup,
    initial_state=_initial_state,
    advance=_advance,
)
