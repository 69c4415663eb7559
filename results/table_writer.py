"""Writes one table of a run to a Parquet file while the run goes on, in bounded memory."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from exchange.simulated.records import Rows
from results.labels import Labels
from results.schema import COLUMNS
from results.tables import SCHEMAS, arrow_batch

# Rows of a row group, and the most that wait in memory: 3 to 6 MB by table.
ROW_GROUP_ROWS = 32_768
# Measured on a year of minutes: a tenth larger than at the default level, written in four fifths of its time.
_ZSTD_LEVEL = -5


class TableWriter:
    """Appends rows to `{folder}/{table}.parquet`.

    All row groups but the last have ROW_GROUP_ROWS rows, so the file's bytes do not depend on the chunks in which the
    rows came. The file has its full schema also without a row.
    """

    def __init__(self, table: str, folder: Path, labels: Labels) -> None:
        columns = COLUMNS[table]
        self._table, self._labels = table, labels
        self._path = folder / f"{table}.parquet"
        self._waiting: Rows | None = None
        # Texts for the rows that wait.
        self._notes: Mapping[int, str] = {}
        self.rows_waiting = 0
        options: dict[str, Any] = {
            "compression": "zstd",
            "compression_level": _ZSTD_LEVEL,
            "use_dictionary": [name for name, kind in columns.items() if kind == "d"],
            "use_byte_stream_split": [name for name, kind in columns.items() if kind == "f8"],
            "write_statistics": [name for name in columns if name.endswith("ts")],
        }
        self._writer = pq.ParquetWriter(self._path, SCHEMAS[table], **options)

    def add(self, rows: Rows, notes: Mapping[int, str]) -> None:
        """Append rows, with the texts of the notes that they refer to; rows that do not fill a row group wait as
        copies."""
        self._notes = {**self._notes, **notes} if self.rows_waiting else notes
        while len(rows):
            if not self.rows_waiting and len(rows) >= ROW_GROUP_ROWS:
                self._write(rows[:ROW_GROUP_ROWS])
                rows = rows[ROW_GROUP_ROWS:]
                continue
            if self._waiting is None:
                self._waiting = np.empty(ROW_GROUP_ROWS, dtype=rows.dtype)
            took = min(ROW_GROUP_ROWS - self.rows_waiting, len(rows))
            self._waiting[self.rows_waiting : self.rows_waiting + took] = rows[:took]
            self.rows_waiting += took
            rows = rows[took:]
            if self.rows_waiting == ROW_GROUP_ROWS:
                self._flush()

    def close(self) -> None:
        """Write what waits and the file's end, and wait until the disk has it."""
        self._flush()
        self._writer.close()
        with self._path.open("rb") as file:
            os.fsync(file.fileno())

    def abandon(self) -> None:
        """Close the file without what waits; it is going to be removed."""
        self._writer.close()

    def _flush(self) -> None:
        if self._waiting is not None and self.rows_waiting:
            self._write(self._waiting[: self.rows_waiting])
            self.rows_waiting = 0

    def _write(self, rows: Rows) -> None:
        self._writer.write_batch(arrow_batch(self._table, rows, self._labels, self._notes))
