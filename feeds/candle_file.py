"""CandleFile: bars of one symbol out of one file of candles or trades."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feeds.bad_cell import BadCell
from feeds.candle_rows import Columns, RowSource, TableRows
from feeds.layouts.layout import Layout, Said
from feeds.layouts.recognition import Recognised, recognise
from feeds.provider import COLUMNS, BarsAlone, Coverage, check_chunk_bars, check_column
from feeds.series_check import SeriesCheck
from feeds.trades_bybit import VenueCandleRows
from feeds.trades_recorded import RecordedRows
from feeds.trades_table import TradeRows
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.instants import iso
from play_engine.intervals import MINUTE_MS, floor_to, interval_name

# Rows read at a time: large enough to make Arrow's call cost vanish, small enough for the processor's cache.
_READ_ROWS = 32_768
# Two years of minutes, 50 MB: decoding costs more than all else, so files of common size are decoded once.
_KEPT_ROWS = 1_051_200


class CandleFile(BarsAlone):
    """A DataProvider over one file; one interval, and one symbol out of those that it may hold.

    What the file is says `feeds.layouts.recognition`; bars are read as they are, trades make bars of one minute. Of
    bars of the last price `volume` is required; a mark price (`kind` is "mark") has none, and its volume is 0. With
    `kind` None the file itself decides which it is; `columns` and `utc_offset_ms` are what the user says (`Said`).

    Opening reads the whole file once, in bounded memory, and raises DataError naming file, row (the first row of data
    is 1), column, value and remedy when anything in it is not a sound series (`feeds.series_check`), or not one of
    `interval_ms`, where that is given. Gaps are no error: `coverage` reports them. Nothing is ever sorted, repaired or
    filled in; only a file that begins with its newest row is read from its end.

    A series of at most `kept_rows` rows stays in memory (48 bytes a row); a longer one is read from the file each time,
    so the file must not change while the object lives.
    """

    def __init__(
        self,
        path: Path | str,
        symbol: str,
        *,
        kind: str | None = "last",
        interval_ms: int | None = None,
        columns: Sequence[str] | None = None,
        utc_offset_ms: int | None = None,
        kept_rows: int = _KEPT_ROWS,
    ) -> None:
        self._path = Path(path)
        self._symbol = symbol
        recognised = recognise(self._path, symbol, Said(kind=kind, columns=columns, utc_offset_ms=utc_offset_ms))
        self.layout: Layout = recognised.layout
        self._rows = self._source(recognised)
        self._kept: list[Columns] | None = []
        self._coverage = self._validate(interval_ms, kept_rows)

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def coverage(self, symbol: str) -> Coverage:
        """See DataProvider; known since opening."""
        self._check_symbol(symbol)
        return self._coverage

    def bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """See DataProvider."""
        self._check_symbol(symbol)
        check_chunk_bars(chunk_bars)
        return self._bars(start_ms, end_ms, chunk_bars)

    def column(self, symbol: str, name: str, start_ms: int, end_ms: int) -> Iterator[NDArray[Any]]:
        """See DataProvider; reads no other column but `ts`."""
        self._check_symbol(symbol)
        check_column(name)
        wanted = ["ts"] if name == "ts" else ["ts", name]
        return (columns[name] for columns in self._range(wanted, start_ms, end_ms))

    def describe(self) -> str:
        """See DataProvider."""
        return f"file {self._path} ({self._symbol})"

    def recognition(self) -> str:
        """What the file was read as, in a line."""
        trades = self._rows.trades if isinstance(self._rows, TradeRows | VenueCandleRows | RecordedRows) else 0
        return self.layout.text(self._coverage.rows, self._coverage.interval_ms, trades)

    def _source(self, recognised: Recognised) -> RowSource:
        layout = recognised.layout
        if recognised.table is None:
            return RecordedRows(self._path, self._symbol, layout.kind)
        if layout.shape == "readings":
            raise DataError(f"{self._path}: holds {layout.kind.replace('_', ' ')}, no bars. Name a file of candles.")
        if layout.shape == "bars":
            return TableRows(recognised.table, layout, self._symbol)
        rows = VenueCandleRows if layout.venue_candles else TradeRows
        return rows(recognised.table, layout, self._symbol)

    def _bars(self, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        for columns in self._range(COLUMNS, start_ms, end_ms):
            bars = BarSeries(symbol=self._symbol, interval_ms=self._coverage.interval_ms, **columns)
            for first in range(0, len(bars), chunk_bars):
                yield bars.rows(first, first + chunk_bars)

    def _range(self, columns: Sequence[str], start_ms: int, end_ms: int) -> Iterator[Columns]:
        """The columns cut to start_ms ≤ ts < end_ms; pieces without rows are left out."""
        for arrays in self._pieces(columns):
            ts = arrays["ts"]
            if ts[-1] < start_ms:
                continue
            start, stop = np.searchsorted(ts, (start_ms, end_ms), side="left")
            if start < stop:
                yield {name: arrays[name][start:stop] for name in columns}
            if stop < len(ts):
                return

    def _pieces(self, columns: Sequence[str]) -> Iterator[Columns]:
        if self._kept is not None:
            return iter(self._kept)
        return (piece.columns for piece in self._rows.pieces(columns, _READ_ROWS))

    def _validate(self, interval_ms: int | None, kept_rows: int) -> Coverage:
        check = SeriesCheck(None if self.layout.shape == "bars" else MINUTE_MS)
        for piece in self._rows.pieces(COLUMNS, _READ_ROWS):
            try:
                check.feed(BarSeries(symbol=self._symbol, interval_ms=0, **piece.columns))
            except BadCell as bad:
                raise self._rows.error(bad, piece.rows) from None
            self._keep(piece.columns, check.rows <= kept_rows)
        self._check_rows(check)
        self._check_interval(check, interval_ms)
        return check.coverage(self._symbol)

    def _keep(self, columns: Columns, wanted: bool) -> None:
        if not wanted:
            self._kept = None
        elif self._kept is not None:
            self._kept.append(columns)

    def _check_rows(self, check: SeriesCheck) -> None:
        if check.rows:
            return
        passed_over = isinstance(self._rows, RecordedRows) and self._rows.trades > 0
        if self._rows.other_symbols and not passed_over:
            present = ", ".join(sorted(self._rows.other_symbols))
            raise DataError(f"{self._path}: no rows of symbol {self._symbol}; found: {present}. Ask for one of them.")
        if self.layout.shape == "messages":
            what = "trades" if self.layout.kind == "last" else "mark prices"
            raise DataError(
                f"{self._path}: the recording has no whole minute with {what} in it. Order books alone make no bars, "
                "and minutes that are covered in part are left out. Take a longer recording."
            )
        raise DataError(f"{self._path}: the file is empty, it has columns but no rows. Fetch or write it again.")

    def _check_interval(self, check: SeriesCheck, wanted_ms: int | None) -> None:
        if check.interval_ms is None:
            # A single bar has no distance to another one.
            if wanted_ms is None:
                raise DataError(
                    f"{self._path}: found one row only, at {iso(check.first_ms)}; allowed: two rows or more, "
                    "because their distance is the interval. Take a longer stretch, or pass --interval."
                )
            if floor_to(check.first_ms, wanted_ms) != check.first_ms:
                raise DataError(
                    f"{self._path}: found one row only, at {iso(check.first_ms)}; allowed: open times on the "
                    f"{interval_name(wanted_ms)} grid, UTC. Pass the interval that the bar has."
                )
            check.interval_ms = wanted_ms
        elif wanted_ms is not None and check.interval_ms != wanted_ms:
            raise DataError(
                f"{self._path}: found bars of {interval_name(check.interval_ms)}; asked for "
                f"{interval_name(wanted_ms)}. Leave --interval out, or name a file of that interval."
            )

    def _check_symbol(self, symbol: str) -> None:
        if symbol != self._symbol:
            raise DataError(f"{self._path}: was opened for {self._symbol}, not for {symbol}. Open it for that symbol.")
