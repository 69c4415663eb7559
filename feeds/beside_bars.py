"""What a provider has beside its bars, and whether a run can use it."""

from collections.abc import Iterator

import numpy as np

from feeds.mark_joining import rows_of
from feeds.provider import Coverage, DataProvider
from play_engine.bars import BarSeries, Ints
from play_engine.instants import iso
from play_engine.intervals import interval_name
from play_engine.market import Readings

# Mark bars read at a time.
_READ_BARS = 32_768
# Readings from as far back as there are any.
_EARLIEST_MS = -(2**62)
NO_MARKS = "the data have no mark prices"


def why_no_marks(provider: DataProvider, coverage: Coverage, start_ms: int, end_ms: int) -> str:
    """Why the mark price is not used for the bars with start_ms ≤ open time < end_ms, in words; empty if it is.

    Every one of them must have a mark bar of the same open time and interval.
    """
    symbol = coverage.symbol
    first = next(provider.mark_bars(symbol, start_ms, end_ms, 1), None)
    if first is None:
        return NO_MARKS
    if first.interval_ms != coverage.interval_ms:
        mine, theirs = interval_name(coverage.interval_ms), interval_name(first.interval_ms)
        return f"mark prices are given for {theirs} bars, and the run is on {mine} bars"
    marks = provider.mark_bars(symbol, start_ms, end_ms, _READ_BARS)
    unmarked_ms = _first_without(provider.column(symbol, "ts", start_ms, end_ms), marks)
    return "" if unmarked_ms is None else f"the bar of {iso(unmarked_ms)} has no mark price"


def readings_for(provider: DataProvider, symbol: str, kind: str, start_ms: int, end_ms: int) -> Readings:
    """What a run over start_ms … end_ms needs to know: the last reading at or before its start, and all up to its end,
    the end included."""
    known = provider.readings(symbol, kind, _EARLIEST_MS, end_ms + 1)
    first = max(0, int(np.searchsorted(known.ts, start_ms, side="right")) - 1)
    return Readings(ts=known.ts[first:], values=known.values[first:])


def _first_without(bars: Iterator[Ints], marks: Iterator[BarSeries]) -> int | None:
    """The first of the open times that no mark bar has."""
    held = np.zeros(0, dtype=np.int64)
    for ts in bars:
        while not len(held) or held[-1] < ts[-1]:
            piece = next(marks, None)
            if piece is None:
                break
            held = np.concatenate([held, piece.ts])
        rows = rows_of(ts, held)
        if rows is None:
            return int(ts[~np.isin(ts, held)][0])
        held = held[int(rows[-1]) + 1 :]
    return None
