"""Bars and readings out of the candle store: partition after partition, in bounded memory."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feeds.damaged_file import DamagedFile
from feeds.partition_files import read_columns, read_rows
from feeds.partition_index import facts_by_partition
from feeds.partition_reading import newest
from feeds.partitions import EARLIEST_MS, SeriesFolder
from feeds.provider import COLUMNS, Coverage, InstrumentDocument, check_chunk_bars, check_column, check_kind
from feeds.store_listing import entry_of
from feeds.stored_instruments import InstrumentFolder
from feeds.stored_rows import READING_COLUMN
from play_engine.bars import BarSeries, Ints
from play_engine.errors import DataError
from play_engine.instants import iso
from play_engine.intervals import interval_name
from play_engine.market import NO_READINGS, Readings


class StoreProvider:
    """A DataProvider over one venue and interval of a candle store; made by `CandleStore.provider`.

    Never waits for a writer, and no writer for it. It sees each partition whole, as it is when the iterator comes to
    it, so bars that are added meanwhile may be part of the range or not. Memory holds one partition. The order of bars
    comes from the order of partitions and of rows in them; it is verified, not made. Needs no closing.
    """

    def __init__(self, root: Path, venue: str, interval_ms: int) -> None:
        self._root = root
        self._venue = venue
        self._interval_ms = interval_ms

    def has(self, symbol: str) -> bool:
        """Whether the store has bars of `symbol`."""
        return bool(self._series(symbol).partitions())

    def coverage(self, symbol: str) -> Coverage:
        """See DataProvider; known from statistics of partitions, and asked anew each time: the store may have grown."""
        entry = entry_of(self._series(symbol))
        if entry is None:
            raise self._absent(symbol)
        return entry.coverage()

    def mark_coverage(self, symbol: str) -> Coverage | None:
        """What the store has of the mark price at this interval; None where it has nothing."""
        entry = entry_of(self._series(symbol, "mark"))
        return None if entry is None else entry.coverage()

    def bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """See DataProvider."""
        check_chunk_bars(chunk_bars)
        self._check_symbol(symbol)
        return self._bars(self._series(symbol), start_ms, end_ms, chunk_bars)

    def column(self, symbol: str, name: str, start_ms: int, end_ms: int) -> Iterator[NDArray[Any]]:
        """See DataProvider; reads no other column but `ts`."""
        check_column(name)
        self._check_symbol(symbol)
        wanted = ["ts"] if name == "ts" else ["ts", name]
        return (columns[-1] for columns in self._read(self._series(symbol), wanted, start_ms, end_ms))

    def mark_bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """Bars of the mark price of the same interval, as `bars` gives those of the last price; their volume is 0.

        No chunk where the store has none. Raises ValueError when `chunk_bars` is below 1.
        """
        check_chunk_bars(chunk_bars)
        self._check_symbol(symbol)
        return self._bars(self._series(symbol, "mark"), start_ms, end_ms, chunk_bars)

    def readings(self, symbol: str, kind: str, start_ms: int, end_ms: int) -> Readings:
        """What the venue published at start_ms ≤ ts < end_ms: `kind` is `funding` or `open_interest`.

        None where the store has none. Raises ValueError for another kind.
        """
        check_kind(kind)
        self._check_symbol(symbol)
        series = SeriesFolder(root=self._root, venue=self._venue, symbol=symbol, kind=kind)
        pieces = list(self._read(series, ["ts", READING_COLUMN], start_ms, end_ms))
        if not pieces:
            return NO_READINGS
        ts, values = (np.concatenate(columns) for columns in zip(*pieces, strict=True))
        return Readings(ts=ts, values=values)

    def synthetic(self, symbol: str, start_ms: int, end_ms: int) -> Ints:
        """The open times (ms, int64) of bars with start_ms ≤ open time < end_ms that a gap filler made, in order."""
        self._check_symbol(symbol)
        series = self._series(symbol)
        facts = facts_by_partition(series).items()
        marked = [one for one, its in facts if its.synthetic_rows and its.last_ms >= start_ms and its.first_ms < end_ms]
        found = [newest(series, partition, lambda one: read_rows(one, series)[0]) for partition in marked]
        ts = np.concatenate([np.zeros(0, dtype=np.int64), *(rows.ts[rows.synthetic] for rows in found if rows)])
        return ts[slice(*np.searchsorted(ts, (start_ms, end_ms)))]

    def instrument(self, symbol: str, at_ms: int) -> InstrumentDocument | None:
        """See DataProvider; the latest document at or before the instant, else the oldest one."""
        folder = InstrumentFolder(root=self._root, venue=self._venue, symbol=symbol)
        dates = folder.dates()
        if not dates:
            return None
        as_of_ms = max((date for date in dates if date <= at_ms), default=dates[0])
        return InstrumentDocument(
            content=folder.read(as_of_ms), source=f"{self._venue}, as of {iso(as_of_ms)} ({folder.file(as_of_ms)})"
        )

    def describe(self) -> str:
        """See DataProvider."""
        return f"store {self._root} ({interval_name(self._interval_ms)} of {self._venue})"

    def _bars(self, series: SeriesFolder, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        for arrays in self._read(series, COLUMNS, start_ms, end_ms):
            columns = dict(zip(COLUMNS, arrays, strict=True))
            bars = BarSeries(symbol=series.symbol, interval_ms=self._interval_ms, **columns)
            for first in range(0, len(bars), chunk_bars):
                yield bars.rows(first, first + chunk_bars)

    def _read(
        self, series: SeriesFolder, names: Sequence[str], start_ms: int, end_ms: int
    ) -> Iterator[list[NDArray[Any]]]:
        """Arrays in the order of `names`, of which the first is `ts`; pieces without rows are left out."""
        last_ms = EARLIEST_MS - 1
        for partition in series.partitions(start_ms, end_ms):
            arrays = newest(series, partition, lambda one: read_columns(one, names))
            if arrays is None:
                continue
            _check_order(series, last_ms, arrays[0])
            last_ms = int(arrays[0][-1])
            start, stop = np.searchsorted(arrays[0], (start_ms, end_ms), side="left")
            if start < stop:
                yield [array[start:stop] for array in arrays]

    def _series(self, symbol: str, kind: str = "last") -> SeriesFolder:
        return SeriesFolder(root=self._root, venue=self._venue, symbol=symbol, interval_ms=self._interval_ms, kind=kind)

    def _check_symbol(self, symbol: str) -> None:
        if not self.has(symbol):
            raise self._absent(symbol)

    def _absent(self, symbol: str) -> DataError:
        path = self._series(symbol).path
        return DataError(f"{path}: the store has no such series. Fetch or import it, or list what there is.")


def _check_order(series: SeriesFolder, last_ms: int, ts: Ints) -> None:
    if ts[0] > last_ms and (np.diff(ts) > 0).all():
        return
    known = np.concatenate(([last_ms], ts))
    index = int(np.flatnonzero(np.diff(known) <= 0)[0])
    found = f"bar {iso(int(known[index + 1]))} stands behind bar {iso(int(known[index]))}"
    raise DamagedFile(series.path, f"{found}; a partition was written by something else")
