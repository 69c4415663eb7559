"""Rules judged one instant after the other, in three values, as the language defines them. Slow and obvious."""

import operator
from bisect import bisect_right
from collections.abc import Callable, Sequence
from math import isfinite

from play_engine.rules.expression import (
    All,
    AnchoredWindow,
    AnyOf,
    Arithmetic,
    Between,
    Comparison,
    Condition,
    Constant,
    Crossing,
    DurationWindow,
    Near,
    Not,
    OneOf,
    Operand,
    Reference,
    Window,
)

Truth = bool | None

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


class SlowRules:
    """Judges conditions at instant number k of `instants`, closes of `step_ms` bars.

    `read` gives what a reference holds at an instant, `closes` the closes of the bars of an interval in ms.
    """

    def __init__(
        self,
        instants: Sequence[int],
        step_ms: int,
        read: Callable[[Reference, int], float | None],
        closes: Callable[[int], Sequence[int]],
    ) -> None:
        self._instants = instants
        self._step_ms = step_ms
        self._read = read
        self._closes = closes
        self._others: dict[int, SlowRules] = {}
        self._known: dict[tuple[Condition, int], Truth] = {}

    def value(self, node: Operand, k: int) -> float | None:
        """An operand; None for missing. Before the first instant only constants have a value."""
        if isinstance(node, Constant):
            return float(node.value)
        if k < 0:
            return None
        if isinstance(node, Reference):
            return self._read(node, self._instants[k])
        return _calculate(node, self.value(node.left, k), self.value(node.right, k))

    def verdict(self, node: Condition, k: int) -> Truth:
        """True, False, or None for unknown."""
        if (node, k) not in self._known:
            self._known[node, k] = self._judge(node, k)
        return self._known[node, k]

    def _judge(self, node: Condition, k: int) -> Truth:
        match node:
            case All(children=children):
                truths = [self.verdict(child, k) for child in children]
                return False if False in truths else None if None in truths else True
            case AnyOf(children=children):
                truths = [self.verdict(child, k) for child in children]
                return True if True in truths else None if None in truths else False
            case Not(child=child):
                truth = self.verdict(child, k)
                return None if truth is None else not truth
            case Window(bars=bars, min_true=min_true, child=child):
                shifts = range(max(0, k - bars + 1), k + 1)
                return sum(self.verdict(child, shift) is True for shift in shifts) >= min_true
            case AnchoredWindow():
                return self._anchored(node, self._instants[k])
            case DurationWindow():
                return self._lasting(node, k)
            case Crossing():
                return self._cross(node, k)
            case _:
                return self._test(node, k)

    def _anchored(self, node: AnchoredWindow, now: int) -> Truth:
        step_ms = node.interval_ms
        if step_ms not in self._others:
            self._others[step_ms] = SlowRules(self._closes(step_ms), step_ms, self._read, self._closes)
        latest = bisect_right(self._closes(step_ms), now) - 1
        return latest >= 0 and self._others[step_ms].verdict(Window(node.bars, node.min_true, node.child), latest)

    def _lasting(self, node: DurationWindow, k: int) -> Truth:
        now = self._instants[k]
        shifts = [j for j in range(k + 1) if self._instants[j] > now - node.duration_ms]
        true = sum(self.verdict(node.child, shift) is True for shift in shifts)
        if node.min_true is not None:
            return true >= node.min_true
        earliest = now
        while earliest - self._step_ms > now - node.duration_ms:
            earliest -= self._step_ms
        return true == len(shifts) and earliest >= self._instants[0]

    def _cross(self, node: Crossing, k: int) -> Truth:
        left, right = self.value(node.left, k), self.value(node.right, k)
        left_before, right_before = self.value(node.left, k - 1), self.value(node.right, k - 1)
        if left is None or right is None or left_before is None or right_before is None:
            return None
        if node.op == "cross_above":
            return left_before <= right_before and left > right
        return left_before >= right_before and left < right

    def _test(self, node: Comparison | Between | Near | OneOf, k: int) -> Truth:
        left = self.value(node.left, k)
        match node:
            case OneOf(constants=constants):
                return None if left is None else any(left == float(constant.value) for constant in constants)
            case Between(low=low, high=high):
                bounds = self.value(low, k), self.value(high, k)
                if left is None or bounds[0] is None or bounds[1] is None:
                    return None
                return bounds[0] <= left <= bounds[1]
            case Comparison(op=op, right=other):
                right = self.value(other, k)
                return None if left is None or right is None else _COMPARE[op](left, right)
            case Near(op=op, right=other, tolerance=tolerance):
                right = self.value(other, k)
                return None if left is None or right is None else _near(op, left, right, tolerance)


def _near(op: str, left: float, right: float, tolerance: float) -> Truth:
    if op == "near_abs":
        return abs(left - right) <= tolerance
    return None if right == 0 else abs(left - right) / abs(right) <= tolerance / 100


def _calculate(node: Arithmetic, left: float | None, right: float | None) -> float | None:
    if left is None or right is None or (node.op in "/%" and right == 0):
        return None
    calculate = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": operator.mod}
    result = calculate[node.op](left, right)
    return result if isfinite(result) else None
