"""Comparisons, windows and operands of a Play in plain words, from the way in which they are written."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from play_engine.intervals import interval_name
from play_engine.play.declared import MINUTE_NAMES
from play_engine.play.document import scalar_text
from play_engine.play.model import Play
from play_engine.play.operands import ARITHMETIC

_VERBS = {
    ">": "is above",
    "<": "is below",
    ">=": "is at or above",
    "<=": "is at or below",
    "==": "is",
    "!=": "is not",
    "cross_above": "crosses above",
    "cross_below": "crosses below",
}
SIGNS = {"+": "+", "-": "-", "*": "×", "/": "÷", "%": "mod"}


@attrs.frozen
class Wording:
    """Words for the parts of one Play. `lengths` are the timeframes, in ms, of what it declares."""

    play: Play
    lengths: Mapping[str, int]

    @classmethod
    def of(cls, play: Play) -> "Wording":
        """The wording of a Play."""
        lengths = {spec.id: spec.interval_ms for spec in play.features}
        return cls(play, lengths | {spec.key: spec.interval_ms for spec in play.structures})

    def comparison(self, left: Any, op: str, right: Any, tolerance: Any) -> str:
        """`rsi_14 is below 30`."""
        subject = self.operand(left)
        match op:
            case "between":
                low, high = right if isinstance(right, list) else (right["low"], right["high"])
                return f"{subject} is between {self.operand(low)} and {self.operand(high)}"
            case "in":
                return f"{subject} is one of {', '.join(map(number_text, right))}"
            case "near_abs":
                return f"{subject} is within {number_text(tolerance)} of {self.operand(right)}"
            case "near_pct":
                return f"{subject} is within {number_text(tolerance)} % of {self.operand(right)}"
            case _:
                return f"{subject} {_VERBS[op]} {self.operand(right)}"

    def operand(self, written: Any) -> str:
        """`close`, `smooth one bar ago`, `close × 0.01`."""
        if isinstance(written, list):
            return self._arithmetic(written[0], written[1], written[2])
        if not isinstance(written, dict):
            return number_text(written)
        for op in ARITHMETIC:
            if op in written:
                return self._arithmetic(written[op][0], op, written[op][1])
        name = written["feature_id"]
        field = written.get("field", "value")
        text = name if field == "value" else f"{name}.{field}"
        return text + self.ago(name, int(written.get("offset", 0)))

    def ago(self, series: str, offset: int) -> str:
        """How far back a series is read, in bars of its own timeframe; empty for now."""
        if not offset:
            return ""
        if series in MINUTE_NAMES:
            return f" {counted(offset, 'minute')} ago"
        length = self.lengths.get(series, self.play.exec_ms)
        of_length = "" if length == self.play.exec_ms else f" of {interval_name(length)}"
        return f" {counted(offset, 'bar')}{of_length} ago"

    def window(self, name: str, body: Mapping[str, Any], interval_ms: int | None) -> str:
        """`at least once in the last 12 bars:`; `interval_ms` is that of an anchored window."""
        extent = self._extent(body, interval_ms)
        match name.removesuffix("_duration"):
            case "holds_for":
                return f"at each of the {extent}:" if "bars" in body else f"all through the {extent}:"
            case "occurred_within":
                return f"at least once in the {extent}:"
            case _:
                return f"at least {counted(body['min_true'], 'time')} in the {extent}:"

    def _extent(self, body: Mapping[str, Any], interval_ms: int | None) -> str:
        if "bars" not in body:
            return f"last {str(body['duration']).strip()}"
        if interval_ms is not None:
            return f"last {counted(body['bars'], 'close')} of {interval_name(interval_ms)}"
        return f"last {counted(body['bars'], 'minute' if self.play.minute_mode else 'bar')}"

    def _arithmetic(self, left: Any, op: str, right: Any) -> str:
        first, second = (
            f"({self.operand(side)})" if is_arithmetic(side) else self.operand(side) for side in (left, right)
        )
        return f"{first} {SIGNS[op]} {second}"


def is_arithmetic(written: Any) -> bool:
    """Whether an operand is arithmetic, in either spelling."""
    return isinstance(written, list) or (isinstance(written, dict) and any(op in written for op in ARITHMETIC))


def is_comparison(written: Sequence[Any]) -> bool:
    """Whether a list is a comparison: its second element is text."""
    return len(written) > 1 and isinstance(written[1], str)


def counted(count: float, word: str) -> str:
    """`1 bar`, `12 bars`."""
    return f"{count:g} {word}" if count == 1 else f"{count:,g} {word}s"


def number_text(value: Any) -> str:
    """A number in as many digits as it needs, or other text as it is."""
    if isinstance(value, float):
        return f"{value:.12g}"
    return scalar_text(value)
