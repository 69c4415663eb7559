"""Swing highs and lows, their size, and the latest leg between a low and a high (the "pair")."""

from math import ceil, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.compiled import compiled
from play_engine.declaration import (
    Constraint,
    NoEffect,
    Parameter,
    Params,
    Structure,
    StructureInputs,
    StructureOutputs,
)
from play_engine.structures.fractal import is_pivot
from play_engine.structures.outputs import DIRECTIONS, bar_number, flag, label, level, number
from play_engine.structures.pivots import PIVOT_TYPES, consider_pivot
from play_engine.structures.zigzag import follow_leg, no_leg


@compiled
def swing_kernel(
    bar: Ints,
    high: Floats,
    low: Floats,
    close: Floats,
    atr: Floats,
    left: int,
    right: int,
    atr_multiplier: float,
    min_atr_move: float,
    min_pct_move: float,
    strict: bool,
    major_threshold: float,
    out: NDArray[Any],
    leg: NDArray[Any],
    start: int,
    stop: int,
) -> None:
    """Fill output rows start … stop − 1; an `atr_multiplier` of NaN means fractal pivots, else zig-zag."""
    fractal = np.isnan(atr_multiplier)
    for t in range(start, stop):
        out[t] = out[t - 1]
        row = out[t]
        row.high_accepted = 0
        row.low_accepted = 0
        row.high_replaced_pending = 0
        row.low_replaced_pending = 0
        side, pivot, pivot_idx = 0, nan, -1
        if not fractal:
            threshold = atr[t] * atr_multiplier if atr[t] > 0.0 else nan
            side, pivot, pivot_idx = follow_leg(leg[0], high[t], low[t], close[t], bar[t], threshold)
        # A bar can be a fractal pivot of both kinds; the high comes first.
        for kind in (1, -1):
            if fractal and bar[t] >= left + right:
                price = high if kind == 1 else low
                side = kind if is_pivot(price, kind, t - right, left, right) else 0
                pivot, pivot_idx = price[t - right], bar[t] - right
            if side == kind:
                consider_pivot(row, kind, pivot, pivot_idx, atr[t], min_atr_move, min_pct_move, strict, major_threshold)
        row.high_age_bars = bar[t] - row.high_idx if row.high_idx >= 0 else -1
        row.low_age_bars = bar[t] - row.low_idx if row.low_idx >= 0 else -1
        pair_idx = max(row.pair_high_idx, row.pair_low_idx)
        row.pair_age_bars = bar[t] - pair_idx if pair_idx >= 0 else -1


def _advance(
    inputs: StructureInputs, params: Params, out: StructureOutputs, state: NDArray[Any], start: int, stop: int
) -> None:
    zigzag = _is_zigzag(params)
    swing_kernel(
        inputs.bar,
        inputs.high,
        inputs.low,
        inputs.close,
        inputs.atr,
        0 if zigzag else params["left"],
        0 if zigzag else params["right"],
        params["atr_multiplier"] if zigzag else nan,
        _or_nan(params["min_atr_move"]),
        _or_nan(params["min_pct_move"]),
        params["strict_alternation"],
        params["major_threshold"],
        out.rows,
        state,
        start,
        stop,
    )


def _is_zigzag(params: Params) -> bool:
    return params["mode"] == "atr_zigzag"


def _or_nan(value: float | None) -> float:
    return nan if value is None else value


def pivot_distance_bars(params: Params) -> int:
    """The typical number of bars between two pivots of one kind."""
    return ceil(4 * params["atr_multiplier"] ** 2) if _is_zigzag(params) else params["left"] + params["right"] + 1


def _lookback(params: Params) -> int:
    # A zig-zag reads its own row of the bar before and nothing else.
    return 1 if _is_zigzag(params) else params["left"] + params["right"]


def _has_length(params: Params) -> bool:
    return _is_zigzag(params) or (params["left"] is not None and params["right"] is not None)


def _has_atr(params: Params) -> bool:
    return params["atr_key"] is not None or not (_is_zigzag(params) or params["min_atr_move"] is not None)


_ZIGZAG = "a zig-zag does not count bars"

SWING = Structure(
    name="swing",
    summary="Pivot highs and lows with a measure of their size, and the latest leg between a low and a high",
    formula="Williams, Trading Chaos, 1995 (fractals); Merrill, Filtered Waves, 1977 (zig-zag)",
    parameters=(
        Parameter(
            name="mode",
            kind="text",
            default="fractal",
            choices=("fractal", "atr_zigzag"),
            meaning="fractal: a bar beyond its neighbours; atr_zigzag: the extreme before a reversal measured in ATR",
        ),
        Parameter(
            name="left", kind="int", minimum=1, maximum=500, meaning="bars before a fractal pivot that it must exceed"
        ),
        Parameter(
            name="right",
            kind="int",
            minimum=1,
            maximum=500,
            meaning="bars after a fractal pivot that may not exceed it",
        ),
        Parameter(name="atr_key", kind="key", meaning="feature output that is the ATR; without it no significance"),
        Parameter(
            name="atr_multiplier",
            kind="number",
            default=2.0,
            minimum=0,
            open_minimum=True,
            meaning="reversal that makes a zig-zag pivot, in ATR",
        ),
        Parameter(
            name="major_threshold",
            kind="number",
            default=1.5,
            minimum=0,
            meaning="significance from which a pivot is major, in ATR",
        ),
        Parameter(name="min_atr_move", kind="number", minimum=0, meaning="shortest leg to a pivot, in ATR"),
        Parameter(name="min_pct_move", kind="number", minimum=0, meaning="shortest leg to a pivot, % of its start"),
        Parameter(
            name="strict_alternation",
            kind="flag",
            default=False,
            meaning="highs and lows alternate; of two in a row the more extreme one replaces the other",
        ),
    ),
    constraints=(
        Constraint(holds=_has_length, text="mode fractal needs left and right"),
        Constraint(holds=_has_atr, text="mode atr_zigzag and min_atr_move need atr_key"),
    ),
    no_effects=(
        NoEffect(parameter="left", when=lambda params, _: _is_zigzag(params), text=_ZIGZAG),
        NoEffect(parameter="right", when=lambda params, _: _is_zigzag(params), text=_ZIGZAG),
        NoEffect(
            parameter="atr_multiplier",
            when=lambda params, _: not _is_zigzag(params),
            text="only a zig-zag turns by it",
        ),
        NoEffect(
            parameter="major_threshold",
            when=lambda params, _: params["atr_key"] is None,
            text="without atr_key there is no significance",
        ),
    ),
    outputs=(
        level("high_level", "price of the last accepted pivot high"),
        level("low_level", "price of the last accepted pivot low"),
        bar_number("high_idx", "bar of the last accepted pivot high"),
        bar_number("low_idx", "bar of the last accepted pivot low"),
        number("version", "accepted pivots so far"),
        number("high_version", "accepted pivot highs so far"),
        number("low_version", "accepted pivot lows so far"),
        bar_number("last_confirmed_pivot_idx", "bar of the last accepted pivot"),
        label("last_confirmed_pivot_type", PIVOT_TYPES, "kind of the last accepted pivot"),
        level("high_significance", "length of the leg to the last pivot high, in ATR"),
        level("low_significance", "length of the leg to the last pivot low, in ATR"),
        flag("high_is_major", "high_significance reaches major_threshold"),
        flag("low_is_major", "low_significance reaches major_threshold"),
        flag("high_accepted", "a pivot high became known on this bar"),
        flag("low_accepted", "a pivot low became known on this bar"),
        flag("high_replaced_pending", "the pivot high of this bar replaced one (strict alternation)"),
        flag("low_replaced_pending", "the pivot low of this bar replaced one (strict alternation)"),
        level("pair_high_level", "price of the high of the latest leg"),
        level("pair_low_level", "price of the low of the latest leg"),
        bar_number("pair_high_idx", "bar of the high of the latest leg"),
        bar_number("pair_low_idx", "bar of the low of the latest leg"),
        label("pair_direction", DIRECTIONS, "bullish: the latest leg runs from low to high; bearish: from high to low"),
        number("pair_version", "legs so far"),
        number("pair_anchor_hash", "number that identifies the latest leg"),
        bar_number("high_age_bars", "bars since the last accepted pivot high"),
        bar_number("low_age_bars", "bars since the last accepted pivot low"),
        bar_number("pair_age_bars", "bars since the end of the latest leg"),
    ),
    uses={},
    atr="written",
    lookback=_lookback,
    warmup=lambda params, _: 5 * pivot_distance_bars(params),
    initial_state=lambda _: no_leg(),
    advance=_advance,
)
