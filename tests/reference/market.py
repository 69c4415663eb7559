"""Bars of any interval out of minutes, by plain loops, and what is visible at an instant."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import attrs

MINUTE_MS = 60_000
_DAY_MS = 1_440 * MINUTE_MS
_WEEK_MS = 7 * _DAY_MS

# A value of a series: INT, FLOAT, BOOL, the label of an ENUM; None for missing.
Value = int | float | bool | str | None


class Bar(NamedTuple):
    """One bar, named by its open time in ms."""

    open_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float


@attrs.frozen(kw_only=True)
class Column:
    """An output of a feature or structure: a value for each bar of its interval; of an ENUM all its labels."""

    interval_ms: int
    values: Sequence[Value]
    labels: tuple[str, ...] = ()
    primary: bool = False


def boundary(ts_ms: int, length_ms: int) -> int:
    """The last boundary of an interval at or before `ts_ms`: midnight UTC, weeks from Monday."""
    if length_ms != _WEEK_MS:
        return ts_ms - ts_ms % length_ms
    day = ts_ms // _DAY_MS
    weekday = (day + 3) % 7  # Day 0 was a Thursday.
    return (day - weekday) * _DAY_MS


def aggregate(minutes: Sequence[Bar], length_ms: int) -> list[Bar]:
    """The closed bars of an interval; not one whose first minutes precede the feed, not one that is still open."""
    bars: list[Bar] = []
    for minute in minutes:
        open_ms = boundary(minute.open_ms, length_ms)
        if bars and bars[-1].open_ms == open_ms:
            bars[-1] = _extended(bars[-1], minute)
        else:
            bars.append(minute._replace(open_ms=open_ms))
    if bars and bars[0].open_ms < minutes[0].open_ms:
        del bars[0]
    if bars and bars[-1].open_ms + length_ms > minutes[-1].open_ms + MINUTE_MS:
        del bars[-1]
    return bars


def _extended(bar: Bar, minute: Bar) -> Bar:
    return Bar(
        bar.open_ms,
        bar.open,
        max(bar.high, minute.high),
        min(bar.low, minute.low),
        minute.close,
        bar.volume + minute.volume,
    )


class Market:
    """Minutes, the columns over their bars, and records of funding and open interest as (time in ms, value)."""

    def __init__(
        self,
        minutes: Sequence[Bar],
        columns: Mapping[tuple[str, str], Column] | None = None,
        records: Mapping[str, Sequence[tuple[int, float]]] | None = None,
        marks: Mapping[int, float] | None = None,
    ) -> None:
        self._minutes = minutes
        self.columns = dict(columns or {})
        self._records = dict(records or {})
        self._marks = dict(marks or {})
        self._bars: dict[int, list[Bar]] = {}
        self._closes: dict[int, list[int]] = {}

    def with_columns(self, columns: Mapping[tuple[str, str], Column]) -> "Market":
        """The same minutes with other columns; bars that are known already are shared."""
        market = Market(self._minutes, columns, self._records, self._marks)
        market._bars, market._closes = self._bars, self._closes
        return market

    def bars(self, interval_ms: int) -> list[Bar]:
        """The closed bars of an interval."""
        if interval_ms not in self._bars:
            self._bars[interval_ms] = aggregate(self._minutes, interval_ms)
        return self._bars[interval_ms]

    def closes(self, interval_ms: int) -> list[int]:
        """The instants at which bars of an interval close."""
        if interval_ms not in self._closes:
            self._closes[interval_ms] = [bar.open_ms + interval_ms for bar in self.bars(interval_ms)]
        return self._closes[interval_ms]

    def previous(self, interval_ms: int, instant: int) -> int | None:
        """The close of an interval before `instant`."""
        closes = self.closes(interval_ms)
        place = bisect_left(closes, instant)
        return closes[place - 1] if place else None

    def visible(self, interval_ms: int, instant: int, offset: int) -> int | None:
        """The place of the bar that is visible at an instant, `offset` bars before it; None before the first."""
        place = bisect_right(self.closes(interval_ms), instant) - offset - 1
        return place if place >= 0 else None

    def column(self, name: tuple[str, str], instant: int, offset: int) -> Value:
        """What an output shows at an instant."""
        column = self.columns[name]
        place = self.visible(column.interval_ms, instant, offset)
        return None if place is None else column.values[place]

    def price(self, interval_ms: int, field: str, instant: int, offset: int) -> float | None:
        """A field of the visible bar of an interval."""
        place = self.visible(interval_ms, instant, offset)
        return None if place is None else getattr(self.bars(interval_ms)[place], field)

    def mark(self, instant: int, offset: int) -> float | None:
        """The mark price of the visible minute, its last price where there is none."""
        place = self.visible(MINUTE_MS, instant, offset)
        if place is None:
            return None
        minute = self.bars(MINUTE_MS)[place]
        return self._marks.get(minute.open_ms, minute.close)

    def record(self, name: str, instant: int) -> float | None:
        """The last record at or before an instant."""
        known = [value for time_ms, value in self._records.get(name, ()) if time_ms <= instant]
        return known[-1] if known else None
