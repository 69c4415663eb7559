"""The mark price and the funding rate of a made-up market.

The last price strays from the mark price by a premium: normal at the instants of funding, related to the ones before
and after, and on a straight line between. From it follows the rate, as Bybit and Binance make it: average premium of
the eight hours before, plus what is between it and the interest of 0.01 %, that limited to 0.05 %.
"""

from collections.abc import Callable

import attrs
import numpy as np

from feeds.synthetic_prices import snapped
from play_engine.bars import BarSeries, Floats, Ints
from play_engine.intervals import MINUTE_MS
from play_engine.market import Readings

FUNDING_MS = 480 * MINUTE_MS
_PREMIUM_SD = 0.0006
_INTEREST, _LARGEST_ADJUSTMENT = 0.0001, 0.0005
_RATE_DIGITS = 8


@attrs.frozen(kw_only=True, eq=False)
class Premium:
    """The premium of one symbol over time; `generator` gives a random generator for each instant of funding.

    The instants are numbered from the epoch, so that a premium does not depend on where the market begins.
    """

    generator: Callable[[int], np.random.Generator]

    def at(self, ts: Ints) -> Floats:
        """The premium at instants in ms, as a fraction of the mark price."""
        first, last = int(ts[0]) // FUNDING_MS, int(ts[-1]) // FUNDING_MS + 1
        instants = np.arange(first, last + 1)
        return np.interp(ts / FUNDING_MS, instants, self._at_funding(first, last))

    def rates(self, start_ms: int, end_ms: int) -> Readings:
        """The funding rates that are due at start_ms ≤ ts < end_ms."""
        first, stop = -(-start_ms // FUNDING_MS), -(-end_ms // FUNDING_MS)
        if first >= stop:
            return Readings(ts=np.zeros(0, dtype=np.int64), values=np.zeros(0))
        premiums = self._at_funding(first - 1, stop - 1)
        average = 0.5 * (premiums[:-1] + premiums[1:])
        rates = average + np.clip(_INTEREST - average, -_LARGEST_ADJUSTMENT, _LARGEST_ADJUSTMENT)
        return Readings(ts=FUNDING_MS * np.arange(first, stop), values=np.round(rates, _RATE_DIGITS))

    def _at_funding(self, first: int, last: int) -> Floats:
        """The premiums at instants of funding number first … last: neighbours share part of their noise."""
        noise = np.array([self.generator(number).standard_normal() for number in range(first - 1, last + 2)])
        return (noise[:-2] + 2.0 * noise[1:-1] + noise[2:]) * (_PREMIUM_SD / np.sqrt(6.0))


def mark_of(bars: BarSeries, premium: Premium, per_unit: int) -> BarSeries:
    """The mark price of bars of the last price: the same way, by the premium apart, with half of the wicks.

    Prices lie on the tick of 1 / `per_unit`; the volume is 0.
    """
    if len(bars) == 0:
        return bars
    open_ = snapped(bars.open / (1.0 + premium.at(bars.ts)), per_unit)
    close = snapped(bars.close / (1.0 + premium.at(bars.ts + MINUTE_MS)), per_unit)
    above = 0.5 * (bars.high - np.maximum(bars.open, bars.close))
    below = 0.5 * (np.minimum(bars.open, bars.close) - bars.low)
    top, bottom = np.maximum(open_, close), np.minimum(open_, close)
    return attrs.evolve(
        bars,
        open=open_,
        high=np.maximum(snapped(top + above, per_unit), top),
        low=np.minimum(snapped(bottom - below, per_unit), bottom),
        close=close,
        volume=np.zeros(len(bars)),
    )
