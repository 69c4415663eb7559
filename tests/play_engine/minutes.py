"""Random one-minute bars with gaps, and what any longer interval makes of them, worked out the slow and obvious way."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

import numpy as np
from hypothesis import strategies as st

from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.intervals import DAY_MS, MINUTE_MS, WEEK_MS

MONDAY_MS = 1_704_067_200_000  # 2024-01-01 00:00 UTC
_TICK = 0.125

# Open time, open, high, low, close, volume.
Bar = tuple[int, float, float, float, float, float]


def minute_bars(
    minutes: Iterable[int], *, seed: int = 0, start_ms: int = MONDAY_MS, step_ms: int = MINUTE_MS
) -> BarSeries:
    """Bars that open `minutes` steps after `start_ms`; prices around 100 on a coarse tick, so that ties are common."""
    ts = np.array([start_ms + minute * step_ms for minute in minutes], dtype=np.int64)
    rng = np.random.default_rng(seed)
    close = 800 + np.cumsum(rng.integers(-4, 5, len(ts)))
    open_ = close - rng.integers(-3, 4, len(ts))
    return BarSeries(
        symbol="BTCUSDT",
        interval_ms=step_ms,
        ts=ts,
        open=open_ * _TICK,
        high=(np.maximum(open_, close) + rng.integers(0, 3, len(ts))) * _TICK,
        low=(np.minimum(open_, close) - rng.integers(0, 3, len(ts))) * _TICK,
        close=close * _TICK,
        # Thirds do not add up exactly, so that the order of the sum shows.
        volume=rng.integers(0, 9, len(ts)) / 3,
    )


def with_gaps(count: int, *, seed: int, gaps: int = 0, longest: int = 40, first: int = 0) -> list[int]:
    """Minutes first … first + count − 1 without `gaps` random stretches."""
    rng = np.random.default_rng(seed)
    lost: set[int] = set()
    for at, length in zip(rng.integers(1, count, gaps), rng.integers(1, longest + 1, gaps), strict=True):
        lost |= set(range(first + int(at), first + int(at) + int(length)))
    return [minute for minute in range(first, first + count) if minute not in lost]


def pieces(bars: BarSeries, cuts: Sequence[int]) -> Iterator[BarSeries]:
    """The bars between consecutive `cuts`, some of the pieces empty."""
    for start, stop in pairwise([0, *sorted(cuts), len(bars)]):
        yield bars.rows(start, stop)


def cuts(count: int) -> st.SearchStrategy[list[int]]:
    """Places at which `count` bars may be cut."""
    return st.lists(st.integers(0, count), max_size=12)


def rows_of(bars: BarSeries) -> list[Bar]:
    """Bars as tuples."""
    return list(zip(*(getattr(bars, name).tolist() for name in ("ts", *BAR_COLUMNS)), strict=True))


def slow_floor(ts_ms: int, length_ms: int) -> int:
    """The boundary at or before `ts_ms`: UTC, weeks from Monday."""
    if length_ms == WEEK_MS:
        # Day 0 of the epoch was a Thursday, three days after a Monday.
        days_since_monday = (ts_ms // DAY_MS + 3) % 7
        return (ts_ms // DAY_MS - days_since_monday) * DAY_MS
    return ts_ms // length_ms * length_ms


def slow_bars(bars: BarSeries, length_ms: int) -> list[Bar]:
    """The closed bars of `length_ms`: one for each group of base bars, without a partial first and an open last one."""
    groups = [
        (open_ms, list(members))
        for open_ms, members in groupby(rows_of(bars), key=lambda row: slow_floor(row[0], length_ms))
    ]
    if groups and groups[0][1][0][0] != groups[0][0]:
        groups = groups[1:]
    if groups and groups[-1][1][-1][0] + bars.interval_ms != groups[-1][0] + length_ms:
        groups = groups[:-1]
    return [_merge(open_ms, members) for open_ms, members in groups]


def _merge(open_ms: int, members: list[Bar]) -> Bar:
    volume = members[0][5]
    for member in members[1:]:
        volume += member[5]
    high, low = max(member[2] for member in members), min(member[3] for member in members)
    return open_ms, members[0][1], high, low, members[-1][4], volume
