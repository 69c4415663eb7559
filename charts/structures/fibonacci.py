"""Fibonacci levels: a line for each ratio, as long as the levels stay where they are."""

from collections.abc import Iterator

import numpy as np

from charts.seen import Seen, runs
from charts.shapes import Drawing, Line
from charts.wording import price_text, time_text
from play_engine.structures.outputs import BEARISH, BULLISH

_DIRECTIONS = {BULLISH: 1, BEARISH: -1}


def fibonacci_levels(seen: Seen) -> Drawing:
    """Lines from the close that made the levels known to the one that moved them."""
    names = [name for name in seen.outputs if name.startswith("level_")]
    lines = [line for name in names for line in _lines(seen, name)]
    return Drawing(lines=tuple(sorted(lines, key=lambda line: line.start_ms)))


def _lines(seen: Seen, name: str) -> Iterator[Line]:
    column, direction = seen.outputs[name], seen.outputs["anchor_direction"]
    ratio = name.removeprefix("level_")
    for start, stop in runs(column, direction):
        price = float(column[start])
        if np.isnan(price):
            continue
        yield Line(
            start_ms=seen.closed(start),
            start_price=price,
            end_ms=seen.closed(stop) if stop < len(column) else seen.end_ms,
            end_price=price,
            direction=_DIRECTIONS.get(int(direction[start]), 0),
            known_ms=seen.closed(start),
            label=ratio,
            text=f"{seen.key}: {ratio} at {price_text(price)}, known {time_text(seen.closed(start))}",
        )
