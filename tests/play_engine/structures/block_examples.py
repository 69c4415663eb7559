"""Markets that can be followed by hand for gaps, blocks and liquidity, and rows of used structures written by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.structures import STRUCTURES


def market(atr: float = 2.0, **prices: str) -> dict[str, Floats]:
    """Bars from four lines of prices, with an ATR that never changes."""
    columns = {name: np.array(line.split(), dtype=np.float64) for name, line in prices.items()}
    rows = len(columns["close"])
    return {**columns, "volume": np.full(rows, 10.0), "atr": np.full(rows, atr)}


# A strong rise from bar 4 on that is sold off until bar 13.
TABLE_B = market(
    open="100 100.5 101.5 100 99 103 104.5 103.5 101.5 102 100.2 98.3 98 96.5",
    high="101 102 101.8 100.4 103.2 105 105.5 104 102.5 102.2 101 99.4 98.5 97",
    low="99 100 99.5 98.5 98.9 102.5 103 101.2 100.5 99.6 98 97.5 96 95",
    close="100.5 101.5 100 99 103 104.5 103.5 101.5 102 100.2 98.3 98 96.5 95.5",
)

# Two highs close together, at bars 1 and 5, and a sweep of them at bar 9.
TABLE_C = market(
    atr=1.0,
    open="108 108.5 109 108.5 107.5 108.8 109.4 108.6 109.2 109.8 109.5 108",
    high="109 110 109.5 109 109 110.2 109.6 109.4 110.15 110.9 109.7 108.4",
    low="107.5 108 108.2 107 107.2 108.5 108.4 108 109 109.3 107.8 106.5",
    close="108.5 109 108.5 107.5 108.8 109.4 108.6 109.2 109.8 109.5 108 106.8",
)


def candles(*bars: Sequence[float], atr: float = 1.0) -> dict[str, Floats]:
    """Bars written as (open, high, low, close)."""
    columns = dict(zip(("open", "high", "low", "close"), np.array(bars, dtype=np.float64).T, strict=True))
    return {**columns, "volume": np.ones(len(bars)), "atr": np.full(len(bars), atr)}


def rows_of(structure: str, rows: int, events: Mapping[int, Mapping[str, Any]]) -> NDArray[Any]:
    """Output rows of a structure that say nothing but what `events` sets, by bar and output."""
    out = np.repeat(STRUCTURES[structure].initial_row(), rows)
    for bar, values in events.items():
        for name, value in values.items():
            out[name][bar] = value
    return out
