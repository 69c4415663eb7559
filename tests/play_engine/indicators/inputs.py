"""What indicators read, made from the bars of a market: prices, open times, bar numbers, and the rows of a swing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.declaration import Indicator
from play_engine.structures import STRUCTURES
from tests.play_engine.columns import run_structure

HOUR_MS = 3_600_000
# A Monday, the first of a month and of a year, 00:00 UTC.
NEW_YEAR_MS = 1_704_067_200_000
SWING = {"left": 1, "right": 2}

Market = dict[str, Floats]


def price_walk(rows: int, seed: int) -> Market:
    """Bars of a seeded geometric random walk from 100, on ticks of 0.01, each with volume."""
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.004, rows)))
    opens = np.concatenate([[100.0], close[:-1]])
    high = np.maximum(opens, close) * (1 + np.abs(rng.normal(0, 0.002, rows)))
    low = np.minimum(opens, close) * (1 - np.abs(rng.normal(0, 0.002, rows)))
    prices = {name: np.round(column, 2) for name, column in zip(PRICES, (opens, high, low, close), strict=True)}
    return {**prices, "volume": np.round(rng.gamma(1, 10, rows) + 0.1, 1)}


PRICES = ("open", "high", "low", "close")


def rows_of(market: Market, start: int, stop: int | None = None) -> Market:
    """Bars start … stop − 1 of a market."""
    return {name: column[start:stop] for name, column in market.items()}


def columns_of(market: Market, first_ms: int = NEW_YEAR_MS, interval_ms: int = HOUR_MS) -> dict[str, NDArray[Any]]:
    """Everything that an indicator may read of a table that begins with these bars, by the names of inputs."""
    rows = len(market["close"])
    return {
        **market,
        "hlc3": (market["high"] + market["low"] + market["close"]) / 3,
        "ts": first_ms + interval_ms * np.arange(rows),
        "bar": np.arange(rows),
        "swing": run_structure(STRUCTURES["swing"], SWING, market).rows,
    }


def inputs_of(
    indicator: Indicator, columns: dict[str, NDArray[Any]], source: Floats | None = None
) -> list[NDArray[Any]]:
    """The inputs of an indicator in declared order; `source` in place of the price field that it reads by default."""
    default = columns[str(indicator.source)] if source is None and indicator.source is not None else source
    return [columns[name] if name != "x" else np.asarray(default) for name in indicator.inputs]
