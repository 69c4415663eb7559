"""What each line of a rule was at an instant: its verdict, the values that it read, and how often a window was true."""

from collections.abc import Mapping

import attrs
import numpy as np

from play_engine.bars import Ints
from play_engine.engine import Engine
from play_engine.explanation.outputs import operand_text, output_of, shown_value
from play_engine.explanation.tree import RuleNode
from play_engine.explanation.wording import Wording
from play_engine.intervals import interval_name
from play_engine.rules.expression import (
    AnchoredWindow,
    Condition,
    Crossing,
    DurationWindow,
    Operand,
    Reference,
    Window,
)
from play_engine.rules.program import Columns
from play_engine.rules.verdicts import TRUE

Value = float | int | bool | str | None
# False, unknown and true; see `play_engine.rules.verdicts`.
_VERDICTS = (False, None, True)


@attrs.frozen(kw_only=True)
class OperandReading:
    """A value that a comparison read, None for missing; of a crossover `has_previous` says that there is also that of
    the instant before."""

    text: str
    value: Value
    previous: Value = None
    has_previous: bool = False


@attrs.frozen(kw_only=True)
class RuleReading:
    """A line of a rule at `instant_ms`. `verdict` is None for unknown; of a window, `true_shifts` of `shifts` were
    true, both None where the engine does not keep them all any more.

    A line that was not evaluated says in `absent` why not, and has neither instant nor verdict nor values.
    """

    text: str
    setups: tuple[str, ...]
    instant_ms: int | None = None
    verdict: bool | None = None
    absent: str = ""
    operands: tuple[OperandReading, ...] = ()
    true_shifts: int | None = None
    shifts: int | None = None
    children: tuple["RuleReading", ...] = ()


@attrs.frozen(eq=False)
class RuleReader:
    """Reads rules of an engine at the last instant of its own timeline at or before `instant_ms`, which must not lie
    before the bars that the engine took last. What steps along another timeline is read at the last close that was
    visible from there."""

    engine: Engine
    instant_ms: int
    wording: Wording

    @property
    def row(self) -> int:
        """The row of the evaluation instant in the table of the Play's own timeline."""
        return _row_at(self.engine.timeline.ts[: self.engine.timeline.table.stop], self.instant_ms)

    def read(self, node: RuleNode) -> RuleReading:
        """A rule with all of its lines."""
        return self._read(node, self.engine.timeline.step_ms, self.instant_ms)

    def values(self, references: Mapping[str, Reference]) -> dict[str, Value]:
        """What references that the Play reads at its decisions show, by the names given to them."""
        columns = self.engine.rules[self.engine.timeline.step_ms]
        return {name: self._value(one, columns, self.row) for name, one in references.items()}

    def _read(self, node: RuleNode, step_ms: int, at_ms: int) -> RuleReading:
        """A line that steps along the closes of `step_ms`, as it stood at `at_ms`."""
        columns, condition = self.engine.rules[step_ms], node.condition
        table, ts = columns.timeline.table, columns.timeline.ts
        row = _row_at(ts[: table.stop], at_ms)
        if row < max(0, -table.origin):
            is_old = row < 0 < table.origin
            name = interval_name(step_ms)
            return _absent(node, f"closes of {name} so old are not kept" if is_old else f"no close of {name} yet")
        instant_ms = int(ts[row])
        within = condition.interval_ms if isinstance(condition, AnchoredWindow) else step_ms
        true_shifts, shifts = self._shifts(condition, step_ms, instant_ms)
        return RuleReading(
            text=node.text,
            setups=node.setups,
            instant_ms=instant_ms,
            verdict=_VERDICTS[int(columns.verdicts_of(condition)[row])],
            operands=tuple(self._operand(one, condition, columns, row) for one in node.operands),
            true_shifts=true_shifts,
            shifts=shifts,
            children=tuple(self._read(child, within, instant_ms) for child in node.children),
        )

    def _operand(self, node: Operand, condition: Condition, columns: Columns, row: int) -> OperandReading:
        has_previous = isinstance(condition, Crossing) and row > 0
        return OperandReading(
            text=operand_text(node, self.wording),
            value=self._value(node, columns, row),
            previous=self._value(node, columns, row - 1) if has_previous else None,
            has_previous=has_previous,
        )

    def _value(self, node: Operand, columns: Columns, row: int) -> Value:
        value = float(columns.value_of(node, row, row + 1)[0])
        labels = output_of(self.engine.play, node).labels if isinstance(node, Reference) else ()
        return shown_value(value, node.kind, labels)

    def _shifts(self, condition: Condition, step_ms: int, at_ms: int) -> tuple[int | None, int | None]:
        """At how many shifts of a window its condition was true, and how many there are."""
        match condition:
            case Window(bars=bars, child=child):
                true = self._true_rows(child, step_ms, bars, at_ms)
            case AnchoredWindow(interval_ms=interval_ms, bars=bars, child=child):
                true = self._true_rows(child, interval_ms, bars, at_ms)
            case DurationWindow(duration_ms=duration_ms, child=child):
                bars = -(-duration_ms // step_ms)
                true = self._true_since(child, step_ms, duration_ms, at_ms)
            case _:
                return None, None
        return (None, None) if true is None else (true, bars)

    def _true_rows(self, child: Condition, step_ms: int, bars: int, at_ms: int) -> int | None:
        """At how many of the latest closes the condition was true; None where they are not all kept."""
        columns = self.engine.rules[step_ms]
        table = columns.timeline.table
        row = _row_at(columns.timeline.ts[: table.stop], at_ms)
        first = row - bars + 1
        if first < 0 < table.origin:
            return None
        return int((columns.verdicts_of(child)[max(0, first) : row + 1] == TRUE).sum())

    def _true_since(self, child: Condition, step_ms: int, duration_ms: int, at_ms: int) -> int | None:
        """At how many closes within a duration the condition was true; None where they are not all kept."""
        columns = self.engine.rules[step_ms]
        table = columns.timeline.table
        ts = columns.timeline.ts[: table.stop]
        first, row = _row_at(ts, at_ms - duration_ms) + 1, _row_at(ts, at_ms)
        if first == 0 < table.origin:
            return None
        return int((columns.verdicts_of(child)[first : row + 1] == TRUE).sum())


def _row_at(ts: Ints, at_ms: int) -> int:
    """The last row whose instant lies at or before `at_ms`, be it older than the newest rows; −1 without one."""
    return int(np.searchsorted(ts, at_ms, side="right")) - 1


def _absent(node: RuleNode, reason: str) -> RuleReading:
    """A line that was not evaluated, with all below it."""
    children = tuple(_absent(child, reason) for child in node.children)
    return RuleReading(text=node.text, setups=node.setups, absent=reason, children=children)
