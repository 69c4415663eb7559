"""Small markets and Plays for single facts: a morning of minutes, columns with chosen values, one condition."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.reference.document import Block, Case, Document, interval_ms
from tests.reference.market import MINUTE_MS, Bar, Column, Market, Value
from tests.reference.rules import Rules

MIDNIGHT_MS = 1_704_067_200_000  # Monday, 2024-01-01 00:00 UTC
_ROLES = {"low_tf": 5 * MINUTE_MS, "med_tf": 15 * MINUTE_MS, "high_tf": 60 * MINUTE_MS}


def clock(time: str) -> int:
    """The instant of a time of day, `10:15`; `34:15` is on the next day."""
    hours, minutes = time.split(":")
    return MIDNIGHT_MS + (int(hours) * 60 + int(minutes)) * MINUTE_MS


def minutes(until: str, *, start: str = "0:00", without: tuple[str, str] | None = None) -> list[Bar]:
    """Minutes from `start` on, the last of them closing at `until`; the close of each is its own close in minutes."""
    lost = range(0) if without is None else range(clock(without[0]), clock(without[1]))
    return [
        Bar(open_ms, 0.0, float(count + 1), 0.0, float(count + 1), 1.0)
        for count, open_ms in enumerate(range(clock(start), clock(until), MINUTE_MS))
        if open_ms not in lost
    ]


def stamped(market: Market, tf: str) -> Column:
    """A column whose value at each bar is the close of that bar."""
    return filled(market, tf, lambda close: close)


def filled(market: Market, tf: str, value: Callable[[int], Value], **fields: Any) -> Column:
    """A column whose value at each bar is a function of the bar's close."""
    interval = interval_ms(tf)
    return Column(interval_ms=interval, values=[value(close) for close in market.closes(interval)], **fields)


def true_at(market: Market, tf: str, *times: str) -> Column:
    """A flag that is set for the bars that close at these times."""
    chosen = {clock(time) for time in times}
    return filled(market, tf, lambda close: close in chosen)


def rules_of(
    condition: Any, market: Market, columns: Mapping[str, Column], exec_tf: str = "15m", *, minute_mode: bool = False
) -> Rules:
    """The rules of a Play with this one condition; columns are named `id` or `id.output`."""
    exec_ms = interval_ms(exec_tf)
    named = {(name.partition(".")[0], name.partition(".")[2] or "value"): column for name, column in columns.items()}
    document = Document(
        exec_ms=exec_ms,
        timeline_ms=MINUTE_MS if minute_mode else exec_ms,
        roles={**_ROLES, "exec": exec_ms},
        setups={},
        blocks=(Block(cases=(Case(when=condition, emit=()),)),),
    )
    return Rules(document, market.with_columns(named))


def true_times(rules: Rules, start: str, end: str) -> list[str]:
    """The times of day, `start` and `end` among them, at which the condition of `rules_of` is true."""
    (block,) = rules.document.blocks
    instants = [instant for instant in rules.instants if clock(start) <= instant <= clock(end)]
    return [_time(instant) for instant in instants if rules.verdicts(block, instant) == [True]]


def _time(instant: int) -> str:
    hours, minutes_ = divmod((instant - MIDNIGHT_MS) // MINUTE_MS, 60)
    return f"{hours}:{minutes_:02}"
