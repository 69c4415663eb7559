"""When a session begins and ends: days, weeks from Monday, calendar months and parts of a day, all UTC."""

from math import ceil

from play_engine.compiled import constant, inner
from play_engine.intervals import DAY_MS, INTERVALS, WEEK_MS, grid_origin

# What stands for a length in ms where a session has none.
NEVER, MONTHLY = constant(0), constant(-1)
SESSIONS = (*INTERVALS, "M")

_FOREVER = constant(2**63 - 1)
_DAY, _WEEK, _FIRST_WEEK = constant(DAY_MS), constant(WEEK_MS), constant(grid_origin(WEEK_MS))
_LONGEST_MONTH_DAYS = constant(31)


def session_code(name: str | None) -> int:
    """Length in ms of the session called `name`: an interval; MONTHLY for "M", NEVER for None."""
    if name is None:
        return int(NEVER)
    return int(MONTHLY) if name == "M" else INTERVALS[name]


def session_bars(name: str | None, interval_ms: int) -> int:
    """The most bars of `interval_ms` in a session called `name`; 0 for None."""
    length = _LONGEST_MONTH_DAYS * DAY_MS if name == "M" else session_code(name)
    return ceil(length / interval_ms)


@inner
def session_bounds(ts: int, code: int) -> tuple[int, int]:
    """First instant of the session that holds the instant `ts`, and of the next one; ms since the epoch.

    A session that never ends begins wherever one looks.
    """
    if code == NEVER:
        return ts, _FOREVER
    if code == MONTHLY:
        day = ts // _DAY
        first = day - _day_of_month(day) + 1
        later = first + _LONGEST_MONTH_DAYS
        return first * _DAY, (later - _day_of_month(later) + 1) * _DAY
    origin = _FIRST_WEEK if code == _WEEK else 0
    first = ts - (ts - origin) % code
    return first, first + code


@inner
def _day_of_month(day: int) -> int:
    """1 to 31, by days since the epoch. Hinnant, chrono-Compatible Low-Level Date Algorithms, civil_from_days.

    Years begin in March there, so that the leap day is the last of its year, and months repeat every 153 days.
    """
    day_of_era = (day + 719_468) % 146_097
    year_of_era = (day_of_era - day_of_era // 1_460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month = (5 * day_of_year + 2) // 153
    return day_of_year - (153 * month + 2) // 5 + 1
