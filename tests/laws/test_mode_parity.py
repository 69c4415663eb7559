"""Mode parity: a live session at a venue that replays bars does what the backtest of those bars does, trade by trade.

The whole live stack is in between: candles over a WebSocket, engines, the trading core, signed orders over REST or the
socket for orders, the venue's asynchronous answers and its reports.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np
import pytest

from exchange.bybit.adapter import Route
from feeds.candle_file import CandleFile
from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.intervals import DAY_MS
from play_engine.play.model import Play
from results.result import Result
from tests.laws.market import PLAYS, market, play_of
from tests.laws.session import backtest_and_session, differences

SHARED = Path(os.environ.get("PLAYHOUSE_SHARED") or Path(__file__).parents[3] / "shared")
MINUTES = SHARED / "data" / "binance_spot_BTCUSDT_1m_2023.parquet"
# Two weeks of August without a gap, and a hundred days before them to warm up in.
REAL_START_MS = 1_690_848_000_000
REAL_SPAN_MS = REAL_START_MS - 98 * DAY_MS, REAL_START_MS + 14 * DAY_MS
A_FEW_HOURS = ("ema_cross", "rsi_reversion", "band_fade")
TWO_WEEKS = ("ema_cross", "rsi_reversion", "turtle_breakout")


def plays_named(*names: str) -> dict[str, Play]:
    return {path.stem: play_of(path) for path in PLAYS if path.stem in names}


def assert_equal(pairs: Sequence[tuple[Result, Result]], *, least_trades: int) -> None:
    for backtest, session in pairs:
        assert differences(backtest, session) == []
        assert session.run["mode"] == "demo"
    assert sum(session.trades.num_rows for _, session in pairs) >= least_trades


@pytest.mark.parametrize("route", ["rest", "socket"])
def test_plays_on_one_account(route: Route) -> None:
    plays = plays_named("ema_cross", "band_fade", "rsi_reversion")
    series = [market(symbol) for symbol in dict.fromkeys(play.symbol for play in plays.values())]
    start_ms = series[0].end_ms - 4 * DAY_MS
    settings = {"allow_shared_symbol": True, "leverage": 3, "slippage_bps": 2, "taker_fee_bps": 5.5, "maker_fee_bps": 2}
    pairs = backtest_and_session(
        plays, series, start_ms, start_ms + DAY_MS // 2, account="shared", settings=settings, orders_over=route
    )
    assert_equal(pairs, least_trades=1)


def real_minutes() -> BarSeries:
    if not MINUTES.exists():
        pytest.skip(f"no recorded minutes at {MINUTES}; set PLAYHOUSE_SHARED")
    chunks = list(CandleFile(MINUTES, "BTCUSDT").bars("BTCUSDT", *REAL_SPAN_MS, 100_000))
    columns = {name: np.concatenate([getattr(chunk, name) for chunk in chunks]) for name in ("ts", *BAR_COLUMNS)}
    return attrs.evolve(chunks[0], **columns)


def real_plays(*names: str) -> dict[str, Play]:
    """Plays that get an account each, on the one symbol that there are minutes of."""
    return {name: attrs.evolve(play, symbol="BTCUSDT") for name, play in plays_named(*names).items()}


def test_half_a_day_of_real_minutes() -> None:
    end_ms = REAL_START_MS + DAY_MS // 2
    assert_equal(
        backtest_and_session(real_plays(*A_FEW_HOURS), [real_minutes()], REAL_START_MS, end_ms), least_trades=1
    )


@pytest.mark.slow
def test_two_weeks_of_real_minutes() -> None:
    end_ms = REAL_START_MS + 14 * DAY_MS
    assert_equal(backtest_and_session(real_plays(*TWO_WEEKS), [real_minutes()], REAL_START_MS, end_ms), least_trades=30)
