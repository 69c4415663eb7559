"""Tapes for the venue's tests: bars made of a seed, on the grids of real instruments."""

import numpy as np

from exchange.instruments import Instrument, known_instrument
from exchange.venue.market.market import VenueMarket
from exchange.venue.market.tape import Tape
from play_engine.bars import BarSeries
from play_engine.market import Readings
from play_engine.play.model import Account

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
# 2026-01-01 00:00 UTC, a Thursday.
BEGIN_MS = 1_767_225_600_000


def instrument(symbol: str = "BTCUSDT") -> Instrument:
    found = known_instrument(symbol, Account())
    assert found is not None
    return found


def made_bars(
    count: int,
    *,
    seed: int = 1,
    symbol: str = "BTCUSDT",
    interval_ms: int = MINUTE_MS,
    begin_ms: int = BEGIN_MS,
    price_ticks: int = 600_000,
    ticks_per: float = 10.0,
    steps_per: float = 1000.0,
) -> BarSeries:
    """A walk of `count` bars, each of which opens near the close before; prices are `ticks` / `ticks_per`."""
    rng = np.random.default_rng(seed)
    close = price_ticks + np.cumsum(rng.integers(-60, 61, count))
    open_ = np.roll(close, 1) + rng.integers(-2, 3, count)
    open_[0] = price_ticks
    high = np.maximum(open_, close) + rng.integers(0, 40, count)
    low = np.minimum(open_, close) - rng.integers(0, 40, count)
    return BarSeries(
        symbol=symbol,
        interval_ms=interval_ms,
        ts=begin_ms + interval_ms * np.arange(count),
        open=open_ / ticks_per,
        high=high / ticks_per,
        low=low / ticks_per,
        close=close / ticks_per,
        volume=rng.integers(0, 50_000, count) / steps_per,
    )


def bar(open_: float, high: float, low: float, close: float, volume: float = 6.0) -> BarSeries:
    """One bar of BTCUSDT."""
    prices = {"open": open_, "high": high, "low": low, "close": close, "volume": volume}
    columns = {name: np.array([value]) for name, value in prices.items()}
    return BarSeries(symbol="BTCUSDT", interval_ms=MINUTE_MS, ts=np.array([BEGIN_MS]), **columns)


def readings(*values: float, every_ms: int, begin_ms: int = BEGIN_MS) -> Readings:
    return Readings(ts=begin_ms + every_ms * np.arange(len(values)), values=np.array(values))


def made_market(
    count: int = 600, *, step_ms: int = MINUTE_MS, history: int = 300, marked: bool = False, seed: int = 1
) -> VenueMarket:
    """BTCUSDT with `history` bars before the replay."""
    bars = made_bars(count, seed=seed)
    tape = Tape(
        instrument=instrument(),
        bars=bars,
        mark=made_bars(count, seed=seed + 1) if marked else None,
        funding=readings(0.0001, 0.00015, -0.00005, every_ms=HOUR_MS * 2, begin_ms=BEGIN_MS + HOUR_MS),
        open_interest=readings(*(1000.0 + n for n in range(count // 5)), every_ms=5 * MINUTE_MS),
    )
    return VenueMarket([tape], step_ms, start_ms=BEGIN_MS + history * MINUTE_MS)


def play(market: VenueMarket, steps: int) -> None:
    for _ in range(steps):
        assert market.next_step() is not None
