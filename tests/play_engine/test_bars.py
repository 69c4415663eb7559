"""Bars as columns."""

import numpy as np

from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.intervals import MINUTE_MS
from tests.play_engine.minutes import MONDAY_MS, minute_bars


def test_rows_are_views() -> None:
    bars = minute_bars(range(10))
    part = bars.rows(3, 7)
    assert len(part) == 4
    for name in ("ts", *BAR_COLUMNS):
        assert np.shares_memory(getattr(part, name), getattr(bars, name))
        assert getattr(part, name).tolist() == getattr(bars, name)[3:7].tolist()


def test_between_takes_the_start_and_leaves_the_end() -> None:
    bars = minute_bars([0, 1, 2, 5, 6])
    minute = [MONDAY_MS + k * MINUTE_MS for k in range(8)]
    assert bars.between(minute[1], minute[5]).ts.tolist() == [minute[1], minute[2]]
    assert bars.between(minute[3], minute[6]).ts.tolist() == [minute[5]]
    assert len(bars.between(minute[3], minute[5])) == 0
    assert len(bars.between(minute[5], minute[3])) == 0
    assert len(bars.between(0, minute[7])) == 5


def read_only(bars: BarSeries) -> BarSeries:
    for name in ("ts", *BAR_COLUMNS):
        getattr(bars, name).flags.writeable = False
    return bars


def test_writable_bars_are_themselves_and_read_only_ones_a_copy() -> None:
    bars = minute_bars(range(5))
    assert bars.writable() is bars
    frozen = read_only(bars.rows(1, 4))
    copy = frozen.writable()
    for name in ("ts", *BAR_COLUMNS):
        assert getattr(copy, name).flags.writeable
        assert getattr(copy, name).tolist() == getattr(frozen, name).tolist()
        assert not np.shares_memory(getattr(copy, name), getattr(frozen, name))
    assert (copy.symbol, copy.interval_ms) == (bars.symbol, bars.interval_ms)


def test_one_read_only_column_is_enough_for_a_copy() -> None:
    bars = minute_bars(range(5))
    bars.volume.flags.writeable = False
    assert bars.writable().volume.flags.writeable


def test_the_end_is_the_close_of_the_last_bar() -> None:
    assert minute_bars([0, 4]).end_ms == MONDAY_MS + 5 * MINUTE_MS
    assert minute_bars([]).end_ms == 0
