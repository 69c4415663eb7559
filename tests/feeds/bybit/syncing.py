"""Syncing in tests: in this process, or in one of its own that can be killed."""

import sys
from pathlib import Path
from typing import Any

import numpy as np

from feeds.bybit.reports import SyncReport
from feeds.bybit.run_sync import Watchers, open_clients, run_sync
from feeds.bybit.settings import ClientSettings
from feeds.bybit.sync import Sync
from feeds.bybit.sync_request import SyncRequest
from feeds.store import CandleStore
from play_engine.bars import BarSeries
from play_engine.intervals import MINUTE_MS
from play_engine.market import Readings
from tests.feeds.bybit.truth import Market, closed
from tests.feeds.bybit.venue import QUICK, Venue
from tests.feeds.candles import EVER

EVERYTHING = ("last", "mark", "funding", "open_interest", "instrument")


async def sync(venue: Venue, root: Path, *, seed: int = 0, settings: Any = None, **asked: Any) -> SyncReport:
    """A sync of BTCUSDT, or of what is asked, with a client that hardly waits."""
    request = SyncRequest(**{"symbols": ("BTCUSDT",), **asked})
    settings = settings or venue.settings()
    rng = np.random.default_rng(seed)
    async with open_clients(request, settings, rng, lambda _: None) as clients:
        job = Sync(request, root, clients, rng)
        await job.run(settings.closed_margin_ms)
        return job.report(interrupted=False)


def stored_bars(root: Path, kind: str = "last", symbol: str = "BTCUSDT") -> BarSeries:
    provider = CandleStore(root).provider("bybit", MINUTE_MS)
    read = provider.mark_bars if kind == "mark" else provider.bars
    return next(iter(read(symbol, *EVER, 1_000_000)))


def stored_readings(root: Path, kind: str, symbol: str = "BTCUSDT") -> Readings:
    return CandleStore(root).provider("bybit", MINUTE_MS).readings(symbol, kind, *EVER)


def assert_all_stored(root: Path, market: Market) -> None:
    """The store has exactly what the market has published, bit for bit."""
    for kind, bars in market.bars.items():
        stored, expected = stored_bars(root, kind, market.symbol), closed(bars)
        for name in ("ts", "open", "high", "low", "close", "volume"):
            assert np.array_equal(getattr(stored, name), getattr(expected, name)), (kind, name)
    for kind, readings in market.readings.items():
        stored_there = stored_readings(root, kind, market.symbol)
        assert np.array_equal(stored_there.ts, readings.ts), kind
        assert np.array_equal(stored_there.values, readings.values), kind


def main() -> None:
    """As a process: `python -m tests.feeds.bybit.syncing URL ROOT SEED`."""
    url, root, seed = sys.argv[1:]
    settings = ClientSettings(base_url=url, archive_url=url, **QUICK)
    request = SyncRequest(symbols=("BTCUSDT",), kinds=EVERYTHING)
    report = run_sync(request, Path(root), settings, Watchers(), seed=int(seed))
    sys.exit(130 if report.interrupted else int(not report.sound))


if __name__ == "__main__":
    main()
