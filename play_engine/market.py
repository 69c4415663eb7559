"""What the market did over a stretch of time: bars of the last price, and what else its venue published."""

from typing import Any, Self

import attrs
import numpy as np
from numpy.typing import NDArray

from play_engine.bars import BarSeries, Floats, Ints

# What a venue publishes now and then, beside its bars.
READING_KINDS = ("funding", "open_interest")


@attrs.frozen(kw_only=True, eq=False)
class Readings:
    """Values published at instants: `ts` in ms since the epoch, UTC, strictly increasing, and one value for each.

    A funding rate is a fraction of the position value, open interest is in base units.
    """

    ts: Ints
    values: Floats

    def __len__(self) -> int:
        return len(self.ts)

    def after(self, start_ms: int, end_ms: int) -> Self:
        """Readings with start_ms < ts ≤ end_ms, as views on the same memory."""
        start, stop = np.searchsorted(self.ts, (start_ms, end_ms), side="right")
        return type(self)(ts=self.ts[start:stop], values=self.values[start:stop])


NO_READINGS = Readings(ts=np.zeros(0, dtype=np.int64), values=np.zeros(0))
for _shared in (NO_READINGS.ts, NO_READINGS.values):
    _shared.flags.writeable = False


@attrs.frozen(kw_only=True, eq=False)
class MarketSlice:
    """One symbol over a stretch of time, up to the close of its last bar.

    `bars` are those of the last price. `mark` has the mark price for each of them (same open times, `volume` is of no
    meaning), or is None where the mark price is not known; then the last price stands for it, throughout a run.
    `synthetic` marks bars that a gap filler made; None where there are none. `funding` and `open_interest` are what
    was published since the slice before, up to and including the close of the last bar; the first slice of a run
    brings what was known before it.
    """

    bars: BarSeries
    mark: BarSeries | None = None
    synthetic: NDArray[Any] | None = None
    funding: Readings = NO_READINGS
    open_interest: Readings = NO_READINGS

    @property
    def symbol(self) -> str:
        """The symbol of the bars."""
        return self.bars.symbol

    @property
    def end_ms(self) -> int:
        """The close of the last bar; 0 without bars."""
        return self.bars.end_ms

    def __len__(self) -> int:
        return len(self.bars)

    def split(self, at_ms: int) -> tuple[Self, Self]:
        """The slice up to the instant `at_ms`, and the rest: bars that open before it and readings up to it come first.

        `at_ms` must lie on the grid of the bars.
        """
        row = int(np.searchsorted(self.bars.ts, at_ms))
        return self._part(0, row, None, at_ms), self._part(row, len(self.bars), at_ms, None)

    def _part(self, start: int, stop: int, after_ms: int | None, until_ms: int | None) -> Self:
        bounds = np.iinfo(np.int64)
        span = int(bounds.min) if after_ms is None else after_ms, int(bounds.max) if until_ms is None else until_ms
        return type(self)(
            bars=self.bars.rows(start, stop),
            mark=None if self.mark is None else self.mark.rows(start, stop),
            synthetic=None if self.synthetic is None else self.synthetic[start:stop],
            funding=self.funding.after(*span),
            open_interest=self.open_interest.after(*span),
        )
