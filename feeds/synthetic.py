"""SyntheticMarket: made-up one-minute bars that look like a market, the same ones for the same seed."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feeds.joining import rechunked
from feeds.provider import Coverage, check_chunk_bars, check_column
from feeds.synthetic_day import DayState, first_state, next_day
from feeds.synthetic_traits import traits_of
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.intervals import DAY_MS, MINUTE_MS

_COLUMN_BARS = 32_768


class SyntheticMarket:
    """A DataProvider of one-minute bars without gaps, over `days` days from `start_ms` (model: `feeds.synthetic_day`).

    A bar depends on the seed, its symbol, `start_ms` and its minute, and on nothing else: not on the other symbols, on
    `days`, on the range asked for or on how that is cut. Each day has a random generator of its own; what a day needs
    of the one before is a small state, and the states already reached are kept (some 200 bytes a day), so that a later
    range starts near its beginning.

    Raises ValueError when `seed` is negative, `start_ms` is not a minute, or `days` is below 1.
    """

    def __init__(self, symbols: Iterable[str], seed: int, start_ms: int, days: int) -> None:
        if seed < 0 or start_ms < 0 or start_ms % MINUTE_MS or days < 1:
            raise ValueError(
                f"seed {seed}, start_ms {start_ms}, days {days}: allowed are a seed of 0 or more, a start of 0 or more "
                "at a full minute, and 1 day or more"
            )
        self._seed = seed
        self._start_ms = start_ms
        self._days = days
        self._traits = {symbol: traits_of(symbol, seed) for symbol in symbols}
        self._states: dict[tuple[str, int], DayState] = {
            (symbol, 0): first_state(traits) for symbol, traits in self._traits.items()
        }

    def coverage(self, symbol: str) -> Coverage:
        """See DataProvider."""
        self._check_symbol(symbol)
        return Coverage(
            symbol=symbol,
            interval_ms=MINUTE_MS,
            start_ms=self._start_ms,
            end_ms=self._start_ms + self._days * DAY_MS,
            rows=self._days * DAY_MS // MINUTE_MS,
        )

    def bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """See DataProvider."""
        self._check_symbol(symbol)
        check_chunk_bars(chunk_bars)
        return rechunked(self._days_between(symbol, start_ms, end_ms), chunk_bars)

    def column(self, symbol: str, name: str, start_ms: int, end_ms: int) -> Iterator[NDArray[Any]]:
        """See DataProvider."""
        check_column(name)
        return (getattr(bars, name) for bars in self.bars(symbol, start_ms, end_ms, _COLUMN_BARS))

    def describe(self) -> str:
        """See DataProvider; enough to make the same bars again."""
        start = np.datetime64(self._start_ms, "m")
        return f"synthetic ({', '.join(sorted(self._traits))}, seed {self._seed}, {self._days} days from {start}Z)"

    def _days_between(self, symbol: str, start_ms: int, end_ms: int) -> Iterator[BarSeries]:
        start_ms = max(start_ms, self._start_ms)
        end_ms = min(end_ms, self._start_ms + self._days * DAY_MS)
        if start_ms >= end_ms:
            return
        first = (start_ms - self._start_ms) // DAY_MS
        last = (end_ms - 1 - self._start_ms) // DAY_MS
        reached = next(day for day in range(first, -1, -1) if (symbol, day) in self._states)
        for day in range(reached, last + 1):
            bars = self._day(symbol, day)
            if day >= first:
                yield bars.between(start_ms, end_ms)

    def _day(self, symbol: str, day: int) -> BarSeries:
        traits = self._traits[symbol]
        seeds = np.random.SeedSequence([self._seed, traits.key, self._start_ms, day])
        generator = np.random.Generator(np.random.PCG64(seeds))
        day_ms = self._start_ms + day * DAY_MS
        bars, after = next_day(symbol, traits, generator, day_ms, self._states[symbol, day])
        # Writing the same state twice is harmless, so two threads may walk the same days.
        self._states[symbol, day + 1] = after
        return bars

    def _check_symbol(self, symbol: str) -> None:
        if symbol not in self._traits:
            present = ", ".join(sorted(self._traits))
            raise DataError(
                f"{symbol}: the synthetic market has no such symbol; it has {present}. Name it when making it."
            )
