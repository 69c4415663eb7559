"""The facts of all partitions of a series in one small file, so that a list of the store need not open each of them.

`.index.json` is derived: a partition that it lacks, or that has another size or time of writing than it says, is opened
instead. Only writers write it, and a store without it is as good, only slower to list.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from feeds.damaged_file import DamagedFile
from feeds.partition_facts import PartitionFacts
from feeds.partition_files import read_facts
from feeds.partition_reading import newest
from feeds.partitions import Partition, SeriesFolder
from feeds.store_format import VERSION

INDEX_FILE = ".index.json"


@attrs.frozen(kw_only=True)
class IndexEntry:
    """A partition as the index knows it: which file (size in bytes, time of writing in ns), and its facts."""

    size: int
    written_ns: int
    facts: PartitionFacts

    def is_of(self, path: Path) -> bool:
        """Whether the file is still the one that was indexed."""
        status = path.stat()
        return (status.st_size, status.st_mtime_ns) == (self.size, self.written_ns)


def facts_by_partition(series: SeriesFolder) -> dict[Partition, PartitionFacts]:
    """The facts of each partition, in order. Raises DamagedFile for one that must be opened and is damaged."""
    known = read_index(series)
    found = [newest(series, one, lambda it: (it, _facts(series, it, known))) for one in series.partitions()]
    return dict(pair for pair in found if pair)


def read_index(series: SeriesFolder) -> Mapping[str, IndexEntry]:
    """The index by name of file; empty when there is none, or none that can be used."""
    try:
        document = json.loads((series.path / INDEX_FILE).read_text(encoding="utf-8"))
        if document["version"] != VERSION:
            return {}
        return {name: _entry_of(entry) for name, entry in document["partitions"].items()}
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write_index(series: SeriesFolder) -> None:
    """Bring the index up to date with the files; for whoever holds the series for writing."""
    known = read_index(series)
    entries: dict[str, IndexEntry] = {}
    for partition in series.partitions():
        name, old = partition.path.name, known.get(partition.path.name)
        try:
            status = partition.path.stat()
            facts = _facts(series, partition, known)
            entries[name] = IndexEntry(size=status.st_size, written_ns=status.st_mtime_ns, facts=facts)
        except DamagedFile:
            # What was known of a file that is damaged now tells which bars are lost.
            entries |= {name: old} if old else {}
    if entries == known:
        return
    staged = series.path / f"{INDEX_FILE}.tmp"
    document = {"version": VERSION, "partitions": {name: _document(entry) for name, entry in entries.items()}}
    staged.write_text(json.dumps(document), encoding="utf-8")
    staged.replace(series.path / INDEX_FILE)


def _facts(series: SeriesFolder, partition: Partition, known: Mapping[str, IndexEntry]) -> PartitionFacts:
    entry = known.get(partition.path.name)
    return entry.facts if entry and entry.is_of(partition.path) else read_facts(partition, series)


def _entry_of(document: Mapping[str, Any]) -> IndexEntry:
    facts = PartitionFacts.of_document(document["facts"])
    return IndexEntry(size=document["size"], written_ns=document["written_ns"], facts=facts)


def _document(entry: IndexEntry) -> dict[str, Any]:
    return {"size": entry.size, "written_ns": entry.written_ns, "facts": entry.facts.document()}
