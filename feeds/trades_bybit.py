"""Bars out of Bybit's files of trades, as the venue itself makes its candles (`feeds.bybit.archive_bars`).

A minute without trades is flat there, and every minute opens at the close of the one before. The close before the
first day of a file is not known from it: `continued` puts that right.
"""

from collections.abc import Iterator, Sequence

import attrs
import numpy as np

from feeds.bad_cell import BadCell
from feeds.bybit.archive_bars import Trades, bars_of_trades
from feeds.bybit.spans import Span
from feeds.candle_reader import TableFile
from feeds.candle_rows import Piece, TableRows
from feeds.joining import concatenated
from feeds.layouts.layout import Layout
from feeds.trades_bars import TRADE_COLUMNS, check_amounts
from play_engine.bars import BarSeries, Floats, Ints
from play_engine.errors import DataError
from play_engine.intervals import DAY_MS, MINUTE_MS, floor_to


class VenueCandleRows:
    """A RowSource of one-minute bars over a table of trades, which is read whole and put in order of time.

    Days are complete; a day without any trade has no bars.
    """

    def __init__(self, table: TableFile, layout: Layout, symbol: str) -> None:
        self._rows = TableRows(table, layout, symbol, exact=False)
        self._symbol = symbol
        self.trades = 0

    @property
    def other_symbols(self) -> set[str]:
        """See RowSource."""
        return self._rows.other_symbols

    def pieces(self, columns: Sequence[str], read_rows: int) -> Iterator[Piece]:
        """See RowSource."""
        trades, rows = self._sorted(read_rows)
        self.trades = len(rows)
        last: tuple[int, float] | None = None
        days = trades.ts - trades.ts % DAY_MS
        for day_ms in np.unique(days).tolist():
            start, stop = np.searchsorted(days, (day_ms, day_ms + DAY_MS))
            day = Trades(ts=trades.ts[start:stop], price=trades.price[start:stop], size=trades.size[start:stop])
            before = last[1] if last is not None and last[0] == day_ms else None
            bars = bars_of_trades(day, self._symbol, MINUTE_MS, Span(day_ms, day_ms + DAY_MS), before)
            last = day_ms + DAY_MS, float(bars.close[-1])
            # A flat bar is put down to the trade after it, or to the last one.
            first = np.minimum(np.searchsorted(day.ts, bars.ts), stop - start - 1)
            yield Piece(columns={name: getattr(bars, name) for name in columns}, rows=rows[start:stop][first])

    def error(self, bad: BadCell, rows: Ints) -> DataError:
        """See RowSource."""
        return self._rows.error(bad, rows)

    def _sorted(self, read_rows: int) -> tuple[Trades, Ints]:
        """The trades in order of time, those of one instant in the order of the file, and their rows."""
        pieces = list(self._rows.pieces(TRADE_COLUMNS, read_rows))
        for piece in pieces:
            try:
                check_amounts(piece.columns)
            except BadCell as bad:
                raise self.error(bad, piece.rows) from None
        if not pieces:
            nothing = Trades(ts=np.zeros(0, dtype=np.int64), price=np.zeros(0), size=np.zeros(0))
            return nothing, np.zeros(0, dtype=np.int64)
        ts, price, size = (np.concatenate([piece.columns[name] for piece in pieces]) for name in TRADE_COLUMNS)
        order = np.argsort(ts, kind="stable")
        rows = np.concatenate([piece.rows for piece in pieces])[order]
        return Trades(ts=ts[order], price=price[order], size=size[order]), rows


def continued(bars: BarSeries, close_before: float) -> BarSeries:
    """Bars that were made without knowing the close before their first day, as they are when it is known.

    Minutes before the first trade of the day are flat at that close, and the first traded one opens there.
    """
    day_ms = floor_to(int(bars.ts[0]), DAY_MS)
    quiet = np.arange(day_ms, int(bars.ts[0]), MINUTE_MS, dtype=np.int64)
    flat = np.full(len(quiet), close_before)
    ahead = attrs.evolve(bars, ts=quiet, open=flat, high=flat, low=flat, close=flat, volume=np.zeros(len(quiet)))
    first = attrs.evolve(
        bars,
        open=_with_first(bars.open, close_before),
        high=_with_first(bars.high, max(float(bars.high[0]), close_before)),
        low=_with_first(bars.low, min(float(bars.low[0]), close_before)),
    )
    return concatenated([ahead, first]) if len(quiet) else first


def _with_first(column: Floats, value: float) -> Floats:
    changed = column.copy()
    changed[0] = value
    return changed
