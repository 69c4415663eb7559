"""Text tables as people have them: packed or not, with or without a header line, whatever parts their columns."""

import csv
import gzip
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from play_engine.errors import DataError

_DELIMITERS = ",;\t|"
# Enough for a header and some rows of the widest table.
_HEAD_BYTES = 16_384
_SAMPLE_ROWS = 8


@attrs.frozen(kw_only=True)
class TextForm:
    """How a text table is laid out: `skip` lines before it, its delimiter, its columns, and its first rows as text.

    Without a header line (`headed` is False) the columns are called by their numbers, from 1.
    """

    skip: int
    delimiter: str
    headed: bool
    names: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]


@contextmanager
def open_text(path: Path) -> Generator[Any]:
    """The text of a file, unpacked (`.gz`, or the only table in a `.zip`). Raises DataError for another kind of zip."""
    name = path.name.lower()
    if name.endswith(".zip"):
        with zipfile.ZipFile(path) as archive, archive.open(_only_member(path, archive)) as file:
            yield file
    elif name.endswith(".gz"):
        with gzip.open(path) as file:
            yield file
    else:
        with path.open("rb") as file:
            yield file


def text_form(path: Path) -> TextForm:
    """The form of a text table, from its first lines. Raises DataError when there is none."""
    with open_text(path) as file:
        head = file.read(_HEAD_BYTES).decode("utf-8-sig", errors="replace")
    lines = head.splitlines()
    if len(head) >= _HEAD_BYTES:
        del lines[-1]  # cut off in the middle
    skip = next((number for number, line in enumerate(lines) if not _is_remark(line)), len(lines))
    if skip == len(lines):
        raise DataError(f"{path}: the file is empty, it has no table in it. Fetch or write it again.")
    first = lines[skip]
    delimiter = max(_DELIMITERS, key=first.count)
    rows = [tuple(row) for row in csv.reader(lines[skip : skip + 1 + _SAMPLE_ROWS], delimiter=delimiter) if row]
    headed = not any(_is_number(cell) for cell in rows[0])
    names = rows[0] if headed else tuple(str(number) for number in range(1, len(rows[0]) + 1))
    return TextForm(skip=skip, delimiter=delimiter, headed=headed, names=names, sample=tuple(rows[headed:]))


def _only_member(path: Path, archive: zipfile.ZipFile) -> str:
    members = [name for name in archive.namelist() if not name.endswith("/") and not name.startswith("__MACOSX")]
    tables = [name for name in members if name.lower().endswith((".csv", ".txt", ".tsv"))]
    if len(tables) != 1:
        found = ", ".join(members[:_SAMPLE_ROWS]) or "nothing"
        raise DataError(f"{path}: found in the zip: {found}; allowed: one .csv file. Unpack it and name the file.")
    return tables[0]


def _is_remark(line: str) -> bool:
    # Some sites write their address above the table.
    return not line.strip() or line.startswith(("#", "http://", "https://"))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
