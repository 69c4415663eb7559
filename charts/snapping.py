"""Points of a slower timeframe at the exec bar that made them.

A pivot of an hourly bar lies somewhere in that hour: at the exec bar whose high or low it is.
"""

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from charts.shapes import Drawing, Line, Mark


@attrs.frozen(kw_only=True, eq=False)
class Snapping:
    """Moves points from the middle of bars of `interval_ms` to exec bars of `exec_ms`, whose columns are given."""

    columns: Mapping[str, NDArray[Any]]
    exec_ms: int
    interval_ms: int

    def snapped(self, drawing: Drawing) -> Drawing:
        """The drawing with marks and the ends of lines on the exec bars that have their prices as extremes."""
        if self.interval_ms <= self.exec_ms:
            return drawing
        return attrs.evolve(
            drawing,
            marks=tuple(self._mark(mark) for mark in drawing.marks),
            lines=tuple(self._line(line) for line in drawing.lines),
        )

    def _mark(self, mark: Mark) -> Mark:
        return attrs.evolve(mark, ts_ms=self._at(mark.ts_ms, mark.price))

    def _line(self, line: Line) -> Line:
        return attrs.evolve(
            line,
            start_ms=self._at(line.start_ms, line.start_price),
            end_ms=self._at(line.end_ms, line.end_price),
        )

    def _at(self, ts_ms: float, price: float) -> float:
        """The middle of the first exec bar around `ts_ms` with this extreme; `ts_ms` itself without one."""
        ts, half_ms = self.columns["ts"], self.interval_ms / 2
        first, last = np.searchsorted(ts, (ts_ms - half_ms, ts_ms + half_ms), side="left")
        rows = slice(int(first), int(last))
        found = np.flatnonzero((self.columns["high"][rows] == price) | (self.columns["low"][rows] == price))
        return float(ts[first + found[0]]) + self.exec_ms / 2 if len(found) else ts_ms
