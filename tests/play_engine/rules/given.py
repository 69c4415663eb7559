"""Rules over series that are given as lists, one value a minute."""

from collections.abc import Mapping, Sequence

import numpy as np

from play_engine.bars import Floats, Ints
from play_engine.intervals import MINUTE_MS
from play_engine.rules.compiler import Rows
from play_engine.rules.expression import Condition, Operand, Reference
from play_engine.rules.program import Program
from play_engine.rules.walk import lookbacks
from play_engine.table import Table


class Given:
    """Minutes, one row each, at which the named series hold given values."""

    step_ms = MINUTE_MS

    def __init__(self, rows: int, series: Mapping[str, Sequence[float]], lookback: int = 1) -> None:
        self.table = Table(lookback=lookback, capacity=rows)
        self.ts: Ints = self.table.add_column(np.int64, -1)
        self.reads: list[Reference] = []
        self._series = {name: np.array(values, dtype=np.float64) for name, values in series.items()}

    def append(self, rows: int) -> None:
        """Add the next minutes."""
        self.table.reserve(rows)
        self.table.commit(rows)
        number = np.arange(self.table.start, self.table.stop) + self.table.origin
        self.ts[self.table.start : self.table.stop] = (number + 1) * MINUTE_MS

    def read(self, reference: Reference) -> Rows:
        """The values of a series at the newest rows."""
        self.reads.append(reference)
        column, table = self._series[reference.series], self.table
        return lambda start, stop: column[start + table.origin : stop + table.origin]

    def visible(self, instants: Ints) -> Ints:
        """The rows of instants that are this timeline's own."""
        return self.table.start + np.searchsorted(self.ts[self.table.start : self.table.stop], instants)


def judge(condition: Condition, *, sizes: Sequence[int] | None = None, **series: Sequence[float]) -> list[int]:
    """Verdicts of a condition over given series, one value a minute, evaluated in chunks of `sizes` rows."""
    count = len(next(iter(series.values())))
    timeline = Given(count, series, lookbacks(condition, MINUTE_MS)[MINUTE_MS])
    program = Program({MINUTE_MS: timeline})
    number = program.verdict(MINUTE_MS, condition)
    column = program.build()[MINUTE_MS].verdicts[number]
    found: list[int] = []
    for size in [count] if sizes is None else sizes:
        timeline.append(size)
        program.extend()
        found += column[timeline.table.start : timeline.table.stop].tolist()
    return found


def calculate(operand: Operand, **series: Sequence[float]) -> list[float]:
    """Values of an operand over given series."""
    count = len(next(iter(series.values())))
    timeline = Given(count, series)
    program = Program({MINUTE_MS: timeline})
    number = program.operand(MINUTE_MS, operand)
    columns = program.build()[MINUTE_MS]
    timeline.append(count)
    program.extend()
    values: Floats = columns.value(number, timeline.table.start, timeline.table.stop)
    return values.tolist()
