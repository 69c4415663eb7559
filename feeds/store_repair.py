"""Setting aside what is damaged in a candle store. Nothing is deleted but what a newer file has replaced.

A damaged partition is moved below `.quarantine`, and what it held must be fetched or imported again. Where an older
generation of it is still there, that one stands in its place, and only the difference is lost.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from feeds.damaged_file import DamagedFile
from feeds.gaps import GapSpan
from feeds.lost_rows import LostRows
from feeds.partition_check import delete_superseded, sound_rows
from feeds.partition_facts import PartitionFacts
from feeds.partition_files import read_facts, sync_folder
from feeds.partition_index import IndexEntry, read_index, write_index
from feeds.partitions import Partition, SeriesFolder, series_folders
from feeds.series_locks import SeriesBusy, writing_series
from feeds.store_format import QUARANTINE
from feeds.stored_instruments import damaged_documents, instrument_folders


@attrs.frozen(kw_only=True)
class SetAside:
    """A damaged file that was moved, and why."""

    path: Path
    moved_to: Path
    found: str


@attrs.frozen(kw_only=True)
class RepairReport:
    """What was done to one series, or to the documents of an instrument (`kind` is `instrument`).

    `lost` are the stretches that damaged files held, as far as that is known, else all that they could hold; of
    readings `missing_bars` counts what is known to be lost. `leftovers` is the number of staged files that were
    removed. `busy` says why nothing could be done, and is empty otherwise.
    """

    venue: str
    symbol: str
    kind: str
    interval_ms: int
    set_aside: tuple[SetAside, ...] = ()
    lost: tuple[GapSpan, ...] = ()
    leftovers: int = 0
    busy: str = ""


def repair_store(root: Path, venue: str | None, symbol: str | None) -> Iterator[RepairReport]:
    """Repair everything, or one venue or symbol; a report for each series in which there was something to do.

    Raises DataError for a partition of a newer version; reports that were given before it stand.
    """
    for series in series_folders(root, venue, symbol):
        report = _repaired(series)
        if report.set_aside or report.leftovers or report.busy:
            yield report
    for folder in instrument_folders(root, venue, symbol):
        moved = tuple(_set_aside(root, damage) for damage in damaged_documents(folder))
        if moved:
            yield RepairReport(
                venue=folder.venue, symbol=folder.symbol, kind="instrument", interval_ms=0, set_aside=moved
            )


def _repaired(series: SeriesFolder) -> RepairReport:
    report = RepairReport(venue=series.venue, symbol=series.symbol, kind=series.kind, interval_ms=series.interval_ms)
    leftovers = sum(1 for _ in series.path.glob(".*.tmp"))
    try:
        with writing_series(series):
            report = _without_damage(series, report)
            delete_superseded(series)
            write_index(series)
    except SeriesBusy as busy:
        return attrs.evolve(report, busy=str(busy))
    return attrs.evolve(report, leftovers=leftovers)


def _without_damage(series: SeriesFolder, report: RepairReport) -> RepairReport:
    damaged = [partition for partition in series.partitions() if _damage(partition, series)]
    if not damaged:
        return report
    entries = read_index(series)
    lost, moved = LostRows(series), []
    for partition in damaged:
        facts = _last_known(series, partition, entries)
        moved += _set_generations_aside(series, partition.period)
        left = series.partitions(*series.span_ms(partition.period))
        lost.add(partition.period, facts, sound_rows(left[0], series).ts if left else None)
    return attrs.evolve(report, set_aside=tuple(moved), lost=lost.spans())


def _set_generations_aside(series: SeriesFolder, period: str) -> list[SetAside]:
    """Set the newest file of a period aside until the one that then is newest is sound, or none is left."""
    moved: list[SetAside] = []
    while newest := series.partitions(*series.span_ms(period)):
        damage = _damage(newest[0], series)
        if damage is None:
            break
        moved.append(_set_aside(series.root, damage))
    return moved


def _damage(partition: Partition, series: SeriesFolder) -> DamagedFile | None:
    try:
        sound_rows(partition, series)
    except DamagedFile as damage:
        return damage
    return None


def _last_known(series: SeriesFolder, partition: Partition, entries: Mapping[str, IndexEntry]) -> PartitionFacts | None:
    """What the index or the file itself says of the rows that were in a damaged partition."""
    entry = entries.get(partition.path.name)
    try:
        facts = entry.facts if entry else read_facts(partition, series)
    except DamagedFile:
        return None
    # Times that no writer of ours has checked tell nothing.
    return facts if facts.checksum else None


def _set_aside(root: Path, damage: DamagedFile) -> SetAside:
    place = root / QUARANTINE / damage.path.relative_to(root)
    place.parent.mkdir(parents=True, exist_ok=True)
    number = 0
    while place.exists():
        number += 1
        place = place.with_name(f"{damage.path.name}.{number}")
    damage.path.rename(place)
    for folder in (place.parent, damage.path.parent):
        sync_folder(folder)
    return SetAside(path=damage.path, moved_to=place, found=damage.found)
