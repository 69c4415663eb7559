"""The rows of one symbol in a candle file, as NumPy columns, with the number that each row has in the file."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from feeds.bad_cell import BadCell
from feeds.candle_columns import find_columns
from feeds.candle_reader import column_names, read_batches
from feeds.cells import epoch_ms, floats
from play_engine.bars import Ints
from play_engine.errors import DataError

Columns = dict[str, NDArray[Any]]

# Other symbols are named in the error about an absent one, but not thousands of them.
_NAMED_SYMBOLS = 8


@attrs.frozen(kw_only=True, eq=False)
class Piece:
    """Some consecutive rows of a symbol: `columns` by our names, `rows` their numbers in the file, counted from 1."""

    columns: Columns
    rows: Ints


class CandleRows:
    """Reads one symbol's rows of a file, as often as asked. Raises DataError for what is no candle table."""

    def __init__(self, path: Path, symbol: str) -> None:
        self._path = path
        self._symbol = symbol
        self._names = find_columns(str(path), column_names(path))
        # Symbols passed over, for the error when ours is not there.
        self.other_symbols: set[str] = set()

    def pieces(self, columns: Sequence[str], read_rows: int) -> Iterator[Piece]:
        """The columns in the order of the file, at most `read_rows` rows a piece; pieces without rows are left out.

        Raises DataError where text is no number, a time is none, or the file proves damaged.
        """
        names = [self._names[name] for name in columns]
        filtered = "symbol" in self._names
        first_row = 1
        for batch in read_batches(self._path, names + ([self._names["symbol"]] if filtered else []), read_rows):
            rows = np.arange(first_row, first_row + batch.num_rows)
            first_row += batch.num_rows
            if filtered:
                kept = self._rows_of_symbol(batch.column(len(names)))
                if len(kept) < batch.num_rows:
                    rows, batch = rows[kept], batch.take(pa.array(kept))
            if len(rows):
                yield Piece(columns=self._arrays(columns, batch, rows), rows=rows)

    def error(self, bad: BadCell, rows: Ints) -> DataError:
        """The DataError that names the file, the row and the column as the file calls it."""
        return DataError(bad.text(f"{self._path}: row {rows[bad.index]}", self._names[bad.column]))

    def _rows_of_symbol(self, values: Any) -> Ints:
        symbols = values.cast(pa.string())
        mask = np.asarray(symbols.to_numpy(zero_copy_only=False) == self._symbol)
        if len(self.other_symbols) < _NAMED_SYMBOLS and not mask.all():
            self.other_symbols.update(str(value) for value in symbols.unique().to_pylist()[:_NAMED_SYMBOLS])
        return np.flatnonzero(mask)

    def _arrays(self, columns: Sequence[str], batch: Any, rows: Ints) -> Columns:
        try:
            return {
                name: epoch_ms(batch.column(i)) if name == "ts" else floats(name, batch.column(i))
                for i, name in enumerate(columns)
            }
        except BadCell as bad:
            raise self.error(bad, rows) from None
