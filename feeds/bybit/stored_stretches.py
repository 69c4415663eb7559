"""What a store has of a symbol's past: stretches without gaps, and the bars of each, read in a worker thread."""

from collections.abc import Iterator
from functools import partial

import trio

from feeds.bybit.spans import Span
from feeds.provider import Coverage, DataProvider
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.intervals import interval_name


async def stored_stretches(history: DataProvider, symbol: str, interval_ms: int, span: Span) -> list[Span]:
    """The stretches of `span` that the store has whole, in order.

    Raises DataError when it does not have the symbol, or not in bars of `interval_ms`.
    """
    coverage = await trio.to_thread.run_sync(history.coverage, symbol)
    if coverage.interval_ms != interval_ms:
        raise DataError(
            f"{symbol}: {history.describe()} has bars of {interval_name(coverage.interval_ms)}; a live feed needs "
            f"those of {interval_name(interval_ms)}. Sync these, or go without a store"
        )
    found = (stretch.within(span) for stretch in _stretches(coverage))
    return [stretch for stretch in found if len(stretch)]


class StretchReader:
    """The bars of a stretch, chunk by chunk."""

    def __init__(self, history: DataProvider, symbol: str, stretch: Span, chunk_bars: int) -> None:
        self._open = partial(history.bars, symbol, stretch.start_ms, stretch.end_ms, chunk_bars)
        self._chunks: Iterator[BarSeries] | None = None

    async def read(self) -> BarSeries | None:
        """The next chunk; None at the end. Raises DataError for damage."""
        return await trio.to_thread.run_sync(self._next)

    def _next(self) -> BarSeries | None:
        self._chunks = self._chunks or self._open()
        return next(self._chunks, None)


def _stretches(coverage: Coverage) -> Iterator[Span]:
    start_ms = coverage.start_ms
    for gap in coverage.gaps:
        yield Span(start_ms, gap.start_ms)
        start_ms = gap.end_ms
    yield Span(start_ms, coverage.end_ms)
