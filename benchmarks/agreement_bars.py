"""The bars on which agreement is measured: some days of minutes, and the same with outages in them."""

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from feeds.synthetic import SyntheticMarket
from play_engine.bars import BAR_COLUMNS, PRICE_COLUMNS, BarSeries

SYMBOL, SEED, START_MS, DAYS = "BTCUSDT", 1, 1_704_067_200_000, 3  # from 2024-01-01, a Monday


@attrs.frozen(kw_only=True)
class Outage:
    """Bars start … stop − 1: `flat` at the close before them, or `silent`, without volume, or both."""

    start: int
    stop: int
    flat: bool = True
    silent: bool = True


# Shorter and longer than the windows of the indicators; far enough apart for a memory to decay between them.
OUTAGES = (
    Outage(start=700, stop=702),
    Outage(start=1000, stop=1010),
    Outage(start=1300, stop=1360),
    Outage(start=1800, stop=1880, flat=False),
    Outage(start=2300, stop=2350, silent=False),
    Outage(start=2800, stop=2950),
    Outage(start=3600, stop=3630, flat=False),
)


def moving_bars() -> BarSeries:
    """Bars that move and have volume, as a market that is open all day."""
    market = SyntheticMarket([SYMBOL], SEED, START_MS, DAYS)
    coverage = market.coverage(SYMBOL)
    return next(market.bars(SYMBOL, coverage.start_ms, coverage.end_ms, coverage.rows))


def with_outages(bars: BarSeries) -> BarSeries:
    """The same bars with the outages in them."""
    columns = {name: getattr(bars, name).copy() for name in BAR_COLUMNS}
    for outage in OUTAGES:
        rows = slice(outage.start, outage.stop)
        if outage.flat:
            for name in PRICE_COLUMNS:
                columns[name][rows] = bars.close[outage.start - 1]
        if outage.silent:
            columns["volume"][rows] = 0.0
    return attrs.evolve(bars, **columns)


def columns_of(bars: BarSeries) -> dict[str, NDArray[Any]]:
    """What recipes and indicators read, by name."""
    columns = {name: np.ascontiguousarray(getattr(bars, name)) for name in ("ts", *BAR_COLUMNS)}
    return {**columns, "hlc3": (columns["high"] + columns["low"] + columns["close"]) / 3}
