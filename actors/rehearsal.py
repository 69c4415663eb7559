"""Compiling ahead: the first call of a kernel compiles it, and that must not happen while the actors run."""

import numpy as np

from actors.account import PreparedAccount
from play_engine.bars import BAR_COLUMNS, BarSeries, Ints
from play_engine.engine import Engine
from play_engine.intervals import floor_to
from play_engine.market import MarketSlice

# Enough bars for every kernel to be called, few enough to take no time once compiled.
_BARS = 4


def rehearse(account: PreparedAccount) -> None:
    """Run engines and an exchange of their own over a few bars, so that all their kernels are compiled.

    Takes seconds on the first run on a machine, afterwards the time to load the compiled kernels from their cache.
    """
    ts = _sparse_times(account)
    market = {traded.symbol: _slice(account, traded.symbol, ts) for traded in account.symbols}
    engines = [Engine(one.play, base_ms=account.interval_ms) for one in account.instances]
    exchange = account.exchange(int(ts[0]))
    exchange.advance(market, [engine.process(market[engine.play.symbol]) for engine in engines])
    exchange.finish("completed")


def _sparse_times(account: PreparedAccount) -> Ints:
    """Open times so far apart that each bar completes a bar of every timeframe."""
    longest = 0
    for play in (one.play for one in account.instances):
        longest = max(longest, play.exec_ms, *(spec.interval_ms for spec in (*play.features, *play.structures)))
    return floor_to(account.window.start_ms, longest) + longest * np.arange(_BARS)


def _slice(account: PreparedAccount, symbol: str, ts: Ints) -> MarketSlice:
    price = np.full(_BARS, 100.0)
    columns = {name: price.copy() for name in BAR_COLUMNS}
    bars = BarSeries(symbol=symbol, interval_ms=account.interval_ms, ts=ts, **columns)
    return MarketSlice(bars=bars, mark=bars if account.marked else None)
