"""CandleStore: history of many series on disk, with one writer a series and any number of readers."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import attrs

from feeds.bad_cell import BadCell
from feeds.candle_file import CandleFile
from feeds.gaps import GapSpan
from feeds.joining import concatenated, merged
from feeds.partition_files import publish, read_partition, stage_partition
from feeds.partitions import Partition, SeriesFolder
from feeds.provider import Coverage
from feeds.series_check import SeriesCheck
from feeds.series_locks import writing_series
from feeds.store_provider import StoreProvider
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.intervals import INTERVALS, interval_name

# Rows handed on at a time while importing; a partition of minutes has about as many.
_IMPORT_ROWS = 32_768


@attrs.frozen(kw_only=True)
class ImportReport:
    """What an import did: bars written, and bars that were in the store already with the same values."""

    venue: str
    symbol: str
    interval_ms: int
    rows_added: int
    rows_skipped: int


@attrs.frozen(kw_only=True)
class SeriesEntry:
    """One series of the store: `rows` bars, opening at `first_ms` … `last_ms`, with these gaps between."""

    venue: str
    symbol: str
    interval_ms: int
    rows: int
    first_ms: int
    last_ms: int
    gaps: tuple[GapSpan, ...]


class CandleStore:
    """Candles by venue, symbol and interval, in Parquet partitions that DuckDB reads.

    There is no database file and so no lock that a reader would wait for: a writer prepares whole partitions aside and
    then gives them their names, so a reader sees a partition before or after, never half. Bars in the store never
    change; they only become more. A writer that dies leaves at worst the first of its partitions, and importing the
    same again completes them.
    """

    def __init__(self, root: Path | str) -> None:
        self._root = Path(root)

    def import_file(self, path: Path | str, *, venue: str, symbol: str) -> ImportReport:
        """Add the bars of one candle file. Importing the same bars again changes nothing.

        The file is validated whole before anything is written. Raises DataError for what CandleFile refuses, and for a
        bar that the store has with other values; then nothing is written.
        """
        source = CandleFile(path, symbol)
        coverage = source.coverage(symbol)
        bars = source.bars(symbol, coverage.start_ms, coverage.end_ms, _IMPORT_ROWS)
        return self.add(bars, venue=venue, symbol=symbol, interval_ms=coverage.interval_ms)

    def add(self, bars: Iterable[BarSeries], *, venue: str, symbol: str, interval_ms: int) -> ImportReport:
        """Add bars that come in order, in chunks of any size; memory holds one partition.

        Raises DataError when they are no sound series of this interval, or differ from bars in the store; then nothing
        is written.
        """
        folder = SeriesFolder(root=self._root, venue=venue, symbol=symbol, interval_ms=interval_ms)
        staged: list[Partition] = []
        added = skipped = 0
        with writing_series(folder):
            present = {partition.period: partition for partition in folder.partitions()}
            for partition, new in _by_partition(folder, _checked(bars, folder)):
                written, fresh = _stage(partition, present.get(partition.period), new)
                staged += [written] if written else []
                added += fresh
                skipped += len(new) - fresh
            publish(staged)
        return ImportReport(venue=venue, symbol=symbol, interval_ms=interval_ms, rows_added=added, rows_skipped=skipped)

    def series(self) -> tuple[SeriesEntry, ...]:
        """Every series, ordered by venue, symbol and interval. Reads the whole column of times of each."""
        entries: list[SeriesEntry] = []
        for venue in _folders(self._root):
            for name, interval_ms in INTERVALS.items():
                symbols = [folder.name for folder in _folders(self._root / venue.name) if (folder / name).is_dir()]
                provider = self.provider(venue.name, interval_ms)
                entries += [_entry(venue.name, provider.coverage(symbol)) for symbol in symbols if provider.has(symbol)]
        return tuple(sorted(entries, key=lambda entry: (entry.venue, entry.symbol, entry.interval_ms)))

    def provider(self, venue: str, interval_ms: int) -> StoreProvider:
        """A DataProvider over every symbol that the store has of this venue and interval."""
        return StoreProvider(self._root, venue, interval_ms)


def _checked(bars: Iterable[BarSeries], folder: SeriesFolder) -> Iterator[BarSeries]:
    check = SeriesCheck(folder.interval_ms)
    for chunk in bars:
        if (chunk.symbol, chunk.interval_ms) != (folder.symbol, folder.interval_ms):
            raise DataError(
                f"{folder.path}: was given bars of {chunk.symbol}, {interval_name(chunk.interval_ms)}. "
                "Add them to the series that they belong to."
            )
        try:
            check.feed(chunk)
        except BadCell as bad:
            raise DataError(bad.text(f"{folder.path}: new bar {check.rows + bad.index + 1}", bad.column)) from None
        yield chunk


def _by_partition(folder: SeriesFolder, bars: Iterable[BarSeries]) -> Iterator[tuple[Partition, BarSeries]]:
    """All new bars of one partition at a time."""
    pieces = (cut for chunk in bars for cut in folder.cut(chunk))
    for partition, group in groupby(pieces, key=itemgetter(0)):
        yield partition, concatenated([piece for _, piece in group])


def _stage(partition: Partition, present: Partition | None, new: BarSeries) -> tuple[Partition | None, int]:
    """Prepare the file with the new bars in it: that file, if there has to be one, and how many bars are new."""
    if present is None:
        stage_partition(partition, new)
        return partition, len(new)
    whole, fresh = merged(str(present.path), read_partition(present, new.symbol, new.interval_ms), new)
    if fresh == 0:
        return None, 0
    stage_partition(present.next(), whole)
    return present.next(), fresh


def _folders(path: Path) -> list[Path]:
    return sorted(folder for folder in path.iterdir() if folder.is_dir()) if path.is_dir() else []


def _entry(venue: str, coverage: Coverage) -> SeriesEntry:
    return SeriesEntry(
        venue=venue,
        symbol=coverage.symbol,
        interval_ms=coverage.interval_ms,
        rows=coverage.rows,
        first_ms=coverage.start_ms,
        last_ms=coverage.end_ms - coverage.interval_ms,
        gaps=coverage.gaps,
    )
