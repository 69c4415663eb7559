"""A market structure: each break of structure and change of character, from the pivot that was passed to the break."""

from collections.abc import Iterator

import numpy as np

from charts.seen import Seen, rows_where
from charts.shapes import Drawing, Line
from charts.wording import price_text, time_text

_EVENTS = {"bos": ("BOS", "break of structure"), "choch": ("CHoCH", "change of character")}


def breaks(seen: Seen) -> Drawing:
    """A line at the level of each event, from its pivot to the bar that passed it, with the label there."""
    lines = [line for event in _EVENTS for line in _lines(seen, event)]
    return Drawing(lines=tuple(sorted(lines, key=lambda line: line.end_ms)))


def _lines(seen: Seen, event: str) -> Iterator[Line]:
    label, words = _EVENTS[event]
    for row in rows_where(seen.outputs[f"{event}_this_bar"]):
        price = float(seen.outputs[f"last_{event}_level"][row])
        direction = int(seen.outputs["bias"][row])
        way = "up" if direction == 1 else "down"
        yield Line(
            start_ms=seen.middle(_pivot_of(seen, direction, price, row)),
            start_price=price,
            end_ms=seen.middle(row),
            end_price=price,
            direction=direction,
            known_ms=seen.closed(row),
            label=label,
            text=f"{seen.key}: {words} {way} through {price_text(price)}, {time_text(seen.closed(row))}",
        )


def _pivot_of(seen: Seen, direction: int, price: float, row: int) -> int:
    """The bar of the pivot at `price` that the event of `row` passed: a high on the way up, a low on the way down."""
    swing = seen.uses["swing"]
    name = "high" if direction == 1 else "low"
    found = np.flatnonzero(swing[f"{name}_level"][: row + 1] == price)
    return int(swing[f"{name}_idx"][found[-1]]) if len(found) else row
