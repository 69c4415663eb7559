"""CandleFile: bars of one symbol out of one Parquet, CSV or Feather file."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feeds.bad_cell import BadCell
from feeds.candle_rows import CandleRows, Columns
from feeds.provider import COLUMNS, Coverage, check_chunk_bars, check_column
from feeds.series_check import SeriesCheck
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.instants import iso

# Rows read at a time: large enough to make Arrow's call cost vanish, small enough for the processor's cache.
_READ_ROWS = 32_768
# Two years of minutes, 50 MB: decoding costs more than all else, so files of common size are decoded once.
_KEPT_ROWS = 1_051_200


class CandleFile:
    """A DataProvider over one file of candles; one interval, and one symbol out of those that it may hold.

    Recognised names of columns stand in `feeds.candle_columns`, forms of time in `feeds.cells`; `volume` is required.
    Where there is a symbol column, rows of other symbols are passed over. Opening reads the whole file once, in
    bounded memory, and raises DataError naming file, row (the first row of data is 1), column, value and remedy when
    anything in it is not a sound series (`feeds.series_check`). Gaps are no error: `coverage` reports them. Nothing is
    ever sorted, repaired or filled in.

    A series of at most `kept_rows` rows stays in memory (48 bytes a row); a longer one is read from the file each time,
    so the file must not change while the object lives.
    """

    def __init__(self, path: Path | str, symbol: str, *, kept_rows: int = _KEPT_ROWS) -> None:
        self._path = Path(path)
        self._symbol = symbol
        self._rows = CandleRows(self._path, symbol)
        self._kept: list[Columns] | None = []
        self._coverage = self._validate(kept_rows)

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

    def _validate(self, kept_rows: int) -> Coverage:
        check = SeriesCheck()
        for piece in self._rows.pieces(COLUMNS, _READ_ROWS):
            try:
                check.feed(BarSeries(symbol=self._symbol, interval_ms=0, **piece.columns))
            except BadCell as bad:
                raise self._rows.error(bad, piece.rows) from None
            self._keep(piece.columns, check.rows <= kept_rows)
        self._check_enough(check)
        return check.coverage(self._symbol)

    def _keep(self, columns: Columns, wanted: bool) -> None:
        if not wanted:
            self._kept = None
        elif self._kept is not None:
            self._kept.append(columns)

    def _check_enough(self, check: SeriesCheck) -> None:
        if check.rows == 0 and self._rows.other_symbols:
            present = ", ".join(sorted(self._rows.other_symbols))
            raise DataError(f"{self._path}: no rows of symbol {self._symbol}; found: {present}. Ask for one of them.")
        if check.rows == 0:
            raise DataError(f"{self._path}: the file is empty, it has columns but no rows. Fetch or write it again.")
        if check.interval_ms is None:
            raise DataError(
                f"{self._path}: found one row only, at {iso(check.first_ms)}; allowed: two rows or more, "
                "because their distance is the interval. Take a longer stretch."
            )

    def _check_symbol(self, symbol: str) -> None:
        if symbol != self._symbol:
            raise DataError(f"{self._path}: was opened for {self._symbol}, not for {symbol}. Open it for that symbol.")
