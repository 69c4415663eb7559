"""Bars out of the candle store: DuckDB over its partitions, in bounded memory."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feeds.gaps import GapFinder
from feeds.partitions import EARLIEST_MS, LATEST_MS, SeriesFolder
from feeds.provider import COLUMNS, Coverage, check_chunk_bars, check_column
from feeds.series_locks import reading_series
from play_engine.bars import BarSeries, Ints
from play_engine.errors import DataError
from play_engine.instants import iso

# More threads decode no sooner: they only take cores from the engine, which works on the rows before.
_THREADS = 1
_READ_ROWS = 32_768


class StoreProvider:
    """A DataProvider over one venue and interval of a candle store; made by `CandleStore.provider`.

    Sees what writers have published when a range is asked for, and never waits for a writer. The order of bars comes
    from the order of partitions and of rows in them; it is verified, not made. Needs no closing: it holds no file open
    between ranges. A range that is read halfway keeps replaced files from being deleted until its iterator is dropped.
    """

    def __init__(self, root: Path, venue: str, interval_ms: int) -> None:
        self._root = root
        self._venue = venue
        self._interval_ms = interval_ms

    def has(self, symbol: str) -> bool:
        """Whether the store has bars of `symbol`."""
        return bool(self._folder(symbol).partitions())

    def coverage(self, symbol: str) -> Coverage:
        """See DataProvider; reads the column of times each time, because the store may have grown."""
        finder = GapFinder(self._interval_ms)
        rows, first_ms, last_ms = 0, 0, 0
        for ts in self.column(symbol, "ts", EARLIEST_MS, LATEST_MS):
            finder.feed(ts)
            first_ms = first_ms if rows else int(ts[0])
            last_ms = int(ts[-1])
            rows += len(ts)
        return Coverage(
            symbol=symbol,
            interval_ms=self._interval_ms,
            start_ms=first_ms,
            end_ms=last_ms + self._interval_ms,
            rows=rows,
            gaps=finder.gaps,
        )

    def bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """See DataProvider."""
        check_chunk_bars(chunk_bars)
        self._check_symbol(symbol)
        return self._bars(symbol, start_ms, end_ms, chunk_bars)

    def column(self, symbol: str, name: str, start_ms: int, end_ms: int) -> Iterator[NDArray[Any]]:
        """See DataProvider; reads no other column but `ts`."""
        check_column(name)
        self._check_symbol(symbol)
        wanted = ["ts"] if name == "ts" else ["ts", name]
        return (columns[-1] for columns in self._read(symbol, wanted, start_ms, end_ms, _READ_ROWS))

    def describe(self) -> str:
        """See DataProvider."""
        return f"store {self._root} ({self._folder('X').path.name} of {self._venue})"

    def _bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        # DuckDB pays for every batch, so small chunks are cut from larger ones.
        read_rows = chunk_bars * max(1, _READ_ROWS // chunk_bars)
        for arrays in self._read(symbol, COLUMNS, start_ms, end_ms, read_rows):
            columns = dict(zip(COLUMNS, arrays, strict=True))
            bars = BarSeries(symbol=symbol, interval_ms=self._interval_ms, **columns)
            for first in range(0, len(bars), chunk_bars):
                yield bars.rows(first, first + chunk_bars)

    def _read(
        self, symbol: str, names: Sequence[str], start_ms: int, end_ms: int, rows: int
    ) -> Iterator[list[NDArray[Any]]]:
        """Arrays in the order of `names`, of which the first is `ts`."""
        folder = self._folder(symbol)
        query = f"SELECT {', '.join(names)} FROM read_parquet(?) WHERE ts >= ? AND ts < ?"  # noqa: S608  fixed names
        last_ms = start_ms - 1
        # A cursor of its own, because a second query on a connection would end the first one's stream.
        with _reading(folder.path), reading_series(folder), self._connection.cursor() as cursor:
            files = [str(partition.path) for partition in folder.partitions(start_ms, end_ms)]
            if not files:
                return
            for batch in cursor.sql(query, params=[files, start_ms, end_ms]).to_arrow_reader(rows):
                if batch.num_rows == 0:
                    continue
                arrays = [batch.column(i).to_numpy() for i in range(len(names))]
                _check_order(folder.path, last_ms, arrays[0])
                last_ms = int(arrays[0][-1])
                yield arrays

    @cached_property
    def _connection(self) -> Any:
        import duckdb

        # Parquet support is built in; nothing may be fetched from the network behind the user's back.
        config: dict[str, Any] = {"threads": _THREADS, "autoinstall_known_extensions": False}
        return duckdb.connect(":memory:", config=config)

    def _folder(self, symbol: str) -> SeriesFolder:
        return SeriesFolder(root=self._root, venue=self._venue, symbol=symbol, interval_ms=self._interval_ms)

    def _check_symbol(self, symbol: str) -> None:
        if not self.has(symbol):
            path = self._folder(symbol).path
            raise DataError(f"{path}: the store has no such series. Import it, or list what there is.")


@contextmanager
def _reading(path: Path) -> Generator[None]:
    import duckdb
    import pyarrow as pa

    try:
        yield
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise DataError(
            f"{path}: a partition cannot be read: {error}. Delete the damaged file and import its source again."
        ) from error


def _check_order(path: Path, last_ms: int, ts: Ints) -> None:
    if ts[0] > last_ms and (np.diff(ts) > 0).all():
        return
    known = np.concatenate(([last_ms], ts))
    index = int(np.flatnonzero(np.diff(known) <= 0)[0])
    raise DataError(
        f"{path}: bar {iso(int(known[index + 1]))} stands behind bar {iso(int(known[index]))}; a partition was written "
        "by something else. Delete it and import its source again."
    )
