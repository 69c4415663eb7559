"""Price levels at fixed ratios of a leg (R. Fischer, Fibonacci Applications and Strategies for Traders, 1993)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.compiled import compiled, inner
from play_engine.declaration import (
    Constraint,
    NoEffect,
    Parameter,
    Params,
    Structure,
    StructureInputs,
    StructureOutputs,
    UsesRule,
)
from play_engine.structures.outputs import BEARISH, BULLISH, DIRECTIONS, NONE, bar_number, label, level, number
from play_engine.structures.ratios import DISTINCT_RATIOS, RATIOS, ratio_text
from play_engine.structures.swing import pivot_distance_bars
from play_engine.structures.trend import TREND

_MODES = ("retracement", "extension", "extension_up", "extension_down")
RETRACEMENT, EXTENSION, EXTENSION_UP, EXTENSION_DOWN = range(4)

# Bar of the newer one of the two anchor pivots; −1 without an anchor.
_ANCHOR = np.dtype([("newer_idx", "<i8")])
# Stands in for the rows of a trend that the kernel does not read.
_NO_TREND = TREND.initial_row()


@inner
def take_leg(row: Any, pivots: Any, paired: bool) -> int:
    """Anchor the row to the swing's pair, or to its latest high and low; the bar of the newer pivot, −1 for no leg."""
    if paired:
        high, high_idx, low, low_idx = (
            pivots.pair_high_level,
            pivots.pair_high_idx,
            pivots.pair_low_level,
            pivots.pair_low_idx,
        )
    else:
        high, high_idx, low, low_idx = pivots.high_level, pivots.high_idx, pivots.low_level, pivots.low_idx
    if high_idx < 0 or low_idx < 0 or not high - low > 0.0:
        return -1
    row.anchor_high = high
    row.anchor_low = low
    row.range = high - low
    row.anchor_direction = pivots.pair_direction if paired else NONE
    row.anchor_hash = pivots.pair_anchor_hash if paired else 0
    return max(high_idx, low_idx)


@inner
def fill_levels(row: Any, ratios: Floats, mode: int, levels: Any) -> None:
    """Measure every ratio from the high down (retracement) or from an end of the leg outwards (extension)."""
    up = mode == EXTENSION_UP or (mode == EXTENSION and row.anchor_direction == BULLISH)
    base = row.anchor_high if up or mode == RETRACEMENT else row.anchor_low
    span = row.range if up else -row.range
    for k in range(len(ratios)):
        levels[k].level = base + span * ratios[k]


@compiled
def fibonacci_kernel(
    bar: Ints,
    swing: NDArray[Any],
    trend: NDArray[Any],
    ratios: Floats,
    mode: int,
    paired: bool,
    with_trend: bool,
    out: NDArray[Any],
    levels: NDArray[Any],
    state: NDArray[Any],
    start: int,
    stop: int,
) -> None:
    """Fill rows start … stop − 1 of `out` and `levels` from the rows of the swing and, `with_trend`, of the trend."""
    anchor = state[0]
    for t in range(start, stop):
        out[t] = out[t - 1]
        row = out[t]
        for k in range(len(ratios)):
            levels[t, k].level = levels[t - 1, k].level
        direction = trend[t].direction if with_trend else 0
        # Without a direction of the trend everything stays as it was.
        newer_idx = -1 if with_trend and direction == 0 else take_leg(row, swing[t], paired)
        if newer_idx >= 0:
            anchor.newer_idx = newer_idx
            row.anchor_trend_direction = direction
            if with_trend:
                row.anchor_direction = BULLISH if direction == 1 else BEARISH
            fill_levels(row, ratios, mode, levels[t])
        row.anchor_age_bars = bar[t] - anchor.newer_idx if anchor.newer_idx >= 0 else -1


def _advance(
    inputs: StructureInputs, params: Params, out: StructureOutputs, state: NDArray[Any], start: int, stop: int
) -> None:
    with_trend: bool = params["use_trend_anchor"]
    fibonacci_kernel(
        inputs.bar,
        inputs.uses["swing"],
        inputs.uses["trend"] if with_trend else _NO_TREND,
        np.array(params["levels"], dtype=np.float64),
        _MODES.index(params["mode"]),
        with_trend or params["use_paired_anchor"],
        with_trend,
        out.rows,
        out.slots,
        state,
        start,
        stop,
    )


def _has_direction(params: Params) -> bool:
    return params["mode"] != "extension" or params["use_paired_anchor"] or params["use_trend_anchor"]


FIBONACCI = Structure(
    name="fibonacci",
    summary="Price levels at fixed ratios of the latest leg",
    formula="Fischer, Fibonacci Applications and Strategies for Traders, 1993",
    parameters=(
        RATIOS,
        Parameter(
            name="mode",
            kind="text",
            default="retracement",
            choices=_MODES,
            meaning="from the high down into the leg, or beyond its end; extension: in the anchor's direction",
        ),
        Parameter(
            name="use_paired_anchor",
            kind="flag",
            default=True,
            meaning="true: the swing's pair; false: its latest high and low, whichever leg they belong to",
        ),
        Parameter(
            name="use_trend_anchor",
            kind="flag",
            default=False,
            meaning="true: the swing's pair, with the direction of the trend",
        ),
    ),
    constraints=(
        DISTINCT_RATIOS,
        Constraint(holds=_has_direction, text="mode extension needs use_paired_anchor or use_trend_anchor"),
    ),
    no_effects=(
        NoEffect(
            parameter="use_paired_anchor",
            when=lambda params, _: params["use_trend_anchor"],
            text="use_trend_anchor takes the swing's pair in any case",
        ),
    ),
    outputs=(
        level("anchor_high", "price of the leg's high"),
        level("anchor_low", "price of the leg's low"),
        level("range", "height of the leg, high − low, in price; always positive"),
        label("anchor_direction", DIRECTIONS, "direction of the pair or of the trend; none without both"),
        number("anchor_hash", "number that identifies the pair; 0 without one"),
        number("anchor_trend_direction", "direction of the trend used: 1 up, −1 down; 0 without one"),
        bar_number("anchor_age_bars", "bars since the newer one of the two anchor pivots"),
    ),
    slot_outputs=(level("level", "price at this ratio of the leg"),),
    slot_names=lambda params: tuple((f"level_{ratio_text(ratio)}",) for ratio in params["levels"]),
    uses={"swing": True, "trend": False},
    uses_rules=(
        UsesRule(
            holds=lambda params, used: "trend" in used or not params["use_trend_anchor"],
            text="use_trend_anchor needs a trend",
        ),
    ),
    lookback=lambda _: 1,
    warmup=lambda params, used: (10 if params["use_trend_anchor"] else 5) * pivot_distance_bars(used["swing"].params),
    initial_state=lambda _: np.array([(-1,)], dtype=_ANCHOR),
    advance=_advance,
)
