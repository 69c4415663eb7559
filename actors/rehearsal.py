"""Compiling ahead: the first call of a kernel compiles it, and that must not happen while the actors run."""

import numpy as np

from actors.instance import PreparedInstance
from exchange.simulated.exchange import SimulatedExchange
from play_engine.bars import BarSeries
from play_engine.engine import Engine
from play_engine.intervals import floor_to

# Enough bars for every kernel to be called, few enough to take no time once compiled.
_BARS = 4


def rehearse(prepared: PreparedInstance) -> None:
    """Run an engine and an exchange of their own over a few bars, so that all their kernels are compiled.

    Takes seconds on the first run on a machine, afterwards the time to load the compiled kernels from their cache.
    """
    play = prepared.play
    bars = _sparse_bars(prepared)
    engine = Engine(play, base_ms=bars.interval_ms)
    exchange = SimulatedExchange(play, prepared.instrument, prepared.settings, int(bars.ts[0]))
    exchange.advance(bars, engine.process(bars))
    exchange.finish("completed")


def _sparse_bars(prepared: PreparedInstance) -> BarSeries:
    """Bars so far apart that each of them completes a bar of every timeframe."""
    play = prepared.play
    longest = max(play.exec_ms, *(spec.interval_ms for spec in (*play.features, *play.structures)), 0)
    ts = floor_to(prepared.window.start_ms, longest) + longest * np.arange(_BARS)
    price = np.full(_BARS, 100.0)
    return BarSeries(
        symbol=play.symbol,
        interval_ms=prepared.coverage.interval_ms,
        ts=ts,
        open=price.copy(),
        high=price.copy(),
        low=price.copy(),
        close=price.copy(),
        volume=price.copy(),
    )
