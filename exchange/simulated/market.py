"""Whether bars can be played at all, and how well they fit the grid."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exchange.grid import is_off_grid
from play_engine.bars import PRICE_COLUMNS, BarSeries
from play_engine.compiled import compiled
from play_engine.errors import DataError


def check_playable(bars: BarSeries) -> None:
    """Raise DataError for the first bar whose time does not rise or whose prices are not positive, finite and
    low ≤ open, close ≤ high."""
    columns = (plain_column(getattr(bars, name), np.float64) for name in PRICE_COLUMNS)
    row = _first_bad_row(plain_column(bars.ts, np.int64), *columns)
    if row < len(bars):
        found = ", ".join(f"{name} {getattr(bars, name)[row]}" for name in ("ts", *PRICE_COLUMNS))
        raise DataError(
            f"{bars.symbol}: bar {row} cannot be played: {found}; times must rise, and prices be positive "
            "with low ≤ open, close ≤ high; repair or sync the series"
        )


def plain_column(values: NDArray[Any], dtype: type[np.generic]) -> NDArray[Any]:
    """`values` contiguous, aligned and writable, so that every call meets the same compiled function."""
    flags = values.flags
    if values.dtype == dtype and flags.c_contiguous and flags.aligned and flags.writeable:
        return values
    return np.require(values, dtype, ["C", "A", "W"])


@compiled
def _first_bad_row(ts: Any, open_: Any, high: Any, low: Any, close: Any) -> int:
    """Row of the first bar that cannot be; the number of rows if there is none."""
    for i in range(len(ts)):
        ordered = 0.0 < low[i] <= min(open_[i], close[i]) and max(open_[i], close[i]) <= high[i] < np.inf
        if not ordered or (i > 0 and ts[i] <= ts[i - 1]):
            return i
    return len(ts)


@compiled
def count_off_grid(bars: Any, numerator: float, denominator: float, start: int, stop: int) -> int:
    """How many prices of bars start … stop − 1 do not lie on the tick grid; they are used as they are."""
    off = 0
    for i in range(start, stop):
        off += is_off_grid(bars.open[i], numerator, denominator)
        off += is_off_grid(bars.high[i], numerator, denominator)
        off += is_off_grid(bars.low[i], numerator, denominator)
        off += is_off_grid(bars.close[i], numerator, denominator)
    return off
