"""SyntheticMarket: made-up one-minute bars that look like a market, the same ones for the same seed."""

from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np

from feeds.provider import check_chunk_bars
from feeds.synthetic_day import DayState, first_state, market_move, next_day
from feeds.synthetic_days import DayWalk, MarketOfDays, check_span, seeded
from feeds.synthetic_gaps import Outages
from feeds.synthetic_mark import Premium, mark_of
from feeds.synthetic_traits import SymbolTraits, traits_of
from play_engine.bars import BarSeries
from play_engine.instants import iso
from play_engine.intervals import DAY_MS
from play_engine.market import Readings

# Generators other than that of a symbol's day are told apart by a last number.
_MARKET, _OUTAGES, _PREMIUM = 1, 2, 3


class SyntheticMarket(MarketOfDays):
    """A DataProvider of one-minute bars over `days` days from `start_ms` (model: `feeds.synthetic_day`).

    A bar depends on the seed, its symbol, `start_ms`, its minute and the options below, and on nothing else: not on the
    other symbols, on `days`, on the range asked for or on how that is cut. Each day has a random generator of its own;
    what a day needs of the one before is a small state.

    Options: `correlation` (0 … below 1) is the part of the noise that all symbols have in common; `funding` adds a mark
    price and funding rates every eight hours (`feeds.synthetic_mark`); `gaps_a_day` takes so many stretches of bars
    out, on average (`feeds.synthetic_gaps`).

    Raises ValueError when `seed` is negative, `start_ms` is not a minute, `days` is below 1, or an option is out of its
    range.
    """

    def __init__(
        self,
        symbols: Iterable[str],
        seed: int,
        start_ms: int,
        days: int,
        *,
        correlation: float = 0.0,
        funding: bool = False,
        gaps_a_day: float = 0.0,
    ) -> None:
        check_span(seed, start_ms, days)
        if not 0.0 <= correlation < 1.0 or not 0.0 <= gaps_a_day <= 24.0:
            raise ValueError(
                f"correlation {correlation}, gaps_a_day {gaps_a_day}: allowed are a correlation from 0 to below 1, and "
                "0 to 24 gaps a day"
            )
        self._seed = seed
        self._correlation = correlation
        self._funding = funding
        self._gaps_a_day = gaps_a_day
        self._traits = {symbol: traits_of(symbol, seed) for symbol in symbols}
        walks = {
            symbol: DayWalk(first_state(traits), partial(self._day, symbol, traits, start_ms))
            for symbol, traits in self._traits.items()
        }
        outages = Outages(a_day=gaps_a_day, start_ms=start_ms, generator=self._outage_generator)
        super().__init__(walks, start_ms, days, outages if gaps_a_day else None)

    def mark_bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """See DataProvider; none unless made with `funding`."""
        if not self._funding:
            return super().mark_bars(symbol, start_ms, end_ms, chunk_bars)
        self.check_symbol(symbol)
        check_chunk_bars(chunk_bars)
        per_unit = 10 ** self._traits[symbol].price_decimals
        premium = self._premium(symbol)
        return (mark_of(bars, premium, per_unit) for bars in self.bars(symbol, start_ms, end_ms, chunk_bars))

    def readings(self, symbol: str, kind: str, start_ms: int, end_ms: int) -> Readings:
        """See DataProvider; none but funding rates, and those only if made with `funding`."""
        none = super().readings(symbol, kind, start_ms, end_ms)
        if kind != "funding" or not self._funding:
            return none
        # A rate that is due when the last bar closes belongs to the market.
        return self._premium(symbol).rates(max(start_ms, self._start_ms), min(end_ms, self.end_ms + 1))

    def describe(self) -> str:
        """See DataProvider; enough to make the same bars again."""
        options = [
            f", correlation {self._correlation:g}" if self._correlation else "",
            ", funding" if self._funding else "",
            f", {self._gaps_a_day:g} gaps a day" if self._gaps_a_day else "",
        ]
        span = f"seed {self._seed}, {self._days} days from {iso(self._start_ms)}{''.join(options)}"
        return f"synthetic ({', '.join(sorted(self._traits))}, {span})"

    def _day(
        self, symbol: str, traits: SymbolTraits, start_ms: int, day: int, state: DayState
    ) -> tuple[BarSeries, DayState]:
        market = None
        if self._correlation:
            market = market_move(seeded(self._seed, start_ms, day, _MARKET), self._correlation)
        generator = seeded(self._seed, traits.key, start_ms, day)
        return next_day(symbol, traits, generator, start_ms + day * DAY_MS, state, market)

    def _premium(self, symbol: str) -> Premium:
        key = self._traits[symbol].key
        return Premium(generator=lambda number: seeded(self._seed, key, number, _PREMIUM))

    def _outage_generator(self, symbol: str, day: int) -> np.random.Generator:
        return seeded(self._seed, self._traits[symbol].key, self._start_ms, day, _OUTAGES)
