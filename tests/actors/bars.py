"""Small series of bars for the actors' tests."""

import numpy as np

from play_engine.bars import BarSeries

MINUTE = 60_000


def minutes(symbol: str, count: int, *, start_ms: int = 0, price: float = 100.0) -> BarSeries:
    """`count` one-minute bars that rise by one unit each."""
    closes = price + np.arange(count, dtype=np.float64)
    return BarSeries(
        symbol=symbol,
        interval_ms=MINUTE,
        ts=start_ms + MINUTE * np.arange(count),
        open=closes,
        high=closes + 1,
        low=closes - 1,
        close=closes,
        volume=np.ones(count),
    )
