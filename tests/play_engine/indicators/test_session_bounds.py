from datetime import UTC, datetime, timedelta

import pytest

from play_engine.compiled import compiled
from play_engine.indicators.session_bounds import SESSIONS, session_bars, session_bounds, session_code
from play_engine.intervals import INTERVALS, floor_to

_DAY_MS = 86_400_000


@compiled
def _bounds(ts: int, code: int) -> tuple[int, int]:
    return session_bounds(ts, code)


def _ms(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc]


def test_months_are_those_of_the_calendar() -> None:
    day = datetime(1970, 1, 1, tzinfo=UTC)
    # Every ninth day of 140 years, among them 2000, a leap year, and 2100, none.
    while day.year < 2110:
        ts = int(day.timestamp() * 1000) + 12_345_678
        later = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
        expected = _ms(day.year, day.month, 1), _ms(later.year, later.month, 1)
        assert _bounds(ts, session_code("M")) == expected
        day += timedelta(days=9)


@pytest.mark.parametrize("name", INTERVALS)
def test_other_sessions_are_those_of_the_grid_of_bars(name: str) -> None:
    length = INTERVALS[name]
    for ts in (_ms(2024, 2, 26), _ms(2024, 2, 25, 23, 59, 59), _ms(2024, 2, 29, 13, 7)):
        start = floor_to(ts, length)
        assert _bounds(ts, session_code(name)) == (start, start + length)


def test_weeks_begin_on_mondays() -> None:
    assert _bounds(_ms(2024, 3, 3, 23), session_code("W")) == (_ms(2024, 2, 26), _ms(2024, 3, 4))


def test_a_session_that_never_ends_begins_where_one_looks() -> None:
    begins, ends = _bounds(_ms(2024, 3, 3), session_code(None))
    assert begins == _ms(2024, 3, 3)
    assert ends > _ms(9999, 12, 31)


def test_bars_of_a_session() -> None:
    found = {name: session_bars(name, 7 * 3_600_000) for name in (None, "4h", "D", "W", "M")}
    assert found == {None: 0, "4h": 1, "D": 4, "W": 24, "M": 107}
    assert [name for name in SESSIONS if _DAY_MS % (INTERVALS.get(name) or 1)] == ["W"]
