"""An order book around one price: bids from one tick below the last price, asks from one tick above it.

Recorded bars know no book. This one is a function of the last price alone: the size at a price never changes, so that
two books differ by the levels that came into the window and left it. Sizes scatter evenly between a fifth and nine
fifths of `typical_qty`, drawn from the seed and the price.
"""

import math

import attrs
import numpy as np
from numpy.typing import NDArray

from exchange.grid import step_ratio
from exchange.instruments import Instrument
from exchange.venue.market.text import decimals

# The numbers of splitmix64.
_GOLDEN, _FIRST, _SECOND = (np.uint64(x) for x in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_SHIFTS = tuple(np.uint64(bits) for bits in (30, 27, 31))
_UNIT_SHIFT, _UNIT = np.uint64(11), 2.0**-53
_LEAST_SHARE, _SPREAD = 0.2, 1.6
# Nearer to a grid point than this many steps, a price lies on it; the same tolerance as exchange/grid.py has.
_TOLERANCE_STEPS = 1e-6

Levels = list[list[str]]


@attrs.frozen
class Window:
    """The ticks of a book: bids from `bid` downwards, asks from `ask` upwards, `depth` of each."""

    bid: int
    ask: int
    depth: int

    def bids(self) -> NDArray[np.int64]:
        """Ticks of the bids, best first; a price of 0 has none."""
        return np.arange(self.bid, max(self.bid - self.depth, 0), -1, dtype=np.int64)

    def asks(self) -> NDArray[np.int64]:
        """Ticks of the asks, best first."""
        return np.arange(self.ask, self.ask + self.depth, dtype=np.int64)

    def meets(self, other: "Window") -> bool:
        """Whether the two have levels in common on both sides."""
        return abs(self.bid - other.bid) < self.depth and abs(self.ask - other.ask) < self.depth


class Book:
    """The levels of one instrument as texts of price and size."""

    def __init__(self, instrument: Instrument, typical_qty: float, seed: int) -> None:
        self._tick, self._ticks_per = step_ratio(instrument.tick_size)
        self._step, self._steps_per = step_ratio(instrument.qty_step)
        self._price_places, self._qty_places = decimals(instrument.tick_size), decimals(instrument.qty_step)
        self._typical_steps = max(1.0, typical_qty * self._steps_per / self._step)
        self._key = np.uint64(seed & (2**64 - 1))

    def window(self, last: float, depth: int) -> Window:
        """Where the book stands around a last price."""
        ticks = last * self._ticks_per / self._tick
        nearest = round(ticks)
        on_grid = abs(ticks - nearest) <= _TOLERANCE_STEPS
        below, above = (nearest, nearest) if on_grid else (math.floor(ticks), math.ceil(ticks))
        return Window(below - 1, above + 1, depth)

    def levels(self, ticks: NDArray[np.int64]) -> Levels:
        """Price and size of each of these ticks."""
        return [
            [price, f"{size:.{self._qty_places}f}"]
            for price, size in zip(self._prices(ticks), self._sizes(ticks), strict=True)
        ]

    def changed(self, before: NDArray[np.int64], now: NDArray[np.int64]) -> Levels:
        """What makes one side of the book another: levels that left with size 0, then those that came."""
        left = np.setdiff1d(before, now, assume_unique=True)
        came = np.setdiff1d(now, before, assume_unique=True)
        return [*([price, "0"] for price in self._prices(left)), *self.levels(came)]

    def _prices(self, ticks: NDArray[np.int64]) -> list[str]:
        prices: list[float] = (ticks * self._tick / self._ticks_per).tolist()
        return [f"{price:.{self._price_places}f}" for price in prices]

    def _sizes(self, ticks: NDArray[np.int64]) -> list[float]:
        z = (ticks.astype(np.uint64) + np.uint64(1)) * _GOLDEN + self._key
        z = (z ^ (z >> _SHIFTS[0])) * _FIRST
        z = (z ^ (z >> _SHIFTS[1])) * _SECOND
        unit = ((z ^ (z >> _SHIFTS[2])) >> _UNIT_SHIFT) * _UNIT
        steps = np.maximum(1.0, np.rint(self._typical_steps * (_LEAST_SHARE + _SPREAD * unit)))
        sizes: list[float] = (steps * self._step / self._steps_per).tolist()
        return sizes
