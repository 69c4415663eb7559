"""What happens to a pivot that became known: rejected by the filters, or accepted, measured and paired."""

from math import nan
from typing import Any

from play_engine.compiled import compiled
from play_engine.structures.hashes import pair_hash
from play_engine.structures.outputs import BEARISH, BULLISH

# Codes of `last_confirmed_pivot_type`.
PIVOT_TYPES = ("none", "high", "low")
HIGH, LOW = 1, 2


@compiled
def consider_pivot(
    row: Any,
    side: int,
    level: float,
    idx: int,
    atr: float,
    min_atr_move: float,
    min_pct_move: float,
    strict: bool,
    major_threshold: float,
) -> None:
    """Accept or reject the pivot high (side 1) or low (side −1) at `level` of bar `idx`; `row` is the output row.

    A leg runs from the last accepted pivot of the other kind. It is rejected if shorter than `min_atr_move` ATRs or
    `min_pct_move` percent of its start (NaN: no such limit). With `strict`, highs and lows alternate: a pivot of the
    same kind as the last one is accepted only if it is more extreme, and replaces it. NaN stands for an ATR or a leg
    that does not exist, and makes every comparison with it false.
    """
    own, other = (row.high_level, row.low_level) if side == 1 else (row.low_level, row.high_level)
    kind, other_kind = (HIGH, LOW) if side == 1 else (LOW, HIGH)
    unit = atr if atr > 0.0 else nan
    leg = abs(level - other)
    if leg < unit * min_atr_move:
        return
    if other != 0.0 and 100.0 * leg / abs(other) < min_pct_move:
        return
    replaces = strict and row.last_confirmed_pivot_type == kind
    if replaces and not side * level > side * own:
        return
    pairs = row.last_confirmed_pivot_type == other_kind
    significance = leg / unit
    row.version += 1
    row.last_confirmed_pivot_idx = idx
    row.last_confirmed_pivot_type = kind
    if side == 1:
        row.high_level = level
        row.high_idx = idx
        row.high_version += 1
        row.high_accepted = 1
        row.high_replaced_pending = replaces
        row.high_significance = significance
        row.high_is_major = significance >= major_threshold
    else:
        row.low_level = level
        row.low_idx = idx
        row.low_version += 1
        row.low_accepted = 1
        row.low_replaced_pending = replaces
        row.low_significance = significance
        row.low_is_major = significance >= major_threshold
    if pairs and row.high_level > row.low_level:
        row.pair_high_level = row.high_level
        row.pair_high_idx = row.high_idx
        row.pair_low_level = row.low_level
        row.pair_low_idx = row.low_idx
        row.pair_direction = BULLISH if side == 1 else BEARISH
        row.pair_version += 1
        row.pair_anchor_hash = pair_hash(row.high_idx, row.high_level, row.low_idx, row.low_level, side)
