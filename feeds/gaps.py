"""Bars that a series lacks, found chunk by chunk in its column of open times."""

import attrs
import numpy as np

from play_engine.bars import Ints


@attrs.frozen(kw_only=True)
class GapSpan:
    """A stretch without bars: from the open of the first missing bar (ms) to the open of the next present one (ms)."""

    start_ms: int
    end_ms: int
    missing_bars: int


class GapFinder:
    """Collects the gaps of one series while its open times pass by.

    Give it the `ts` column in order, in chunks of any size; how it is cut does not matter. A series that starts late or
    ends early has no gap there: only holes between two present bars count. Memory grows with the number of gaps.
    """

    def __init__(self, interval_ms: int) -> None:
        self._interval_ms = interval_ms
        self._last_ms: int | None = None
        self._gaps: list[GapSpan] = []

    def feed(self, ts: Ints) -> None:
        """Take the next open times: strictly increasing, on the grid, all after those fed before."""
        if len(ts) == 0:
            return
        if self._last_ms is not None:
            self._note(self._last_ms, int(ts[0]))
        for before in np.flatnonzero(np.diff(ts) != self._interval_ms):
            self._note(int(ts[before]), int(ts[before + 1]))
        self._last_ms = int(ts[-1])

    @property
    def gaps(self) -> tuple[GapSpan, ...]:
        """The gaps so far, in order of time."""
        return tuple(self._gaps)

    def _note(self, before_ms: int, after_ms: int) -> None:
        missing = (after_ms - before_ms) // self._interval_ms - 1
        if missing > 0:
            self._gaps.append(GapSpan(start_ms=before_ms + self._interval_ms, end_ms=after_ms, missing_bars=missing))
