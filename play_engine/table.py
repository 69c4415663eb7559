"""Columns with a cursor, in bounded memory.

A table keeps the rows that were added last and, before them, at least `lookback` older ones. When it is full the old
rows slide to the front. Rows before the first bar hold each column's initial value, so that whoever looks back needs no
special case at the start of the data.
"""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from play_engine.errors import InternalError


class Table:
    """Rows in order; `start … stop − 1` are the rows added last.

    Row r of the arrays is row number `r + origin` counted from the first one ever added. The arrays never move: a
    kernel may keep them. At most `capacity` rows can be added at once.
    """

    def __init__(self, *, lookback: int, capacity: int) -> None:
        self.lookback = max(1, lookback)
        self.capacity = capacity
        self.start = self.stop = self.lookback
        self.origin = -self.lookback
        self._columns: list[NDArray[Any]] = []

    def add_column(self, dtype: DTypeLike, initial: Any, *, width: int | None = None) -> NDArray[Any]:
        """A new column, filled with `initial`; only before the first row is added. With `width` each row is an array
        of that many values."""
        if self.count:
            raise InternalError("a column was added to a table that already has rows")
        rows = self.lookback + self.capacity
        column = np.full(rows if width is None else (rows, width), initial, dtype=dtype)
        self._columns.append(column)
        return column

    def add_columns(self, count: int, dtype: DTypeLike, initial: Any) -> NDArray[Any]:
        """`count` new columns as the rows of one matrix; see `add_column`."""
        matrix = np.full((count, self.lookback + self.capacity), initial, dtype=dtype)
        if self.count:
            raise InternalError("columns were added to a table that already has rows")
        self._columns += list(matrix)
        return matrix

    @property
    def count(self) -> int:
        """How many rows were ever added."""
        return self.stop + self.origin

    def reserve(self, rows: int) -> None:
        """Make room for `rows` more rows behind `stop`; the rows added last become old ones."""
        if rows > self.capacity:
            raise InternalError(f"{rows} rows at once into a table for {self.capacity}")
        if self.stop + rows > self.lookback + self.capacity:
            self._slide()
        self.start = self.stop

    def commit(self, rows: int) -> None:
        """Declare that `rows` rows behind the cursor have been written."""
        self.stop = self.start + rows

    def _slide(self) -> None:
        kept = self.stop - self.lookback
        for column in self._columns:
            column[: self.lookback] = column[kept : self.stop]
        self.origin += kept
        self.stop = self.lookback
