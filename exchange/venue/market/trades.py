"""Trades that make the bars: one at each point of a bar's path, the volume shared among them.

A bar of which a client makes candles again has its open, extremes and close, if its volume is enough for a step at
each of them.
"""

import hashlib

import attrs
import numpy as np

from exchange.grid import step_ratio
from exchange.venue.market.division import high_first, path_points
from play_engine.bars import BarSeries

# A bar's path has four points; so many trades it makes at most.
MOST_TRADES_OF_BAR = 4
# Nearer to a grid point than this many steps, a quantity lies on it; the same tolerance as exchange/grid.py has.
_TOLERANCE_STEPS = 1e-6


@attrs.frozen(kw_only=True)
class PublicTrade:
    """A trade of the market; `side` is what the taker did. `direction` says how its price stands to the one before."""

    ts_ms: int
    price: float
    qty: float
    side: str
    direction: str
    seq: int

    def trade_id(self, symbol: str) -> str:
        """An id in the shape of a UUID, made of what the trade is."""
        return uuid_shaped(f"{symbol}:{self.seq}")


def uuid_shaped(cause: str) -> str:
    """An id in the shape of a UUID that is a function of its cause."""
    digits = hashlib.sha256(cause.encode()).hexdigest()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))


def trades_of(bars: BarSeries, qty_step: str) -> list[PublicTrade]:
    """The trades of bars, oldest first; none of a bar without volume."""
    trades: list[PublicTrade] = []
    if not len(bars):
        return trades
    points = path_points(bars, high_first(bars)).tolist()
    numerator, denominator = step_ratio(qty_step)
    steps = np.floor(bars.volume * denominator / numerator + _TOLERANCE_STEPS).tolist()
    before, side, moved = points[0][0], "Buy", "PlusTick"
    for ts_ms, path, count in zip(bars.ts.tolist(), points, steps, strict=True):
        for number, price, share in _shares(path, int(count)):
            if price != before:
                side, moved = ("Buy", "PlusTick") if price > before else ("Sell", "MinusTick")
            trades.append(
                PublicTrade(
                    ts_ms=ts_ms + min(number * bars.interval_ms // 3, bars.interval_ms - 1),
                    price=price,
                    qty=share * numerator / denominator,
                    side=side,
                    direction=moved if price != before else f"Zero{moved}",
                    seq=ts_ms * MOST_TRADES_OF_BAR + number,
                )
            )
            before = price
    return trades


def _shares(path: list[float], steps: int) -> list[tuple[int, float, int]]:
    """Number, price and steps of the trades of one path: at the open, and wherever the price is another than before."""
    places = [0, *(number for number in range(1, MOST_TRADES_OF_BAR) if path[number] != path[number - 1])]
    each, rest = divmod(steps, len(places))
    shares = [each + (index < rest) for index in range(len(places))]
    return [(number, path[number], share) for number, share in zip(places, shares, strict=True) if share]
