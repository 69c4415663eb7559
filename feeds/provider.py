"""DataProvider: the seam behind which bars come from a file, the store, a synthetic market or memory."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import attrs
from numpy.typing import NDArray

from feeds.gaps import GapFinder, GapSpan
from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.errors import DataError

COLUMNS = ("ts", *BAR_COLUMNS)


@attrs.frozen(kw_only=True)
class Coverage:
    """What a provider has of one symbol.

    `start_ms` is the open of the first bar, `end_ms` the close of the last one, `rows` the number of bars between them
    that exist; `gaps` are the stretches of those that do not.
    """

    symbol: str
    interval_ms: int
    start_ms: int
    end_ms: int
    rows: int
    gaps: tuple[GapSpan, ...] = ()


class DataProvider(Protocol):
    """Bars of one interval for one or several symbols. Synchronous and blocking: actors call it in worker threads.

    Every method raises DataError for a symbol that it does not have, or when the data turn out to be damaged. Arrays
    that it gives are C-contiguous and may be read-only views on a reader's memory.
    """

    def coverage(self, symbol: str) -> Coverage:
        """The range, the number of bars and the gaps of `symbol`."""
        ...

    def bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """Bars with start_ms ≤ open time < end_ms, in order, each once, in chunks of 1 … `chunk_bars` rows.

        Memory is bounded by the chunk size, not by the range. An empty range gives no chunk. Raises ValueError when
        `chunk_bars` is below 1.
        """
        ...

    def column(self, symbol: str, name: str, start_ms: int, end_ms: int) -> Iterator[NDArray[Any]]:
        """One of COLUMNS over the same range (`ts` int64, the others float64), in pieces of any size ≥ 1.

        For hashing a series without holding it. Raises ValueError for another name.
        """
        ...

    def describe(self) -> str:
        """Where the bars come from, in one line, for records of runs."""
        ...


def check_chunk_bars(chunk_bars: int) -> None:
    """Raise ValueError unless chunks may hold at least one bar."""
    if chunk_bars < 1:
        raise ValueError(f"chunk_bars is {chunk_bars}; it must be 1 or more")


def check_column(name: str) -> None:
    """Raise ValueError unless `name` is a column of bars."""
    if name not in COLUMNS:
        raise ValueError(f"{name!r} is not a column of bars; allowed: {', '.join(COLUMNS)}")


class MemoryProvider:
    """A DataProvider over series that are in memory already; one series per symbol."""

    def __init__(self, series: Iterable[BarSeries]) -> None:
        self._series: dict[str, BarSeries] = {}
        for bars in series:
            if bars.symbol in self._series:
                raise ValueError(f"{bars.symbol} was given twice; give one series per symbol")
            self._series[bars.symbol] = bars

    def coverage(self, symbol: str) -> Coverage:
        """See DataProvider. Raises DataError also for a series without bars, which covers nothing."""
        bars = self._find(symbol)
        if len(bars) == 0:
            raise DataError(f"{symbol}: the series in memory holds no bars")
        finder = GapFinder(bars.interval_ms)
        finder.feed(bars.ts)
        return Coverage(
            symbol=symbol,
            interval_ms=bars.interval_ms,
            start_ms=int(bars.ts[0]),
            end_ms=bars.end_ms,
            rows=len(bars),
            gaps=finder.gaps,
        )

    def bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """See DataProvider; chunks are views."""
        check_chunk_bars(chunk_bars)
        wanted = self._find(symbol).between(start_ms, end_ms)
        return (wanted.rows(first, first + chunk_bars) for first in range(0, len(wanted), chunk_bars))

    def column(self, symbol: str, name: str, start_ms: int, end_ms: int) -> Iterator[NDArray[Any]]:
        """See DataProvider; one view."""
        check_column(name)
        wanted = self._find(symbol).between(start_ms, end_ms)
        return iter([getattr(wanted, name)] if len(wanted) else [])

    def describe(self) -> str:
        """See DataProvider."""
        return f"memory ({', '.join(sorted(self._series))})"

    def _find(self, symbol: str) -> BarSeries:
        if symbol not in self._series:
            raise DataError(f"{symbol}: no such series in memory; present: {', '.join(sorted(self._series)) or 'none'}")
        return self._series[symbol]
