"""Writing bars and readings to a file that reads back bit for bit: Parquet, CSV or Feather."""

import gzip
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from feeds.provider import COLUMNS
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.market import Readings

_FORMATS = {".parquet": "Parquet", ".csv": "CSV", ".csv.gz": "CSV", ".feather": "Feather"}
# The highest level takes ten times as long for a few percent.
_GZIP_LEVEL = 5
# A column's name says what it is of, so that the file is recognised when it is read again.
_VALUE_NAMES = {"funding": "funding_rate", "open_interest": "open_interest"}


def check_export_path(path: Path) -> None:
    """Raise DataError unless the suffix is that of a format which can be written."""
    if _suffix(path) is None:
        raise DataError(f"{path}: unknown kind of file; allowed: {', '.join(_FORMATS)}. Give it one of these endings.")


def write_bars(path: Path, bars: Iterable[BarSeries], kind: str) -> int:
    """Write bars that come in order, with `ts` in ms; a mark price without its volume. Returns how many.

    The file appears when it is whole. Memory holds one chunk. Raises DataError as `check_export_path` does.
    """
    names = [name for name in COLUMNS if kind == "last" or name != "volume"]
    schema = pa.schema([(name, pa.int64() if name == "ts" else pa.float64()) for name in names])
    rows = 0
    with _writing(path, schema) as writer:
        for chunk in bars:
            writer.write(pa.record_batch([getattr(chunk, name) for name in names], schema=schema))
            rows += len(chunk)
    return rows


def write_readings(path: Path, readings: Readings, kind: str) -> int:
    """Write readings, with `ts` in ms. Returns how many. Otherwise as `write_bars`."""
    schema = pa.schema([("ts", pa.int64()), (_VALUE_NAMES[kind], pa.float64())])
    with _writing(path, schema) as writer:
        writer.write(pa.record_batch([readings.ts, readings.values], schema=schema))
    return len(readings)


@contextmanager
def _writing(path: Path, schema: Any) -> Generator[Any]:
    """A writer of record batches to a file aside, which takes the name of `path` at the end, or goes."""
    check_export_path(path)
    aside = path.with_name(f".{path.name}.tmp")
    try:
        with _sink(path, aside) as sink, _writer(path, sink, schema) as writer:
            yield writer
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _sink(path: Path, aside: Path) -> Any:
    if path.name.lower().endswith(".gz"):
        return gzip.GzipFile(aside, "wb", compresslevel=_GZIP_LEVEL, mtime=0)
    return pa.output_stream(str(aside), compression=None)


def _writer(path: Path, sink: Any, schema: Any) -> Any:
    match _FORMATS[_suffix(path) or ""]:
        case "CSV":
            import pyarrow.csv as csv

            # Arrow would put the names in quotes.
            sink.write((",".join(schema.names) + "\n").encode())
            options = csv.WriteOptions(include_header=False, quoting_style="none")
            return csv.CSVWriter(sink, schema, write_options=options)
        case "Feather":
            return pa.ipc.new_file(sink, schema, options=pa.ipc.IpcWriteOptions(compression="lz4"))
        case _:
            import pyarrow.parquet as pq

            return pq.ParquetWriter(sink, schema, compression="zstd")


def _suffix(path: Path) -> str | None:
    return next((suffix for suffix in _FORMATS if path.name.lower().endswith(suffix)), None)
