"""Bars as the program passes them about: columns, never rows."""

from typing import Self

import attrs
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PRICE_COLUMNS = ("open", "high", "low", "close")
BAR_COLUMNS = (*PRICE_COLUMNS, "volume")


@attrs.frozen(kw_only=True, eq=False)
class BarSeries:
    """Closed bars of one symbol and interval, in order, each exactly once.

    `ts` is the open time in ms since the epoch, UTC, strictly increasing and on the interval's grid; prices are in
    quote currency, `volume` in base currency. All columns have the same length. A bar that the market lacks is
    absent: nothing is filled in.
    """

    symbol: str
    interval_ms: int
    ts: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __len__(self) -> int:
        return len(self.ts)

    def rows(self, start: int, stop: int) -> Self:
        """Bars start … stop − 1, as views on the same memory."""
        return type(self)(
            symbol=self.symbol,
            interval_ms=self.interval_ms,
            ts=self.ts[start:stop],
            open=self.open[start:stop],
            high=self.high[start:stop],
            low=self.low[start:stop],
            close=self.close[start:stop],
            volume=self.volume[start:stop],
        )

    def writable(self) -> Self:
        """The same bars in memory that may be written to: compiled functions exist once per kind of array."""
        if all(getattr(self, name).flags.writeable for name in ("ts", *BAR_COLUMNS)):
            return self
        return attrs.evolve(self, **{name: getattr(self, name).copy() for name in ("ts", *BAR_COLUMNS)})

    def between(self, start_ms: int, end_ms: int) -> Self:
        """Bars with start_ms ≤ open time < end_ms."""
        start, stop = np.searchsorted(self.ts, (start_ms, end_ms), side="left")
        return self.rows(int(start), int(stop))

    @property
    def end_ms(self) -> int:
        """The instant at which the last bar closes; 0 without bars."""
        return int(self.ts[-1]) + self.interval_ms if len(self) else 0
