"""One series of a sync: fetch what is missing, ask again for what did not come, fill and audit if that is asked for."""

from collections.abc import Callable, Sequence

import attrs
import numpy as np
import trio

from exchange.bybit.errors import VenueError
from feeds.bybit.audit import compare_windows, sampled_windows
from feeds.bybit.endpoints import KLINE_ROWS
from feeds.bybit.fetching import Fetching
from feeds.bybit.gap_filling import flat_bars
from feeds.bybit.reports import SeriesReport, SyncProgress
from feeds.bybit.series import SyncedSeries, add_bars
from feeds.bybit.spans import Missing, Span, missing
from feeds.bybit.stored import held
from feeds.bybit.sync_request import SyncRequest
from feeds.partitions import BAR_KINDS
from feeds.store import CandleStore
from play_engine.errors import DataError


class SeriesJob:
    """Carries out a request for one series; `report` says at any moment how far it is."""

    def __init__(
        self,
        request: SyncRequest,
        store: CandleStore,
        series: SyncedSeries,
        wanted: Span,
        rng: np.random.Generator,
        on_progress: Callable[[SyncProgress], None],
    ) -> None:
        self._request = request
        self._store = store
        self._series = series
        self._wanted = wanted
        self._rng = rng
        self._on_progress = on_progress
        self.report = SeriesReport(series=series.folder.id, span=wanted)

    async def run(self) -> None:
        """Fetch, ask again, fill. What goes wrong is in the report. When cancelled, what had been fetched is stored."""
        try:
            await self._fetch("fetch", self._series.windows(await self._missing()))
            if self._series.asked_twice and not self.report.failure:
                left = _second_look(await self._missing(), KLINE_ROWS * self._series.folder.interval_ms)
                await self._fetch("gaps", self._series.windows(left))
            self._forget_what_came_after_all(await self._missing())
            await trio.to_thread.run_sync(self._finish_gaps)
        except (DataError, OSError) as error:
            self.report = attrs.evolve(self.report, failure=str(error))

    async def audit(self, source: SyncedSeries) -> None:
        """Compare some of what is stored with what `source` says now; what goes wrong is in the report."""
        meter = _Meter(self._series.folder.id, "audit", self._on_progress)
        try:
            present = await trio.to_thread.run_sync(held, self._series.folder)
            if present is None:
                return
            chosen = sampled_windows(source.folder, present, self._request.audit_windows, self._rng)
            compared = await compare_windows(source, chosen, lambda done, rows: meter.tell(done, len(chosen), rows))
            self.report = attrs.evolve(self.report, audit=compared)
        except (VenueError, DataError, OSError) as error:
            self.report = attrs.evolve(self.report, failure=str(error))

    async def _missing(self) -> Missing:
        present = await trio.to_thread.run_sync(held, self._series.folder)
        return missing(self._wanted, present, contiguous=self._series.contiguous)

    async def _fetch(self, stage: str, windows: Sequence[Span]) -> None:
        meter = _Meter(self._series.folder.id, stage, self._on_progress)
        fetching = Fetching(
            self._series, self._store, lambda it: meter.tell(it.windows_done, len(windows), self.report.rows + it.rows)
        )
        try:
            await fetching.run(windows)
        finally:
            self.report = attrs.evolve(
                self.report,
                rows=self.report.rows + fetching.rows,
                refused=(*self.report.refused, *fetching.refused),
                failure=fetching.failure,
            )

    def _forget_what_came_after_all(self, left: Missing) -> None:
        """Tell of a refused window once, and only if something of it is still missing."""
        spans = (left.earlier, *left.gaps, left.later)
        refused = {window.span: window for window in self.report.refused}
        lacking = (window for span, window in refused.items() if any(len(span.within(other)) for other in spans))
        self.report = attrs.evolve(self.report, refused=tuple(lacking))

    def _finish_gaps(self) -> None:
        """Note the gaps that are left, and fill them if that is asked for. Reads and writes the store."""
        folder, present = self._series.folder, held(self._series.folder)
        if folder.kind not in BAR_KINDS or present is None:
            return
        left = tuple(gap.within(self._wanted) for gap in present.gaps)
        made = 0
        for rows in flat_bars(folder, present, self._wanted) if self._request.fill_gaps else ():
            made += add_bars(self._store, folder, [rows])
        gaps = tuple(gap for gap in left if len(gap))
        self.report = attrs.evolve(self.report, held=present.span, gaps=gaps, synthetic_rows=made)


def _second_look(left: Missing, page_ms: int) -> Missing:
    """What is worth asking about again: gaps, and edges if they may be the rest of an answer that came short.

    Beyond an edge of more than a page the venue simply has nothing.
    """
    earlier, later = left.earlier, left.later
    return Missing(
        earlier=earlier if len(earlier) <= page_ms else Span(earlier.start_ms, earlier.start_ms),
        gaps=left.gaps,
        later=later if len(later) <= page_ms else Span(later.start_ms, later.start_ms),
    )


class _Meter:
    """Tells how far a stage is, and how long the rest takes at its speed so far."""

    def __init__(self, series: str, stage: str, on_progress: Callable[[SyncProgress], None]) -> None:
        self._series = series
        self._stage = stage
        self._on_progress = on_progress
        self._start_s = trio.current_time()

    def tell(self, done: int, total: int, rows: int) -> None:
        elapsed_s = trio.current_time() - self._start_s
        self._on_progress(
            SyncProgress(
                series=self._series,
                stage=self._stage,
                done=done,
                total=total,
                rows=rows,
                eta_s=elapsed_s / done * (total - done) if done else None,
            )
        )
