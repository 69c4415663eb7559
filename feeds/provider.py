"""DataProvider: the seam behind which market data come from a file, the store, a synthetic market or memory."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from feeds.gaps import GapFinder, GapSpan
from play_engine.bars import BAR_COLUMNS, BarSeries, Ints
from play_engine.errors import DataError
from play_engine.market import NO_READINGS, READING_KINDS, Readings

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


@attrs.frozen(kw_only=True)
class InstrumentDocument:
    """Steps, limits and risk tiers of an instrument as plain data, and where that is from."""

    content: Mapping[str, Any]
    source: str


class DataProvider(Protocol):
    """Bars of one interval for one or several symbols, and what a venue publishes beside them.

    Synchronous and blocking: actors call it in worker threads. A provider that has bars alone inherits `BarsAlone`.

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

    def mark_bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """Bars of the mark price over the same range, as `bars` gives those of the last price; nothing without any.

        Their `volume` means nothing. They need not be complete, nor of the interval of the bars.
        """
        ...

    def readings(self, symbol: str, kind: str, start_ms: int, end_ms: int) -> Readings:
        """What was published with start_ms ≤ ts < end_ms, of one of READING_KINDS; empty without any.

        Raises ValueError for another kind.
        """
        ...

    def synthetic(self, symbol: str, start_ms: int, end_ms: int) -> Ints:
        """The open times of bars of the range that a gap filler made, in order; most often none."""
        ...

    def instrument(self, symbol: str, at_ms: int) -> InstrumentDocument | None:
        """What the venue said of the instrument at an instant, or the first that is known; None without any."""
        ...

    def describe(self) -> str:
        """Where the data come from, in one line, for records of runs."""
        ...


class BarsAlone:
    """The part of a DataProvider that has nothing beside bars, all of them real."""

    def mark_bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """See DataProvider: there are none."""
        del symbol, start_ms, end_ms
        check_chunk_bars(chunk_bars)
        return iter(())

    def readings(self, symbol: str, kind: str, start_ms: int, end_ms: int) -> Readings:
        """See DataProvider: there are none."""
        del symbol, start_ms, end_ms
        check_kind(kind)
        return NO_READINGS

    def synthetic(self, symbol: str, start_ms: int, end_ms: int) -> Ints:
        """See DataProvider: there are none."""
        del symbol, start_ms, end_ms
        return np.zeros(0, dtype=np.int64)

    def instrument(self, symbol: str, at_ms: int) -> InstrumentDocument | None:
        """See DataProvider: nothing is known."""
        del symbol, at_ms
        return None


def check_chunk_bars(chunk_bars: int) -> None:
    """Raise ValueError unless chunks may hold at least one bar."""
    if chunk_bars < 1:
        raise ValueError(f"chunk_bars is {chunk_bars}; it must be 1 or more")


def check_column(name: str) -> None:
    """Raise ValueError unless `name` is a column of bars."""
    if name not in COLUMNS:
        raise ValueError(f"{name!r} is not a column of bars; allowed: {', '.join(COLUMNS)}")


def check_kind(kind: str) -> None:
    """Raise ValueError unless `kind` is one of READING_KINDS."""
    if kind not in READING_KINDS:
        raise ValueError(f"{kind!r} is no kind of reading; allowed: {', '.join(READING_KINDS)}")


class MemoryProvider(BarsAlone):
    """A DataProvider over series that are in memory already; one series per symbol, and as many of mark prices.

    `funding` and `open_interest` are readings by symbol.
    """

    def __init__(
        self,
        series: Iterable[BarSeries],
        *,
        mark: Iterable[BarSeries] = (),
        funding: Mapping[str, Readings] | None = None,
        open_interest: Mapping[str, Readings] | None = None,
    ) -> None:
        self._series = _by_symbol(series)
        self._mark = _by_symbol(mark)
        self._readings = {"funding": funding or {}, "open_interest": open_interest or {}}

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
        return _chunks(self._find(symbol), start_ms, end_ms, chunk_bars)

    def column(self, symbol: str, name: str, start_ms: int, end_ms: int) -> Iterator[NDArray[Any]]:
        """See DataProvider; one view."""
        check_column(name)
        wanted = self._find(symbol).between(start_ms, end_ms)
        return iter([getattr(wanted, name)] if len(wanted) else [])

    def mark_bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """See DataProvider; chunks are views."""
        bars = self._find(symbol)
        return _chunks(self._mark.get(symbol, bars.rows(0, 0)), start_ms, end_ms, chunk_bars)

    def readings(self, symbol: str, kind: str, start_ms: int, end_ms: int) -> Readings:
        """See DataProvider; views."""
        check_kind(kind)
        self._find(symbol)
        return self._readings[kind].get(symbol, NO_READINGS).after(start_ms - 1, end_ms - 1)

    def describe(self) -> str:
        """See DataProvider."""
        return f"memory ({', '.join(sorted(self._series))})"

    def _find(self, symbol: str) -> BarSeries:
        if symbol not in self._series:
            raise DataError(f"{symbol}: no such series in memory; present: {', '.join(sorted(self._series)) or 'none'}")
        return self._series[symbol]


def _by_symbol(series: Iterable[BarSeries]) -> dict[str, BarSeries]:
    found: dict[str, BarSeries] = {}
    for bars in series:
        if bars.symbol in found:
            raise ValueError(f"{bars.symbol} was given twice; give one series per symbol")
        found[bars.symbol] = bars
    return found


def _chunks(series: BarSeries, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
    check_chunk_bars(chunk_bars)
    wanted = series.between(start_ms, end_ms)
    return (wanted.rows(first, first + chunk_bars) for first in range(0, len(wanted), chunk_bars))
