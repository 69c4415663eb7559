"""Rule trees as columns of a timeline.

Every node of a tree becomes one column: operands as float64 with NaN for missing, conditions as verdicts. Equal nodes
share a column. What a crossover or a window needs of earlier instants it finds in the columns of its children, so
evaluating a chunk of one instant and a chunk of many is the same code. What stands in a window that steps along
another interval's closes is compiled on the timeline of those closes.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from play_engine.bars import Floats, Ints
from play_engine.rules import machine
from play_engine.rules.expression import (
    All,
    AnchoredWindow,
    AnyOf,
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
from play_engine.table import Table

_COMPARE = {
    ">": machine.GREATER,
    "<": machine.LESS,
    ">=": machine.GREATER_EQUAL,
    "<=": machine.LESS_EQUAL,
    "==": machine.EQUAL,
    "!=": machine.NOT_EQUAL,
}
_CALCULATE = {
    "+": machine.ADD,
    "-": machine.SUBTRACT,
    "*": machine.MULTIPLY,
    "/": machine.DIVIDE,
    "%": machine.MODULO,
}
_CROSS = {"cross_above": machine.CROSS_ABOVE, "cross_below": machine.CROSS_BELOW}
_NEAR = {"near_abs": machine.NEAR_ABS, "near_pct": machine.NEAR_PCT}

# What a reference shows at rows start … stop − 1 of a timeline.
Rows = Callable[[int, int], Floats]
# One row of `machine.INSTRUCTION`.
Instruction = tuple[int, int, int, int, int, int, int, float]


class Instants(Protocol):
    """A timeline as rules need it."""

    @property
    def table(self) -> Table:
        """One row per instant."""
        ...

    @property
    def ts(self) -> Ints:
        """The column of the instants, in ms; before the first one anything earlier than it."""
        ...

    @property
    def step_ms(self) -> int:
        """The interval whose closes the instants are."""
        ...

    def read(self, reference: Reference) -> Rows:
        """How a reference is read at the newest rows."""
        ...

    def visible(self, instants: Ints) -> Ints:
        """For each of the given instants, none before the newest rows, the row of the last one at or before it."""
        ...


class Emitter(Protocol):
    """Takes what compiling yields, in the order in which it must be carried out."""

    def instruct(self, step_ms: int, instruction: Instruction) -> None:
        """An instruction on the columns of the timeline of `step_ms`."""
        ...

    def carry(self, source_ms: int, number: int, target_ms: int, out: int) -> None:
        """Verdicts of the source timeline as they stand at the instants of the target timeline."""
        ...


class RuleCompiler:
    """Numbers the columns that the conditions of one timeline need, and emits the instructions that fill them.

    `others` has the compiler of each timeline, by interval in ms: anchored windows step along theirs.
    """

    def __init__(self, timeline: Instants, emitter: Emitter, others: Mapping[int, "RuleCompiler"]) -> None:
        self.timeline = timeline
        self.constants: list[float] = []
        self.readers: list[tuple[int, Rows]] = []
        self.operand_count = self.verdict_count = 0
        self._emitter = emitter
        self._others = others
        self._numbers: dict[Operand | Condition, int] = {}

    def operand(self, node: Operand) -> int:
        """The number of an operand's column, below zero for a constant (number −1 − n of `constants`)."""
        if isinstance(node, Constant):
            self.constants.append(float(node.value))
            return -len(self.constants)
        if node not in self._numbers:
            if isinstance(node, Reference):
                self._numbers[node] = self._next_operand()
                self.readers.append((self._numbers[node], self.timeline.read(node)))
            else:
                left, right = self.operand(node.left), self.operand(node.right)
                self._numbers[node] = self._next_operand()
                self._emit(_CALCULATE[node.op], self._numbers[node], left, right)
        return self._numbers[node]

    def verdict(self, node: Condition) -> int:
        """The number of the column of a condition's verdicts. Instants before the first one count as not true."""
        if node not in self._numbers:
            self._numbers[node] = self._condition(node)
        return self._numbers[node]

    def _next_operand(self) -> int:
        self.operand_count += 1
        return self.operand_count - 1

    def _condition(self, node: Condition) -> int:
        match node:
            case Comparison(op=op, left=left, right=right):
                return self._test(_COMPARE[op], left, right)
            case Crossing(op=op, left=left, right=right):
                return self._test(_CROSS[op], left, right)
            case Between(left=left, low=low, high=high):
                return self._test(machine.BETWEEN, left, low, high)
            case Near(op=op, left=left, right=right, tolerance=tolerance):
                return self._test(_NEAR[op], left, right, tolerance=tolerance)
            case OneOf(left=left, constants=constants):
                first = len(self.constants)
                self.constants += [float(constant.value) for constant in constants]
                return self._new(machine.ONE_OF, self.operand(left), first, first + len(constants))
            case All(children=children):
                return self._connect(machine.AND, children)
            case AnyOf(children=children):
                return self._connect(machine.OR, children)
            case Not(child=child):
                return self._new(machine.NOT, self.verdict(child))
            case Window(bars=bars, min_true=min_true, child=child):
                return self._new(machine.WINDOW, self.verdict(child), reach=bars, min_true=min_true)
            case DurationWindow(duration_ms=duration_ms, min_true=min_true, child=child):
                least = -1 if min_true is None else min_true
                return self._new(machine.DURATION, self.verdict(child), reach=duration_ms, min_true=least)
            case AnchoredWindow():
                return self._anchored(node)

    def _test(self, op: int, a: Operand, b: Operand, c: Operand | None = None, *, tolerance: float = 0.0) -> int:
        third = 0 if c is None else self.operand(c)
        return self._new(op, self.operand(a), self.operand(b), third, tolerance=tolerance)

    def _connect(self, op: int, children: tuple[Condition, ...]) -> int:
        numbers = [self.verdict(child) for child in children]
        out = self._new(machine.COPY, numbers[0])
        for number in numbers[1:]:
            self._emit(op, out, out, number)
        return out

    def _anchored(self, node: AnchoredWindow) -> int:
        other = self._others[node.interval_ms]
        window = other.verdict(Window(node.bars, node.min_true, node.child))
        if other is self:
            return window
        out = self._next_verdict()
        self._emitter.carry(node.interval_ms, window, self.timeline.step_ms, out)
        return out

    def _next_verdict(self) -> int:
        self.verdict_count += 1
        return self.verdict_count - 1

    def _new(
        self, op: int, a: int, b: int = 0, c: int = 0, *, reach: int = 0, min_true: int = 0, tolerance: float = 0.0
    ) -> int:
        """An instruction that fills a new column of verdicts, whose number is returned."""
        out = self._next_verdict()
        self._emit(op, out, a, b, c, reach=reach, min_true=min_true, tolerance=tolerance)
        return out

    def _emit(
        self,
        op: int,
        out: int,
        a: int,
        b: int = 0,
        c: int = 0,
        *,
        reach: int = 0,
        min_true: int = 0,
        tolerance: float = 0.0,
    ) -> None:
        self._emitter.instruct(self.timeline.step_ms, (op, out, a, b, c, reach, min_true, tolerance))
