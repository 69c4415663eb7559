"""The simulator alone: minutes per second with few and many trades, with one and ten Plays on an account.

Decisions are made by hand, so that nothing else is measured: at fixed instants each Play enters with a stop and a
target far away, and closes half of its period later. The reference is a compiled loop over the same bars in the same
run.
"""

from pathlib import Path
from typing import Any

import attrs
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.market import in_memory, stored_market
from benchmarks.reference_loop import ema_cross
from benchmarks.timing import seconds
from exchange.instruments import instrument_at_price
from exchange.settings import resolve_settings
from exchange.simulated.exchange import SimulatedExchange
from exchange.simulated.setup import Listing, Seat
from play_engine.bars import BarSeries
from play_engine.intents import ACTION_CODES, IntentBatch
from play_engine.intervals import DAY_MS, MINUTE_MS
from play_engine.market import MarketSlice
from play_engine.play.model import Account, Play, PositionPolicy, Sizing, StopRule, TargetRule

TRADES_A_MONTH = (0, 10, 1_000)
PLAYS = (1, 10)
_DAYS = 365
_MONTH_MS = 30 * DAY_MS
_CHUNK_BARS = 32_768
_EXEC_MS = 15 * MINUTE_MS


def account_speed(folder: Path, repeats: int, console: Console) -> None:
    """One table: how many minutes of all instruments together the simulator plays per second."""
    bars = in_memory(stored_market(folder, _DAYS))
    loop_s = seconds(lambda: ema_cross(bars.open, bars.high, bars.low, bars.close), repeats)
    table = Table(
        "Plays", "trades a month each", "ms", "bars/s", "× loop", title=f"Simulator over {len(bars):,} minutes"
    )
    for count in PLAYS:
        for trades in TRADES_A_MONTH:
            took_s = seconds(lambda count=count, trades=trades: _play(bars, count, trades), repeats)
            played = len(bars) * count
            ratio = took_s / loop_s / count
            table.add_row(str(count), f"{trades:,}", f"{took_s * 1e3:.0f}", f"{played / took_s:,.0f}", f"{ratio:.1f}")
    console.print(table)


def _play(bars: BarSeries, count: int, trades_a_month: int) -> int:
    """The trades of `count` Plays on one account, each on an instrument of its own over the same bars."""
    plays = [_made_up_play(f"S{number}USDT") for number in range(count)]
    listings, seats = [], []
    for play in plays:
        instrument = instrument_at_price(play.symbol, play.account, float(bars.close[0]))
        settings = resolve_settings(play, instrument, {})
        listings.append(Listing(instrument=instrument, settings=settings))
        seats.append(Seat(instance=play.symbol, play=play, symbol=play.symbol, settings=settings))
    exchange = SimulatedExchange(listings, seats, int(bars.ts[0]))
    trades = 0
    for first in range(0, len(bars), _CHUNK_BARS):
        chunk = bars.rows(first, first + _CHUNK_BARS)
        batch = _decisions(chunk, trades_a_month)
        market = {play.symbol: MarketSlice(bars=attrs.evolve(chunk, symbol=play.symbol)) for play in plays}
        trades += len(exchange.advance(market, [batch] * count).trades)
    exchange.finish()
    return trades


def _made_up_play(symbol: str) -> Play:
    return Play(
        id="made_up",
        name="made_up",
        symbol=symbol,
        exec_ms=_EXEC_MS,
        roles={},
        account=Account(),
        starting_equity_usdt=1_000_000.0,
        slippage_bps=2.0,
        leverage=2.0,
        policy=PositionPolicy(mode="long_only", exit_mode="signal"),
        stop=StopRule(type="price_percent", value=20.0),
        target=TargetRule(type="price_percent", value=20.0),
        sizing=Sizing(model="fixed_usdt", value=1_000.0),
    )


def _decisions(bars: BarSeries, trades_a_month: int) -> IntentBatch:
    """An instant at each exec close; entries and exits take turns, evenly spread."""
    closes = bars.ts + MINUTE_MS
    rows = np.flatnonzero(closes % _EXEC_MS == 0)
    ts = closes[rows]
    actions: list[int] = []
    counts = np.zeros(len(ts), dtype=np.int64)
    if trades_a_month:
        turn = ts // max(_MONTH_MS // trades_a_month // 2, _EXEC_MS)
        counts[1:] = turn[1:] != turn[:-1]
        names = ("entry_long", "exit_all")
        actions = [ACTION_CODES[names[int(one) % 2]] for one in turn[counts == 1]]
    missing = np.full(len(ts), np.nan)
    columns: dict[str, Any] = dict.fromkeys(("stop_long", "stop_short", "target"), missing)
    return IntentBatch(
        until_ms=bars.end_ms,
        ts=ts,
        is_exec_close=np.ones(len(ts), dtype=np.uint8),
        price=bars.close[rows],
        first=np.cumsum([0, *counts], dtype=np.int64),
        action=np.array(actions, dtype=np.int8),
        percent=np.full(len(actions), 100.0),
        intent=np.zeros(len(actions), dtype=np.int32),
        noted=np.zeros((len(ts), 0)),
        trail_ts=np.zeros(0, dtype=np.int64),
        trail_atr=np.zeros(0),
        **columns,
    )
