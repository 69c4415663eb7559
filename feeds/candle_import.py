"""Importing files into the candle store: all of them are read and checked before anything is written."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import attrs
import numpy as np

from feeds.candle_file import CandleFile
from feeds.joining import concatenated
from feeds.layouts.layout import Said
from feeds.layouts.recognition import recognise
from feeds.provider import COLUMNS
from feeds.readings_file import ReadingsFile, read_readings
from feeds.store import CandleStore, ImportReport
from feeds.store_provider import StoreProvider
from feeds.trades_bybit import continued
from play_engine.bars import BAR_COLUMNS, BarSeries, Floats, Ints
from play_engine.errors import DataError
from play_engine.instants import iso
from play_engine.intervals import DAY_MS, MINUTE_MS, floor_to, interval_name
from play_engine.market import READING_KINDS, Readings

_CHUNK_ROWS = 32_768
_EVER = (-(1 << 62), 1 << 62)


@attrs.frozen(kw_only=True)
class Opened:
    """Sound files of one series in order of time; `interval_ms` is 0 for readings."""

    symbol: str
    kind: str
    interval_ms: int
    files: Sequence[CandleFile] | Sequence[ReadingsFile]

    def recognitions(self) -> dict[str, str]:
        """What each file was read as."""
        return {str(file.path): file.recognition() for file in self.files}


def open_files(paths: Sequence[Path], symbol: str, said: Said, interval_ms: int | None = None) -> Opened:
    """Read and check the files; `said` is what the user says about all of them, `interval_ms` None any interval.

    Raises DataError for a file that cannot be used, and for files of several kinds or intervals.
    """
    kinds = {path: recognise(path, symbol, said).layout.kind for path in paths}
    kind = _only_one(kinds, "kinds", "--kind")
    if kind in READING_KINDS:
        readings = [read_readings(path, symbol, kind, said) for path in paths]
        readings.sort(key=lambda file: int(file.readings.ts[0]))
        return Opened(symbol=symbol, kind=kind, interval_ms=0, files=readings)
    files = [
        CandleFile(
            path,
            symbol,
            kind=kind,
            interval_ms=interval_ms,
            columns=said.columns,
            utc_offset_ms=said.utc_offset_ms,
        )
        for path in paths
    ]
    files.sort(key=lambda file: file.coverage(symbol).start_ms)
    intervals = {file.path: interval_name(file.coverage(symbol).interval_ms) for file in files}
    _only_one(intervals, "intervals", "--interval")
    return Opened(symbol=symbol, kind=kind, interval_ms=files[0].coverage(symbol).interval_ms, files=files)


def store_files(opened: Opened, store: CandleStore, venue: str) -> ImportReport:
    """Add what the files hold to the store, all or nothing; rows that it has already change nothing.

    Raises DataError where a row differs from one in the store, or from one of another file.
    """
    if opened.kind in READING_KINDS:
        readings = [file for file in opened.files if isinstance(file, ReadingsFile)]
        return store.add_readings(_joined_readings(readings), venue=venue, symbol=opened.symbol, kind=opened.kind)
    candles = [file for file in opened.files if isinstance(file, CandleFile)]
    bars = _joined_bars(candles, opened.symbol, _ClosesBefore(store.provider(venue, opened.interval_ms)))
    return store.add(bars, venue=venue, symbol=opened.symbol, interval_ms=opened.interval_ms, kind=opened.kind)


def _only_one(values: dict[Path, str], what: str, option: str) -> str:
    if len(set(values.values())) > 1:
        found = "; ".join(f"{path}: {value}" for path, value in values.items())
        raise DataError(f"the files are of several {what}. Found: {found}. Import them one by one, or pass {option}.")
    return next(iter(values.values()))


@attrs.define
class _ClosesBefore:
    """The closes at which the days of a venue's trades begin: from the file before, or else from the store."""

    stored: StoreProvider
    last: BarSeries | None = None

    def continued(self, bars: BarSeries) -> BarSeries:
        """The bars, opening at the close before the first day of them where that is known."""
        day_ms = floor_to(int(bars.ts[0]), DAY_MS)
        close = self._close(bars.symbol, day_ms)
        return bars if close is None else continued(bars, close)

    def _close(self, symbol: str, at_ms: int) -> float | None:
        if self.last is not None and self.last.end_ms == at_ms:
            return float(self.last.close[-1])
        if not self.stored.has(symbol):
            return None
        closes = list(self.stored.column(symbol, "close", at_ms - MINUTE_MS, at_ms))
        return float(closes[0][-1]) if closes else None


def _joined_bars(files: Sequence[CandleFile], symbol: str, before: _ClosesBefore) -> Iterator[BarSeries]:
    """The bars of files in order of their starts; those of files that overlap are merged in memory."""
    spans = [file.coverage(symbol) for file in files]
    pieces = (bars for file in files for bars in _bars_of(file, symbol, before))
    if all(after.start_ms >= before.end_ms for before, after in pairwise(spans)):
        return pieces
    together = concatenated(list(pieces))
    kept = _merged(files, together.ts, {name: getattr(together, name) for name in BAR_COLUMNS})
    columns = {name: getattr(together, name)[kept] for name in COLUMNS}
    return iter([attrs.evolve(together, **columns)])


def _bars_of(file: CandleFile, symbol: str, before: _ClosesBefore) -> Iterator[BarSeries]:
    for number, bars in enumerate(file.bars(symbol, *_EVER, _CHUNK_ROWS)):
        made = before.continued(bars) if file.layout.venue_candles and number == 0 else bars
        before.last = made
        yield made


def _joined_readings(files: Sequence[ReadingsFile]) -> Readings:
    ts = np.concatenate([file.readings.ts for file in files])
    values = np.concatenate([file.readings.values for file in files])
    kept = _merged(files, ts, {"value": values})
    return Readings(ts=ts[kept], values=values[kept])


def _merged(files: Sequence[CandleFile | ReadingsFile], ts: Ints, columns: dict[str, Floats]) -> Ints:
    """The indices that bring rows into order, each instant once. Raises DataError where two of one instant differ."""
    order = np.argsort(ts, kind="stable")
    again = np.flatnonzero(np.diff(ts[order]) == 0)
    for name, column in columns.items():
        differs = column[order[again]] != column[order[again + 1]]
        if differs.any():
            ts_ms = int(ts[order[again]][differs][0])
            raise DataError(
                f"{', '.join(str(file.path) for file in files)}: row of {ts_ms} ({iso(ts_ms)}), column {name}: the "
                "files differ there. Nothing was written. Find out which one is right, and leave the other one out."
            )
    return np.delete(order, again)
