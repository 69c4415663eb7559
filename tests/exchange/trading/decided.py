"""Plays of every kind and decisions without reason, to compare a live session with a backtest of the same."""

from typing import Any

import attrs
import numpy as np

from exchange.simulated.setup import Listing, Seat
from play_engine.bars import BarSeries
from play_engine.market import MarketSlice, Readings
from play_engine.play.model import BreakEven, EntryOrder, Play, PositionPolicy, StopRule, TargetRule, Trailing
from tests.exchange.simulated.sim_driver import INSTRUMENT, MINUTE, At, batch, play, settings

_FLIPS = PositionPolicy(mode="long_short", exit_mode="signal", allow_flip=True)
_STOP, _TARGET = StopRule(type="price_percent", value=0.4), TargetRule(type="price_percent", value=0.5)
_LIMIT = EntryOrder(type="LIMIT", limit_offset_pct=0.05, time_in_force="GTC", expire_after_bars=3)
PLAYS = {
    "market": play(stop=_STOP, target=_TARGET),
    "flips": play(stop=_STOP, policy=_FLIPS),
    "limit entry": play(stop=_STOP, target=_TARGET, entry=_LIMIT),
    "limit entry that flips": play(stop=_STOP, entry=_LIMIT, policy=_FLIPS),
    "limit target": play(stop=_STOP, target=_TARGET, limit_target=True),
    "fill": play(stop=_STOP, target=_TARGET, anchor="fill", slippage_bps=2.0),
    "trailing": play(stop=_STOP, trailing=Trailing(trail_pct=0.3, activation_pct=0.1)),
    "break-even": play(stop=_STOP, target=_TARGET, break_even=BreakEven(activation_pct=0.2, offset_pct=0.05)),
    "bare": play(),
}


def everything(of: Play) -> Play:
    """The Play with a limit entry, a limit target at the fill price, and stops that move."""
    return attrs.evolve(
        of,
        entry=_LIMIT,
        limit_target=True,
        anchor="fill",
        trailing=Trailing(trail_pct=0.3, activation_pct=0.1),
        break_even=BreakEven(activation_pct=0.2, offset_pct=0.05),
    )


def walk(seed: int, minutes: int, *, symbol: str = "TUSDT", gaps: bool = False, tick: float = 0.01) -> BarSeries:
    """Minutes of a random walk near 100; each opens where the one before closed, unless there are gaps."""
    rng = np.random.default_rng(seed)
    close = np.round(100.0 + np.cumsum(rng.normal(0.0, 0.12, minutes)), 2)
    open_ = np.concatenate([[100.0], close[:-1]])
    if gaps:
        open_ = np.round(open_ + np.where(rng.random(minutes) < 0.2, rng.normal(0.0, 0.2, minutes), 0.0), 2)
    high = np.round(np.maximum(open_, close) + rng.exponential(0.08, minutes), 2)
    low = np.round(np.minimum(open_, close) - rng.exponential(0.08, minutes), 2)
    columns = {"open": open_, "high": high, "low": low, "close": close}
    return BarSeries(
        symbol=symbol,
        interval_ms=MINUTE,
        ts=np.arange(minutes, dtype=np.int64) * MINUTE,
        volume=np.full(minutes, 1e6),
        **{name: np.round(np.round(prices / tick) * tick, 10).astype(np.float64) for name, prices in columns.items()},
    )


def settlements(bars: BarSeries) -> Readings:
    """Funding every ten minutes, paid by now this side, now that."""
    ts = bars.ts[::10].copy()
    return Readings(ts=ts, values=np.where(np.arange(len(ts)) % 3, 1e-4, -2e-4))


def whims(seed: int, bars: BarSeries) -> list[At]:
    """Entries and exits at random closes."""
    rng = np.random.default_rng(seed)
    found = [At(ts=0, price=100.0, exec_close=True)]
    for ts, price in zip((bars.ts + MINUTE).tolist(), bars.close.tolist(), strict=True):
        draw = rng.random()
        intents: tuple[Any, ...] = ()
        if draw < 0.12:
            intents = ("entry_long",)
        elif draw < 0.24:
            intents = ("entry_short",)
        elif draw < 0.27:
            intents = ("exit_all",)
        elif draw < 0.3:
            intents = (("exit_all", 40.0),)
        found.append(At(ts=ts, price=price, intents=intents, exec_close=ts % (5 * MINUTE) == 0))
    return found


def scene(of: Play, seed: int, minutes: int, overrides: dict[str, Any] | None = None, *, gaps: bool = False) -> Any:
    """Listings, seats, market and intents of one Play."""
    bars = walk(seed, minutes, gaps=gaps)
    resolved = settings(of, {"sizing_price_buffer_bps": 50.0, **(overrides or {})})
    listing = Listing(instrument=INSTRUMENT, settings=resolved)
    seat = Seat(instance="t", play=of, symbol="TUSDT", settings=resolved)
    return [listing], [seat], {"TUSDT": MarketSlice(bars=bars)}, [batch(whims(seed, bars))]
