"""Windows: `holds_for`, `occurred_within`, `count_true`, over a number of instants or a duration."""

import re
from collections.abc import Callable

import attrs

from play_engine.intervals import MINUTE_MS, interval_name
from play_engine.play.document import Node
from play_engine.play.fields import Fields
from play_engine.play.problems import Problems
from play_engine.play.ranges import Range
from play_engine.play.scalars import Codes
from play_engine.play.timeframes import Timeframes
from play_engine.rules.expression import AnchoredWindow, Condition, DurationWindow, Window

WINDOWS = ("holds_for", "occurred_within", "count_true")
DURATION_WINDOWS = tuple(f"{name}_duration" for name in WINDOWS)
MOST_BARS = 1500
_MOST_MINUTES = 1_440
_UNIT_MINUTES = {"m": 1, "h": 60, "d": 1_440}
_DURATION = "1m to 24h: a whole number and m, h or d"
_CODES = Codes.both("INVALID_WINDOW")

# Reads what a window shifts over; its second argument is the interval (ms) of an anchored window, else None.
ReadCondition = Callable[[Node, int | None], Condition | None]


@attrs.frozen(kw_only=True)
class _Count:
    """A `min_true` that was read before the step of its timeline was known."""

    node: Node
    min_true: int
    duration_ms: int
    anchor_ms: int | None


@attrs.define(kw_only=True, eq=False)
class Windows:
    """Reads windows. Some can be judged only when every condition of the Play is known: see `check_counts`."""

    problems: Problems
    timeframes: Timeframes
    _counts: list[_Count] = attrs.field(factory=list, init=False)

    def read(self, name: str, node: Node, anchor_ms: int | None, read_child: ReadCondition) -> Condition | None:
        """The window called `name` with the body `node`; None after a report.

        `anchor_ms` is the interval on whose closes the window itself is evaluated, None for the Play's own instants.
        """
        if node.broken:
            return None
        if not node.is_mapping:
            extent = "duration" if name in DURATION_WINDOWS else "bars"
            self.problems.error(node.spot, "INVALID_WINDOW", found=node.shown(), allowed=f"{{{extent}: .., expr: ..}}")
            return None
        fields = Fields(node, self.problems, _CODES)
        if _is_other_kind(name, fields):
            return None
        if name in DURATION_WINDOWS:
            return self._read_duration(name, fields, anchor_ms, read_child)
        return self._read_bars(name, fields, anchor_ms, read_child)

    def check_counts(self, *, minute_mode: bool) -> None:
        """Reports every `min_true` that no number of instants within its duration can reach."""
        own_step_ms = MINUTE_MS if minute_mode else self.timeframes.exec_ms
        for count in self._counts:
            step_ms = count.anchor_ms or own_step_ms
            if step_ms is None:
                # The exec timeframe could not be read, which was reported.
                continue
            shifts = -(-count.duration_ms // step_ms)
            if count.min_true > shifts:
                allowed = f"an integer {Range(1, shifts).text()}"
                hint = f"that duration has so many closes of {interval_name(step_ms)}"
                spot, found = count.node.spot, count.node.shown()
                self.problems.error(spot, "INVALID_WINDOW", found=found, allowed=allowed, hint=hint)

    def _read_bars(
        self, name: str, fields: Fields, anchor_ms: int | None, read_child: ReadCondition
    ) -> Condition | None:
        bars = _bars(fields, name)
        needed = _min_true(fields, name, bars)
        anchor = fields.get("anchor_tf")
        interval_ms = None if anchor is None else self.timeframes.interval_of(anchor, self.problems)
        expr = fields.require("expr", allowed="a condition")
        fields.finish()
        child = None if expr is None else read_child(expr, interval_ms or anchor_ms)
        if bars is None or needed is None or child is None or (interval_ms is None and fields.has("anchor_tf")):
            return None
        if interval_ms is None:
            return Window(bars, needed, child)
        return AnchoredWindow(interval_ms, bars, needed, child)

    def _read_duration(
        self, name: str, fields: Fields, anchor_ms: int | None, read_child: ReadCondition
    ) -> Condition | None:
        duration_ms = _duration_ms(fields)
        min_true = _min_true(fields, name, None)
        expr = fields.require("expr", allowed="a condition")
        fields.finish(also=_report_anchor(name, fields))
        child = None if expr is None else read_child(expr, anchor_ms)
        if duration_ms is not None and min_true is not None and name == "count_true_duration":
            node = fields.node.fields["min_true"]
            count = _Count(node=node, min_true=min_true, duration_ms=duration_ms, anchor_ms=anchor_ms)
            self._counts.append(count)
        if duration_ms is None or child is None or (min_true is None and name != "holds_for_duration"):
            return None
        return DurationWindow(duration_ms, min_true, child)


def _is_other_kind(name: str, fields: Fields) -> bool:
    """Whether bars are written for a duration, or a duration for bars; reports it."""
    is_duration = name in DURATION_WINDOWS
    wanted, written = ("duration", "bars") if is_duration else ("bars", "duration")
    node = fields.node.fields.get(written)
    if node is None or fields.has(wanted):
        return False
    other = name.removesuffix("_duration") if is_duration else f"{name}_duration"
    found, hint = f"{written}: {node.shown()}, no {wanted}", f"did you mean {other}?"
    fields.problems.error(node.key_spot, "MISSING_REQUIRED_FIELD", found=found, allowed=wanted, hint=hint)
    return True


def _report_anchor(name: str, fields: Fields) -> tuple[str, ...]:
    """Reports a timeframe of its own in a window over a duration; the keys that were reported."""
    node = fields.node.fields.get("anchor_tf")
    if node is None:
        return ()
    found, hint = f"anchor_tf: {node.shown()}", f"use {name.removesuffix('_duration')} with bars and anchor_tf"
    allowed = "a duration is counted along the instants at which the window is evaluated"
    fields.problems.error(node.key_spot, "UNKNOWN_KEY", found=found, allowed=allowed, hint=hint)
    return ("anchor_tf",)


def _bars(fields: Fields, name: str) -> int | None:
    node = fields.require("bars", allowed=f"1 to {MOST_BARS}")
    bars = fields.integer("bars", None, Range(1))
    if node is not None and bars is not None and bars > MOST_BARS:
        hint = f"{name} bars exceeds ceiling ({MOST_BARS})"
        fields.problems.error(node.spot, "INVALID_WINDOW", found=node.shown(), allowed=f"1 to {MOST_BARS}", hint=hint)
        return None
    return bars


def _duration_ms(fields: Fields) -> int | None:
    node = fields.require("duration", allowed=_DURATION)
    if node is None:
        return None
    # More figures than these are beyond any ceiling, and beyond what Python turns into a number.
    match = re.fullmatch(r"(\d{1,99})(m|h|d)", (node.text or "").strip().lower(), re.ASCII)
    minutes = int(match[1]) * _UNIT_MINUTES[match[2]] if match else 0
    if 1 <= minutes <= _MOST_MINUTES:
        return minutes * MINUTE_MS
    too_long = f"Duration '{node.text}' ({minutes}m) exceeds ceiling ({_MOST_MINUTES}m = 24h)"
    hint = too_long if minutes > _MOST_MINUTES else ""
    fields.problems.error(node.spot, "INVALID_WINDOW", found=node.shown(), allowed=_DURATION, hint=hint)
    return None


def _min_true(fields: Fields, name: str, bars: int | None) -> int | None:
    """How many of the shifts must be true; None for all of a duration, and after a report."""
    if name not in ("count_true", "count_true_duration"):
        return 1 if name.startswith("occurred_within") else bars
    fields.require("min_true", allowed="1 to the number of shifts")
    return fields.integer("min_true", None, Range(1) if bars is None else Range(1, bars))
