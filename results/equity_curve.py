"""The equity curve in one pass: daily samples, drawdowns and sums, without keeping the points.

Everything is a maximum, a comparison, or a sum taken strictly in order of the points, so the result does not depend on
the chunks in which they come. Memory grows with the number of days, not of points.
"""

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.intervals import DAY_MS
from results.measure import running_sum

# Points worked on at once: bounds the temporary columns, a quarter of a megabyte each.
_SLICE_ROWS = 32_768


@attrs.define(kw_only=True)
class Drawdown:
    """One stretch of points below the peak before it.

    `depth` is the fraction of the peak that was lost at `valley_ts`; `recovery_ts` is the first later point at or above
    the peak, None while there is none. Times in ms.
    """

    depth: float
    peak_ts: int
    valley_ts: int
    recovery_ts: int | None = None


@attrs.define
class EquityCurve:
    """Takes equity rows in order; its fields are true of the points so far.

    `days` samples the curve at the first point, at every UTC midnight between first and last point (the last point at
    or before it) and, in `daily()`, at the last point. Depths are fractions of the peak, `max_drawdown_abs` is in USDT.
    `max_drawdown_minute` compares the lowest equity since the previous point with the peak up to that point.
    """

    points: int = 0
    first_ts: int = 0
    first_equity: float = 0.0
    last_ts: int = 0
    last_equity: float = 0.0
    equity_sum: float = 0.0
    points_under_water: int = 0
    max_drawdown_abs: float = 0.0
    max_drawdown_minute: float = 0.0
    deepest: Drawdown | None = None
    days: list[float] = attrs.field(factory=list)
    day_ts: list[int] = attrs.field(factory=list)
    _peak: float = 0.0
    _depth_sum: float = 0.0
    _drawdowns: int = 0
    _longest_ms: int = 0
    _longest_bars: int = 0
    # The drawdown that the last point is in: its peak (time, number of the point) and its depth so far.
    _open: bool = False
    _open_ts: int = 0
    _open_point: int = 0
    _open_depth: float = 0.0

    def add(self, rows: NDArray[Any]) -> None:
        """Append rows of the equity table: fields `ts` (ms), `equity` and `equity_low` (USDT)."""
        for start in range(0, len(rows), _SLICE_ROWS):
            piece = rows[start : start + _SLICE_ROWS]
            columns = (np.ascontiguousarray(piece[name]) for name in ("ts", "equity", "equity_low"))
            self._add_slice(*columns)

    def daily(self) -> Floats:
        """Equity at start, midnights and end; without the points after the first one that is not positive."""
        samples = np.array([*self.days, self.last_equity] if self.points > 1 else self.days)
        broke = np.flatnonzero(samples <= 0)
        return samples[: broke[0] + 1] if len(broke) else samples

    def daily_ts(self) -> Ints:
        """The times in ms that `daily()` stands for."""
        times = [*self.day_ts, self.last_ts] if self.points > 1 else self.day_ts
        return np.array(times, dtype=np.int64)[: len(self.daily())]

    @property
    def span_ms(self) -> int:
        """Time from the first point to the last."""
        return self.last_ts - self.first_ts

    @property
    def max_drawdown(self) -> float:
        """Depth of the deepest drawdown, a fraction."""
        return self.deepest.depth if self.deepest else 0.0

    @property
    def avg_drawdown(self) -> float:
        """Mean depth of the separate drawdowns, an unfinished one included; 0 without any."""
        count = self._drawdowns + self._open
        return (self._depth_sum + self._open_depth) / count if count else 0.0

    @property
    def longest_ms(self) -> int:
        """Longest time from a peak to the first later point at or above it, or to the last point."""
        return max(self._longest_ms, self.last_ts - self._open_ts if self._open else 0)

    @property
    def longest_bars(self) -> int:
        """The same in points."""
        return max(self._longest_bars, self.points - 1 - self._open_point if self._open else 0)

    def _add_slice(self, ts: Ints, equity: Floats, low: Floats) -> None:
        if self.points == 0:
            self.first_ts, self.first_equity, self._peak = int(ts[0]), float(equity[0]), float(equity[0])
            self.days, self.day_ts = [self.first_equity], [self.first_ts]
            self.last_ts, self.last_equity = self.first_ts, self.first_equity
        self._sample_midnights(ts, equity)
        peak = np.maximum(np.maximum.accumulate(equity), self._peak)
        self._deepen_minute(low, equity, peak)
        self._follow_drawdowns(ts, equity, peak)
        self.equity_sum = running_sum(self.equity_sum, equity)
        self._peak = float(peak[-1])
        self.last_ts, self.last_equity = int(ts[-1]), float(equity[-1])
        self.points += len(ts)

    def _sample_midnights(self, ts: Ints, equity: Floats) -> None:
        """Sample the midnights from the previous point up to, not including, this slice's last point."""
        first = -(-self.last_ts // DAY_MS) * DAY_MS
        midnights = np.arange(first, int(ts[-1]), DAY_MS)
        midnights = midnights[midnights > self.first_ts]
        index = np.searchsorted(ts, midnights, side="right") - 1
        before = np.where(index < 0, self.last_equity, equity[index])
        self.days.extend(before.tolist())
        self.day_ts.extend(midnights.tolist())

    def _deepen_minute(self, low: Floats, equity: Floats, peak: Floats) -> None:
        # A low lies before its own point, so only earlier points are peaks to it; fmin passes over a missing low.
        earlier = np.concatenate(([self._peak], peak[:-1]))
        deepest = float(np.max(1.0 - np.fmin(low, equity) / earlier))
        self.max_drawdown_minute = max(self.max_drawdown_minute, deepest)

    def _follow_drawdowns(self, ts: Ints, equity: Floats, peak: Floats) -> None:
        below = equity < peak
        under_water = int(np.count_nonzero(below))
        if not under_water and not self._open:
            return
        self.points_under_water += under_water
        self.max_drawdown_abs = max(self.max_drawdown_abs, float(np.max(peak - equity)))
        turns = np.flatnonzero(below != np.concatenate(([self._open], below[:-1])))
        starts, ends = (turns[1::2], turns[::2]) if self._open else (turns[::2], turns[1::2])
        depth = 1.0 - equity / peak
        peak_ts = np.concatenate(([self.last_ts], ts[:-1]))
        self._note_deepest(ts, depth, starts, ends, peak_ts)
        self._close_drawdowns(ts, depth, starts, ends, peak_ts)

    def _note_deepest(self, ts: Ints, depth: Floats, starts: Ints, ends: Ints, peak_ts: Ints) -> None:
        deepest = self.deepest
        if self._open and deepest and deepest.peak_ts == self._open_ts and len(ends):
            deepest.recovery_ts = int(ts[ends[0]])
        valley = int(np.argmax(depth))
        if depth[valley] <= self.max_drawdown:
            return
        start = int(np.searchsorted(starts, valley, side="right")) - 1
        end = int(np.searchsorted(ends, valley, side="right"))
        self.deepest = Drawdown(
            depth=float(depth[valley]),
            peak_ts=int(peak_ts[starts[start]]) if start >= 0 else self._open_ts,
            valley_ts=int(ts[valley]),
            recovery_ts=int(ts[ends[end]]) if end < len(ends) else None,
        )

    def _close_drawdowns(self, ts: Ints, depth: Floats, starts: Ints, ends: Ints, peak_ts: Ints) -> None:
        """Book the drawdowns that end in this slice and keep the one that does not."""
        depths, began_ts, began = _depths(depth, starts), peak_ts[starts], self.points + starts - 1
        if self._open:
            head = depth[: starts[0]] if len(starts) else depth
            depths = np.concatenate(([max(self._open_depth, float(np.max(head)))], depths))
            began_ts = np.concatenate(([self._open_ts], began_ts))
            began = np.concatenate(([self._open_point], began))
        closed = len(ends)
        self._drawdowns += closed
        self._depth_sum = running_sum(self._depth_sum, depths[:closed])
        self._longest_ms = max(self._longest_ms, int(np.max(ts[ends] - began_ts[:closed], initial=0)))
        self._longest_bars = max(self._longest_bars, int(np.max(self.points + ends - began[:closed], initial=0)))
        self._open = len(depths) > closed
        self._open_ts = int(began_ts[-1]) if self._open else 0
        self._open_point = int(began[-1]) if self._open else 0
        self._open_depth = float(depths[-1]) if self._open else 0.0


def _depths(depth: Floats, starts: Ints) -> Floats:
    """The greatest depth from each start up to the next; the points between two drawdowns have depth 0."""
    return np.maximum.reduceat(depth, starts) if len(starts) else np.empty(0)
