"""Which rows of a series are gone when partitions of it are: what they held, without what is left."""

import numpy as np

from feeds.gaps import GapSpan
from feeds.partition_facts import PartitionFacts
from feeds.partitions import SeriesFolder
from play_engine.bars import Ints
from play_engine.intervals import floor_to


class LostRows:
    """Collects them, period by period in order of time."""

    def __init__(self, series: SeriesFolder) -> None:
        self._series = series
        self._lost: list[Ints] = []
        self._readings: list[GapSpan] = []

    def add(self, period: str, held: PartitionFacts | None, left: Ints | None) -> None:
        """A lost file of a period: what is known of its rows, and the times of those that another file still has."""
        remaining = np.zeros(0, dtype=np.int64) if left is None else left
        start_ms, end_ms = self._series.span_ms(period)
        if held is not None:
            # The bounds of the period, in case that what is known is damaged too.
            start_ms, end_ms = (
                max(start_ms, held.first_ms),
                min(end_ms, held.last_ms + max(1, self._series.interval_ms)),
            )
        if self._series.interval_ms:
            self._lost.append(np.setdiff1d(self._times(start_ms, end_ms, held), remaining, assume_unique=True))
        else:
            rows = held.rows - len(remaining) if held else 0
            self._readings.append(GapSpan(start_ms=start_ms, end_ms=end_ms, missing_bars=rows))

    def spans(self) -> tuple[GapSpan, ...]:
        """The lost rows as stretches of time."""
        lost = np.concatenate([np.zeros(0, dtype=np.int64), *self._lost])
        step_ms = self._series.interval_ms
        runs = np.split(lost, np.flatnonzero(np.diff(lost) != step_ms) + 1)
        whole = [(int(run[0]), int(run[-1]) + step_ms, len(run)) for run in runs if len(run)]
        bars = [GapSpan(start_ms=start, end_ms=end, missing_bars=rows) for start, end, rows in whole]
        return (*bars, *self._readings)

    def _times(self, start_ms: int, end_ms: int, held: PartitionFacts | None) -> Ints:
        """Open times of the bars that were there, or could be."""
        step_ms = self._series.interval_ms
        times = np.arange(floor_to(start_ms + step_ms - 1, step_ms), end_ms, step_ms, dtype=np.int64)
        for gap in held.gaps if held else ():
            times = times[(times < gap.start_ms) | (times >= gap.end_ms)]
        return times
