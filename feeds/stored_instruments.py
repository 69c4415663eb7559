"""Dated documents about an instrument, as plain data: `root/<venue>/<symbol>/instrument/<as_of_ms>.json`.

A document says what held from its instant on: steps, limits, risk tiers. A new one stands beside the older ones, so
that a backtest of last year finds what held then.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import attrs

from feeds.damaged_file import DamagedFile
from feeds.partition_files import sync_folder
from feeds.partitions import check_names, subfolders
from feeds.store_format import stamp_version
from play_engine.errors import DataError
from play_engine.instants import iso

FOLDER = "instrument"
_DOCUMENT = re.compile(r"(\d{1,15})\.json")


@attrs.frozen(kw_only=True)
class InstrumentFolder:
    """The documents of one instrument. Raises DataError when a name cannot be a folder's."""

    root: Path
    venue: str
    symbol: str

    def __attrs_post_init__(self) -> None:
        check_names(self.venue, self.symbol)

    @property
    def path(self) -> Path:
        """The folder itself; it need not exist."""
        return self.root / self.venue / self.symbol / FOLDER

    def dates(self) -> list[int]:
        """The instants (ms) from which documents hold, in order."""
        names = [path.name for path in self.path.iterdir()] if self.path.is_dir() else []
        return sorted(int(match[1]) for match in map(_DOCUMENT.fullmatch, names) if match)

    def file(self, as_of_ms: int) -> Path:
        """The file of the document that holds from an instant."""
        return self.path / f"{as_of_ms}.json"

    def read(self, as_of_ms: int) -> Mapping[str, Any]:
        """One document. Raises DamagedFile when it is no JSON object."""
        path = self.file(as_of_ms)
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise DamagedFile(path, f"is not JSON: {error}") from error
        if not isinstance(document, dict):
            raise DamagedFile(path, "holds no JSON object")
        return document

    def write(self, as_of_ms: int, document: Mapping[str, Any]) -> bool:
        """Keep a document, durably; whether it says anything new.

        Nothing is written when the document that holds at that instant says the same. Raises DataError when there is
        another document of exactly that instant, and ValueError for what JSON does not have.
        """
        text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
        held = self.latest(as_of_ms)
        if held is not None and self.read(held) == json.loads(text):
            return False
        if held == as_of_ms:
            place = self.file(as_of_ms)
            raise DataError(
                f"{place}: the store has another document of {iso(as_of_ms)}; delete it to take the new one."
            )
        stamp_version(self.root)
        self.path.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=self.path, prefix=".", suffix=".tmp", delete=False, encoding="utf-8") as file:
            file.write(text)
        Path(file.name).replace(self.file(as_of_ms))
        sync_folder(self.path)
        return True

    def latest(self, at_ms: int | None) -> int | None:
        """The date of the document that holds at an instant, or now; None before the first one."""
        return max((date for date in self.dates() if at_ms is None or date <= at_ms), default=None)


def instrument_folders(root: Path, venue: str | None, symbol: str | None) -> Iterator[InstrumentFolder]:
    """Every instrument that has documents, by venue and symbol; only of one venue or symbol if given."""
    for venue_path in subfolders(root):
        for symbol_path in subfolders(venue_path) if venue in (None, venue_path.name) else ():
            if symbol in (None, symbol_path.name) and (symbol_path / FOLDER).is_dir():
                yield InstrumentFolder(root=root, venue=venue_path.name, symbol=symbol_path.name)


def damaged_documents(folder: InstrumentFolder) -> Iterator[DamagedFile]:
    """What is wrong with documents of an instrument."""
    for as_of_ms in folder.dates():
        try:
            folder.read(as_of_ms)
        except DamagedFile as damage:
            yield damage
