"""What the laws are tried on: every Play that ships, and more, on a generated market long enough to trade."""

from functools import cache
from pathlib import Path

import numpy as np

from actors.run_window import earliest_start
from feeds.synthetic import SyntheticMarket
from play_engine.bars import BAR_COLUMNS, PRICE_COLUMNS, BarSeries, Floats, Ints
from play_engine.intervals import DAY_MS, MINUTE_MS
from play_engine.market import MarketSlice, Readings
from play_engine.play import load_play
from play_engine.play.model import Play

PLAYS = sorted((Path(__file__).parents[2] / "plays").glob("*.yml"))
# Plays that read what is published beside bars.
READERS = sorted((Path(__file__).parent / "readers").glob("*.yml"))
START_MS = 1_704_067_200_000  # 2024-01-01, a Monday
DAYS = 35


@cache
def play_of(path: Path) -> Play:
    """A Play, loaded once."""
    return load_play(path)


def performable() -> list[Path]:
    """The Plays whose warm-up leaves a good part of the market to trade in."""
    latest_ms = START_MS + DAYS * DAY_MS * 2 // 3
    return [path for path in PLAYS if earliest_start(play_of(path), START_MS) < latest_ms]


@cache
def market(symbol: str) -> BarSeries:
    """One-minute bars of `symbol`, with two gaps: some hours that fell out, and some minutes inside a bar."""
    generated = SyntheticMarket(symbols=(symbol,), seed=7, start_ms=START_MS, days=DAYS)
    pieces = list(generated.bars(symbol, START_MS, START_MS + DAYS * DAY_MS, 100_000))
    columns = {name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in ("ts", *BAR_COLUMNS)}
    kept = np.ones(len(columns["ts"]), dtype=np.bool_)
    kept[31_000:31_187] = False
    kept[40_003:40_010] = False
    return BarSeries(symbol=symbol, interval_ms=60_000, **{name: column[kept] for name, column in columns.items()})


@cache
def whole_market(symbol: str) -> MarketSlice:
    """The same bars with mark prices, with funding rates of which some are missing, and with open interest that is
    published at odd times, in the gaps too."""
    bars = market(symbol)
    return published(bars, int(bars.ts[0]), bars.end_ms)


def published(bars: BarSeries, start_ms: int, end_ms: int) -> MarketSlice:
    """Bars with everything that a venue may publish beside them between two instants."""
    rates_ts = np.arange(start_ms, end_ms, DAY_MS // 3)
    rates_ts = np.delete(rates_ts, slice(4, None, 17))
    interest_ts = np.arange(start_ms - 7 * MINUTE_MS, end_ms, 13 * MINUTE_MS + 1_234)
    return MarketSlice(
        bars=bars,
        mark=_marks(bars),
        funding=Readings(ts=rates_ts, values=2e-4 * _wave(rates_ts, 5)),
        open_interest=Readings(ts=interest_ts, values=1e4 * (1.0 + 0.1 * _wave(interest_ts, 3))),
    )


def _marks(bars: BarSeries) -> BarSeries:
    """Mark prices that sway around the last price by some tenths of a percent, bar by bar."""
    sway = 1.0 + 0.002 * _wave(bars.ts, 7)
    columns = {name: getattr(bars, name) * sway for name in PRICE_COLUMNS}
    return BarSeries(symbol=bars.symbol, interval_ms=bars.interval_ms, ts=bars.ts, volume=bars.volume, **columns)


def _wave(ts: Ints, days: int) -> Floats:
    return np.sin(2.0 * np.pi * (ts / DAY_MS) / days) * np.cos(ts / (97.0 * MINUTE_MS))
