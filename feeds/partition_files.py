"""Partitions of the candle store as files: read, prepared aside, and put in place all at once.

Reading opens a file once. Where it is gone, FileNotFoundError says so: see `feeds.partition_reading`.
"""

import errno
import json
import os
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from feeds.damaged_file import DamagedFile
from feeds.partition_facts import METADATA_KEY, PartitionFacts, checksum, facts_of, facts_of_times, metadata_of
from feeds.partitions import Partition, SeriesFolder
from feeds.store_format import refuse_newer
from feeds.stored_rows import StoredRows, value_columns


def read_facts(partition: Partition, series: SeriesFolder) -> PartitionFacts:
    """The facts of a partition out of its metadata; of version 1 out of its column of times.

    Raises DamagedFile when it cannot be read or belongs to another series, and DataError when it is of a newer version.
    """
    import pyarrow.parquet as pq

    with _reading(partition.path), pq.ParquetFile(partition.path) as file:
        facts = _stated_facts(partition.path, series, file.schema_arrow.metadata)
        if facts is None:
            facts = facts_of_times(_column(file.read(columns=["ts"]), "ts", partition.path), series)
    return facts


def read_columns(partition: Partition, names: Sequence[str]) -> list[Any]:
    """Columns of a partition as arrays, perhaps read-only. Raises DamagedFile when it cannot be read."""
    import pyarrow.parquet as pq

    # More threads decode no sooner: they only take cores from the engine, which works on the rows before.
    with _reading(partition.path), pq.ParquetFile(partition.path) as file:
        table = file.read(columns=list(names), use_threads=False)
        return [_column(table, name, partition.path) for name in names]


def read_rows(partition: Partition, series: SeriesFolder) -> tuple[StoredRows, PartitionFacts | None]:
    """All rows of a partition, and what it states of them; None in version 1.

    Raises DamagedFile when it cannot be read, belongs to another series, or its values do not have their checksum, and
    DataError when it is of a newer version.
    """
    import pyarrow.parquet as pq

    with _reading(partition.path), pq.ParquetFile(partition.path) as file:
        facts = _stated_facts(partition.path, series, file.schema_arrow.metadata)
        table = file.read()
        values = {name: _column(table, name, partition.path) for name in value_columns(series.kind)}
        marked = "synthetic" in table.column_names
        synthetic = _column(table, "synthetic", partition.path) if marked else np.zeros(len(table), dtype=np.bool_)
        rows = StoredRows(ts=_column(table, "ts", partition.path), values=values, synthetic=synthetic)
    if facts and facts.checksum != checksum(rows):
        raise DamagedFile(partition.path, "its values do not have the checksum that was written with them")
    return rows, facts


def stage_partition(partition: Partition, series: SeriesFolder, rows: StoredRows) -> None:
    """Write one row or more to the partition's staged path, durably."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    # Times are evenly spaced, so their differences cost nothing. Prices share their leading bytes, so split into
    # bytes they shrink under LZ4 as far as whole under zstd, and are read in half of the time.
    encoding = {"ts": "DELTA_BINARY_PACKED", **dict.fromkeys(rows.values, "BYTE_STREAM_SPLIT")}
    columns: dict[str, Any] = {"ts": rows.ts, **rows.values}
    if rows.synthetic.any():
        columns["synthetic"] = rows.synthetic
        encoding["synthetic"] = "PLAIN"
    table = pa.table(columns).replace_schema_metadata(metadata_of(facts_of(rows, series), series))
    with partition.staged_path.open("wb") as file:
        pq.write_table(
            table, file, compression="lz4", use_dictionary=False, column_encoding=encoding, row_group_size=len(rows)
        )
        file.flush()
        os.fsync(file.fileno())


def publish(partitions: Collection[Partition]) -> None:
    """Give staged partitions their names, oldest period first, and make the names durable."""
    for partition in sorted(partitions):
        partition.staged_path.replace(partition.path)
    for folder in {partition.folder for partition in partitions}:
        sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _stated_facts(path: Path, series: SeriesFolder, metadata: dict[bytes, bytes] | None) -> PartitionFacts | None:
    if METADATA_KEY not in (metadata or {}):
        return None
    try:
        document = json.loads((metadata or {})[METADATA_KEY])
        version, named = document["version"], document["series"]
        refuse_newer(path, version)
        facts = PartitionFacts.of_document(document)
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedFile(path, "what it states of its rows is damaged") from error
    if named != series.id:
        raise DamagedFile(path, f"it is a partition of {named}, not of {series.id}")
    return facts


def _column(table: Any, name: str, path: Path) -> Any:
    values = table.column(name).to_numpy()
    expected = {"ts": np.int64, "synthetic": np.bool_}.get(name, np.float64)
    if len(values) == 0 or values.dtype != expected:
        found = f"{len(values)} values of {values.dtype}; allowed: 1 or more of {expected.__name__}"
        raise DamagedFile(path, f"column {name}: found {found}")
    return values


@contextmanager
def _reading(path: Path) -> Generator[None]:
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, KeyError) as error:
        # What the machine lacks at the moment (a permission, memory, file handles) says nothing about the file.
        if isinstance(error, pa.ArrowMemoryError) or getattr(error, "errno", None) not in (None, errno.EIO):
            raise
        raise DamagedFile(path, f"cannot be read as a partition: {error}") from error
