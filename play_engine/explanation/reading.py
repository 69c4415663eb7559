"""What each line of a rule was at an instant: its verdict, the values that it read, and how often a window was true."""

from collections.abc import Mapping

import attrs
import numpy as np

from play_engine.engine import Engine
from play_engine.explanation.outputs import operand_text, output_of, shown_value
from play_engine.explanation.tree import RuleNode
from play_engine.explanation.wording import Wording
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
    """A value that a comparison read, None for missing; of a crossover also that of the instant before."""

    text: str
    value: Value
    previous: Value = None
    is_crossing: bool = False


@attrs.frozen(kw_only=True)
class RuleReading:
    """A line of a rule at `instant_ms`. `verdict` is None for unknown; of a window, `true_shifts` of `shifts` were
    true."""

    text: str
    setups: tuple[str, ...]
    instant_ms: int
    verdict: bool | None
    operands: tuple[OperandReading, ...] = ()
    true_shifts: int | None = None
    shifts: int | None = None
    children: tuple["RuleReading", ...] = ()


@attrs.frozen(eq=False)
class RuleReader:
    """Reads rules of an engine at the last instants of its timelines at or before `instant_ms`, which must not lie
    before the bars that the engine took last."""

    engine: Engine
    instant_ms: int
    wording: Wording

    @property
    def row(self) -> int:
        """The row of the evaluation instant in the table of the Play's own timeline."""
        return self._row(self.engine.rules[self.engine.timeline.step_ms])

    def read(self, node: RuleNode) -> RuleReading:
        """A rule with all of its lines."""
        return self._read(node, self.engine.timeline.step_ms)

    def values(self, references: Mapping[str, Reference]) -> dict[str, Value]:
        """What references that the Play reads at its decisions show, by the names given to them."""
        columns = self.engine.rules[self.engine.timeline.step_ms]
        return {name: self._value(one, columns, self.row) for name, one in references.items()}

    def _read(self, node: RuleNode, step_ms: int) -> RuleReading:
        columns = self.engine.rules[step_ms]
        row, condition = self._row(columns), node.condition
        within = condition.interval_ms if isinstance(condition, AnchoredWindow) else step_ms
        true_shifts, shifts = self._shifts(condition, step_ms)
        return RuleReading(
            text=node.text,
            setups=node.setups,
            instant_ms=int(columns.timeline.ts[row]),
            verdict=_VERDICTS[int(columns.verdicts_of(condition)[row])],
            operands=tuple(self._operand(one, condition, columns, row) for one in node.operands),
            true_shifts=true_shifts,
            shifts=shifts,
            children=tuple(self._read(child, within) for child in node.children),
        )

    def _operand(self, node: Operand, condition: Condition, columns: Columns, row: int) -> OperandReading:
        is_crossing = isinstance(condition, Crossing)
        return OperandReading(
            text=operand_text(node, self.wording),
            value=self._value(node, columns, row),
            previous=self._value(node, columns, row - 1) if is_crossing else None,
            is_crossing=is_crossing,
        )

    def _value(self, node: Operand, columns: Columns, row: int) -> Value:
        value = float(columns.value_of(node, row, row + 1)[0])
        labels = output_of(self.engine.play, node).labels if isinstance(node, Reference) else ()
        return shown_value(value, node.kind, labels)

    def _row(self, columns: Columns) -> int:
        """The row of a timeline's last instant at or before `instant_ms`."""
        return int(columns.timeline.visible(np.array([self.instant_ms], dtype=np.int64))[0])

    def _shifts(self, condition: Condition, step_ms: int) -> tuple[int | None, int | None]:
        """At how many shifts of a window its condition was true, and how many there are."""
        match condition:
            case Window(bars=bars, child=child):
                return self._true_rows(child, step_ms, bars), bars
            case AnchoredWindow(interval_ms=interval_ms, bars=bars, child=child):
                return self._true_rows(child, interval_ms, bars), bars
            case DurationWindow(duration_ms=duration_ms, child=child):
                return self._true_since(child, step_ms, duration_ms), -(-duration_ms // step_ms)
            case _:
                return None, None

    def _true_rows(self, child: Condition, step_ms: int, bars: int) -> int:
        columns = self.engine.rules[step_ms]
        row = self._row(columns)
        return int((columns.verdicts_of(child)[row - bars + 1 : row + 1] == TRUE).sum())

    def _true_since(self, child: Condition, step_ms: int, duration_ms: int) -> int:
        columns = self.engine.rules[step_ms]
        row = self._row(columns)
        # No more instants than these lie within the duration.
        rows = slice(row + 1 - -(-duration_ms // step_ms), row + 1)
        ts = columns.timeline.ts
        is_inside = ts[rows] > ts[row] - duration_ms
        return int(((columns.verdicts_of(child)[rows] == TRUE) & is_inside).sum())
