"""The way of a price over a run, in few enough bars to draw."""

from collections.abc import Iterable

import attrs
import numpy as np

from play_engine.bars import BarSeries, Floats, Ints
from play_engine.intervals import INTERVALS, floor_to

# The most bars that are drawn; ten years of days are fewer.
_MOST_BARS = 4_000


@attrs.frozen(kw_only=True, eq=False)
class PricePath:
    """Bars of `interval_ms`: open time in ms, low, high and close; bars that the market lacks are absent."""

    interval_ms: int
    ts: Ints
    low: Floats
    high: Floats
    close: Floats

    def strangers(self, ts: Ints, prices: Floats) -> int:
        """How many of the prices at the instants `ts` lie outside of the bars there."""
        row = np.searchsorted(self.ts, ts, side="right") - 1
        bar = np.maximum(row, 0)
        inside = (row >= 0) & (ts < self.ts[bar] + self.interval_ms)
        inside &= (self.low[bar] <= prices) & (prices <= self.high[bar])
        return int(np.count_nonzero(~inside & np.isfinite(prices)))


def price_path(bars: Iterable[BarSeries], exec_ms: int, window: tuple[int, int]) -> PricePath | None:
    """The bars of the window (start, end, ms) as bars of the exec timeframe, or of the next one that has few enough.

    None without a single bar.
    """
    start_ms, end_ms = window
    length_ms = _drawn_interval(exec_ms, end_ms - start_ms)
    first_ms = floor_to(start_ms, length_ms)
    count = -(-(end_ms - first_ms) // length_ms)
    low, high, close = np.full(count, np.inf), np.full(count, -np.inf), np.full(count, np.nan)
    for chunk in bars:
        chunk = chunk.between(start_ms, end_ms)
        if len(chunk) == 0:
            continue
        bucket = (chunk.ts - first_ms) // length_ms
        starts = np.flatnonzero(np.diff(bucket, prepend=-1))
        into = bucket[starts]
        low[into] = np.minimum(low[into], np.minimum.reduceat(chunk.low, starts))
        high[into] = np.maximum(high[into], np.maximum.reduceat(chunk.high, starts))
        close[into] = chunk.close[np.append(starts[1:], len(chunk)) - 1]
    there = np.isfinite(close)
    if not np.any(there):
        return None
    ts = first_ms + np.flatnonzero(there) * length_ms
    return PricePath(interval_ms=length_ms, ts=ts, low=low[there], high=high[there], close=close[there])


def _drawn_interval(exec_ms: int, span_ms: int) -> int:
    fitting = [length for length in sorted(INTERVALS.values()) if length >= exec_ms and span_ms <= length * _MOST_BARS]
    return fitting[0] if fitting else max(INTERVALS.values())
