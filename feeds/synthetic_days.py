"""A made-up market of one-minute bars that is made day by day, whatever makes its days."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from feeds.gaps import GapFinder
from feeds.joining import rechunked
from feeds.provider import BarsAlone, Coverage, check_chunk_bars, check_column
from feeds.synthetic_gaps import Outages
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.intervals import DAY_MS, MINUTE_MS

State = TypeVar("State")
_COLUMN_BARS = 32_768


class DayWalk(Generic[State]):
    """The days of one symbol, each made out of the state in which the one before ended.

    States already reached are kept (some 200 bytes a day), so that a later range starts near its beginning.
    """

    def __init__(self, first: State, make: Callable[[int, State], tuple[BarSeries, State]]) -> None:
        self._states = {0: first}
        self._make = make

    def days(self, first: int, last: int) -> Iterator[BarSeries]:
        """The bars of days first … last, a series for each."""
        reached = next(day for day in range(first, -1, -1) if day in self._states)
        for day in range(reached, last + 1):
            # Writing the same state twice is harmless, so two threads may walk the same days.
            bars, self._states[day + 1] = self._make(day, self._states[day])
            if day >= first:
                yield bars


class MarketOfDays(BarsAlone):
    """A DataProvider of one-minute bars over `days` days from `start_ms`, for the symbols of `walks`.

    `outages` take bars out; without them there are no gaps. It publishes no mark price and no readings.
    """

    def __init__(
        self, walks: Mapping[str, DayWalk[Any]], start_ms: int, days: int, outages: Outages | None = None
    ) -> None:
        self._walks = walks
        self._start_ms = start_ms
        self._days = days
        self._outages = outages

    @property
    def end_ms(self) -> int:
        """The close of the last bar."""
        return self._start_ms + self._days * DAY_MS

    def coverage(self, symbol: str) -> Coverage:
        """See DataProvider."""
        self.check_symbol(symbol)
        if self._outages is None:
            rows, gaps = self._days * DAY_MS // MINUTE_MS, ()
        else:
            finder, rows = GapFinder(MINUTE_MS), 0
            for day in range(self._days):
                ts = self._outages.open_times(symbol, day)
                finder.feed(ts)
                rows += len(ts)
            gaps = finder.gaps
        return Coverage(
            symbol=symbol, interval_ms=MINUTE_MS, start_ms=self._start_ms, end_ms=self.end_ms, rows=rows, gaps=gaps
        )

    def bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """See DataProvider."""
        self.check_symbol(symbol)
        check_chunk_bars(chunk_bars)
        return rechunked(self._between(symbol, start_ms, end_ms), chunk_bars)

    def column(self, symbol: str, name: str, start_ms: int, end_ms: int) -> Iterator[NDArray[Any]]:
        """See DataProvider."""
        check_column(name)
        return (getattr(bars, name) for bars in self.bars(symbol, start_ms, end_ms, _COLUMN_BARS))

    def check_symbol(self, symbol: str) -> None:
        """Raise DataError unless the market has the symbol."""
        if symbol not in self._walks:
            present = ", ".join(sorted(self._walks))
            raise DataError(
                f"{symbol}: the synthetic market has no such symbol; it has {present}. Name it when making it."
            )

    def _between(self, symbol: str, start_ms: int, end_ms: int) -> Iterator[BarSeries]:
        start_ms = max(start_ms, self._start_ms)
        end_ms = min(end_ms, self.end_ms)
        if start_ms >= end_ms:
            return
        first = (start_ms - self._start_ms) // DAY_MS
        last = (end_ms - 1 - self._start_ms) // DAY_MS
        for day, bars in enumerate(self._walks[symbol].days(first, last), start=first):
            left = bars if self._outages is None else self._outages.taken_out(bars, day)
            if len(wanted := left.between(start_ms, end_ms)):
                yield wanted


def seeded(*parts: int) -> np.random.Generator:
    """A generator that gives the same numbers for the same parts, on every machine."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(parts)))


def check_span(seed: int, start_ms: int, days: int) -> None:
    """Raise ValueError for what no made-up market can have."""
    if seed < 0 or start_ms < 0 or start_ms % MINUTE_MS or days < 1:
        raise ValueError(
            f"seed {seed}, start_ms {start_ms}, days {days}: allowed are a seed of 0 or more, a start of 0 or more "
            "at a full minute, and 1 day or more"
        )
