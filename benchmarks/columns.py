"""A year of minutes as the columns that kernels read and write."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.market import in_memory, stored_market
from play_engine.bars import BAR_COLUMNS
from play_engine.declaration import Indicator, Params, Structure

# Rows in front of the first bar, for kernels that look back.
MARGIN = 20_000


def year_of_minutes(folder: Path) -> dict[str, NDArray[Any]]:
    """Bar columns with `ts`, `bar` and `x` (the close), behind a margin of missing rows; `rows` is the year."""
    bars = in_memory(stored_market(folder, 365))
    before = np.full(MARGIN, np.nan)
    columns: dict[str, NDArray[Any]] = {name: np.concatenate([before, getattr(bars, name)]) for name in BAR_COLUMNS}
    columns["ts"] = np.concatenate([np.full(MARGIN, -1), bars.ts])
    columns["bar"] = np.concatenate([np.full(MARGIN, -1), np.arange(len(bars))])
    columns["x"] = columns["close"]
    return columns


def defaults(declared: Indicator | Structure, **given: object) -> Params:
    """The parameters of a declaration: what is given, else the defaults."""
    return {parameter.name: given.get(parameter.name, parameter.default) for parameter in declared.parameters}
