"""Whether a partition is what its writer left: values, statistics, order, grid, prices, period."""

from feeds.bad_cell import BadCell
from feeds.damaged_file import DamagedFile
from feeds.partition_facts import facts_of
from feeds.partition_files import read_rows
from feeds.partitions import BAR_KINDS, Partition, SeriesFolder
from feeds.series_check import SeriesCheck, check_readings
from feeds.stored_rows import StoredRows


def sound_rows(partition: Partition, series: SeriesFolder) -> StoredRows:
    """All rows of a partition, verified.

    Raises DamagedFile, saying what is wrong, and DataError when the partition is of a newer version.
    """
    rows, facts = read_rows(partition, series)
    _check_rows(partition, series, rows)
    periods = [period for period, _ in rows.cut(series)]
    if periods != [partition.period]:
        raise DamagedFile(
            partition.path, f"its rows are of {periods[0]} to {periods[-1]}, its name says another period"
        )
    if facts is not None and facts != facts_of(rows, series):
        raise DamagedFile(partition.path, "what it states of its rows (number, range, gaps) is not so")
    return rows


def _check_rows(partition: Partition, series: SeriesFolder, rows: StoredRows) -> None:
    try:
        if series.kind in BAR_KINDS:
            SeriesCheck(series.interval_ms).feed(rows.bars(series))
        else:
            check_readings(rows.readings())
    except BadCell as bad:
        raise DamagedFile(partition.path, f"row {bad.index + 1}, column {bad.column}: found {bad.found}") from None


def delete_superseded(series: SeriesFolder) -> None:
    """Delete the generations that a newer one has replaced, once that has been read back and is sound.

    For whoever holds the series for writing.
    """
    newest = {partition.period: partition for partition in series.partitions()}
    for partition in series.superseded():
        try:
            sound_rows(newest[partition.period], series)
        except DamagedFile:
            # Then the older one is what a repair puts in its place.
            continue
        partition.path.unlink()
