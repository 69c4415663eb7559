"""Candles of every interval, as they stand at an instant: the closed ones, and the one that is under way.

They are made of the whole tape once for each interval, and only those that have closed are ever shown. The open one is
made each time of what has been played.
"""

from typing import Any, Self

import attrs
import numpy as np

from exchange.venue.market.candle_grid import candle_end, candle_ends, candle_start, candle_starts
from exchange.venue.market.division import on_grid
from play_engine.bars import BarSeries, Floats, Ints
from play_engine.intervals import DAY_MS, MINUTE_MS

HOUR_MS = 60 * MINUTE_MS


@attrs.frozen(kw_only=True)
class Candle:
    """One candle from `start_ms` to before `end_ms`; volume in base units, turnover in quote currency. `closed` says
    whether it will change no more."""

    start_ms: int
    end_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    turnover: float
    closed: bool


@attrs.frozen(kw_only=True)
class Day:
    """The last 24 hours: the price before them, extremes, volume in base units and turnover in quote currency; and the
    price an hour ago."""

    before: float
    high: float
    low: float
    volume: float
    turnover: float
    hour_ago: float


@attrs.frozen(kw_only=True, eq=False)
class CandleColumns:
    """Candles as columns; `ts` is when they begin."""

    ts: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    turnover: Floats

    def __len__(self) -> int:
        return len(self.ts)

    def rows(self, start: int, stop: int) -> Self:
        """Candles start … stop − 1, as views on the same memory."""
        return type(self)(**{name: getattr(self, name)[start:stop] for name in _COLUMNS})

    def joined(self, later: Self | None) -> Self:
        """These, and `later` after them."""
        if later is None:
            return self
        return type(self)(**{name: np.concatenate([getattr(self, name), getattr(later, name)]) for name in _COLUMNS})


_COLUMNS = tuple(field.name for field in attrs.fields(CandleColumns))


def last_price_columns(bars: BarSeries) -> CandleColumns:
    """Bars of the last price. Turnover is the volume at the mean price of a path through open, both extremes and close
    at an even pace: (O + 2·H + 2·L + C)/6."""
    mean = (bars.open + 2.0 * bars.high + 2.0 * bars.low + bars.close) / 6.0
    turnover = bars.volume * mean
    return _columns(bars.ts, bars.open, bars.high, bars.low, bars.close, bars.volume, turnover)


def mark_columns(mark: BarSeries) -> CandleColumns:
    """Bars of a price in which nothing is traded."""
    nothing = np.zeros(len(mark))
    return _columns(mark.ts, mark.open, mark.high, mark.low, mark.close, nothing, nothing)


def premium_columns(bars: BarSeries, mark: BarSeries) -> CandleColumns:
    """By how much the last price stands above the mark price, as a fraction of it, at the four points of each bar."""
    points = [getattr(bars, name) / getattr(mark, name) - 1.0 for name in ("open", "high", "low", "close")]
    high, low = np.maximum.reduce(points), np.minimum.reduce(points)
    nothing = np.zeros(len(bars))
    return _columns(bars.ts, points[0], high, low, points[3], nothing, nothing)


class Candles:
    """All candles of one price of one symbol. `interval_ms` is the length of the rows of `base`; volumes lie on the
    grid of `qty_step`."""

    def __init__(self, base: CandleColumns, interval_ms: int, qty_step: str) -> None:
        self._base = base
        self._interval_ms = interval_ms
        self._qty_step = qty_step
        # One entry for each interval that the venue has, at most.
        self._made: dict[str, tuple[CandleColumns, Ints]] = {}

    def closed(self, code: str, after_ms: int, until_ms: int) -> list[Candle]:
        """Candles that end after the one instant and up to the other, oldest first."""
        columns, ends = self._of(code)
        start, stop = np.searchsorted(ends, (after_ms, until_ms), side="right")
        return _candles(columns.rows(int(start), int(stop)), ends[start:stop])

    def begun(self, code: str, from_ms: int, to_ms: int, now_ms: int, most: int) -> list[Candle]:
        """Closed candles that begin from the one instant to the other, both included: the newest `most` of them, oldest
        first."""
        columns, ends = self._of(code)
        start = int(np.searchsorted(columns.ts, from_ms))
        stop = int(np.searchsorted(columns.ts, to_ms, side="right"))
        stop = min(stop, int(np.searchsorted(ends, now_ms, side="right")))
        start = max(start, stop - most)
        return _candles(columns.rows(start, stop), ends[start:stop]) if start < stop else []

    def open(self, code: str, now_ms: int, running: CandleColumns | None) -> Candle | None:
        """The candle that is under way at `now_ms`, None if nothing has been traded in it. `running` is what has been
        played of the bar under way, None if none is."""
        start_ms = candle_start(code, now_ms)
        if start_ms == now_ms:
            return None
        base = self._base
        first, stop = np.searchsorted(base.ts, (start_ms, now_ms - self._interval_ms + 1))
        rows = base.rows(int(first), max(int(first), int(stop))).joined(running)
        if not len(rows):
            return None
        return Candle(
            start_ms=start_ms,
            end_ms=candle_end(code, start_ms),
            open=float(rows.open[0]),
            high=float(rows.high.max()),
            low=float(rows.low.min()),
            close=float(rows.close[-1]),
            volume=float(on_grid(rows.volume.sum(keepdims=True), self._qty_step)[0]),
            turnover=float(rows.turnover.sum()),
            closed=False,
        )

    def day(self, now_ms: int, running: CandleColumns | None) -> Day | None:
        """The last 24 hours; None before anything has been traded in them. `running` is as in `open`."""
        base = self._base
        instants = (now_ms - DAY_MS, now_ms - HOUR_MS, now_ms)
        first, hour, stop = (int(row) for row in np.searchsorted(base.ts, np.array(instants) - self._interval_ms + 1))
        rows = base.rows(first, stop).joined(running)
        if not len(rows):
            return None
        return Day(
            before=float(base.close[first - 1] if first else base.open[0]),
            high=float(rows.high.max()),
            low=float(rows.low.min()),
            volume=float(rows.volume.sum()),
            turnover=float(rows.turnover.sum()),
            hour_ago=float(base.close[hour - 1] if hour else base.open[0]),
        )

    def _of(self, code: str) -> tuple[CandleColumns, Ints]:
        if code not in self._made:
            self._made[code] = self._aggregated(code)
        return self._made[code]

    def _aggregated(self, code: str) -> tuple[CandleColumns, Ints]:
        base = self._base
        starts = candle_starts(code, base.ts)
        first = np.flatnonzero(np.diff(starts, prepend=starts[0] - 1))
        if len(first) == len(base) and (starts == base.ts).all():
            return base, candle_ends(code, base.ts)
        last = np.append(first[1:], len(base)) - 1
        columns = _columns(
            starts[first],
            base.open[first],
            np.maximum.reduceat(base.high, first),
            np.minimum.reduceat(base.low, first),
            base.close[last],
            on_grid(np.add.reduceat(base.volume, first), self._qty_step),
            np.add.reduceat(base.turnover, first),
        )
        return columns, candle_ends(code, columns.ts)


def _columns(*columns: Any) -> CandleColumns:
    return CandleColumns(**dict(zip(_COLUMNS, columns, strict=True)))


def _candles(columns: CandleColumns, ends: Ints) -> list[Candle]:
    rows = zip(*(getattr(columns, name).tolist() for name in _COLUMNS), ends.tolist(), strict=True)
    return [
        Candle(
            start_ms=start_ms,
            end_ms=end_ms,
            open=open_,
            high=high,
            low=low,
            close=close,
            volume=volume,
            turnover=turnover,
            closed=True,
        )
        for start_ms, open_, high, low, close, volume, turnover, end_ms in rows
    ]
