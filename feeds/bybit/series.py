"""The series that can be synced: how each is fetched, in which order, and how its rows go into the store."""

from collections.abc import Sequence
from typing import Protocol

import attrs
import numpy as np

from feeds.bybit.client import PublicClient
from feeds.bybit.endpoints import KLINE_ROWS, OPEN_INTEREST_STEP_MS, READING_ROWS
from feeds.bybit.spans import Missing, Span, windows
from feeds.partitions import SeriesFolder
from feeds.store import CandleStore
from feeds.stored_rows import READING_COLUMN, StoredRows, joined, rows_of_bars, rows_of_readings
from play_engine.bars import Ints
from play_engine.intervals import DAY_MS
from play_engine.market import Readings

_NONE_SYNTHETIC: Ints = np.zeros(0, dtype=np.int64)
_FUNDING_WIDTH_MS = 60 * DAY_MS


class SyncedSeries(Protocol):
    """One series of the venue beside its folder in the store.

    Rows of a `contiguous` series have no grid on which a gap could be found later: whenever syncing breaks off, what is
    stored must be without a hole.
    """

    @property
    def folder(self) -> SeriesFolder:
        """Where the store keeps it."""
        ...

    @property
    def contiguous(self) -> bool:
        """See above."""
        ...

    @property
    def asked_twice(self) -> bool:
        """Whether a second answer may have what a first one lacked."""
        ...

    def windows(self, missing: Missing) -> list[Span]:
        """What is missing, cut into spans that `fetch` takes, in the order in which they are to be fetched."""
        ...

    async def fetch(self, span: Span) -> StoredRows:
        """The rows of a span that the venue has, none of them before it is final. Raises VenueError."""
        ...

    def add(self, store: CandleStore, pages: Sequence[StoredRows]) -> int:
        """Add what was fetched, pages in the order of `windows`; how many rows that changed. Raises DataError."""
        ...


@attrs.frozen
class BarSource:
    """Bars of the last or the mark price, from REST."""

    folder: SeriesFolder
    client: PublicClient

    @property
    def contiguous(self) -> bool:
        """See SyncedSeries: holes between bars are found."""
        return False

    @property
    def asked_twice(self) -> bool:
        """See SyncedSeries: an answer that came short looks like one of a venue that has no more."""
        return True

    def windows(self, missing: Missing) -> list[Span]:
        """See SyncedSeries: as many bars as an answer holds, so that no answer is cut off, oldest first."""
        return bar_windows(missing, KLINE_ROWS * self.folder.interval_ms)

    async def fetch(self, span: Span) -> StoredRows:
        """See SyncedSeries."""
        bars = await self.client.klines(self.folder.kind, self.folder.symbol, self.folder.interval_ms, span)
        return rows_of_bars(bars, self.folder.kind, _NONE_SYNTHETIC)

    def add(self, store: CandleStore, pages: Sequence[StoredRows]) -> int:
        """See SyncedSeries."""
        return add_bars(store, self.folder, pages)


@attrs.frozen
class ReadingSource:
    """What the venue published beside its bars, from REST."""

    folder: SeriesFolder
    client: PublicClient

    @property
    def contiguous(self) -> bool:
        """See SyncedSeries."""
        return True

    @property
    def asked_twice(self) -> bool:
        """See SyncedSeries: nobody knows what is missing between readings."""
        return False

    def windows(self, missing: Missing) -> list[Span]:
        """See SyncedSeries: outward from what is stored, and each within one file of the store.

        The store puts one file in place at once, but not two.
        """
        funding = self.folder.kind == "funding"
        width_ms = _FUNDING_WIDTH_MS if funding else READING_ROWS * OPEN_INTEREST_STEP_MS
        later, earlier = (
            [piece for window in windows(span, width_ms) for piece in self._within_files(window)]
            for span in (missing.later, missing.earlier)
        )
        return [*later, *reversed(earlier)]

    async def fetch(self, span: Span) -> StoredRows:
        """See SyncedSeries."""
        return rows_of_readings(await self.client.readings(self.folder.kind, self.folder.symbol, span))

    def add(self, store: CandleStore, pages: Sequence[StoredRows]) -> int:
        """See SyncedSeries."""
        added = 0
        for page in pages:
            readings = Readings(ts=page.ts, values=page.values[READING_COLUMN])
            folder = self.folder
            added += store.add_readings(readings, venue=folder.venue, symbol=folder.symbol, kind=folder.kind).rows_added
        return added

    def _within_files(self, window: Span) -> list[Span]:
        pieces: list[Span] = []
        start_ms = window.start_ms
        while start_ms < window.end_ms:
            period = str(self.folder.periods(np.array([start_ms]))[0])
            end_ms = min(window.end_ms, self.folder.span_ms(period)[1])
            pieces.append(Span(start_ms, end_ms))
            start_ms = end_ms
        return pieces


def bar_windows(missing: Missing, width_ms: int) -> list[Span]:
    """Everything that is missing of bars, oldest first, in windows of at most this width."""
    spans = (missing.earlier, *missing.gaps, missing.later)
    return [window for span in spans for window in windows(span, width_ms)]


def add_bars(store: CandleStore, folder: SeriesFolder, pages: Sequence[StoredRows]) -> int:
    """Add pages of bars, oldest first, to the store; how many bars that changed. Raises DataError."""
    rows = joined(pages)
    report = store.add(
        [rows.bars(folder)],
        venue=folder.venue,
        symbol=folder.symbol,
        interval_ms=folder.interval_ms,
        kind=folder.kind,
        synthetic=rows.ts[rows.synthetic],
    )
    return report.rows_added + report.rows_replaced
