"""Tables on disk as Arrow record batches: Parquet, CSV (also packed), Feather and JSON.

Text of a CSV stays text here; whoever converts it can then say which row does not fit.
"""

import zipfile
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa

from feeds.candle_json import json_table
from feeds.candle_text import TextForm, open_text, text_form
from play_engine.errors import DataError

_FORMATS = {
    ".parquet": "Parquet",
    ".pq": "Parquet",
    ".csv": "CSV",
    ".csv.gz": "CSV",
    ".csv.zip": "CSV",
    ".zip": "CSV",
    ".tsv": "CSV",
    ".txt": "CSV",
    ".feather": "Feather",
    ".arrow": "Feather",
    ".json": "JSON",
    ".json.gz": "JSON",
}
# Lines of messages as they were recorded, not tables: `feeds.trades_recorded`.
RECORDED = (".jsonl", ".jsonl.gz")


@contextmanager
def reading(path: Path) -> Generator[None]:
    """Turn what is raised on a damaged file into a DataError that names the file and what to do."""
    try:
        yield
    except (pa.ArrowException, OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        kind = _FORMATS.get(_suffix(path), "candle")
        raise DataError(
            f"{path}: cannot be read as a {kind} file: {error}. It may be truncated, damaged or of another format; "
            "fetch or write it again."
        ) from error


@attrs.frozen(kw_only=True, eq=False)
class TableFile:
    """A table on disk: the names of its columns as the file writes them, and for a CSV the form of its text."""

    path: Path
    names: tuple[str, ...]
    text: TextForm | None = None
    _loaded: Any = attrs.field(default=None, alias="loaded")

    def batches(self, columns: Sequence[str], rows: int) -> Iterator[Any]:
        """The named columns (`pyarrow.RecordBatch`, in this order) in the order of the file, at most `rows` a batch.

        Memory holds a few batches, not the file, unless that is JSON. Raises DataError when the file proves damaged.
        """
        with reading(self.path):
            for batch in self._batches(list(columns), rows):
                for first in range(0, batch.num_rows, rows):
                    yield batch.slice(first, rows)

    def _batches(self, columns: list[str], rows: int) -> Iterator[Any]:
        if self._loaded is not None:
            return iter(self._loaded.select(columns).to_batches())
        if self.text is not None:
            return _csv(self.path, self.text, columns)
        return _parquet(self.path, columns, rows) if _format(self.path) == "Parquet" else _feather(self.path, columns)


def open_table(path: Path) -> TableFile:
    """Look at the beginning of a file.

    Raises DataError for one that is absent, empty, damaged, or of an unknown kind.
    """
    check_file(path, tuple(_FORMATS))
    with reading(path):
        kind = _format(path)
        if kind == "CSV":
            form = text_form(path)
            return TableFile(path=path, names=form.names, text=form)
        if kind == "JSON":
            table = json_table(path)
            return TableFile(path=path, names=tuple(table.column_names), loaded=table)
        if kind == "Feather":
            with pa.memory_map(str(path)) as source:
                return TableFile(path=path, names=tuple(pa.ipc.open_file(source).schema.names))
        import pyarrow.parquet as pq

        return TableFile(path=path, names=tuple(pq.read_schema(path, memory_map=True).names))


def check_file(path: Path, allowed: Sequence[str]) -> None:
    """Raise DataError unless `path` is a file with something in it, and one of the allowed suffixes."""
    if path.is_dir():
        raise DataError(f"{path}: is a folder; name a file.")
    if not path.is_file():
        raise DataError(f"{path}: no such file. Check the path.")
    if not path.name.lower().endswith(tuple(allowed)):
        known = ", ".join((*_FORMATS, *RECORDED))
        raise DataError(f"{path}: unknown kind of file; allowed: {known}. Convert or rename it.")
    if path.stat().st_size == 0:
        raise DataError(f"{path}: the file is empty (0 bytes). Fetch or write it again.")


def _parquet(path: Path, columns: list[str], rows: int) -> Iterator[Any]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, memory_map=True) as file:
        for batch in file.iter_batches(rows, columns=columns):
            yield batch.select(columns)


def _feather(path: Path, columns: list[str]) -> Iterator[Any]:
    with pa.memory_map(str(path)) as source:
        file = pa.ipc.open_file(source)
        for number in range(file.num_record_batches):
            yield file.get_batch(number).select(columns)


def _csv(path: Path, form: TextForm, columns: list[str]) -> Iterator[Any]:
    import pyarrow.csv as csv

    read = csv.ReadOptions(skip_rows=form.skip, column_names=None if form.headed else list(form.names))
    convert = csv.ConvertOptions(
        column_types={name: pa.string() for name in columns}, include_columns=columns, strings_can_be_null=False
    )
    parse = csv.ParseOptions(delimiter=form.delimiter)
    with open_text(path) as file, csv.open_csv(file, read, parse, convert) as reader:
        yield from reader


def _format(path: Path) -> str:
    return _FORMATS[_suffix(path)]


def _suffix(path: Path) -> str:
    name = path.name.lower()
    return next((suffix for suffix in _FORMATS if name.endswith(suffix)), path.suffix)
