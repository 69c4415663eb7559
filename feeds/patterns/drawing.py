"""Drawings: what a pattern is, apart from its noise. Curves over the length of a market, from 0 to 1."""

import math
from collections.abc import Sequence

import attrs
import numpy as np

from play_engine.bars import Floats, Ints

# A place on a curve: the share of the length, and the value there.
Point = tuple[float, float]


@attrs.frozen(kw_only=True)
class Curve:
    """Straight lines between points in order; two points of one share are a jump."""

    points: Sequence[Point]

    def before(self, shares: Floats) -> Floats:
        """The values at shares; at a jump, the one before it."""
        return self._at(shares, np.searchsorted(self._shares(), shares, side="left"))

    def after(self, shares: Floats) -> Floats:
        """The values at shares; at a jump, the one after it."""
        return self._at(shares, np.searchsorted(self._shares(), shares, side="right"))

    def _shares(self) -> Floats:
        return np.array([share for share, _ in self.points])

    def _at(self, shares: Floats, stops: Ints) -> Floats:
        x, y = self._shares(), np.array([value for _, value in self.points])
        if len(x) == 1:
            return np.full(len(shares), y[0])
        stop = np.clip(stops, 1, len(x) - 1)
        width = x[stop] - x[stop - 1]
        part = np.divide(shares - x[stop - 1], width, out=np.zeros(len(shares)), where=width > 0)
        return y[stop - 1] + np.clip(part, 0.0, 1.0) * (y[stop] - y[stop - 1])


@attrs.frozen(kw_only=True)
class Drawing:
    """What a path follows.

    `level` is the change of the log price since the start. `noise` is the standard deviation of what the price strays
    from it, also as log price, and `volume` a factor on the usual volume.
    """

    level: Curve
    noise: Curve
    volume: Curve = Curve(points=((0.0, 1.0),))


def drawing(
    points: Sequence[Point], noise: float | Sequence[Point], volume: Sequence[Point] = ((0.0, 1.0),)
) -> Drawing:
    """A drawing through points of the level, with noise that stays the same or follows a curve."""
    noisy = noise if isinstance(noise, Sequence) else [(0.0, noise)]
    return Drawing(level=Curve(points=points), noise=Curve(points=noisy), volume=Curve(points=volume))


def up(share: float) -> float:
    """The change of the log price when the price rises by a share of itself."""
    return math.log1p(share)


def down(share: float) -> float:
    """The change of the log price when the price falls by a share of itself."""
    return math.log1p(-share)


def swings(start: float, stop: float, low: float, high: float, count: int) -> list[Point]:
    """`count` rises from `low` to `high` and back to `low`, from share `start` to share `stop`."""
    turns = 2 * count
    return [(start + (stop - start) * turn / turns, high if turn % 2 else low) for turn in range(turns + 1)]


def tilted(points: Sequence[Point], rise: float) -> list[Point]:
    """The points on a slope that rises by `rise` over the whole length."""
    return [(share, level + rise * share) for share, level in points]


def mirrored(points: Sequence[Point]) -> list[Point]:
    """The points upside down."""
    return [(share, -level) for share, level in points]


def cycles(minutes: int, hours: float, share: float = 1.0) -> int:
    """How often a cycle of some hours fits into a share of the length; at least once."""
    return max(1, round(minutes * share / (60.0 * hours)))
