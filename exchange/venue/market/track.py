"""One symbol's tape as the replay runs over it: what has been played at an instant, and what a step brings."""

import attrs
import numpy as np

from exchange.venue.market.division import divide
from exchange.venue.market.tape import Tape
from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.errors import DataError
from play_engine.intervals import MINUTE_MS
from play_engine.market import NO_READINGS, MarketSlice, Readings


class Track:
    """A tape and the length of a step. An instant that is asked for must lie on the grid of the steps.

    Bars that are longer than both a step and a minute are divided once and for all; shorter ones, of which a long
    tape has many, when they are played. Raises DataError for steps that do not fit the bars.
    """

    def __init__(self, tape: Tape, step_ms: int) -> None:
        interval_ms = tape.bars.interval_ms
        if step_ms <= 0 or max(step_ms, interval_ms) % min(step_ms, interval_ms):
            raise DataError(
                f"{tape.symbol}: steps of {step_ms} ms do not fit bars of {interval_ms} ms; one must divide the other"
            )
        self.tape = _refined(tape, step_ms)
        self.bars, self.mark = self.tape.bars, self.tape.mark
        self.interval_ms = self.bars.interval_ms
        self.played_ms = min(step_ms, self.interval_ms)
        self._parts = self.interval_ms // self.played_ms
        # What was asked for last; most questions are about the same instant.
        self._closed_at = (-1, 0)
        self._divided_row = -1
        self._nothing = self._rows_as_played(0, 0)
        self._divided = self._nothing

    def step(self, start_ms: int, end_ms: int) -> MarketSlice:
        """What happens from `start_ms` to before `end_ms`, with the readings published after the one and up to the
        other."""
        bars, mark = self._between(start_ms, end_ms)
        return MarketSlice(
            bars=bars,
            mark=mark,
            funding=_after(self.tape.funding, start_ms, end_ms),
            open_interest=_after(self.tape.open_interest, start_ms, end_ms),
        )

    def closed(self, now_ms: int) -> int:
        """How many bars of the tape have closed."""
        if self._closed_at[0] != now_ms:
            row = int(np.searchsorted(self.bars.ts, now_ms - self.interval_ms, side="right"))
            self._closed_at = now_ms, row
        return self._closed_at[1]

    def running(self, now_ms: int) -> tuple[BarSeries, BarSeries | None]:
        """What has been played of the bar that is under way, in parts; empty if none is."""
        if self._parts == 1:
            return self._nothing
        row = self.closed(now_ms)
        if row == len(self.bars) or self.bars.ts[row] >= now_ms:
            return self._nothing
        return self._part_rows(row, 0, (now_ms - int(self.bars.ts[row])) // self.played_ms)

    def played(self, now_ms: int, most: int) -> BarSeries:
        """The last `most` rows that have been played, or all if there are fewer."""
        stop = self.closed(now_ms)
        before, _ = self._rows_as_played(max(0, stop - most // self._parts - 1), stop)
        under_way, _ = self.running(now_ms)
        rows = _joined(before, under_way) if len(under_way) else before
        return rows.rows(max(0, len(rows) - most), len(rows))

    def last(self, now_ms: int) -> tuple[float, float]:
        """Last and mark price; before the first bar its open."""
        bars, mark = self.running(now_ms)
        row = len(bars) - 1
        if row < 0:
            bars, mark, row = self.bars, self.mark, self.closed(now_ms) - 1
        marks = bars if mark is None else mark
        name = "close" if row >= 0 else "open"
        return float(getattr(bars, name)[max(row, 0)]), float(getattr(marks, name)[max(row, 0)])

    def _between(self, start_ms: int, end_ms: int) -> tuple[BarSeries, BarSeries | None]:
        if self._parts == 1:
            start, stop = np.searchsorted(self.bars.ts, (start_ms, end_ms))
            return self._rows_as_played(int(start), int(stop))
        row = self.closed(start_ms)
        if row == len(self.bars) or self.bars.ts[row] > start_ms:
            return self._nothing
        part = (start_ms - int(self.bars.ts[row])) // self.played_ms
        return self._part_rows(row, part, part + (end_ms - start_ms) // self.played_ms)

    def _part_rows(self, row: int, start: int, stop: int) -> tuple[BarSeries, BarSeries | None]:
        if self._divided_row != row:
            self._divided, self._divided_row = self._rows_as_played(row, row + 1), row
        bars, mark = self._divided
        return bars.rows(start, stop), None if mark is None else mark.rows(start, stop)

    def _rows_as_played(self, start: int, stop: int) -> tuple[BarSeries, BarSeries | None]:
        bars, mark = self.bars.rows(start, stop), None if self.mark is None else self.mark.rows(start, stop)
        return (bars, mark) if self._parts == 1 else divide(bars, mark, self._parts, self.tape.instrument)


def _refined(tape: Tape, step_ms: int) -> Tape:
    """The tape in bars of a step, or of a minute if that is longer, where its own are longer still."""
    length_ms = max(step_ms, MINUTE_MS)
    bars = tape.bars.writable()
    mark = None if tape.mark is None else tape.mark.writable()
    if bars.interval_ms > length_ms and bars.interval_ms % length_ms == 0:
        bars, mark = divide(bars, mark, bars.interval_ms // length_ms, tape.instrument)
    return attrs.evolve(tape, bars=bars, mark=mark)


def _after(readings: Readings, start_ms: int, end_ms: int) -> Readings:
    return readings.after(start_ms, end_ms) if len(readings) else NO_READINGS


def _joined(first: BarSeries, second: BarSeries) -> BarSeries:
    columns = {name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in ("ts", *BAR_COLUMNS)}
    return attrs.evolve(first, **columns)
