"""Bars and Plays that the laws are tried on: every Play that ships, on a generated market long enough to trade."""

from functools import cache
from pathlib import Path

import numpy as np

from actors.run_window import earliest_start
from feeds.synthetic import SyntheticMarket
from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.intervals import DAY_MS
from play_engine.play import load_play
from play_engine.play.model import Play

PLAYS = sorted((Path(__file__).parents[2] / "plays").glob("*.yml"))
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
