"""Bars of the candle store at an interval that it does not have, made of those of a shorter one."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feeds.aggregation import Aggregation, check_multiple
from feeds.gaps import GapSpan
from feeds.joining import rechunked
from feeds.provider import Coverage, InstrumentDocument, check_chunk_bars, check_column
from feeds.store_provider import StoreProvider
from play_engine.bars import BarSeries, Ints
from play_engine.errors import DataError
from play_engine.intervals import floor_to, grid_origin, interval_name
from play_engine.market import Readings

_READ_ROWS = 32_768

# bars(symbol, start_ms, end_ms, chunk_bars) of a provider.
_Read = Callable[[str, int, int, int], Iterator[BarSeries]]


class AggregatedProvider:
    """A DataProvider over one venue of a candle store; made by `CandleStore.aggregated`.

    A bar is given once all of its time is over for certain: its last shorter bar is in the store, or a later one. One
    that lacks shorter bars is made of the others, and absent where it lacks all of them. Which range is asked for does
    not change a bar: the bars are those that the engine makes of the whole series.
    """

    def __init__(self, base: StoreProvider, interval_ms: int, step_ms: int) -> None:
        check_multiple(step_ms, interval_ms)
        self._base = base
        self._interval_ms = interval_ms
        self._step_ms = step_ms

    def has(self, symbol: str) -> bool:
        """Whether the store has bars of `symbol` to make others of."""
        return self._base.has(symbol)

    def coverage(self, symbol: str) -> Coverage:
        """See DataProvider. Raises DataError also when not one bar is whole."""
        made = self._whole(self._base.coverage(symbol))
        if made.rows == 0:
            raise DataError(f"{symbol}: the store has not enough bars for one of {interval_name(self._interval_ms)}.")
        return made

    def bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """See DataProvider."""
        check_chunk_bars(chunk_bars)
        made = self._made(self._base.bars, self._base.coverage(symbol), start_ms, end_ms)
        return rechunked(made, chunk_bars)

    def column(self, symbol: str, name: str, start_ms: int, end_ms: int) -> Iterator[NDArray[Any]]:
        """See DataProvider."""
        check_column(name)
        made = self._made(self._base.bars, self._base.coverage(symbol), start_ms, end_ms)
        return (getattr(bars, name) for bars in made)

    def mark_bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """Bars of the mark price; no chunk where the store has none. Raises ValueError as `bars` does."""
        check_chunk_bars(chunk_bars)
        coverage = self._base.mark_coverage(symbol)
        made = self._made(self._base.mark_bars, coverage, start_ms, end_ms) if coverage else iter(())
        return rechunked(made, chunk_bars)

    def readings(self, symbol: str, kind: str, start_ms: int, end_ms: int) -> Readings:
        """What the venue published at start_ms ≤ ts < end_ms; see StoreProvider."""
        return self._base.readings(symbol, kind, start_ms, end_ms)

    def synthetic(self, symbol: str, start_ms: int, end_ms: int) -> Ints:
        """Open times (start_ms ≤ open time < end_ms) of bars of which a gap filler made a part, in order."""
        made = self._whole(self._base.coverage(symbol))
        start_ms, end_ms = self._bounds(made, start_ms, end_ms)
        shorter = self._base.synthetic(symbol, start_ms, end_ms)
        return np.unique(shorter - (shorter - grid_origin(self._interval_ms)) % self._interval_ms)

    def instrument(self, symbol: str, at_ms: int) -> InstrumentDocument | None:
        """See DataProvider."""
        return self._base.instrument(symbol, at_ms)

    def describe(self) -> str:
        """See DataProvider."""
        return f"{self._base.describe()}, as bars of {interval_name(self._interval_ms)}"

    def _made(self, read: _Read, coverage: Coverage, start_ms: int, end_ms: int) -> Iterator[BarSeries]:
        """Pieces of one bar or more."""
        start_ms, end_ms = self._bounds(self._whole(coverage), start_ms, end_ms)
        if start_ms >= end_ms:
            return
        aggregation = Aggregation(self._step_ms, self._interval_ms, resumed=True)
        for bars in read(coverage.symbol, start_ms, end_ms, _READ_ROWS):
            made = aggregation.feed(bars)
            if len(made):
                yield made
        # The last bar may lack its end; that something later is there is known from the coverage.
        rest = aggregation.rest(coverage.symbol)
        if len(rest):
            yield rest

    def _bounds(self, made: Coverage, start_ms: int, end_ms: int) -> tuple[int, int]:
        """A range cut to whole bars that exist."""
        return max(self._ceil(start_ms), made.start_ms), min(self._ceil(end_ms), made.end_ms)

    def _whole(self, base: Coverage) -> Coverage:
        """What can be made of shorter bars, from what is known of these."""
        start_ms, end_ms = self._ceil(base.start_ms), floor_to(base.end_ms, self._interval_ms)
        gaps: list[GapSpan] = []
        for gap in base.gaps:
            first_ms, stop_ms = self._ceil(gap.start_ms), floor_to(gap.end_ms, self._interval_ms)
            if first_ms >= stop_ms:
                continue
            if first_ms <= start_ms:
                start_ms = max(start_ms, stop_ms)
            elif stop_ms >= end_ms:
                end_ms = min(end_ms, first_ms)
            else:
                missing = (stop_ms - first_ms) // self._interval_ms
                gaps.append(GapSpan(start_ms=first_ms, end_ms=stop_ms, missing_bars=missing))
        end_ms = max(start_ms, end_ms)
        return Coverage(
            symbol=base.symbol,
            interval_ms=self._interval_ms,
            start_ms=start_ms,
            end_ms=end_ms,
            rows=(end_ms - start_ms) // self._interval_ms - sum(gap.missing_bars for gap in gaps),
            gaps=tuple(gaps),
        )

    def _ceil(self, ts_ms: int) -> int:
        return floor_to(ts_ms + self._interval_ms - 1, self._interval_ms)
