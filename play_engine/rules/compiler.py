"""Rule trees as columns of the evaluation timeline.

Every node of a tree becomes one column of the timeline's table: operands as float64 with NaN for missing, conditions
as verdicts. Equal nodes share a column. What a crossover or a window needs of earlier instants it finds in the columns
of its children, so evaluating a chunk of one instant and a chunk of many is the same code.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.rules.expression import (
    All,
    AnyOf,
    Arithmetic,
    Between,
    Comparison,
    Condition,
    Constant,
    Crossing,
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


def lookback(condition: Condition) -> int:
    """How many earlier instants of the timeline a condition reads: 1 for crossings, the bars of a window."""
    match condition:
        case Window(bars=bars, child=child):
            return max(bars, lookback(child))
        case All(children=children) | AnyOf(children=children):
            return max(map(lookback, children))
        case Not(child=child):
            return lookback(child)
        case _:
            return 1


class RuleCompiler:
    """Turns conditions into columns of `table`; `read(reference)` gives what is visible at the table's newest rows."""

    def __init__(self, table: Table, read: Callable[[Reference], Rows]) -> None:
        self._table = table
        self._read = read
        self._columns: dict[Operand | Condition, NDArray[Any]] = {}
        self._steps: list[tuple[NDArray[Any], Rows]] = []

    def extend(self, start: int, stop: int) -> None:
        """Evaluate every compiled node at rows start … stop − 1, which are the newest of the table."""
        for column, rows in self._steps:
            column[start:stop] = rows(start, stop)

    def values(self, node: Operand) -> Rows:
        """The values of an operand."""
        if isinstance(node, Constant):
            value = float(node.value)
            return lambda _start, _stop: value
        if node not in self._columns:
            rows = self._read(node) if isinstance(node, Reference) else self._arithmetic(node)
            self._add(node, np.float64, np.nan, rows)
        column = self._columns[node]
        return lambda start, stop: column[start:stop]

    def verdicts(self, node: Condition) -> Verdicts:
        """The column of a condition's verdicts. Instants before the first one count as not true."""
        if node not in self._columns:
            self._add(node, np.uint8, FALSE, self._condition(node))
        return self._columns[node]

    def _add(self, node: Operand | Condition, dtype: Any, initial: Any, rows: Rows) -> None:
        self._columns[node] = self._table.add_column(dtype, initial)
        self._steps.append((self._columns[node], rows))

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
