"""What is visible at each instant at which rules are evaluated."""

from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from play_engine.bars import BarSeries
from play_engine.intervals import MINUTE_MS
from play_engine.play.model import Play
from play_engine.rules.expression import Comparison, Reference
from play_engine.timeline import gather
from tests.play_engine.minutes import MONDAY_MS, cuts, minute_bars, with_gaps
from tests.play_engine.plays import feature, make_play, number, ref, swing, watching
from tests.play_engine.slow_market import SlowMarket
from tests.play_engine.watch import values

# A simple average over one bar is that bar's close.
CLOSES = (
    feature("close_1m", "sma", "1m", 1),
    feature("close_5m", "sma", "5m", 1),
    feature("close_15m", "sma", "15m", 1),
    feature("close_1h", "sma", "1h", 1),
)


def clock(text: str) -> int:
    """Minutes since midnight."""
    hours, minutes = text.split(":")
    return 60 * int(hours) + int(minutes)


def at(text: str) -> int:
    """The instant of a time of day."""
    return MONDAY_MS + clock(text) * MINUTE_MS


def close_before(bars: BarSeries, text: str) -> float:
    """The close of the minute that ends at a time of day."""
    return float(bars.close[np.flatnonzero(bars.ts == at(text) - MINUTE_MS)[0]])


def play_reading(reference: Reference, exec_tf: str, *, minute_mode: bool = False) -> Play:
    """A Play of which a rule reads the reference."""
    rules = watching(Comparison(">", reference, number(0)))
    structures = (swing("sw", "5m"),)
    return make_play(exec_tf, features=CLOSES, structures=structures, blocks=rules, minute_mode=minute_mode)


def seen(reference: Reference, bars: BarSeries, exec_tf: str = "15m", *, minute_mode: bool = False) -> dict[int, float]:
    return values(play_reading(reference, exec_tf, minute_mode=minute_mode), reference, bars)


MORNING = minute_bars(range(clock("07:00"), clock("11:30")))


def test_a_slower_bar_is_seen_from_its_close_until_the_next_one() -> None:
    found = seen(ref("close_1h"), MORNING)
    for time in ("10:00", "10:15", "10:30", "10:45"):
        assert found[at(time)] == close_before(MORNING, "10:00")
    assert found[at("09:45")] == close_before(MORNING, "09:00")
    assert found[at("11:00")] == close_before(MORNING, "11:00")
    assert isnan(found[at("07:45")])


def test_of_a_faster_timeframe_the_last_closed_bar_counts() -> None:
    assert seen(ref("close_5m"), MORNING)[at("10:00")] == close_before(MORNING, "10:00")
    assert seen(ref("close_5m", 1), MORNING)[at("10:00")] == close_before(MORNING, "09:55")
    assert seen(ref("close_1m", 2), MORNING)[at("10:00")] == close_before(MORNING, "09:58")


def test_an_offset_counts_bars_of_the_series_own_timeframe() -> None:
    # The 1h bar 08:00–09:00.
    assert seen(ref("close_1h", 1), MORNING)[at("10:30")] == close_before(MORNING, "09:00")
    assert seen(ref("close", 2), MORNING)[at("10:30")] == close_before(MORNING, "10:00")
    assert isnan(seen(ref("close_1h", 3), MORNING)[at("09:45")])
    assert seen(ref("close_1h", 3), MORNING)[at("11:00")] == close_before(MORNING, "08:00")


def test_between_exec_closes_exec_values_stand_still() -> None:
    found = seen(ref("close"), MORNING, minute_mode=True)
    assert found[at("10:07")] == found[at("10:00")] == close_before(MORNING, "10:00")
    assert seen(ref("last_price"), MORNING, minute_mode=True)[at("10:07")] == close_before(MORNING, "10:07")
    assert seen(ref("close_5m"), MORNING, minute_mode=True)[at("10:07")] == close_before(MORNING, "10:05")


def test_last_price_goes_back_in_minutes_and_mark_price_is_the_last_price() -> None:
    assert seen(ref("last_price", 4), MORNING, minute_mode=True)[at("10:07")] == close_before(MORNING, "10:03")
    assert seen(ref("mark_price", 4), MORNING, minute_mode=True)[at("10:07")] == close_before(MORNING, "10:03")


@pytest.mark.parametrize("minute_mode", [False, True])
@pytest.mark.parametrize("series", ["funding_rate", "open_interest"])
def test_series_without_data_are_missing(series: str, minute_mode: bool) -> None:
    found = seen(ref(series, 1), MORNING, minute_mode=minute_mode)
    assert found
    assert all(isnan(value) for value in found.values())


def test_timestamp_is_the_instant_and_before_it_the_closes_of_exec_bars() -> None:
    assert seen(ref("timestamp"), MORNING)[at("10:15")] == at("10:15")
    assert seen(ref("timestamp", 2), MORNING)[at("10:15")] == at("09:45")
    assert seen(ref("timestamp"), MORNING, minute_mode=True)[at("10:07")] == at("10:07")
    assert seen(ref("timestamp", 1), MORNING, minute_mode=True)[at("10:07")] == at("09:45")
    assert isnan(seen(ref("timestamp", 1), MORNING)[at("07:15")])
    assert seen(ref("timestamp", 1), MORNING)[at("07:30")] == at("07:15")


def test_bar_fields_are_those_of_the_exec_timeframe() -> None:
    found = seen(ref("high"), MORNING, "15m")
    first = slice(0, 15)
    assert found[at("07:15")] == MORNING.high[first].max()


# Minutes 07:00–07:08 and then nothing until 08:03.
BROKEN = minute_bars([*range(clock("07:00"), clock("07:08")), *range(clock("08:03"), clock("08:20"))])


def test_an_exec_bar_that_closes_inside_a_gap_is_evaluated_at_its_own_close() -> None:
    close_1m = seen(ref("close_1m"), BROKEN, "5m")
    assert list(close_1m)[:3] == [at("07:05"), at("07:10"), at("08:05")]
    assert close_1m[at("07:10")] == close_before(BROKEN, "07:08")
    # The 15m and the 1h bar close in the gap too, but later; the exec instant must not see them.
    assert isnan(seen(ref("close_15m"), BROKEN, "5m")[at("07:10")])
    assert seen(ref("close_15m"), BROKEN, "5m")[at("08:05")] == close_before(BROKEN, "07:08")
    assert seen(ref("close_1h"), BROKEN, "5m")[at("08:05")] == close_before(BROKEN, "07:08")
    assert isnan(seen(ref("close_1h"), BROKEN, "15m")[at("07:15")])


def test_in_minute_mode_a_bar_closed_in_a_gap_is_seen_at_the_next_minute() -> None:
    found = seen(ref("close"), BROKEN, "5m", minute_mode=True)
    assert at("07:10") not in found
    assert found[at("07:08")] == close_before(BROKEN, "07:05")
    assert found[at("08:04")] == close_before(BROKEN, "07:08")


def test_a_gap_across_a_cut_changes_nothing() -> None:
    reference = ref("close_15m")
    play = play_reading(reference, "5m")
    whole = values(play, reference, BROKEN)
    for cut in range(len(BROKEN) + 1):
        np.testing.assert_equal(values(play, reference, BROKEN, [cut]), whole)


NAMES = ["close", "volume", "last_price", "timestamp", "close_1m", "close_5m", "close_15m", "close_1h", "sw.high_level"]


@settings(deadline=None, max_examples=30)
@given(
    reference=st.builds(ref, st.sampled_from(NAMES), st.integers(0, 30)),
    exec_tf=st.sampled_from(["1m", "5m", "15m", "1h"]),
    minute_mode=st.booleans(),
    seed=st.integers(0, 9),
    borders=cuts(200),
    chunk_rows=st.sampled_from([3, 31, 1_000]),
)
def test_every_series_is_read_by_the_closes_of_its_bars(
    reference: Reference, exec_tf: str, minute_mode: bool, seed: int, borders: list[int], chunk_rows: int
) -> None:
    bars = minute_bars(with_gaps(400, seed=seed, gaps=5, longest=30, first=11 * seed), seed=seed)
    play = play_reading(reference, exec_tf, minute_mode=minute_mode or reference.series == "last_price")
    market = SlowMarket(play, bars)
    found = values(play, reference, bars, borders, chunk_rows=chunk_rows)
    expected = {instant: market.read(reference, instant) for instant in market.instants}
    np.testing.assert_equal(found, {instant: nan if value is None else value for instant, value in expected.items()})


def test_rows_before_the_first_bar_are_missing_whatever_the_column_holds() -> None:
    column = np.array([7, 7, 7, 1, 2], dtype=np.int64)
    found = gather(column, np.array([1, 2, 3, 3, 4]), -3)
    np.testing.assert_array_equal(found, [nan, nan, 1.0, 1.0, 2.0])
    assert found.dtype == np.float64
    assert gather(column, np.array([], dtype=np.int64), -3).size == 0
