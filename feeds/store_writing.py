"""Adding rows to one series of the store: what comes in is checked, cut into partitions, merged and published."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

import attrs

from feeds.bad_cell import BadCell
from feeds.partition_check import delete_superseded, sound_rows
from feeds.partition_files import publish, stage_partition
from feeds.partition_index import write_index
from feeds.partitions import Partition, SeriesFolder
from feeds.series_check import SeriesCheck, check_readings
from feeds.series_locks import writing_series
from feeds.store_format import stamp_version
from feeds.stored_merge import merged
from feeds.stored_rows import StoredRows, joined, rows_of_bars, rows_of_readings
from play_engine.bars import BarSeries, Ints
from play_engine.errors import DataError
from play_engine.intervals import interval_name
from play_engine.market import Readings


@attrs.frozen(kw_only=True)
class Written:
    """How many rows were `added`, how many `replaced` synthetic ones, how many `skipped` as nothing new."""

    added: int
    replaced: int
    skipped: int


def write_rows(series: SeriesFolder, pieces: Iterable[StoredRows]) -> Written:
    """Add rows that come in order; memory holds one partition.

    Raises DataError when a real row differs from one in the store, when what it must be merged with is damaged, or when
    somebody else writes the series; then, and when `pieces` raise, nothing is written.
    """
    stamp_version(series.root)
    staged: list[Partition] = []
    added = replaced = given = 0
    with writing_series(series):
        present = {partition.period: partition for partition in series.partitions()}
        for period, new in _by_period(series, pieces):
            old, rows = present.get(period), new
            given += len(new)
            if old is None:
                added += len(new)
            else:
                result = merged(str(old.path), sound_rows(old, series), new)
                if result.added + result.replaced == 0:
                    continue
                rows = result.rows
                added += result.added
                replaced += result.replaced
            staged.append(old.next() if old else series.first_partition(period))
            stage_partition(staged[-1], series, rows)
        publish(staged)
        write_index(series)
        delete_superseded(series)
    return Written(added=added, replaced=replaced, skipped=given - added - replaced)


def checked_bars(series: SeriesFolder, bars: Iterable[BarSeries], synthetic: Ints) -> Iterator[StoredRows]:
    """Bars as rows. Raises DataError when they are of another series, or no sound one."""
    check = SeriesCheck(series.interval_ms)
    for chunk in bars:
        if (chunk.symbol, chunk.interval_ms) != (series.symbol, series.interval_ms):
            raise DataError(
                f"{series.path}: was given bars of {chunk.symbol}, {interval_name(chunk.interval_ms)}. "
                "Add them to the series that they belong to."
            )
        try:
            check.feed(chunk)
        except BadCell as bad:
            raise DataError(bad.text(f"{series.path}: new bar {check.rows + bad.index + 1}", bad.column)) from None
        yield rows_of_bars(chunk, series.kind, synthetic)


def checked_readings(series: SeriesFolder, readings: Readings) -> StoredRows:
    """Readings as rows. Raises DataError when they are not in order, or not finite."""
    try:
        check_readings(readings)
    except BadCell as bad:
        raise DataError(bad.text(f"{series.path}: new reading {bad.index + 1}", bad.column)) from None
    return rows_of_readings(readings)


def _by_period(series: SeriesFolder, pieces: Iterable[StoredRows]) -> Iterator[tuple[str, StoredRows]]:
    """All new rows of one partition at a time."""
    cuts = (cut for piece in pieces for cut in piece.cut(series))
    for period, group in groupby(cuts, key=itemgetter(0)):
        yield period, joined([rows for _, rows in group])
