"""The rows of one symbol in a table of candles, as NumPy columns, with the number that each row has in the file."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from feeds.bad_cell import BadCell
from feeds.candle_reader import TableFile
from feeds.candle_symbols import rows_of_symbol, symbols_in
from feeds.cells import epoch_ms, floats, joined_times, time_columns
from feeds.layouts.layout import Layout
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


class RowSource(Protocol):
    """Where the bars of a file come from: its rows as they are, or made of trades."""

    @property
    def other_symbols(self) -> set[str]:
        """Symbols passed over, for the error when ours is not there."""
        ...

    def pieces(self, columns: Sequence[str], read_rows: int) -> Iterator[Piece]:
        """The columns, `ts` among them, in order of time, some `read_rows` rows read at a time; empty pieces left out.

        Raises DataError where a value is none that can be used, or the file proves damaged.
        """
        ...

    def error(self, bad: BadCell, rows: Ints) -> DataError:
        """The DataError that names the file, the row and the column as the file calls it."""
        ...


class TableRows:
    """A RowSource over the rows of a table; `exact` says that times must be whole ms."""

    def __init__(self, table: TableFile, layout: Layout, symbol: str, *, exact: bool = True) -> None:
        self._table = table
        self._layout = layout
        self._symbol = symbol
        self._exact = exact
        self._other_symbols: set[str] = set()

    @property
    def other_symbols(self) -> set[str]:
        """See RowSource."""
        return self._other_symbols

    def pieces(self, columns: Sequence[str], read_rows: int) -> Iterator[Piece]:
        """See RowSource. A column that the layout lacks is 0: a mark price has no volume.

        A table with its newest row first is read whole, and turned about.
        """
        pieces = self._in_file_order(columns, read_rows)
        return _turned(pieces) if self._layout.newest_first else pieces

    def error(self, bad: BadCell, rows: Ints) -> DataError:
        """See RowSource."""
        column = self._layout.columns.get(bad.column, bad.column)
        return DataError(bad.text(f"{self._table.path}: row {rows[bad.index]}", column))

    def _in_file_order(self, columns: Sequence[str], read_rows: int) -> Iterator[Piece]:
        theirs = self._layout.columns
        names = [*time_columns(theirs), *(theirs[name] for name in columns if name in theirs and name != "ts")]
        filtered = [theirs["symbol"]] if "symbol" in theirs else []
        first_row = 1
        for batch in self._table.batches(names + filtered, read_rows):
            rows = np.arange(first_row, first_row + batch.num_rows)
            first_row += batch.num_rows
            if filtered:
                kept = rows_of_symbol(batch.column(len(names)), self._symbol)
                if len(kept) < batch.num_rows:
                    self._note_others(batch.column(len(names)))
                    rows, batch = rows[kept.to_numpy()], batch.take(kept)
            if len(rows):
                yield Piece(columns=self._arrays(columns, batch, rows), rows=rows)

    def _note_others(self, values: Any) -> None:
        if len(self._other_symbols) < _NAMED_SYMBOLS:
            self._other_symbols.update(symbols_in(values)[:_NAMED_SYMBOLS])

    def _arrays(self, columns: Sequence[str], batch: Any, rows: Ints) -> Columns:
        theirs = self._layout.columns
        width = len(time_columns(theirs))
        values = iter(batch.columns[width:])
        try:
            arrays: Columns = {"ts": self._times(batch.columns[:width])}
            for name in columns:
                if name != "ts":
                    arrays[name] = floats(name, next(values)) if name in theirs else np.zeros(len(rows))
        except BadCell as bad:
            raise self.error(bad, rows) from None
        return arrays

    def _times(self, values: Sequence[Any]) -> Ints:
        times = epoch_ms(joined_times(values), exact=self._exact)
        return times - self._layout.utc_offset_ms if self._layout.utc_offset_ms else times


def _turned(pieces: Iterable[Piece]) -> Iterator[Piece]:
    for piece in reversed(list(pieces)):
        # Copies: readers of columns expect them contiguous.
        columns = {name: np.ascontiguousarray(column[::-1]) for name, column in piece.columns.items()}
        yield Piece(columns=columns, rows=piece.rows[::-1])
