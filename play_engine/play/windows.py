"""Windows: `holds_for`, `occurred_within`, `count_true`, over a number of instants or a duration."""

import re
from collections.abc import Callable

from play_engine.play.document import Node
from play_engine.play.fields import Fields
from play_engine.play.problems import Problems
from play_engine.play.ranges import Range
from play_engine.play.scalars import Codes
from play_engine.play.timeframes import Timeframes
from play_engine.rules.expression import Condition, Window

WINDOWS = ("holds_for", "occurred_within", "count_true")
DURATION_WINDOWS = tuple(f"{name}_duration" for name in WINDOWS)
MOST_BARS = 1500
_MOST_MINUTES = 1_440
_UNIT_MINUTES = {"m": 1, "h": 60, "d": 1_440}
_CODES = Codes.both("INVALID_WINDOW")

ReadCondition = Callable[[Node], Condition | None]


def read_window(
    name: str, node: Node, problems: Problems, timeframes: Timeframes, read_child: ReadCondition
) -> Condition | None:
    """The window called `name` with the body `node`; None after a report. `read_child` reads what it shifts over."""
    if node.broken:
        return None
    if not node.is_mapping:
        allowed = f"{{{_extent_key(name)}: .., expr: ..}}"
        problems.error(node.spot, "INVALID_WINDOW", found=node.shown(), allowed=allowed)
        return None
    fields = Fields(node, problems, _CODES)
    extent = _duration_minutes(fields) if name in DURATION_WINDOWS else _bars(fields, name)
    needed = _min_true(fields, name, extent)
    expr = fields.require("expr", allowed="a condition")
    child = None if expr is None else read_child(expr)
    built = _check_built(name, fields, timeframes, extent)
    fields.finish()
    if extent is None or needed is None or child is None or not built:
        return None
    return Window(extent, needed, child)


def _extent_key(name: str) -> str:
    return "duration" if name in DURATION_WINDOWS else "bars"


def _bars(fields: Fields, name: str) -> int | None:
    node = fields.require("bars", allowed=f"1 to {MOST_BARS}")
    bars = fields.integer("bars", None, Range(1))
    if node is not None and bars is not None and bars > MOST_BARS:
        hint = f"{name} bars exceeds ceiling ({MOST_BARS})"
        fields.problems.error(node.spot, "INVALID_WINDOW", found=node.shown(), allowed=f"1 to {MOST_BARS}", hint=hint)
        return None
    return bars


def _duration_minutes(fields: Fields) -> int | None:
    allowed = "1m to 24h: a whole number and m, h or d"
    node = fields.require("duration", allowed=allowed)
    if node is None:
        return None
    match = re.fullmatch(r"(\d{1,9})(m|h|d)", (node.text or "").strip().lower())
    minutes = int(match[1]) * _UNIT_MINUTES[match[2]] if match else 0
    if 1 <= minutes <= _MOST_MINUTES:
        return minutes
    too_long = f"Duration '{node.text}' ({minutes}m) exceeds ceiling ({_MOST_MINUTES}m = 24h)"
    hint = too_long if minutes > _MOST_MINUTES else ""
    fields.problems.error(node.spot, "INVALID_WINDOW", found=node.shown(), allowed=allowed, hint=hint)
    return None


def _min_true(fields: Fields, name: str, extent: int | None) -> int | None:
    """How many of the shifts must be true; None after a report."""
    if name not in ("count_true", "count_true_duration"):
        return 1 if name.startswith("occurred_within") else extent
    fields.require("min_true", allowed="1 to the number of shifts")
    bars = extent if name == "count_true" else None
    return fields.integer("min_true", None, Range(1) if bars is None else Range(1, bars))


def _check_built(name: str, fields: Fields, timeframes: Timeframes, extent: int | None) -> bool:
    """Whether this version can evaluate the window; reports, at their place, the parts that it cannot."""
    problems = fields.problems
    if name in DURATION_WINDOWS:
        if extent is not None:
            sentence = f"{name} cannot be evaluated yet: use {name.removesuffix('_duration')} with bars"
            problems.not_built(fields.node.key_spot, name, sentence)
        return False
    anchor = fields.get("anchor_tf")
    if anchor is not None and timeframes.interval_of(anchor, problems) is not None:
        sentence = "a window on another timeframe cannot be evaluated yet: leave anchor_tf out"
        problems.not_built(anchor.key_spot, f"anchor_tf: {anchor.shown()}", sentence)
    return not fields.has("anchor_tf")
