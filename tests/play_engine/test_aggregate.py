"""Longer bars out of shorter ones, against the same worked out bar by bar."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.intervals import DAY_MS, INTERVALS, MINUTE_MS
from play_engine.timeframe import Timeframe
from tests.play_engine.minutes import MONDAY_MS, Bar, cuts, minute_bars, pieces, rows_of, slow_bars, with_gaps

MINUTES_OF = {name: length // MINUTE_MS for name, length in INTERVALS.items()}


def bars_of(bars: BarSeries, length_ms: int, at: Sequence[int] = (), *, capacity: int | None = None) -> list[Bar]:
    """What a timeframe has after the bars came in the pieces between the cuts `at`."""
    room = len(bars) if capacity is None else capacity
    frame = Timeframe(length_ms, bars.interval_ms, (), (), lookback=1, capacity=room)
    found: list[Bar] = []
    for piece in pieces(bars, at):
        frame.append(piece)
        rows = slice(frame.table.start, frame.table.stop)
        columns = (frame.ts, *(frame.columns[name, "value"] for name in BAR_COLUMNS))
        found += zip(*(column[rows].tolist() for column in columns), strict=True)
    return found


@pytest.mark.parametrize("name", INTERVALS)
@settings(deadline=None, max_examples=15)
@given(data=st.data(), seed=st.integers(0, 999))
def test_every_interval_is_the_bar_by_bar_aggregate_in_any_cut(name: str, data: st.DataObject, seed: int) -> None:
    # About six bars of the interval, the longest ones out of hours, so that few rows reach over several of them.
    step_minutes = 1 if MINUTES_OF[name] <= 240 else 60
    count = 6 * MINUTES_OF[name] // step_minutes
    lost, first = data.draw(st.integers(0, 8)), data.draw(st.integers(0, 500))
    minutes = with_gaps(count, seed=seed, gaps=lost, longest=max(2, count // 4), first=first)
    bars = minute_bars(minutes, seed=seed, step_ms=step_minutes * MINUTE_MS)
    at = data.draw(cuts(len(bars)))
    assert bars_of(bars, INTERVALS[name], at) == slow_bars(bars, INTERVALS[name])


def test_weeks_begin_on_monday() -> None:
    # Saturday noon to the Tuesday after the next; hours are fine enough and fewer.
    bars = minute_bars(range(5 * 24 + 12, 15 * 24), step_ms=INTERVALS["1h"])
    weeks = bars_of(bars, INTERVALS["W"], [1, 30, 31])
    assert [row[0] for row in weeks] == [MONDAY_MS + 7 * DAY_MS]
    assert weeks == slow_bars(bars, INTERVALS["W"])


@pytest.mark.parametrize(("base", "longer"), [("3m", "15m"), ("5m", "15m"), ("15m", "4h"), ("D", "W")])
def test_the_base_may_be_coarser_than_a_minute(base: str, longer: str) -> None:
    bars = minute_bars(with_gaps(100, seed=4, gaps=3, longest=5, first=7), step_ms=INTERVALS[base])
    assert bars_of(bars, INTERVALS[longer], [10, 11]) == slow_bars(bars, INTERVALS[longer]) != []


def test_the_base_interval_itself_is_a_copy() -> None:
    bars = minute_bars(with_gaps(50, seed=1, gaps=3, longest=4))
    assert bars_of(bars, MINUTE_MS, [7, 8, 8, 30]) == rows_of(bars)


def test_a_bar_whose_first_minutes_precede_the_feed_is_no_bar() -> None:
    assert [row[0] for row in bars_of(minute_bars(range(1, 15)), 5 * MINUTE_MS)] == [
        MONDAY_MS + 5 * MINUTE_MS,
        MONDAY_MS + 10 * MINUTE_MS,
    ]
    assert bars_of(minute_bars([4]), 5 * MINUTE_MS) == []


def test_a_bar_without_its_last_minutes_closes_when_the_next_minute_arrives() -> None:
    bars = minute_bars([0, 1, 2, 7, 8])
    assert bars_of(bars.rows(0, 3), 5 * MINUTE_MS) == []
    found = bars_of(bars.rows(0, 4), 5 * MINUTE_MS, [3])
    assert [row[0] for row in found] == [MONDAY_MS]
    assert found[0][4] == bars.close[2]
    # The bar after the gap has begun late, and is a bar all the same, for the feed has not.
    late = bars_of(minute_bars([0, 1, 2, 7, 8, 9]), 5 * MINUTE_MS)
    assert [row[0] for row in late] == [MONDAY_MS, MONDAY_MS + 5 * MINUTE_MS]


def test_one_minute_may_complete_two_bars() -> None:
    found = bars_of(minute_bars([0, 1, 9]), 5 * MINUTE_MS, [2])
    assert [row[0] for row in found] == [MONDAY_MS, MONDAY_MS + 5 * MINUTE_MS]


@given(count=st.integers(1, 7))
@example(count=1)
def test_a_pass_over_nothing_but_lone_minutes_fits_the_table(count: int) -> None:
    # Every minute ends its own bar, and the first one also the bar that was left open.
    bars = minute_bars([0, *(9 + 10 * k for k in range(count))])
    assert len(bars_of(bars, 5 * MINUTE_MS, [1], capacity=count)) == count + 1


def test_bars_before_the_first_monday_of_the_epoch_are_placed() -> None:
    bars = minute_bars(range(10), start_ms=0)
    assert bars_of(bars, 5 * MINUTE_MS) == slow_bars(bars, 5 * MINUTE_MS)
