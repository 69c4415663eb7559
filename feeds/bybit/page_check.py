"""Whether an answer fits the question: its symbol, its times, and values that can be true."""

import numpy as np

from exchange.bybit.errors import WrongAnswer
from feeds.bad_cell import BadCell
from feeds.bybit.decoding import KlinePage, ReadingPage
from feeds.bybit.endpoints import CATEGORY, KLINE_ROWS, READING_ROWS
from feeds.bybit.spans import Span
from feeds.series_check import SeriesCheck
from play_engine.bars import BarSeries, Ints
from play_engine.instants import iso
from play_engine.market import Readings

# A funding rate is a share of the position value; venues cap it at a few percent.
_MOST_FUNDING = 1.0


def checked_bars(page: KlinePage, symbol: str, interval_ms: int, span: Span, closed_margin_ms: int) -> BarSeries:
    """The closed bars of a page, oldest first.

    A bar is closed when it ended `closed_margin_ms` or longer before the venue's time of the answer; others are left
    out, they are no mistake. Raises WrongAnswer for a page that is not of this symbol, span or interval, not in order,
    or has bars that no market can make.
    """
    _check_header(frozenset([page.symbol]), page.category, symbol)
    _check_times(page.ts, span, KLINE_ROWS)
    values = page.values[::-1]
    open_, high, low, close, volume = (np.ascontiguousarray(values[:, i]) for i in range(values.shape[1]))
    ts = np.ascontiguousarray(page.ts[::-1])
    bars = BarSeries(
        symbol=symbol, interval_ms=interval_ms, ts=ts, open=open_, high=high, low=low, close=close, volume=volume
    )
    try:
        SeriesCheck(interval_ms).feed(bars)
    except BadCell as bad:
        raise WrongAnswer(f"bar {iso(int(ts[bad.index]))} cannot be true: {bad.column} is {bad.found}") from None
    closed = int(np.searchsorted(ts, page.time_ms - closed_margin_ms - interval_ms, side="right"))
    return bars.rows(0, closed)


def checked_readings(page: ReadingPage, kind: str, symbol: str, span: Span) -> Readings:
    """The readings of a page, oldest first. Raises WrongAnswer as `checked_bars` does."""
    _check_header(page.symbols, page.category, symbol)
    _check_times(page.ts, span, READING_ROWS)
    bad = (
        ~(np.abs(page.values) < _MOST_FUNDING)
        if kind == "funding"
        else ~((page.values >= 0) & np.isfinite(page.values))
    )
    if bad.any():
        index = int(np.flatnonzero(bad)[0])
        raise WrongAnswer(f"{kind} {iso(int(page.ts[index]))} cannot be true: {float(page.values[index])!r}")
    return Readings(ts=np.ascontiguousarray(page.ts[::-1]), values=np.ascontiguousarray(page.values[::-1]))


def _check_header(symbols: frozenset[str], category: str, symbol: str) -> None:
    if not symbols <= {symbol} or category != CATEGORY:
        found = ", ".join(sorted(symbols))
        raise WrongAnswer(f"the answer is of {found} ({category}), not of {symbol} ({CATEGORY})")


def _check_times(ts: Ints, span: Span, most_rows: int) -> None:
    if len(ts) > most_rows:
        raise WrongAnswer(f"the answer has {len(ts)} rows, more than the {most_rows} asked for")
    if len(ts) and not (span.start_ms <= ts.min() and ts.max() < span.end_ms):
        raise WrongAnswer(f"the answer covers {iso(int(ts.min()))} to {iso(int(ts.max()))}, but {span} was asked for")
    steps = np.diff(ts)
    if (steps >= 0).any():
        index = int(np.flatnonzero(steps >= 0)[0])
        times = f"{iso(int(ts[index + 1]))} after {iso(int(ts[index]))}"
        raise WrongAnswer(f"the answer has {times}; times must be newest first, each once")
