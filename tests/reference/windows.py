"""Windows: the instants that they look at, and how many of them must be true."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from tests.reference.document import Document
from tests.reference.kleene import Truth
from tests.reference.market import MINUTE_MS, Market

_UNITS = {"m": MINUTE_MS, "h": 60 * MINUTE_MS, "d": 1_440 * MINUTE_MS}
WINDOWS = frozenset(
    name + form for name in ("holds_for", "occurred_within", "count_true") for form in ("", "_duration")
)

# The truth of a condition at an instant of a timeline, which is the interval (ms) whose closes it has.
Judge = Callable[[Any, int, int], Truth]


@attrs.frozen
class Shifts:
    """The instants of a window that exist, latest last, their timeline, and how many there are with those before it."""

    instants: list[int]
    timeline_ms: int
    count: int


def window_truth(
    operator: str, window: Mapping[str, Any], document: Document, market: Market, judge: Judge, at: tuple[int, int]
) -> bool:
    """Whether the expression is true at enough shifts; `at` is the instant and the timeline in force."""
    instant, timeline_ms = at
    if operator.endswith("_duration"):
        shifts = _by_duration(market, duration_ms(window["duration"]), instant, timeline_ms)
    else:
        anchor = window.get("anchor_tf")
        steps_ms = timeline_ms if anchor is None else document.interval(anchor)
        shifts = _by_bars(market, int(window["bars"]), instant, steps_ms)
    found = [judge(window["expr"], shifted, shifts.timeline_ms) is True for shifted in shifts.instants]
    return sum(found) >= _needed(operator, window, shifts.count)


def duration_ms(text: str) -> int:
    """The length of a duration such as `30m`, `4h` or `1d`."""
    text = text.strip().lower()
    return int(text[:-1]) * _UNITS[text[-1]]


def _needed(operator: str, window: Mapping[str, Any], count: int) -> int:
    if operator.startswith("holds_for"):
        return count
    return 1 if operator.startswith("occurred_within") else int(window["min_true"])


def _by_bars(market: Market, bars: int, instant: int, timeline_ms: int) -> Shifts:
    """The latest closes at or before the instant."""
    closes = market.closes(timeline_ms)
    end = bisect_right(closes, instant)
    return Shifts(closes[max(end - bars, 0) : end], timeline_ms, bars)


def _by_duration(market: Market, length_ms: int, instant: int, timeline_ms: int) -> Shifts:
    """The instants of the timeline in the last `length_ms`; steps that lie before its first one count as not true."""
    closes = market.closes(timeline_ms)
    start, end = bisect_right(closes, instant - length_ms), bisect_right(closes, instant)
    instants = closes[start:end]
    before_first = range(closes[0] - timeline_ms, instant - length_ms, -timeline_ms)
    return Shifts(instants, timeline_ms, len(instants) + len(before_first))
