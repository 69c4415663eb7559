"""Rule trees as columns of a timeline.

Every node of a tree becomes one column of the timeline's table: operands as float64 with NaN for missing, conditions
as verdicts. Equal nodes share a column. What a crossover or a window needs of earlier instants it finds in the columns
of its children, so evaluating a chunk of one instant and a chunk of many is the same code. What stands in a window
that steps along another interval's closes is compiled on the timeline of those closes.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Ints
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
from play_engine.rules.verdicts import COMPARE, FALSE, TRUE, Verdicts, arithmetic, near, settle
from play_engine.table import Table

# The values or verdicts of rows start … stop − 1 of the timeline.
Rows = Callable[[int, int], Any]


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


class Program:
    """The compiled nodes of all timelines, in the order in which they must be evaluated."""

    def __init__(self) -> None:
        self._steps: list[tuple[Table, NDArray[Any], Rows]] = []

    def add(self, table: Table, column: NDArray[Any], rows: Rows) -> None:
        """Let `column` of `table` be extended by `rows`, after every column added before."""
        self._steps.append((table, column, rows))

    def extend(self) -> None:
        """Evaluate every node at the newest rows of its table."""
        for table, column, rows in self._steps:
            start, stop = table.start, table.stop
            if stop > start:
                column[start:stop] = rows(start, stop)


class RuleCompiler:
    """Turns conditions into columns of the table of `timeline`, evaluated as steps of `program`.

    `others` has the compiler of each timeline, by interval in ms: anchored windows step along theirs.
    """

    def __init__(self, timeline: Instants, program: Program, others: Mapping[int, "RuleCompiler"]) -> None:
        self._timeline = timeline
        self._program = program
        self._others = others
        self._columns: dict[Operand | Condition, NDArray[Any]] = {}

    def values(self, node: Operand) -> Rows:
        """The values of an operand."""
        if isinstance(node, Constant):
            value = float(node.value)
            return lambda _start, _stop: value
        if node not in self._columns:
            rows = self._timeline.read(node) if isinstance(node, Reference) else self._arithmetic(node)
            self._add(node, np.float64, np.nan, rows)
        column = self._columns[node]
        return lambda start, stop: column[start:stop]

    def verdicts(self, node: Condition) -> Verdicts:
        """The column of a condition's verdicts. Instants before the first one count as not true."""
        if node not in self._columns:
            self._add(node, np.uint8, FALSE, self._condition(node))
        return self._columns[node]

    def carried(self, node: Condition) -> Callable[[Ints], Verdicts]:
        """The verdicts of a condition as they stand at instants of another timeline: those of the last row before."""
        column = self.verdicts(node)
        return lambda instants: column[self._timeline.visible(instants)]

    def _add(self, node: Operand | Condition, dtype: Any, initial: Any, rows: Rows) -> None:
        table = self._timeline.table
        self._columns[node] = table.add_column(dtype, initial)
        self._program.add(table, self._columns[node], rows)

    def _condition(self, node: Condition) -> Rows:
        match node:
            case Comparison():
                return self._comparison(node)
            case Crossing():
                return self._crossing(node)
            case Between():
                return self._between(node)
            case Near():
                return self._near(node)
            case OneOf():
                return self._one_of(node)
            case All(children=children):
                return self._fold(np.minimum, children)
            case AnyOf(children=children):
                return self._fold(np.maximum, children)
            case Not(child=child):
                column = self.verdicts(child)
                return lambda start, stop: TRUE - column[start:stop]
            case Window():
                return self._window(node)
            case AnchoredWindow():
                return self._anchored(node)
            case DurationWindow():
                return self._duration(node)

    def _arithmetic(self, node: Arithmetic) -> Rows:
        op, left, right = node.op, self.values(node.left), self.values(node.right)
        return lambda start, stop: arithmetic(op, left(start, stop), right(start, stop))

    def _comparison(self, node: Comparison) -> Rows:
        compare, left, right = COMPARE[node.op], self.values(node.left), self.values(node.right)

        def rows(start: int, stop: int) -> Verdicts:
            l_now, r_now = left(start, stop), right(start, stop)
            return settle(compare(l_now, r_now), l_now, r_now)

        return rows

    def _crossing(self, node: Crossing) -> Rows:
        left, right = self.values(node.left), self.values(node.right)
        before, after = (np.less_equal, np.greater) if node.op == "cross_above" else (np.greater_equal, np.less)

        def rows(start: int, stop: int) -> Verdicts:
            l_now, r_now = left(start, stop), right(start, stop)
            l_prev, r_prev = left(start - 1, stop - 1), right(start - 1, stop - 1)
            return settle(before(l_prev, r_prev) & after(l_now, r_now), l_prev, r_prev, l_now, r_now)

        return rows

    def _between(self, node: Between) -> Rows:
        value, low, high = self.values(node.left), self.values(node.low), self.values(node.high)

        def rows(start: int, stop: int) -> Verdicts:
            x, lo, hi = value(start, stop), low(start, stop), high(start, stop)
            return settle(np.less_equal(lo, x) & np.less_equal(x, hi), x, lo, hi)

        return rows

    def _near(self, node: Near) -> Rows:
        left, right, percent = self.values(node.left), self.values(node.right), node.op == "near_pct"
        return lambda start, stop: near(left(start, stop), right(start, stop), node.tolerance, percent=percent)

    def _one_of(self, node: OneOf) -> Rows:
        value, constants = self.values(node.left), [float(constant.value) for constant in node.constants]

        def rows(start: int, stop: int) -> Verdicts:
            x = value(start, stop)
            return settle(np.isin(x, constants), x)

        return rows

    def _fold(self, connective: np.ufunc, children: tuple[Condition, ...]) -> Rows:
        columns = [self.verdicts(child) for child in children]
        return lambda start, stop: reduce(connective, (column[start:stop] for column in columns))

    def _window(self, node: Window) -> Rows:
        column, bars, min_true = self.verdicts(node.child), node.bars, node.min_true

        def rows(start: int, stop: int) -> Verdicts:
            true_so_far = np.zeros(stop - start + bars, dtype=np.int64)
            np.cumsum(column[start - bars + 1 : stop] == TRUE, out=true_so_far[1:])
            return settle(true_so_far[bars:] - true_so_far[:-bars] >= min_true)

        return rows

    def _anchored(self, node: AnchoredWindow) -> Rows:
        window = self._others[node.interval_ms].carried(Window(node.bars, node.min_true, node.child))
        return lambda start, stop: window(self._timeline.ts[start:stop])

    def _duration(self, node: DurationWindow) -> Rows:
        column, timeline = self.verdicts(node.child), self._timeline
        reach = -(-node.duration_ms // timeline.step_ms)

        def rows(start: int, stop: int) -> Verdicts:
            oldest = start - reach
            ts = timeline.ts[oldest:stop]
            now = ts[reach:]
            first = np.searchsorted(ts, now - node.duration_ms, side="right")
            true_so_far = np.concatenate([[0], np.cumsum(column[oldest:stop] == TRUE)])
            true_now = true_so_far[reach + 1 :] - true_so_far[first]
            if node.min_true is not None:
                return settle(true_now >= node.min_true)
            # The instants that lie before the first one count as not true; rows before it hold an earlier time.
            begins = timeline.ts[max(0, -timeline.table.origin)]
            whole = now - (reach - 1) * timeline.step_ms >= begins
            return settle((true_now == np.arange(reach, len(ts)) + 1 - first) & whole)

        return rows


def rule_compilers(timelines: Mapping[int, Instants], program: Program) -> Mapping[int, RuleCompiler]:
    """A compiler for each timeline, by interval in ms."""
    compilers: dict[int, RuleCompiler] = {}
    for step_ms, timeline in timelines.items():
        compilers[step_ms] = RuleCompiler(timeline, program, compilers)
    return compilers
