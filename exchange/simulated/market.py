"""Whether bars can be played at all, and how well they fit the grid."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exchange.grid import is_off_grid
from exchange.simulated.kernel import Minutes
from play_engine.bars import BAR_COLUMNS, PRICE_COLUMNS, BarSeries, Floats
from play_engine.compiled import compiled
from play_engine.errors import DataError


def playable_minutes(bars: BarSeries, atr: Floats) -> Minutes:
    """The columns of `bars` as the compiled loop takes them, with what a trailing stop reads at their closes.

    Raises DataError for the first row whose time does not rise or whose prices are not positive, finite and
    low ≤ open, close ≤ high.
    """
    columns = {name: plain_column(getattr(bars, name), np.float64) for name in BAR_COLUMNS}
    minutes = Minutes(ts=plain_column(bars.ts, np.int64), atr=plain_column(atr, np.float64), **columns)
    row = _first_bad_row(minutes)
    if row < len(bars):
        found = ", ".join(f"{name} {getattr(bars, name)[row]}" for name in ("ts", *PRICE_COLUMNS))
        raise DataError(
            f"{bars.symbol}: bar {row} cannot be played: {found}; times must rise, and prices be positive "
            "with low ≤ open, close ≤ high; repair or sync the series"
        )
    return minutes


def plain_column(values: NDArray[Any], dtype: type[np.generic]) -> NDArray[Any]:
    """`values` contiguous, aligned and writable, so that every call meets the same compiled function."""
    flags = values.flags
    if values.dtype == dtype and flags.c_contiguous and flags.aligned and flags.writeable:
        return values
    return np.require(values, dtype, ["C", "A", "W"])


@compiled
def _first_bad_row(bars: Any) -> int:
    """Row of the first bar that cannot be; the number of rows if there is none."""
    for i in range(len(bars.ts)):
        low, high = bars.low[i], bars.high[i]
        ordered = 0.0 < low <= min(bars.open[i], bars.close[i]) and max(bars.open[i], bars.close[i]) <= high < np.inf
        if not ordered or (i > 0 and bars.ts[i] <= bars.ts[i - 1]):
            return i
    return len(bars.ts)


@compiled
def count_off_grid(bars: Any, numerator: float, denominator: float, stop: int) -> int:
    """How many prices of bars 0 … stop − 1 do not lie on the tick grid; they are used as they are."""
    off = 0
    for i in range(stop):
        off += is_off_grid(bars.open[i], numerator, denominator)
        off += is_off_grid(bars.high[i], numerator, denominator)
        off += is_off_grid(bars.low[i], numerator, denominator)
        off += is_off_grid(bars.close[i], numerator, denominator)
    return off
