"""The evaluation timeline: the instants at which rules are evaluated, and what is visible at each of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.rules.compiler import Rows
from play_engine.rules.expression import Reference
from play_engine.table import Table
from play_engine.timeframe import Timeframe

# Series that exist in the language but that bars alone do not bring.
_WITHOUT_DATA = frozenset({"funding_rate", "open_interest"})
# Built-in names of the minute, and the bar column that they read.
MINUTE_NAMES = {"last_price": "close", "mark_price": "close"}


class Timeline:
    """A table with one row per evaluation instant.

    Of each timeframe the last bar closed at or before the instant is visible; `offset` n means n bars of that timeframe
    before it. Before the first close everything is missing.
    """

    def __init__(
        self,
        frames: Mapping[int, Timeframe],
        *,
        exec_ms: int,
        base_ms: int,
        minute_mode: bool,
        lookback: int,
        capacity: int,
    ) -> None:
        self.table = Table(lookback=lookback, capacity=capacity)
        self.ts: Ints = self.table.add_column(np.int64, 0)
        self._frames = frames
        self._exec = frames[exec_ms]
        self._base_ms = base_ms
        # The timeframe whose closes are the instants: exec bars, or the finest bars in minute mode.
        self._steps = frames[base_ms if minute_mode else exec_ms]
        # Every timeframe has bar fields; in a rule they are those of the exec timeframe, which therefore comes last.
        self._owners = {series: frame for frame in (*frames.values(), self._exec) for series, _ in frame.columns}
        self._visible: dict[int, Ints] = {}

    def append(self) -> None:
        """Add the instants of the bars added last; every timeframe has been extended by the same chunk before."""
        steps = self._steps.table
        instants = self._steps.closes()
        table = self.table
        table.reserve(len(instants))
        table.commit(len(instants))
        self.ts[table.start : table.stop] = instants
        self._visible = {
            length: np.arange(steps.start, steps.stop) if frame is self._steps else frame.visible(instants)
            for length, frame in self._frames.items()
        }

    def read(self, reference: Reference) -> Rows:
        """How a reference is read at the newest rows of the timeline."""
        if reference.series in _WITHOUT_DATA:
            return lambda start, stop: np.full(stop - start, np.nan)
        if reference.series == "timestamp":
            return self._timestamp(reference.offset)
        if reference.series in MINUTE_NAMES:
            minutes = self._frames[self._base_ms]
            column = minutes.columns[MINUTE_NAMES[reference.series], "value"]
            return self._reader(minutes, column, reference.offset)
        frame = self._owners[reference.series]
        return self._reader(frame, frame.columns[reference.series, reference.field], reference.offset)

    def _reader(self, frame: Timeframe, column: NDArray[Any], offset: int) -> Rows:
        length = frame.interval_ms

        def rows(_start: int, _stop: int) -> Floats:
            return gather(column, self._visible[length] - offset, frame.table.origin)

        return rows

    def _timestamp(self, offset: int) -> Rows:
        if not offset:
            return lambda start, stop: self.ts[start:stop].astype(np.float64)
        opened = self._reader(self._exec, self._exec.ts, offset)
        return lambda start, stop: opened(start, stop) + self._exec.interval_ms


def gather(column: NDArray[Any], rows: Ints, origin: int) -> Floats:
    """`column[rows]` as float64, missing where a row lies before the first bar (rows do not fall)."""
    values = column[rows].astype(np.float64)
    if len(rows) and rows[0] + origin < 0:
        values[rows + origin < 0] = np.nan
    return values
