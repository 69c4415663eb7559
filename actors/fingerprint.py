"""The fingerprint of the bars that a run reads: what identifies its input."""

from collections.abc import Callable, Iterable
from typing import Any

import attrs
from numpy.typing import NDArray

from feeds.provider import COLUMNS, DataProvider
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from results.hashes import SeriesUsed
from results.table_hash import table_hash

# A hash runs over one column after the other. Up to two years of minutes (50 MB) are kept on their way for that; a
# longer series is read once more for each column, so that memory does not grow with it.
_KEPT_ROWS = 1_051_200

ColumnReader = Callable[[str], Iterable[NDArray[Any]]]


@attrs.define(eq=False, kw_only=True)
class Fingerprint:
    """Identifies the bars of `symbol` with start_ms ≤ open time < end_ms. `add` takes them as they are delivered."""

    provider: DataProvider
    symbol: str
    interval_ms: int
    start_ms: int
    end_ms: int
    _delivered: list[BarSeries] = attrs.field(factory=list)
    _rows: int = 0

    def add(self, bars: BarSeries) -> None:
        """Note bars that were delivered, in order."""
        self._rows += len(bars)
        if self._rows <= _KEPT_ROWS:
            self._delivered.append(bars)
        else:
            self._delivered.clear()

    def used(self, *, all_delivered: bool) -> SeriesUsed:
        """The fingerprint of the whole range.

        It is read again unless all of it was delivered and kept. Where that fails, because the data are damaged behind
        the point at which the run ended, the fingerprint is that of what was delivered.
        """
        if all_delivered and self._delivered:
            return self._hash(self._kept)
        try:
            return self._hash(lambda name: self.provider.column(self.symbol, name, self.start_ms, self.end_ms))
        except DataError:
            return self._hash(self._kept)

    def _kept(self, name: str) -> Iterable[NDArray[Any]]:
        return [getattr(bars, name) for bars in self._delivered]

    def _hash(self, column: ColumnReader) -> SeriesUsed:
        rows, first_ts, last_ts = 0, 0, 0
        for ts in column("ts"):
            first_ts = first_ts if rows else int(ts[0])
            last_ts = int(ts[-1])
            rows += len(ts)
        columns = [("open_ts", "<i8", column("ts")), *((name, "<f8", column(name)) for name in COLUMNS[1:])]
        return SeriesUsed(
            symbol=self.symbol,
            kind="last",
            step_ms=self.interval_ms,
            rows=rows,
            first_ts=first_ts,
            last_ts=last_ts,
            sha256=table_hash("last", rows, columns),
        )
