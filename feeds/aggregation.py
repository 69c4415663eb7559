"""Bars of a longer interval out of a stream of shorter ones, by the engine's own aggregation."""

import numpy as np

from play_engine.aggregate import aggregate, no_bar_yet
from play_engine.bars import BAR_COLUMNS, BarSeries, Floats
from play_engine.errors import DataError
from play_engine.intervals import grid_origin, interval_name


class Aggregation:
    """Turns chunks of bars of `step_ms` into those of `interval_ms` that they complete, however they are cut.

    First open, highest high, lowest low, last close, summed volume, on the UTC grid, weeks from Monday. A bar comes out
    when the last of its shorter ones has arrived or any later one, never before. Shorter bars that the market lacks are
    not part of it; where all of them are missing, so is the bar. The first bar comes out only if its beginning was
    there, unless `resumed`: then bars before it are known to exist.

    Raises DataError when the longer interval is no multiple of the shorter one.
    """

    def __init__(self, step_ms: int, interval_ms: int, *, resumed: bool = False) -> None:
        check_multiple(step_ms, interval_ms)
        self._step_ms = step_ms
        self._interval_ms = interval_ms
        self._partial = no_bar_yet()
        if resumed:
            # Some bar before the first one, of which nothing is left to come.
            self._partial[0]["ts"] = np.iinfo(np.int64).min

    def feed(self, bars: BarSeries) -> BarSeries:
        """The bars that these complete, perhaps none."""
        bars = bars.writable()
        # Each base bar completes at most its own bar, and the first one also the bar that a gap left open.
        ts = np.empty(len(bars) + 1, dtype=np.int64)
        columns: list[Floats] = [np.empty(len(bars) + 1) for _ in BAR_COLUMNS]
        given = [getattr(bars, name) for name in ("ts", *BAR_COLUMNS)]
        lengths = self._step_ms, self._interval_ms, grid_origin(self._interval_ms)
        stop = aggregate(*given, *lengths, self._partial, (ts, *columns), 0)
        made = dict(zip(BAR_COLUMNS, (column[:stop] for column in columns), strict=True))
        return BarSeries(symbol=bars.symbol, interval_ms=self._interval_ms, ts=ts[:stop], **made)

    def rest(self, symbol: str) -> BarSeries:
        """The bar in progress, if it counts, else none: for whoever knows that nothing of it is still to come."""
        bar = self._partial[int(self._partial[0]["whole"] != 1) :]
        values = {name: bar[name].copy() for name in ("ts", *BAR_COLUMNS)}
        return BarSeries(symbol=symbol, interval_ms=self._interval_ms, **values)


def check_multiple(step_ms: int, interval_ms: int) -> None:
    """Raise DataError unless bars of `interval_ms` can be made of whole bars of `step_ms`."""
    if interval_ms % step_ms:
        raise DataError(
            f"bars of {interval_name(interval_ms)} cannot be made of bars of {interval_name(step_ms)}; allowed are "
            "multiples of it. Take a shorter interval."
        )
