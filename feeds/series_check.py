"""What makes bars a series: increasing open times on one interval's grid, and prices that can be true."""

import numpy as np

from feeds.bad_cell import BadCell
from feeds.gaps import GapFinder
from feeds.provider import Coverage
from play_engine.bars import PRICE_COLUMNS, BarSeries, Floats, Ints
from play_engine.errors import InternalError
from play_engine.instants import iso
from play_engine.intervals import INTERVALS, grid_origin, interval_name
from play_engine.market import Readings

_LENGTHS = frozenset(INTERVALS.values())
_NOTHING_REPAIRED = "Nothing is sorted or repaired here; correct the source"


class SeriesCheck:
    """Checks one series batch after batch, and keeps what is known of it: interval, range, rows, gaps.

    Without a given `interval_ms` it is the difference that most neighbours of the first rows have: in a sound series
    that is also the smallest one, and a smaller one is a bar off the grid.
    """

    def __init__(self, interval_ms: int | None = None) -> None:
        self.interval_ms = interval_ms
        self.rows = 0
        self.first_ms = 0
        self.last_ms = 0
        self._finder: GapFinder | None = None

    def coverage(self, symbol: str) -> Coverage:
        """What was fed. Raises InternalError before two rows, when the interval was not given."""
        if self.interval_ms is None or self.rows == 0:
            raise InternalError(f"{symbol}: a series without rows or interval covers nothing")
        return Coverage(
            symbol=symbol,
            interval_ms=self.interval_ms,
            start_ms=self.first_ms,
            end_ms=self.last_ms + self.interval_ms,
            rows=self.rows,
            gaps=self._finder.gaps if self._finder else (),
        )

    def feed(self, bars: BarSeries) -> None:
        """Check the next bars; their `interval_ms` is not looked at. Raises BadCell with the index of a bad one."""
        if len(bars) == 0:
            return
        self._check_times(bars.ts)
        _check_values(bars)
        self.first_ms = self.first_ms if self.rows else int(bars.ts[0])
        self.last_ms = int(bars.ts[-1])
        self.rows += len(bars)

    def _check_times(self, ts: Ints) -> None:
        known = np.concatenate(([self.last_ms], ts)) if self.rows else ts
        steps = np.diff(known)
        shift = len(ts) - len(steps)  # row of steps[0]: 1 in the first batch, 0 later
        if (steps <= 0).any():
            index = int(np.flatnonzero(steps <= 0)[0])
            raise _backward(index + shift, int(known[index]), int(known[index + 1]))
        if self.interval_ms is None and len(steps):
            self.interval_ms = _interval_of(steps, ts, shift)
        if self.interval_ms is None:
            return
        # A bar one interval after a bar on the grid is on the grid: only other steps need the division.
        _check_grid(ts if (steps != self.interval_ms).any() else ts[:1], self.interval_ms)
        if self._finder is None:
            self._finder = GapFinder(self.interval_ms)
            self._finder.feed(known)
        else:
            self._finder.feed(ts)


def _backward(index: int, before_ms: int, found_ms: int) -> BadCell:
    kind = "a duplicate of the row before" if before_ms == found_ms else "earlier than the row before"
    found = f"{found_ms} ({iso(found_ms)}), {kind} ({iso(before_ms)})"
    return BadCell(index, "ts", found, "times that strictly increase", _NOTHING_REPAIRED)


def _interval_of(steps: Ints, ts: Ints, shift: int) -> int:
    """The commonest step; among equals one that is an interval, then the smallest."""
    sizes, counts = np.unique(steps, return_counts=True)
    ranks = [(-count, size not in _LENGTHS, size) for size, count in zip(sizes.tolist(), counts.tolist(), strict=True)]
    _, unknown, interval_ms = min(ranks)
    if not unknown:
        return interval_ms
    odd = next(i for i, step in enumerate(steps.tolist()) if step not in _LENGTHS)
    found_ms = int(ts[odd + shift])
    found = f"{found_ms} ({iso(found_ms)}), {interval_name(int(steps[odd]))} after the row before"
    raise BadCell(odd + shift, "ts", found, f"bars of one interval of {', '.join(INTERVALS)}", _NOTHING_REPAIRED)


def _check_grid(ts: Ints, interval_ms: int) -> None:
    rest = (ts - grid_origin(interval_ms)) % interval_ms
    if rest.any():
        index = int(np.flatnonzero(rest)[0])
        found = f"{ts[index]} ({iso(int(ts[index]))}), {rest[index]} ms off the grid of {interval_name(interval_ms)}"
        remedy = "Times must be those at which bars open, not at which they close; " + _NOTHING_REPAIRED.lower()
        raise BadCell(index, "ts", found, f"open times on the {interval_name(interval_ms)} grid, UTC", remedy)


def _check_values(bars: BarSeries) -> None:
    # Comparisons with NaN are false, so one line catches every fault; which one it is matters only then.
    sound = (bars.low > 0) & (bars.low <= bars.open) & (bars.open <= bars.high) & (bars.high < np.inf)
    sound &= (bars.low <= bars.close) & (bars.close <= bars.high) & (bars.volume >= 0) & (bars.volume < np.inf)
    if not sound.all():
        raise _bad_bar(bars, int(np.flatnonzero(~sound)[0]))


def _bad_bar(bars: BarSeries, index: int) -> BadCell:
    for name in PRICE_COLUMNS:
        price = _value(getattr(bars, name), index)
        if not 0 < price < np.inf:
            return BadCell(index, name, _shown(price), "finite prices above 0", _NOTHING_REPAIRED)
    volume, low, high = (_value(column, index) for column in (bars.volume, bars.low, bars.high))
    if not 0 <= volume < np.inf:
        return BadCell(index, "volume", _shown(volume), "finite volumes of 0 or more", _NOTHING_REPAIRED)
    if high < low:
        return BadCell(index, "high", repr(high), f"low ({low!r}) or more", _NOTHING_REPAIRED)
    name = "open" if not low <= bars.open[index] <= high else "close"
    found = repr(_value(getattr(bars, name), index))
    return BadCell(index, name, found, f"low … high of the bar ({low!r} … {high!r})", _NOTHING_REPAIRED)


def _value(column: Floats, index: int) -> float:
    return float(column[index])


def _shown(value: float) -> str:
    return "NaN or nothing" if np.isnan(value) else repr(value)


def check_readings(readings: Readings) -> None:
    """Raise BadCell unless times strictly increase and values are finite."""
    backward = np.flatnonzero(np.diff(readings.ts) <= 0)
    if len(backward):
        index = int(backward[0])
        raise _backward(index + 1, int(readings.ts[index]), int(readings.ts[index + 1]))
    infinite = np.flatnonzero(~np.isfinite(readings.values))
    if len(infinite):
        index = int(infinite[0])
        raise BadCell(index, "value", _shown(_value(readings.values, index)), "finite numbers", _NOTHING_REPAIRED)
