"""Bars out of a table of trades that is in order of time; a minute without trades has no bar."""

from collections.abc import Iterator, Sequence

from feeds.bad_cell import BadCell
from feeds.candle_reader import TableFile
from feeds.candle_rows import Piece, TableRows
from feeds.layouts.layout import Layout
from feeds.trades_bars import TRADE_COLUMNS, check_trades, minute_bars
from play_engine.bars import Ints
from play_engine.errors import DataError


class TradeRows:
    """A RowSource of one-minute bars over a table of trades. An archive is complete, so that every minute counts."""

    def __init__(self, table: TableFile, layout: Layout, symbol: str) -> None:
        # Some venues write fractions of a ms, which do not matter to bars.
        self._rows = TableRows(table, layout, symbol, exact=False)
        self.trades = 0

    @property
    def other_symbols(self) -> set[str]:
        """See RowSource."""
        return self._rows.other_symbols

    def pieces(self, columns: Sequence[str], read_rows: int) -> Iterator[Piece]:
        """See RowSource."""
        self.trades = 0
        for piece in minute_bars(self._checked(read_rows)):
            yield Piece(columns={name: piece.columns[name] for name in columns}, rows=piece.rows)

    def error(self, bad: BadCell, rows: Ints) -> DataError:
        """See RowSource."""
        return self._rows.error(bad, rows)

    def _checked(self, read_rows: int) -> Iterator[Piece]:
        last_ms = 0
        for piece in self._rows.pieces(TRADE_COLUMNS, read_rows):
            try:
                check_trades(piece.columns, last_ms)
            except BadCell as bad:
                raise self.error(bad, piece.rows) from None
            self.trades += len(piece.rows)
            last_ms = int(piece.columns["ts"][-1])
            yield piece
