"""Blocks: price ranges that are expected to hold until price closes through them, and the book that keeps them.

A block is support (direction 1), expected to hold price from above, or resistance (−1). The first touch mitigates it, a
close through it invalidates it, and both are reported. Structures differ in how a block arises and in how deep a touch
must go; what happens to it afterwards is here.
"""

from math import inf, nan
from typing import Any

import numpy as np

from play_engine.compiled import inner
from play_engine.declaration import Output, Parameter, Params
from play_engine.structures.outputs import bar_number, flag, level, number

_MOST_ACTIVE = 64
# Untouched and touched ones, and those that one bar adds. The room does not depend on the parameters, so that kernels
# are compiled once.
_ROOM = 2 * _MOST_ACTIVE + 2

# `created` is the bar that made the block known, `mitigated_idx` that of its first touch (−1: untouched). `fill` is the
# share of its height that price has come back over, `origin` the bar of the candle that it is made of (−1: of none).
_BLOCK = np.dtype(
    [
        ("direction", "<i8"),
        ("upper", "<f8"),
        ("lower", "<f8"),
        ("created", "<i8"),
        ("mitigated_idx", "<i8"),
        ("fill", "<f8"),
        ("origin", "<i8"),
    ]
)
# The blocks that are kept: the first `count` ones, newest first.
BOOK = np.dtype([("count", "<i8"), ("blocks", _BLOCK, (_ROOM,))])


@inner
def begin_bar(row: Any) -> None:
    """Forget the events of the bar before; `row` is the output row."""
    row.new_this_bar = 0
    row.new_direction = 0
    row.new_upper = nan
    row.new_lower = nan
    row.any_mitigated_this_bar = 0
    row.any_invalidated_this_bar = 0


@inner
def add_block(row: Any, book: Any, direction: int, upper: float, lower: float, bar: int) -> None:
    """Put a block in front of the book and report it."""
    for k in range(book.count, 0, -1):
        book.blocks[k] = book.blocks[k - 1]
    book.count += 1
    block = book.blocks[0]
    block.direction = direction
    block.upper = upper
    block.lower = lower
    block.created = bar
    block.mitigated_idx = -1
    block.fill = 0.0
    block.origin = -1
    row.new_this_bar = 1
    row.new_direction = direction
    row.new_upper = upper
    row.new_lower = lower
    row.version += 1


@inner
def is_through(direction: int, upper: float, lower: float, close: float) -> bool:
    """Whether a close lies beyond the far side of a block."""
    return close < lower if direction == 1 else close > upper


@inner
def touches(block: Any, high: float, low: float, touch_depth: float) -> bool:
    """Whether a bar comes back over at least `touch_depth` of the block's height (0: to its edge); keeps the fill."""
    way = block.upper - low if block.direction == 1 else high - block.lower
    depth = way / (block.upper - block.lower)
    block.fill = max(block.fill, min(depth, 1.0))
    return depth >= touch_depth


@inner
def follow_blocks(
    row: Any,
    book: Any,
    bar: int,
    high: float,
    low: float,
    close: float,
    max_active: int,
    max_age_bars: int,
    touch_depth: float,
) -> None:
    """Age, invalidate and mitigate the blocks of earlier bars, and keep the newest ones.

    Untouched and touched blocks have `max_active` places each. Of several blocks with the same fate the one whose
    middle is nearest to the close is reported, the newest among equals.
    """
    kept = untouched = touched = 0
    nearest_mitigated = nearest_invalidated = inf
    for k in range(book.count):
        block = book.blocks[k]
        if block.created < bar:
            if 0 < max_age_bars < bar - block.created:
                continue
            distance = abs(close - (block.upper + block.lower) / 2.0)
            if is_through(block.direction, block.upper, block.lower, close):
                row.any_invalidated_this_bar = 1
                if distance < nearest_invalidated:
                    nearest_invalidated = distance
                    row.last_invalidated_direction = block.direction
                    row.last_invalidated_upper = block.upper
                    row.last_invalidated_lower = block.lower
                continue
            if block.mitigated_idx < 0 and touches(block, high, low, touch_depth):
                block.mitigated_idx = bar
                row.any_mitigated_this_bar = 1
                if distance < nearest_mitigated:
                    nearest_mitigated = distance
                    row.last_mitigated_direction = block.direction
                    row.last_mitigated_upper = block.upper
                    row.last_mitigated_lower = block.lower
        if block.mitigated_idx < 0:
            untouched += 1
        else:
            touched += 1
        if (untouched if block.mitigated_idx < 0 else touched) <= max_active:
            if kept < k:
                book.blocks[kept] = block
            kept += 1
    book.count = kept


@inner
def publish_blocks(row: Any, book: Any, bar: int, close: float) -> tuple[int, int]:
    """Count the active blocks and show the nearest of each direction.

    A block is active until its first touch, and still on the bar of that touch: on that bar a trader acts. Returns the
    places of the two nearest in the book, support first, −1 without one.
    """
    bulls = bears = 0
    bull = bear = -1
    bull_distance = bear_distance = inf
    for k in range(book.count):
        block = book.blocks[k]
        if 0 <= block.mitigated_idx < bar:
            continue
        distance = abs(close - (block.upper + block.lower) / 2.0)
        if block.direction == 1:
            bulls += 1
            if distance < bull_distance:
                bull, bull_distance = k, distance
        else:
            bears += 1
            if distance < bear_distance:
                bear, bear_distance = k, distance
    row.active_bull_count = bulls
    row.active_bear_count = bears
    row.nearest_bull_upper = book.blocks[bull].upper if bull >= 0 else nan
    row.nearest_bull_lower = book.blocks[bull].lower if bull >= 0 else nan
    row.nearest_bull_age_bars = bar - book.blocks[bull].created if bull >= 0 else -1
    row.nearest_bear_upper = book.blocks[bear].upper if bear >= 0 else nan
    row.nearest_bear_lower = book.blocks[bear].lower if bear >= 0 else nan
    row.nearest_bear_age_bars = bar - book.blocks[bear].created if bear >= 0 else -1
    return bull, bear


def block_memory_bars(params: Params) -> int:
    """After how many bars the blocks of the start no longer matter; where they never age, how long they mostly live."""
    return params["max_age_bars"] or 40 * params["max_active"]


BLOCK_PARAMETERS = (
    Parameter(
        name="max_active",
        kind="int",
        default=5,
        minimum=1,
        maximum=_MOST_ACTIVE,
        meaning="blocks kept: so many untouched ones and as many touched ones, the newest",
    ),
    Parameter(
        name="max_age_bars",
        kind="int",
        default=500,
        minimum=0,
        maximum=1_000_000,
        meaning="bars after which a block is given up; 0: never",
    ),
)

BLOCK_OUTPUTS: tuple[Output, ...] = (
    flag("new_this_bar", "a block was added on this bar"),
    number("new_direction", "of the block added on this bar, the last one if several: 1 support, −1 resistance"),
    level("new_upper", "upper edge of the block added on this bar, a price"),
    level("new_lower", "lower edge of the block added on this bar, a price"),
    level("nearest_bull_upper", "upper edge of the active support nearest to the close, a price"),
    level("nearest_bull_lower", "lower edge of the active support nearest to the close, a price"),
    level("nearest_bear_upper", "upper edge of the active resistance nearest to the close, a price"),
    level("nearest_bear_lower", "lower edge of the active resistance nearest to the close, a price"),
    number("active_bull_count", "supports that are untouched or first touched on this bar"),
    number("active_bear_count", "resistances that are untouched or first touched on this bar"),
    flag("any_mitigated_this_bar", "a block was touched for the first time on this bar"),
    number("version", "blocks added so far"),
    bar_number("nearest_bull_age_bars", "bars since the nearest active support became known"),
    bar_number("nearest_bear_age_bars", "bars since the nearest active resistance became known"),
    number("last_mitigated_direction", "of the block touched last: 1 support, −1 resistance"),
    level("last_mitigated_upper", "upper edge of the block touched last, a price"),
    level("last_mitigated_lower", "lower edge of the block touched last, a price"),
    flag("any_invalidated_this_bar", "price closed through a block on this bar"),
    number("last_invalidated_direction", "of the block that price closed through last: 1 support, −1 resistance"),
    level("last_invalidated_upper", "upper edge of the block that price closed through last, a price"),
    level("last_invalidated_lower", "lower edge of the block that price closed through last, a price"),
)
