"""Breaker blocks: order blocks through which price has closed, expected to act from the other side.

A term of ICT (M. Huddleston's Inner Circle Trader lectures). That broken support turns into resistance, and the
reverse, is in Edwards and Magee, Technical Analysis of Stock Trends, 1948.
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
from play_engine.structures.market_structure import MARKET_STRUCTURE

# Of one direction: the candidate that waits for a break of structure and the bar that made it one (−1: none waits), and
# the bar of the last break of structure in that direction (−1: none).
_SIDE = np.dtype([("upper", "<f8"), ("lower", "<f8"), ("idx", "<i8"), ("last_break", "<i8")])
# Support first, then resistance.
_STATE = np.dtype([("book", BOOK), ("sides", _SIDE, (2,))])
# Stands in for the rows of a market structure where none is used; no kernel reads it.
_NO_STRUCTURE = MARKET_STRUCTURE.initial_row()


@inner
def confirm_candidate(
    row: Any, book: Any, side: Any, direction: int, bar: int, close: float, by_structure: bool, break_window: int
) -> None:
    """Make a breaker of the waiting candidate, drop it, or let it wait."""
    if side.idx < 0:
        return
    late = bar - side.idx > break_window
    if late or is_through(direction, side.upper, side.lower, close):
        side.idx = -1
    elif not by_structure or (side.last_break >= 0 and side.last_break >= side.idx - break_window):
        add_block(row, book, direction, side.upper, side.lower, bar)
        side.idx = -1


@compiled
def breaker_block_kernel(
    bar: Ints,
    high: Floats,
    low: Floats,
    close: Floats,
    order_block: NDArray[Any],
    market_structure: NDArray[Any],
    by_structure: bool,
    break_window: int,
    max_active: int,
    max_age_bars: int,
    out: NDArray[Any],
    state: NDArray[Any],
    start: int,
    stop: int,
) -> None:
    """Fill output rows start … stop − 1; `market_structure` is read if `by_structure`."""
    book, sides = state[0].book, state[0].sides
    for t in range(start, stop):
        out[t] = out[t - 1]
        row = out[t]
        begin_bar(row)
        if by_structure and (market_structure[t].bos_this_bar or market_structure[t].choch_this_bar):
            sides[0 if market_structure[t].bias == 1 else 1].last_break = bar[t]
        if order_block[t].any_invalidated_this_bar:
            # Broken support waits as resistance, broken resistance as support.
            side = sides[1 if order_block[t].last_invalidated_direction == 1 else 0]
            side.upper = order_block[t].last_invalidated_upper
            side.lower = order_block[t].last_invalidated_lower
            side.idx = bar[t]
        for k in range(2):
            confirm_candidate(row, book, sides[k], 1 - 2 * k, bar[t], close[t], by_structure, break_window)
        follow_blocks(row, book, bar[t], high[t], low[t], close[t], max_active, max_age_bars, 0.0)
        publish_blocks(row, book, bar[t], close[t])


def _advance(
    inputs: StructureInputs, params: Params, out: StructureOutputs, state: NDArray[Any], start: int, stop: int
) -> None:
    breaker_block_kernel(
        inputs.bar,
        inputs.high,
        inputs.low,
        inputs.close,
        inputs.uses["order_block"],
        inputs.uses.get("market_structure", _NO_STRUCTURE),
        "market_structure" in inputs.uses,
        params["break_window"],
        params["max_active"],
        params["max_age_bars"],
        out.rows,
        state,
        start,
        stop,
    )


def _initial_state(_: Params) -> NDArray[Any]:
    state = np.zeros(1, _STATE)
    state["sides"] = np.array((nan, nan, -1, -1), _SIDE)
    return state


def _warmup(params: Params, used: Mapping[str, Used]) -> int:
    return max(one.warmup for one in used.values()) + block_memory_bars(params)


BREAKER_BLOCK = Structure(
    name="breaker_block",
    summary="An order block through which price has closed, expected to act from the other side",
    formula="ICT (M. Huddleston); Edwards and Magee, Technical Analysis of Stock Trends, 1948",
    parameters=(
        *BLOCK_PARAMETERS,
        Parameter(
            name="break_window",
            kind="int",
            default=3,
            minimum=0,
            maximum=500,
            meaning="most bars between the close through the order block and the break of structure, either way",
        ),
        Parameter(
            name="ms_key",
            kind="key",
            meaning="a market_structure that must break in the same direction; the same as naming it in uses",
        ),
    ),
    no_effects=(
        NoEffect(
            parameter="break_window",
            when=lambda _, used: "market_structure" not in used,
            text="without a market_structure no break of structure is waited for",
        ),
    ),
    outputs=BLOCK_OUTPUTS,
    uses={"order_block": True, "market_structure": False},
    key_parameters={"ms_key": "market_structure"},
    lookback=lambda _: 1,
    warmup=_warmup,
    initial_state=_initial_state,
    advance=_advance,
)
