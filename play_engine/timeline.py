"""A timeline: the closes of one interval, and what is visible at each of them.

Rules are evaluated on the timeline of the exec timeframe, or of the minutes; windows may step along another one.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.play.declared import MINUTE_NAMES
from play_engine.published import MARK_PRICE, LastReadings
from play_engine.rules.compiler import Rows
from play_engine.rules.expression import Reference
from play_engine.table import Table
from play_engine.timeframe import Timeframe


class Timeline:
    """A table with one row per close of `step_ms` bars.

    Of each timeframe the last bar closed at or before the instant is visible; `offset` n means n bars of that timeframe
    before it. Before the first close everything is missing.
    """

    def __init__(
        self,
        frames: Mapping[int, Timeframe],
        readings: Mapping[str, LastReadings],
        *,
        step_ms: int,
        exec_ms: int,
        base_ms: int,
        lookback: int,
        capacity: int,
    ) -> None:
        self.step_ms = step_ms
        self.table = Table(lookback=lookback, capacity=capacity)
        self.ts: Ints = self.table.add_column(np.int64, -1)
        self._frames = frames
        self._readings = readings
        self._exec = frames[exec_ms]
        self._base_ms = base_ms
        # The timeframe whose closes are the instants.
        self._steps = frames[step_ms]
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

    def visible(self, instants: Ints) -> Ints:
        """For each instant since the chunk before, the row of this timeline's last one at or before it."""
        table = self.table
        return table.start - 1 + np.searchsorted(self.ts[table.start : table.stop], instants, side="right")

    def read(self, reference: Reference) -> Rows:
        """How a reference is read at the newest rows of the timeline."""
        if reference.series in self._readings and not reference.offset:
            # What was published since the last close of an exec bar is known, too.
            known = self._readings[reference.series]
            return lambda start, stop: known.at(self.ts[start:stop])
        if reference.series == "timestamp":
            return self._timestamp(reference.offset)
        if reference.series in MINUTE_NAMES:
            minutes = self._frames[self._base_ms]
            column = minutes.columns[MARK_PRICE if reference.series == MARK_PRICE else "close", "value"]
            return self._reader(minutes, column, reference.offset)
        frame = self._owners[reference.series]
        return self._reader(frame, frame.columns[reference.series, reference.field], reference.offset)

    def read_at(self, reference: Reference, instants: Ints) -> Floats:
        """What a declared series shows at instants other than this timeline's, none before the chunk added last."""
        frame = self._owners[reference.series]
        column = frame.columns[reference.series, reference.field]
        return gather(column, frame.visible(instants) - reference.offset, frame.table.origin)

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
