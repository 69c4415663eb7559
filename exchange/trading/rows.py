"""The rows that a session leaves behind, collected until they are asked for."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from exchange.simulated.records import EQUITY, FILL, LEDGER, ORDER, TRADE, Records, Rows

_DTYPES = {"trades": TRADE, "orders": ORDER, "fills": FILL, "ledger": LEDGER, "equity": EQUITY}


class RowBook:
    """Rows by table, in the order in which they were written."""

    def __init__(self) -> None:
        """A book without rows."""
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _DTYPES}

    def write(self, table: str, values: Mapping[str, Any]) -> None:
        """One row, with a value for each column of the table. Raises KeyError where one is missing."""
        self._rows[table].append(tuple(values[name] for name in _DTYPES[table].names or ()))

    def take(self, notes: Mapping[int, str]) -> Records:
        """All rows since the last call, with the notes that they may refer to."""
        tables: dict[str, Rows] = {table: np.array(self._rows[table], dtype=dtype) for table, dtype in _DTYPES.items()}
        for rows in self._rows.values():
            rows.clear()
        return Records(notes=notes, **tables)
