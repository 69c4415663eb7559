"""What is drawn over the candles, in time and price, before any library knows of it: boxes, lines and marks.

Times are ms since the epoch, UTC. `direction` is 1 up (support, bullish), −1 down (resistance, bearish), 0 neither.
`text` is what the pointer shows; `label` is written beside the shape.
"""

from collections.abc import Iterable
from typing import Self, TypeVar

import attrs


@attrs.frozen(kw_only=True)
class Box:
    """A price range from the instant at which it was known to the one at which it ended.

    `origin_ms` is where the range comes from, before it was known; `touched_ms` when price first came back to it, None
    if it did not.
    """

    origin_ms: float
    start_ms: float
    end_ms: float
    lower: float
    upper: float
    direction: int
    touched_ms: float | None = None
    label: str = ""
    text: str = ""


@attrs.frozen(kw_only=True)
class Line:
    """A straight line between two points of time and price; `known_ms` is when it could first be drawn."""

    start_ms: float
    start_price: float
    end_ms: float
    end_price: float
    direction: int = 0
    known_ms: float
    label: str = ""
    text: str = ""


@attrs.frozen(kw_only=True)
class Mark:
    """A point of time and price. A mark on a high points down at it (`place` 1), one on a low up (−1), another sits on
    its price (0). `weight` 2 is a strong mark, 1 an ordinary one, 0 a faint one; `known_ms` is when it became known."""

    ts_ms: float
    price: float
    known_ms: float
    place: int = 0
    direction: int = 0
    weight: int = 1
    label: str = ""
    text: str = ""


Shape = TypeVar("Shape", Box, Line)


@attrs.frozen(kw_only=True)
class Drawing:
    """The shapes of one structure. `candles` are boxes round candle bodies that are to stand out."""

    boxes: tuple[Box, ...] = ()
    lines: tuple[Line, ...] = ()
    marks: tuple[Mark, ...] = ()
    candles: tuple[Box, ...] = ()

    def between(self, start_ms: float, end_ms: float) -> Self:
        """The shapes of which some part lies between start and end."""
        return attrs.evolve(
            self,
            boxes=_overlapping(self.boxes, start_ms, end_ms),
            lines=_overlapping(self.lines, start_ms, end_ms),
            marks=tuple(mark for mark in self.marks if start_ms <= mark.ts_ms <= end_ms),
            candles=_overlapping(self.candles, start_ms, end_ms),
        )

    def __len__(self) -> int:
        return len(self.boxes) + len(self.lines) + len(self.marks) + len(self.candles)


def _overlapping(shapes: Iterable[Shape], start_ms: float, end_ms: float) -> tuple[Shape, ...]:
    return tuple(shape for shape in shapes if shape.end_ms >= start_ms and shape.start_ms <= end_ms)
