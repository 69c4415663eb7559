"""Bars of the last price out of the venue's public files of trades, one for each day and symbol."""

from collections.abc import Sequence
from typing import IO

import attrs
import numpy as np
import trio

from feeds.bybit.archive_bars import Trades, bars_of_trades, read_trades
from feeds.bybit.client import PublicClient
from feeds.bybit.endpoints import archive_day
from feeds.bybit.series import add_bars, bar_windows
from feeds.bybit.spans import Missing, Span
from feeds.bybit.stored import close_before
from feeds.partitions import SeriesFolder
from feeds.store import CandleStore
from feeds.stored_rows import StoredRows, rows_of_bars
from play_engine.bars import Ints
from play_engine.intervals import DAY_MS

_NONE_SYNTHETIC: Ints = np.zeros(0, dtype=np.int64)
_NO_TRADES = Trades(ts=np.zeros(0, dtype=np.int64), price=np.zeros(0), size=np.zeros(0))


@attrs.define
class ArchiveSource:
    """A SyncedSeries. A day without a file is a day without bars; the venue publishes a day after it has ended.

    The close before a day comes from the bars fetched or stored before it, else from the file of the day before.
    """

    folder: SeriesFolder
    client: PublicClient
    _last: tuple[int, float] | None = None

    @property
    def contiguous(self) -> bool:
        """See SyncedSeries."""
        return False

    @property
    def asked_twice(self) -> bool:
        """See SyncedSeries: a file that was read to its end is whole."""
        return False

    def windows(self, missing: Missing) -> list[Span]:
        """See SyncedSeries: at most a day each."""
        return bar_windows(missing, DAY_MS)

    async def fetch(self, span: Span) -> StoredRows:
        """See SyncedSeries; the span lies within one day."""
        day_ms = span.start_ms - span.start_ms % DAY_MS
        trades = await self._trades(day_ms)
        if trades is None:
            bars = bars_of_trades(_NO_TRADES, self.folder.symbol, self.folder.interval_ms, Span(day_ms, day_ms), None)
            return rows_of_bars(bars, "last", _NONE_SYNTHETIC)
        day = Span(day_ms, day_ms + DAY_MS)
        close = await self._close_before(day_ms)
        bars = bars_of_trades(trades, self.folder.symbol, self.folder.interval_ms, day, close)
        if len(bars):
            self._last = bars.end_ms, float(bars.close[-1])
        return rows_of_bars(bars.between(span.start_ms, span.end_ms), "last", _NONE_SYNTHETIC)

    def add(self, store: CandleStore, pages: Sequence[StoredRows]) -> int:
        """See SyncedSeries."""
        return add_bars(store, self.folder, pages)

    async def _close_before(self, day_ms: int) -> float | None:
        if self._last is not None and self._last[0] == day_ms:
            return self._last[1]
        close = await trio.to_thread.run_sync(close_before, self.folder, day_ms)
        if close is None:
            before = await self._trades(day_ms - DAY_MS)
            close = float(before.price[-1]) if before is not None and len(before.price) else None
        return close

    async def _trades(self, day_ms: int) -> Trades | None:
        def read(file: IO[bytes]) -> Trades:
            return read_trades(file, self.folder.symbol, Span(day_ms, day_ms + DAY_MS))

        return await self.client.download(archive_day(self.folder.symbol, day_ms), read)
