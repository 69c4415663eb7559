"""Zig-zag pivots: the extreme of a leg, once price has come back from it by a threshold.

Arthur Merrill, Filtered Waves, 1977; the threshold is in units of the average true range.
"""

from math import isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.compiled import compiled

# `side` of the running leg: 1 up, −1 down, 0 before the first bar. `extreme` is its far end so far, `opposite` the
# extreme of the other side since then (NaN: none yet); their bars beside them.
_LEG = np.dtype(
    [("side", "<i8"), ("extreme", "<f8"), ("extreme_idx", "<i8"), ("opposite", "<f8"), ("opposite_idx", "<i8")]
)


def no_leg() -> NDArray[Any]:
    """The state before the first bar: one record."""
    return np.array([(0, nan, -1, nan, -1)], dtype=_LEG)


@compiled
def follow_leg(leg: Any, high: float, low: float, close: float, bar: int, threshold: float) -> tuple[int, float, int]:
    """Follow the running leg through one bar, and turn it if price came back from its extreme by more than `threshold`.

    Returns side, price and bar of the pivot that the turn makes known: side 1 a high, −1 a low, 0 none. A threshold of
    NaN never turns. The first leg is taken to be up.
    """
    side = leg.side
    if side == 0:
        leg.side = 1
        leg.extreme = high
        leg.extreme_idx = bar
        return 0, nan, -1
    ahead, behind = (high, low) if side == 1 else (low, high)
    extends = side * ahead > side * leg.extreme
    if extends:
        leg.extreme = ahead
        leg.extreme_idx = bar
        leg.opposite = nan
    elif isnan(leg.opposite) or side * behind < side * leg.opposite:
        leg.opposite = behind
        leg.opposite_idx = bar
    # On a bar that extends the leg only the close is certainly later than the new extreme.
    tested = close if extends else behind
    if not side * tested < side * leg.extreme - threshold:
        return 0, nan, -1
    pivot, pivot_idx = leg.extreme, leg.extreme_idx
    leg.side = -side
    leg.extreme = behind if extends else leg.opposite
    leg.extreme_idx = bar if extends else leg.opposite_idx
    leg.opposite = nan
    return side, pivot, pivot_idx
