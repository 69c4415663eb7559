"""The candle store that the measurements read: generated minutes of one symbol, made once per length."""

from pathlib import Path

import numpy as np

from feeds.store import CandleStore
from feeds.synthetic import SyntheticMarket
from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.intervals import DAY_MS, MINUTE_MS

SYMBOL, VENUE = "BTCUSDT", "synthetic"
START_MS = 1_420_070_400_000  # 2015-01-01


def stored_market(folder: Path, days: int) -> CandleStore:
    """A candle store below `folder` with `days` days of minutes; filled if it is not there yet."""
    root = folder / f"store-{days}"
    store = CandleStore(root)
    if not store.series():
        market = SyntheticMarket([SYMBOL], 1, START_MS, days)
        bars = market.bars(SYMBOL, START_MS, START_MS + days * DAY_MS, 32_768)
        store.add(bars, venue=VENUE, symbol=SYMBOL, interval_ms=MINUTE_MS)
    return store


def in_memory(store: CandleStore) -> BarSeries:
    """All bars of the store as one series."""
    pieces = list(store.provider(VENUE, MINUTE_MS).bars(SYMBOL, 0, 2**62, 1_000_000))
    columns = {name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in ("ts", *BAR_COLUMNS)}
    return BarSeries(symbol=SYMBOL, interval_ms=MINUTE_MS, **columns)
