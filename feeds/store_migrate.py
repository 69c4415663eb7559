"""Bringing a candle store of an older version to the present one: partitions are written anew, with their checksums."""

from pathlib import Path

from feeds.partition_check import delete_superseded, sound_rows
from feeds.partition_files import publish, stage_partition
from feeds.partition_index import facts_by_partition, write_index
from feeds.partitions import Partition, SeriesFolder, series_folders
from feeds.series_locks import writing_series
from feeds.store_format import stamp_version


def migrate_store(root: Path) -> int:
    """Migrate every series; how many partitions were written. Doing it again changes nothing.

    Raises DamagedFile for a partition that is not sound, SeriesBusy for a series that somebody writes; series before it
    are migrated then.
    """
    stamp_version(root)
    return sum(_migrate(series) for series in series_folders(root))


def _migrate(series: SeriesFolder) -> int:
    staged: list[Partition] = []
    with writing_series(series):
        for partition, facts in facts_by_partition(series).items():
            if not facts.checksum:
                stage_partition(partition.next(), series, sound_rows(partition, series))
                staged.append(partition.next())
        publish(staged)
        write_index(series)
        delete_superseded(series)
    return len(staged)
