"""Numbers as the report prints them; nothing is rounded anywhere else."""

from collections.abc import Callable
from datetime import UTC, datetime

from play_engine.intervals import DAY_MS, MINUTE_MS

NOTHING = "–"
_MINUS = "\N{MINUS SIGN}"
_HOUR_MS = 60 * MINUTE_MS
_WHOLE = {"sl": "stop", "tp": "target", "liq": "liquidation"}

# How one value becomes text.
Format = Callable[[float], str]


def usdt(value: float) -> str:
    """Money with two digits: `1,234.50`."""
    return _typeset(f"{value:,.2f}")


def signed_usdt(value: float) -> str:
    """Money that was won or lost: `+1,234.50`."""
    return _typeset(f"{value:+,.2f}")


def percent(fraction: float) -> str:
    """A fraction as percent with two digits."""
    return _typeset(f"{fraction * 100:,.2f} %")


def signed_percent(fraction: float) -> str:
    """A fraction that is a gain or a loss."""
    return _typeset(f"{fraction * 100:+,.2f} %")


def ratio(value: float) -> str:
    """A number without unit, with two digits."""
    return _typeset(f"{value:,.2f}")


def multiple(value: float) -> str:
    """A multiple of the equity: `0.23×`."""
    return f"{ratio(value)}×"


def in_risk(value: float) -> str:
    """A multiple of the initial risk: `+0.42 R`."""
    return _typeset(f"{value:+,.2f} R")


def count(value: float) -> str:
    """How many: `12,345`; a mean of counts keeps one digit."""
    return _typeset(f"{value:,.0f}" if value == int(value) else f"{value:,.1f}")


def plain(value: object) -> str:
    """Any value of which nothing is known, with the digits that it has."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _typeset(f"{value:,.10g}") if isinstance(value, int | float) else str(value)


def duration(length_ms: float) -> str:
    """A length of time in its two largest units: `3 d 4 h`, `4 h 36 min`, `12 s`."""
    if length_ms >= DAY_MS:
        days, rest = divmod(int(length_ms), DAY_MS)
        return _two(days, "d", rest // _HOUR_MS, "h")
    if length_ms >= _HOUR_MS:
        hours, rest = divmod(int(length_ms), _HOUR_MS)
        return _two(hours, "h", rest // MINUTE_MS, "min")
    if length_ms >= MINUTE_MS:
        minutes, rest = divmod(int(length_ms), MINUTE_MS)
        return _two(minutes, "min", rest // 1_000, "s")
    return f"{length_ms / 1_000:g} s"


def instant(ts_ms: float) -> str:
    """`2024-01-31 12:00`, UTC."""
    return f"{datetime.fromtimestamp(ts_ms / 1_000, UTC):%Y-%m-%d %H:%M}"


def signed(value: float | None) -> str:
    """The tone of a value that is good when it is positive: `up`, `down`, or none."""
    return "" if not value else "up" if value > 0 else "down"


def words(name: str) -> str:
    """A name out of a file as words: `take_profit` and `SL_SIDE` as `take profit`, `stop side`."""
    return " ".join(_WHOLE.get(word, word) for word in name.lower().split("_"))


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large:,} {large_unit} {small} {small_unit}" if small else f"{large:,} {large_unit}"


def _typeset(text: str) -> str:
    # A result that rounds to nothing has no sign.
    if text.startswith(("-", "+")) and not any(digit in text for digit in "123456789"):
        text = text[1:]
    return text.replace("-", _MINUS)
