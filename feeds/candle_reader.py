"""Candle tables on disk as Arrow record batches: Parquet, CSV (also gzip) and Feather.

Text of a CSV stays text here; whoever converts it can then say which row does not fit.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from play_engine.errors import DataError

_FORMATS = {
    ".parquet": "Parquet",
    ".pq": "Parquet",
    ".csv": "CSV",
    ".csv.gz": "CSV",
    ".feather": "Feather",
    ".arrow": "Feather",
}


@contextmanager
def reading(path: Path) -> Generator[None]:
    """Turn what Arrow raises on a damaged file into a DataError that names the file and what to do."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        kind = _FORMATS.get(_suffix(path), "candle")
        raise DataError(
            f"{path}: cannot be read as a {kind} file: {error}. It may be truncated, damaged or of another format; "
            "fetch or write it again."
        ) from error


def column_names(path: Path) -> list[str]:
    """The names of the columns, as the file writes them.

    Raises DataError for a file that is absent, empty, damaged, or of an unknown kind.
    """
    _check_file(path)
    with reading(path):
        kind = _FORMATS[_suffix(path)]
        if kind == "CSV":
            return _open_csv(path, None).schema.names
        if kind == "Feather":
            with pa.memory_map(str(path)) as source:
                return pa.ipc.open_file(source).schema.names
        import pyarrow.parquet as pq

        return pq.read_schema(path, memory_map=True).names


def read_batches(path: Path, columns: Sequence[str], rows: int) -> Iterator[Any]:
    """The named columns (`pyarrow.RecordBatch`, in this order) in the order of the file, at most `rows` a batch.

    Memory holds a few batches, not the file. Raises DataError when the file proves damaged.
    """
    kind = _FORMATS[_suffix(path)]
    read = {"Parquet": _parquet, "CSV": _csv, "Feather": _feather}[kind]
    with reading(path):
        for batch in read(path, list(columns), rows):
            for first in range(0, batch.num_rows, rows):
                yield batch.slice(first, rows)


def _parquet(path: Path, columns: list[str], rows: int) -> Iterator[Any]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, memory_map=True) as file:
        for batch in file.iter_batches(rows, columns=columns):
            yield batch.select(columns)


def _csv(path: Path, columns: list[str], rows: int) -> Iterator[Any]:
    del rows  # blocks of a CSV are cut by bytes
    with _open_csv(path, columns) as reader:
        yield from reader


def _feather(path: Path, columns: list[str], rows: int) -> Iterator[Any]:
    del rows  # the batches are those of the file
    with pa.memory_map(str(path)) as source:
        file = pa.ipc.open_file(source)
        for number in range(file.num_record_batches):
            yield file.get_batch(number).select(columns)


def _open_csv(path: Path, columns: list[str] | None) -> Any:
    import pyarrow.csv as csv

    options = csv.ConvertOptions(
        column_types={name: pa.string() for name in columns or ()},
        include_columns=columns or [],
        strings_can_be_null=False,
    )
    return csv.open_csv(path, convert_options=options)


def _suffix(path: Path) -> str:
    name = path.name.lower()
    return next((suffix for suffix in _FORMATS if name.endswith(suffix)), path.suffix)


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise DataError(f"{path}: is a folder; name a file.")
    if not path.is_file():
        raise DataError(f"{path}: no such file. Check the path.")
    if _suffix(path) not in _FORMATS:
        raise DataError(f"{path}: unknown kind of file; allowed: {', '.join(_FORMATS)}. Convert or rename it.")
    if path.stat().st_size == 0:
        raise DataError(f"{path}: the file is empty (0 bytes). Fetch or write it again.")
