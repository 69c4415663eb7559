"""The rules of a Play as a program: what is read, what is calculated, and in which order over several timelines."""

from collections.abc import Callable, Mapping

import attrs
import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.rules.compiler import Instants, Instruction, RuleCompiler
from play_engine.rules.expression import Condition, Operand
from play_engine.rules.machine import INSTRUCTION, execute
from play_engine.rules.verdicts import FALSE, Verdicts


class Columns:
    """The columns of one timeline's rules: `values` of operands and `verdicts`, one matrix each, a row per column."""

    def __init__(self, rules: RuleCompiler) -> None:
        self.rules = rules
        self.timeline = rules.timeline
        table = self.timeline.table
        self.values: Floats = table.add_columns(rules.operand_count, np.float64, np.nan)
        self.verdicts: Verdicts = table.add_columns(rules.verdict_count, np.uint8, FALSE)
        self._constants = np.array(rules.constants, dtype=np.float64)

    def read(self) -> None:
        """Fill the columns of references at the newest rows."""
        start, stop = self.timeline.table.start, self.timeline.table.stop
        if stop > start:
            for number, rows in self.rules.readers:
                self.values[number, start:stop] = rows(start, stop)

    def execute(self, instructions: NDArray[np.void]) -> None:
        """Carry out instructions on the newest rows."""
        table, timeline = self.timeline.table, self.timeline
        if table.stop > table.start:
            first = max(0, -table.origin)
            columns = (self._constants, self.values, self.verdicts)
            execute(instructions, *columns, timeline.ts, timeline.step_ms, first, table.start, table.stop)

    def value(self, number: int, start: int, stop: int) -> Floats:
        """The values of an operand by its number, constants included."""
        if number < 0:
            return np.full(stop - start, self._constants[-1 - number])
        return self.values[number, start:stop]

    def value_of(self, operand: Operand, start: int, stop: int) -> Floats:
        """The values of an operand that was named before the columns were made."""
        return self.value(self.rules.operand(operand), start, stop)

    def verdicts_of(self, condition: Condition) -> Verdicts:
        """The column of a condition that was named, by itself or as a part, before the columns were made."""
        return self.verdicts[self.rules.verdict(condition)]


@attrs.frozen
class _Calculation:
    """Consecutive instructions on the columns of one timeline."""

    step_ms: int
    instructions: list[Instruction] = attrs.field(factory=list[Instruction])

    def step(self, columns: Mapping[int, Columns]) -> Callable[[], None]:
        """What carries them out."""
        instructions = np.array(self.instructions, dtype=INSTRUCTION)
        return lambda: columns[self.step_ms].execute(instructions)


@attrs.frozen
class _Carrying:
    """A column of verdicts that is carried forward from one timeline to another."""

    source_ms: int
    number: int
    target_ms: int
    out: int

    def step(self, columns: Mapping[int, Columns]) -> Callable[[], None]:
        """What carries it to the newest rows."""
        source, target = columns[self.source_ms], columns[self.target_ms]

        def carry() -> None:
            rows = slice(target.timeline.table.start, target.timeline.table.stop)
            visible = source.timeline.visible(target.timeline.ts[rows])
            target.verdicts[self.out, rows] = source.verdicts[self.number][visible]

        return carry


class Program:
    """Conditions and operands compiled on the timelines that they are asked on.

    First everything is named with `verdict` and `operand`; `build` makes the columns; then `extend` fills them at the
    newest rows of the timelines, as often as these grow.
    """

    def __init__(self, timelines: Mapping[int, Instants]) -> None:
        """`timelines` by interval in ms."""
        self._rules: dict[int, RuleCompiler] = {}
        for step_ms, timeline in timelines.items():
            self._rules[step_ms] = RuleCompiler(timeline, self, self._rules)
        self._drafts: list[_Calculation | _Carrying] = []
        self._columns: Mapping[int, Columns] = {}
        self._steps: list[Callable[[], None]] = []

    def verdict(self, step_ms: int, condition: Condition) -> int:
        """The number of a condition's column on a timeline."""
        return self._rules[step_ms].verdict(condition)

    def operand(self, step_ms: int, operand: Operand) -> int:
        """The number of an operand's column on a timeline."""
        return self._rules[step_ms].operand(operand)

    def instruct(self, step_ms: int, instruction: Instruction) -> None:
        """Takes an instruction from the compiler of a timeline."""
        last = self._drafts[-1] if self._drafts else None
        if not isinstance(last, _Calculation) or last.step_ms != step_ms:
            last = _Calculation(step_ms)
            self._drafts.append(last)
        last.instructions.append(instruction)

    def carry(self, source_ms: int, number: int, target_ms: int, out: int) -> None:
        """Takes a column to carry from the compiler of a timeline."""
        self._drafts.append(_Carrying(source_ms, number, target_ms, out))

    def build(self) -> Mapping[int, Columns]:
        """Make the columns of every timeline, by interval in ms; from now on nothing new can be named."""
        self._columns = {step_ms: Columns(rules) for step_ms, rules in self._rules.items()}
        self._steps = [draft.step(self._columns) for draft in self._drafts]
        return self._columns

    def extend(self) -> None:
        """Evaluate everything at the newest rows of the timelines."""
        for columns in self._columns.values():
            columns.read()
        for step in self._steps:
            step()
