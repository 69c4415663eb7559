"""What a structure saw and said: the bars of its own timeframe and its outputs, as columns."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.declaration import Params

# Output columns by name.
Outputs = Mapping[str, NDArray[Any]]


@attrs.frozen(kw_only=True, eq=False)
class Seen:
    """The columns of a structure, a row for each bar of its timeframe from the first one fed.

    So the number of a bar in an output (`high_idx`) is its row here. `uses` are the outputs of the structures that it
    uses, by type. ENUM outputs hold codes.
    """

    key: str
    params: Params
    interval_ms: int
    ts: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    outputs: Outputs
    uses: Mapping[str, Outputs] = attrs.field(factory=dict[str, Outputs])

    def opened(self, row: int) -> float:
        """When the bar of `row` opened, ms."""
        return float(self.ts[row])

    def middle(self, row: int) -> float:
        """Where the candle of `row` is drawn, ms."""
        return float(self.ts[row]) + self.interval_ms / 2

    def closed(self, row: int) -> float:
        """When the bar of `row` closed and what it says became known, ms."""
        return float(self.ts[row]) + self.interval_ms

    @property
    def end_ms(self) -> float:
        """When the last bar closed."""
        return self.closed(len(self.ts) - 1) if len(self.ts) else 0.0


def runs(*columns: NDArray[Any]) -> list[tuple[int, int]]:
    """The stretches over which no column changes, as first row and row behind the last; NaN counts as a value."""
    count = len(columns[0])
    if not count:
        return []
    changed = np.zeros(count, dtype=np.bool_)
    changed[0] = True
    for column in columns:
        before, now = column[:-1], column[1:]
        changed[1:] |= (before != now) & ~((before != before) & (now != now))
    edges = [*np.flatnonzero(changed).tolist(), count]
    return list(pairwise(edges))


def rows_where(flags: NDArray[Any]) -> list[int]:
    """The rows of a flag column that are set."""
    return np.flatnonzero(flags == 1).tolist()
