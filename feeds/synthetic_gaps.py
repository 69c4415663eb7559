"""Outages of a made-up market: stretches of minutes for which it has no bars."""

from collections.abc import Callable

import attrs
import numpy as np

from feeds.provider import COLUMNS
from play_engine.bars import BarSeries, Ints
from play_engine.intervals import DAY_MS, MINUTE_MS

_MINUTES = DAY_MS // MINUTE_MS
_MEAN_MINUTES = 12.0


@attrs.frozen(kw_only=True, eq=False)
class Outages:
    """A Poisson number of outages a day, `a_day` on average, each of a geometric length of 12 minutes on average.

    `generator` gives the random generator of a symbol's day. The very first minute of the market and the last of each
    day are never out, so that the market reaches from its start to its end.
    """

    a_day: float
    start_ms: int
    generator: Callable[[str, int], np.random.Generator]

    def open_times(self, symbol: str, day: int) -> Ints:
        """The open times of the bars that the day has."""
        return self.start_ms + day * DAY_MS + MINUTE_MS * self._present(symbol, day)

    def taken_out(self, bars: BarSeries, day: int) -> BarSeries:
        """The bars of a whole day without those that are out."""
        present = self._present(bars.symbol, day)
        return attrs.evolve(bars, **{name: getattr(bars, name)[present] for name in COLUMNS})

    def _present(self, symbol: str, day: int) -> Ints:
        rng = self.generator(symbol, day)
        out = np.zeros(_MINUTES, dtype=np.bool_)
        for _ in range(int(rng.poisson(self.a_day))):
            start = int(rng.integers(0, _MINUTES))
            out[start : start + int(rng.geometric(1.0 / _MEAN_MINUTES))] = True
        out[-1] = False
        out[0] &= day > 0
        return np.flatnonzero(~out)
