"""Instants as a user writes and reads them: dates and ISO times, UTC, whole minutes."""

from datetime import UTC, date, datetime, time, timedelta

from play_engine.intervals import MINUTE_MS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR, _LAST_YEAR = 1971, 2199
_MILLISECOND = timedelta(milliseconds=1)


def parse_instant(text: str) -> int:
    """Milliseconds since the epoch of `2024-01-31`, `2024-01-31T12:00`, `…Z` or `…+02:00`; without an offset it is UTC.

    Raises ValueError, with the forms that are allowed, for any other text and for parts of a minute.
    """
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not a time; write 2024-01-31 or 2024-01-31T12:00 (UTC)") from None
    return instant_ms(instant)


def instant_ms(value: date | datetime) -> int:
    """Milliseconds since the epoch; a date means its first instant, a time without an offset is UTC.

    Raises ValueError for parts of a minute, since every bar begins at a whole one, and for years in which no market
    was, so that sums of times stay representable.
    """
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    ms, rest = divmod(moment - _EPOCH, _MILLISECOND)
    if rest or ms % MINUTE_MS:
        raise ValueError(f"{value.isoformat()} is not a whole minute")
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"{value.isoformat()} lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return ms


def show_instant(ms: int) -> str:
    """`2024-01-31T12:00Z`, in a form that can be typed in again; seconds only where there are some."""
    moment = _EPOCH + ms * _MILLISECOND
    return moment.strftime("%Y-%m-%dT%H:%MZ" if ms % MINUTE_MS == 0 else "%Y-%m-%dT%H:%M:%SZ")


def show_span(start_ms: int, end_ms: int) -> str:
    """A stretch of time, end exclusive."""
    return f"{show_instant(start_ms)} to {show_instant(end_ms)}"
