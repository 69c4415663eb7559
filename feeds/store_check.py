"""Verifying a candle store: every value against its checksum, every file against what may lie in a store.

Nothing is changed, and nobody is kept waiting. Memory holds one partition.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from feeds.damaged_file import DamagedFile
from feeds.partition_check import sound_rows
from feeds.partition_files import read_facts
from feeds.partition_index import INDEX_FILE, IndexEntry, read_index
from feeds.partition_reading import newest
from feeds.partitions import Partition, SeriesFolder, series_folders, series_of, subfolders
from feeds.series_locks import WRITER_FILE
from feeds.store_format import QUARANTINE, VERSION, VERSION_FILE, check_version
from feeds.stored_instruments import FOLDER, damaged_documents, instrument_folders

_MIGRATE = "`supervisor.py data migrate` writes it anew with its checksum"
_STAGED = "a writer is at work, or died; then the next one removes it, and so does `supervisor.py data repair`"
_RENEWED = "harmless; the next writer renews it, and so does `supervisor.py data repair`"


@attrs.frozen(kw_only=True)
class Finding:
    """Something about a file of the store: `kind` in one word, `found` in words, `remedy` what to do.

    `damage` is false where no bar is in danger.
    """

    path: Path
    kind: str
    found: str
    remedy: str
    damage: bool


@attrs.frozen(kw_only=True)
class CheckReport:
    """How many partitions and rows were verified, and what was found."""

    partitions: int
    rows: int
    findings: tuple[Finding, ...]

    @property
    def damaged(self) -> bool:
        """Whether anything found is damage."""
        return any(finding.damage for finding in self.findings)


def check_store(root: Path, venue: str | None, symbol: str | None) -> CheckReport:
    """Check everything, or one venue or symbol. Raises DataError for a store or partition of a newer version."""
    findings = list(stray_files(root, venue, symbol))
    partitions = rows = 0
    for series in series_folders(root, venue, symbol):
        checked = _checked_partitions(series)
        partitions += len(checked)
        rows += sum(count for count, _ in checked)
        findings += [finding for _, finding in checked if finding]
        findings += [*_strays(series.path, _known_names(series)), *_index(series)]
    for folder in instrument_folders(root, venue, symbol):
        findings += [_damaged(damage) for damage in damaged_documents(folder)]
    return CheckReport(partitions=partitions, rows=rows, findings=tuple(findings))


def stray_files(root: Path, venue: str | None, symbol: str | None) -> Iterator[Finding]:
    """Whatever lies above the series where no writer of ours puts anything, and a version that is not stated."""
    venues = subfolders(root)
    yield from _strays(root, {path.name for path in venues} | {VERSION_FILE, QUARANTINE})
    if venues and check_version(root) < VERSION:
        found, path = f"the store does not say that it is of version {VERSION}", root / VERSION_FILE
        yield Finding(path=path, kind="old", found=found, remedy=_MIGRATE, damage=False)
    for venue_path in venues:
        if venue not in (None, venue_path.name):
            continue
        symbols = subfolders(venue_path)
        yield from _strays(venue_path, {path.name for path in symbols})
        for path in symbols:
            if symbol in (None, path.name):
                yield from _strays(path, {one.name for one in subfolders(path) if series_of(one.name)} | {FOLDER})


def _checked_partitions(series: SeriesFolder) -> list[tuple[int, Finding | None]]:
    outcomes = [newest(series, partition, lambda one: _checked(one, series)) for partition in series.partitions()]
    return [outcome for outcome in outcomes if outcome]


def _checked(partition: Partition, series: SeriesFolder) -> tuple[int, Finding | None]:
    """The number of rows of a partition, 0 if it is damaged; and what there is to say."""
    try:
        rows = len(sound_rows(partition, series))
    except DamagedFile as damage:
        return 0, _damaged(damage)
    if read_facts(partition, series).checksum:
        return rows, None
    found = "is of version 1, without a checksum"
    return rows, Finding(path=partition.path, kind="old", found=found, remedy=_MIGRATE, damage=False)


def _damaged(damage: DamagedFile) -> Finding:
    return Finding(path=damage.path, kind="damaged", found=damage.found, remedy=damage.remedy, damage=True)


def _known_names(series: SeriesFolder) -> set[str]:
    """What may lie in the folder of a series: every generation of its partitions, and our own two files."""
    generations = [*series.partitions(), *series.superseded()]
    return {partition.path.name for partition in generations} | {INDEX_FILE, WRITER_FILE}


def _index(series: SeriesFolder) -> Iterator[Finding]:
    entries, partitions = read_index(series), series.partitions()
    agrees = [newest(series, one, lambda it: _is_known(series, it, entries)) for one in partitions]
    if wrong := agrees.count(False):
        found = f"does not know {wrong} of {len(partitions)} partitions as they are"
        yield Finding(path=series.path / INDEX_FILE, kind="index", found=found, remedy=_RENEWED, damage=False)


def _is_known(series: SeriesFolder, partition: Partition, entries: Mapping[str, IndexEntry]) -> bool:
    """Whether the index has the facts of a partition; one that is damaged is none of its business."""
    try:
        facts = read_facts(partition, series)
    except DamagedFile:
        return True
    entry = entries.get(partition.path.name)
    return entry is not None and entry.is_of(partition.path) and entry.facts == facts


def _strays(folder: Path, known: set[str]) -> Iterator[Finding]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(".") and path.suffix == ".tmp":
            yield Finding(path=path, kind="staged", found="was not published", remedy=_STAGED, damage=False)
        elif path.name not in known:
            found = "is no part of a candle store"
            yield Finding(path=path, kind="stranger", found=found, remedy="Move it elsewhere", damage=False)
