"""Names, lengths and grids of bar intervals."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from play_engine.intervals import (
    DAY_MS,
    INTERVALS,
    MINUTE_MS,
    WEEK_MS,
    floor_to,
    grid_origin,
    interval_name,
    parse_interval,
)
from tests.play_engine.minutes import slow_floor


def test_lengths_in_minutes() -> None:
    minutes = {name: length / MINUTE_MS for name, length in INTERVALS.items()}
    assert minutes == {
        "1m": 1, "3m": 3, "5m": 5, "15m": 15, "30m": 30, "1h": 60,
        "2h": 120, "4h": 240, "6h": 360, "12h": 720, "D": 1_440, "W": 10_080,
    }  # fmt: skip


@pytest.mark.parametrize("name", INTERVALS)
def test_every_name_reads_back_in_any_letter_case_but_months(name: str) -> None:
    assert interval_name(parse_interval(name)) == name
    assert parse_interval(name.lower()) == INTERVALS[name]
    if not name.endswith("m"):
        assert parse_interval(name.upper()) == INTERVALS[name]


@pytest.mark.parametrize("text", ["1M", "5M", "1M ", "M"])
def test_months_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="months are not supported"):
        parse_interval(text)


@pytest.mark.parametrize("text", ["8h", "1d", "", "5", "60m", "1w"])
def test_other_texts_are_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="1m, 3m, 5m, 15m, 30m, 1h, 2h, 4h, 6h, 12h, D, W"):
        parse_interval(text)


def test_lengths_without_a_name_are_shown_as_they_are() -> None:
    assert interval_name(7 * MINUTE_MS) == "7m"
    assert interval_name(500) == "500ms"


@given(ts=st.integers(0, 4_102_444_800_000), length=st.sampled_from(list(INTERVALS.values())))
def test_the_grid_is_utc_with_weeks_from_monday(ts: int, length: int) -> None:
    boundary = floor_to(ts, length)
    assert boundary == slow_floor(ts, length)
    assert boundary <= ts < boundary + length
    assert (boundary - grid_origin(length)) % length == 0
    if length == WEEK_MS:
        assert datetime.fromtimestamp(boundary / 1_000, UTC).weekday() == 0
    if length >= DAY_MS:
        assert datetime.fromtimestamp(boundary / 1_000, UTC).strftime("%H:%M:%S") == "00:00:00"
