"""A small market as its venue would publish it: what the store must hold in the end."""

from typing import Any

import attrs
import numpy as np

from play_engine.bars import BarSeries
from play_engine.intervals import MINUTE_MS
from play_engine.market import Readings
from tests.feeds.candles import START_MS, walk, without

HOUR_MS = 60 * MINUTE_MS
# The first trade came within a minute.
LAUNCH_MS = START_MS + 17_000
# Minutes, and which of them the venue does not have.
ROWS = 2_600
HOLE = (1_500, 1_510)


@attrs.frozen(kw_only=True)
class Market:
    """One symbol: bars by kind, readings by kind, the instant that it is, and the contract as the venue lists it."""

    symbol: str
    now_ms: int
    bars: dict[str, BarSeries]
    readings: dict[str, Readings]
    listing: dict[str, Any]
    tiers: list[dict[str, Any]]


def market(symbol: str = "BTCUSDT", *, rows: int = ROWS, seed: int = 1, hole: tuple[int, int] | None = HOLE) -> Market:
    """`rows` closed minutes and one that is open, but for a hole in the last price."""
    whole = attrs.evolve(walk(rows + 1, seed=seed), symbol=symbol)
    mark = attrs.evolve(walk(rows + 1, seed=seed + 1), symbol=symbol, volume=np.zeros(rows + 1))
    now_ms = START_MS + rows * MINUTE_MS + 30_000
    rng = np.random.default_rng(seed)
    funding_ts = np.arange(START_MS + 8 * HOUR_MS, now_ms, 8 * HOUR_MS)
    interest_ts = np.arange(START_MS + 5 * MINUTE_MS, now_ms - 5 * MINUTE_MS, 5 * MINUTE_MS)
    return Market(
        symbol=symbol,
        now_ms=now_ms,
        bars={"last": without(whole, *hole) if hole else whole, "mark": mark},
        readings={
            "funding": Readings(ts=funding_ts, values=np.round(rng.normal(1e-4, 1e-4, len(funding_ts)), 8)),
            "open_interest": Readings(ts=interest_ts, values=np.round(rng.uniform(1e4, 2e4, len(interest_ts)), 3)),
        },
        listing=listing(symbol),
        tiers=tiers(symbol),
    )


def closed(bars: BarSeries) -> BarSeries:
    """Without the last bar, which is still open."""
    return bars.rows(0, len(bars) - 1)


def listing(symbol: str) -> dict[str, Any]:
    return {
        "symbol": symbol,
        "contractType": "LinearPerpetual",
        "status": "Trading",
        "baseCoin": symbol.removesuffix("USDT"),
        "quoteCoin": "USDT",
        "settleCoin": "USDT",
        "launchTime": str(LAUNCH_MS),
        "deliveryTime": "0",
        "leverageFilter": {"minLeverage": "1", "maxLeverage": "100.00", "leverageStep": "0.01"},
        "priceFilter": {"minPrice": "0.10", "maxPrice": "1999999.80", "tickSize": "0.10"},
        "lotSizeFilter": {
            "maxOrderQty": "1190.000",
            "minOrderQty": "0.001",
            "qtyStep": "0.001",
            "maxMktOrderQty": "500.000",
            "minNotionalValue": "5",
        },
        "fundingInterval": 480,
        "somethingNew": {"unknown": True},
    }


def tiers(symbol: str) -> list[dict[str, Any]]:
    """Two risk tiers, the larger one first."""
    rows = [("2000000", "0.005", "0.01", "100.00", "0"), ("4000000", "0.01", "0.02", "50.00", "10000")]
    names = ("riskLimitValue", "maintenanceMargin", "initialMargin", "maxLeverage", "mmDeduction")
    return [{"symbol": symbol, **dict(zip(names, row, strict=True))} for row in reversed(rows)]
