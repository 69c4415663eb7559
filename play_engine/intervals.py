"""Bar intervals: their names, lengths in ms, and their grid (UTC-aligned, weeks from Monday)."""

MINUTE_MS = 60_000
DAY_MS = 1_440 * MINUTE_MS
WEEK_MS = 7 * DAY_MS
# 1970-01-01 was a Thursday, so the first Monday lies four days after the epoch.
_FIRST_MONDAY_MS = 4 * DAY_MS

INTERVALS: dict[str, int] = {
    "1m": MINUTE_MS,
    "3m": 3 * MINUTE_MS,
    "5m": 5 * MINUTE_MS,
    "15m": 15 * MINUTE_MS,
    "30m": 30 * MINUTE_MS,
    "1h": 60 * MINUTE_MS,
    "2h": 120 * MINUTE_MS,
    "4h": 240 * MINUTE_MS,
    "6h": 360 * MINUTE_MS,
    "12h": 720 * MINUTE_MS,
    "D": DAY_MS,
    "W": WEEK_MS,
}
_NAMES = {length: name for name, length in INTERVALS.items()}
_BY_LOWER_CASE = {name.lower(): length for name, length in INTERVALS.items()}


def parse_interval(text: str) -> int:
    """Length in ms of the interval called `text`; letter case is ignored, except for months.

    Raises ValueError, with what is allowed, for any other text.
    """
    if text.strip().endswith("M"):
        raise ValueError(f"{text!r}: write {text.strip()[:-1]}m for minutes; months are not supported")
    length = _BY_LOWER_CASE.get(text.strip().lower())
    if length is None:
        raise ValueError(f"{text!r} is not an interval; allowed: {', '.join(INTERVALS)}")
    return length


def interval_name(length_ms: int) -> str:
    """The name of an interval of the table; a length outside the table is shown in minutes or ms."""
    if length_ms in _NAMES:
        return _NAMES[length_ms]
    return f"{length_ms // MINUTE_MS}m" if length_ms % MINUTE_MS == 0 else f"{length_ms}ms"


def grid_origin(length_ms: int) -> int:
    """A boundary of the interval's grid: the epoch, or for weeks the first Monday after it."""
    return _FIRST_MONDAY_MS if length_ms == WEEK_MS else 0


def floor_to(ts_ms: int, length_ms: int) -> int:
    """The last boundary of the interval's grid at or before `ts_ms`."""
    return ts_ms - (ts_ms - grid_origin(length_ms)) % length_ms
