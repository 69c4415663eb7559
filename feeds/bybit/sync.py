"""Bringing series of the venue into the candle store, and up to date: several symbols and kinds at once."""

from collections.abc import Callable
from pathlib import Path

import attrs
import numpy as np
import trio

from exchange.bybit.errors import VenueError
from feeds.bybit.archive_source import ArchiveSource
from feeds.bybit.client import PublicClient
from feeds.bybit.listing import Listing, instrument_document
from feeds.bybit.reports import SeriesReport, SyncProgress, SyncReport
from feeds.bybit.series import BarSource, ReadingSource, SyncedSeries
from feeds.bybit.series_job import SeriesJob
from feeds.bybit.spans import Span
from feeds.bybit.stored import held
from feeds.bybit.sync_request import INSTRUMENT, SyncRequest, wanted_span
from feeds.partitions import BAR_KINDS, KINDS, SeriesFolder
from feeds.store import CandleStore
from play_engine.errors import DataError

# Series that are synced at a time.
CONCURRENT_SERIES = 4


@attrs.frozen(kw_only=True)
class Clients:
    """Whom to ask: the REST address, and the archive of trades if a request needs it."""

    rest: PublicClient
    archive: PublicClient | None = None


class Sync:
    """One request while it is carried out. Every series fails for itself, and says so in its report."""

    def __init__(
        self,
        request: SyncRequest,
        root: Path,
        clients: Clients,
        rng: np.random.Generator,
        on_progress: Callable[[SyncProgress], None] = lambda _: None,
    ) -> None:
        self._request = request
        self._root = root
        self._store = CandleStore(root)
        self._clients = clients
        self._rng = rng
        self._on_progress = on_progress
        self._limiter = trio.CapacityLimiter(CONCURRENT_SERIES)
        self._reports: dict[str, SeriesReport] = {}
        self._new_instruments: list[str] = []

    async def run(self, closed_margin_ms: int) -> None:
        """Sync every series. Raises VenueError when the venue's clock cannot be had; when cancelled, what had been
        fetched is stored before it gives way."""
        final_ms = await self._clients.rest.server_time_ms() - closed_margin_ms
        async with trio.open_nursery() as nursery:
            for symbol in dict.fromkeys(self._request.symbols):
                nursery.start_soon(self._sync_symbol, symbol, final_ms)

    def report(self, *, interrupted: bool) -> SyncReport:
        """What has been done so far, series by name."""
        return SyncReport(
            series=tuple(self._reports[name] for name in sorted(self._reports)),
            new_instruments=tuple(sorted(self._new_instruments)),
            statistics=self._clients.rest.statistics(),
            interrupted=interrupted,
        )

    async def _sync_symbol(self, symbol: str, final_ms: int) -> None:
        try:
            async with self._limiter:
                listing = await self._listing(symbol)
            first_ms = await trio.to_thread.run_sync(self._first_ms, symbol, listing.launch_ms)
        except (VenueError, DataError, OSError) as error:
            name = f"{self._request.venue}/{symbol}/{INSTRUMENT}"
            self._reports[name] = SeriesReport(series=name, failure=str(error))
            return
        async with trio.open_nursery() as nursery:
            for kind in (kind for kind in KINDS if kind in self._request.kinds):
                folder = self._folder(symbol, kind)
                wanted = wanted_span(folder, first_ms, listing.launch_ms, self._request.end_ms, final_ms)
                nursery.start_soon(self._sync_series, folder, wanted)

    async def _listing(self, symbol: str) -> Listing:
        listing, time_ms = await self._clients.rest.listing(symbol)
        if INSTRUMENT in self._request.kinds:
            document = instrument_document(listing, await self._clients.rest.tiers(symbol))
            put = self._store.put_instrument
            if await trio.to_thread.run_sync(put, self._request.venue, symbol, document, time_ms):
                self._new_instruments.append(symbol)
        return listing

    def _first_ms(self, symbol: str, launch_ms: int) -> int:
        if self._request.start_ms is not None:
            return self._request.start_ms
        present = held(self._folder(symbol, "last"))
        return present.span.start_ms if present else launch_ms

    async def _sync_series(self, folder: SeriesFolder, wanted: Span) -> None:
        async with self._limiter:
            job = SeriesJob(self._request, self._store, self._source(folder), wanted, self._rng, self._on_progress)
            try:
                await job.run()
                if self._request.audit_windows and not job.report.failure:
                    await job.audit(self._rest_source(folder))
            finally:
                self._reports[folder.id] = job.report

    def _source(self, folder: SeriesFolder) -> SyncedSeries:
        if folder.kind == "last" and self._clients.archive is not None:
            return ArchiveSource(folder, self._clients.archive)
        return self._rest_source(folder)

    def _rest_source(self, folder: SeriesFolder) -> SyncedSeries:
        return (BarSource if folder.kind in BAR_KINDS else ReadingSource)(folder, self._clients.rest)

    def _folder(self, symbol: str, kind: str) -> SeriesFolder:
        interval_ms = self._request.interval_ms if kind in BAR_KINDS else 0
        return SeriesFolder(
            root=self._root, venue=self._request.venue, symbol=symbol, kind=kind, interval_ms=interval_ms
        )
