"""Partitions of the candle store as files: read whole, prepared aside, and put in place all at once."""

import os
from collections.abc import Collection

from feeds.candle_reader import reading
from feeds.partitions import Partition
from feeds.provider import COLUMNS
from play_engine.bars import BAR_COLUMNS, BarSeries


def read_partition(partition: Partition, symbol: str, interval_ms: int) -> BarSeries:
    """All bars of a partition, for merging. Raises DataError when the file is damaged."""
    import pyarrow.parquet as pq

    with reading(partition.path), pq.ParquetFile(partition.path) as file:
        table = file.read(columns=list(COLUMNS))
    columns = {name: table.column(name).to_numpy() for name in COLUMNS}
    return BarSeries(symbol=symbol, interval_ms=interval_ms, **columns)


def stage_partition(partition: Partition, bars: BarSeries) -> None:
    """Write `bars` to the partition's staged path, durably."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({name: getattr(bars, name) for name in COLUMNS})
    with partition.staged_path.open("wb") as file:
        # Times are evenly spaced, so their differences cost nothing. Prices share their leading bytes, so split into
        # bytes they shrink under LZ4 as far as whole under zstd, and are read in half of the time.
        encoding = {"ts": "DELTA_BINARY_PACKED", **dict.fromkeys(BAR_COLUMNS, "BYTE_STREAM_SPLIT")}
        pq.write_table(table, file, compression="lz4", use_dictionary=False, column_encoding=encoding)
        file.flush()
        os.fsync(file.fileno())


def publish(partitions: Collection[Partition]) -> None:
    """Give staged partitions their names, oldest period first, and make the names durable."""
    for partition in sorted(partitions):
        partition.staged_path.replace(partition.path)
    for folder in {partition.folder for partition in partitions}:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
