"""Order blocks, breaker blocks and fair value gaps: a box for each block, from the close that made it known to its end.

The outputs name every new block, but of several that end on one bar only the nearest. So the life of a block is
followed here from its own edges and the bars, by the rules of `play_engine.structures.blocks`.
"""

from collections.abc import Callable, Iterator

import attrs

from charts.seen import Seen, rows_where
from charts.shapes import Box, Drawing
from charts.wording import range_text, time_text

# Finds the bar that a block was made of, from the row on which it became known, its edges and direction.
FindOrigin = Callable[[Seen, int, "Life"], int]


@attrs.define(kw_only=True)
class Life:
    """A block on its way through the bars: rows on which it became known, was first touched and ended, with the reason
    for the end (empty while it lives)."""

    direction: int
    upper: float
    lower: float
    created: int
    touched: int | None = None
    ended: int | None = None
    reason: str = ""


def order_blocks(seen: Seen) -> Drawing:
    """The blocks of an `order_block`; the origin of each is the opposing candle."""
    return _drawing(seen, lives(seen, touch_depth=0.0), _opposing_candle)


def breaker_blocks(seen: Seen) -> Drawing:
    """The blocks of a `breaker_block`; each begins where it became one."""
    return _drawing(seen, lives(seen, touch_depth=0.0), lambda _, row, __: row)


def fair_value_gaps(seen: Seen) -> Drawing:
    """The gaps of a `fair_value_gap`; the origin of each is the middle one of its three candles."""
    return _drawing(seen, lives(seen, touch_depth=0.5), lambda _, row, __: row - 1)


def lives(seen: Seen, *, touch_depth: float) -> list[Life]:
    """Every block with what became of it; a touch must reach `touch_depth` of the block's height (0: its edge)."""
    outputs = seen.outputs
    events = (outputs["new_this_bar"], outputs["any_mitigated_this_bar"], outputs["any_invalidated_this_bar"])
    book: list[Life] = []
    known: list[Life] = []
    for row in rows_where(events[0] | events[1] | events[2]):
        added = list(_added(seen, row))
        known += added
        book = _follow(seen, [*reversed(added), *book], row, touch_depth)
    last = len(seen.ts) - 1
    for life in book:
        _age(life, last, seen.params["max_age_bars"])
    return known


def _added(seen: Seen, row: int) -> Iterator[Life]:
    """The blocks added on a bar: the one that is named, and a support before it that shows as the nearest."""
    columns = seen.outputs
    if not columns["new_this_bar"][row]:
        return
    if columns["version"][row] - (columns["version"][row - 1] if row else 0) == 2 and (
        columns["nearest_bull_age_bars"][row] == 0
    ):
        edges = float(columns["nearest_bull_upper"][row]), float(columns["nearest_bull_lower"][row])
        yield Life(direction=1, upper=edges[0], lower=edges[1], created=row)
    edges = float(columns["new_upper"][row]), float(columns["new_lower"][row])
    yield Life(direction=int(columns["new_direction"][row]), upper=edges[0], lower=edges[1], created=row)


def _follow(seen: Seen, book: list[Life], row: int, touch_depth: float) -> list[Life]:
    """What is left of the book (newest first) after a bar; of touched and untouched blocks the newest are kept."""
    kept: list[Life] = []
    counts = {True: 0, False: 0}
    for life in book:
        if life.created < row:
            _age(life, row, seen.params["max_age_bars"])
            _meet(seen, life, row, touch_depth)
            if life.ended is not None:
                continue
        untouched = life.touched is None
        counts[untouched] += 1
        if counts[untouched] > seen.params["max_active"]:
            life.ended, life.reason = row, "given up for newer ones"
        else:
            kept.append(life)
    return kept


def _age(life: Life, row: int, max_age_bars: int) -> None:
    """End a block that has become too old by the bar of `row`: its last bar was the one before that."""
    if life.ended is None and 0 < max_age_bars < row - life.created:
        life.ended, life.reason = life.created + max_age_bars, "given up for its age"


def _meet(seen: Seen, life: Life, row: int, touch_depth: float) -> None:
    """Let the bar of `row` close through the block or touch it."""
    if life.ended is not None:
        return
    close = seen.close[row]
    if close < life.lower if life.direction == 1 else close > life.upper:
        life.ended, life.reason = row, "closed through"
        return
    way = life.upper - seen.low[row] if life.direction == 1 else seen.high[row] - life.lower
    if life.touched is None and way / (life.upper - life.lower) >= touch_depth:
        life.touched = row


def _opposing_candle(seen: Seen, row: int, life: Life) -> int:
    """The last candle before `row`, within the structure's lookback, whose body or range is the block."""
    for candle in range(row - 1, max(row - seen.params["lookback"], 0) - 1, -1):
        open_, close = seen.open[candle], seen.close[candle]
        edges = (min(open_, close), max(open_, close))
        if not seen.params["use_body"]:
            edges = (seen.low[candle], seen.high[candle])
        if (close - open_) * life.direction < 0.0 and edges == (life.lower, life.upper):
            return candle
    return row


def _drawing(seen: Seen, blocks: list[Life], origin: FindOrigin) -> Drawing:
    return Drawing(boxes=tuple(_box(seen, life, origin(seen, life.created, life)) for life in blocks))


def _box(seen: Seen, life: Life, origin: int) -> Box:
    facts = [f"{seen.key}: {'support' if life.direction == 1 else 'resistance'} {range_text(life.lower, life.upper)}"]
    facts.append(f"known {time_text(seen.closed(life.created))}")
    facts += [] if life.touched is None else [f"touched {time_text(seen.closed(life.touched))}"]
    facts += [] if life.ended is None else [f"{life.reason} {time_text(seen.closed(life.ended))}"]
    return Box(
        origin_ms=seen.opened(origin) if origin < life.created else seen.closed(origin),
        start_ms=seen.closed(life.created),
        end_ms=seen.end_ms if life.ended is None else seen.closed(life.ended),
        lower=life.lower,
        upper=life.upper,
        direction=life.direction,
        touched_ms=None if life.touched is None else seen.closed(life.touched),
        text=", ".join(facts),
    )
