"""Where the candle store keeps what: `root/<venue>/<symbol>/<series>/<period>.<generation>.parquet`.

A series is bars of the last price (`1m`), bars of the mark price (`mark-1m`), or readings (`funding`, `open_interest`).
The period is a month (`2023-03`) or a year (`2023`), so that a partition is of a size that is quickly read and quickly
written again. A partition that grows is written anew as the next generation: a file never changes once it has its name.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from play_engine.bars import Ints
from play_engine.errors import DataError
from play_engine.intervals import INTERVALS, MINUTE_MS, interval_name
from play_engine.market import READING_KINDS

# Bars of the last price, and of the price from which a venue derives margin and liquidation.
BAR_KINDS = ("last", "mark")
KINDS = (*BAR_KINDS, *READING_KINDS)
_PARTITION = re.compile(r"(\d{4}(?:-\d{2})?)\.(\d{6})\.parquet")
_FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_MARK_PREFIX = "mark-"
# Years 1 to 9999: names of periods sort like the periods themselves.
EARLIEST_MS, LATEST_MS = -62_135_596_800_000, 253_402_300_800_000
_MONTHLY_BELOW_MS = 60 * MINUTE_MS
# Funding comes a few times a day, open interest as often as every five minutes.
_YEARLY_READINGS = ("funding",)


@attrs.frozen(kw_only=True, order=True)
class Partition:
    """One file: the rows of a period, as its writer number `generation` left them."""

    folder: Path
    period: str
    generation: int

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / f"{self.period}.{self.generation:06d}.parquet"

    @property
    def staged_path(self) -> Path:
        """Where the file is prepared, under a name that readers pass over."""
        return self.folder / f".{self.path.name}.tmp"

    def next(self) -> "Partition":
        """The file that replaces this one."""
        return attrs.evolve(self, generation=self.generation + 1)


@attrs.frozen(kw_only=True)
class SeriesFolder:
    """The folder of one series: bars of an interval, or readings, whose `interval_ms` is 0.

    Raises DataError when a name cannot be a folder's, or kind and interval do not go together.
    """

    root: Path
    venue: str
    symbol: str
    interval_ms: int = 0
    kind: str = "last"

    def __attrs_post_init__(self) -> None:
        check_names(self.venue, self.symbol)
        if self.kind not in KINDS:
            raise DataError(f"kind {self.kind!r}: allowed are {', '.join(KINDS)}")
        if self.kind in BAR_KINDS and self.interval_ms not in INTERVALS.values():
            raise DataError(f"interval of {self.interval_ms} ms: allowed are {', '.join(INTERVALS)}")
        if self.kind in READING_KINDS and self.interval_ms:
            raise DataError(f"{self.kind} with an interval of {self.interval_ms} ms: readings have none, give 0")

    @property
    def name(self) -> str:
        """What the folder is called."""
        if self.kind in READING_KINDS:
            return self.kind
        return f"{_MARK_PREFIX if self.kind == 'mark' else ''}{interval_name(self.interval_ms)}"

    @property
    def path(self) -> Path:
        """The folder itself; it need not exist."""
        return self.root / self.venue / self.symbol / self.name

    @property
    def id(self) -> str:
        """The series in one word, the same wherever the store lies."""
        return f"{self.venue}/{self.symbol}/{self.name}"

    def partitions(self, start_ms: int = EARLIEST_MS, end_ms: int = LATEST_MS) -> list[Partition]:
        """The newest file of each period that can hold rows of start_ms ≤ ts < end_ms, in order of time."""
        if start_ms >= end_ms:
            return []
        bounds = np.array([max(start_ms, EARLIEST_MS), min(end_ms, LATEST_MS) - 1])
        first, last = (str(period) for period in self.periods(bounds))
        newest = {partition.period: partition for partition in self._files()}
        return [partition for period, partition in newest.items() if first <= period <= last]

    def superseded(self) -> list[Partition]:
        """Files that a newer generation has replaced."""
        newest = set(self.partitions())
        return [partition for partition in self._files() if partition not in newest]

    def first_partition(self, period: str) -> Partition:
        """The first generation of a period."""
        return Partition(folder=self.path, period=period, generation=1)

    def periods(self, ts: Ints) -> Any:
        """The period of each time, as NumPy months or years; as text they are those of file names."""
        return ts.astype("datetime64[ms]").astype(f"datetime64[{self._unit}]")

    def span_ms(self, period: str) -> tuple[int, int]:
        """When a period begins and when it ends."""
        month = np.datetime64(period, self._unit)
        start, end = (int(edge.astype("datetime64[ms]").astype(np.int64)) for edge in (month, month + 1))
        return start, end

    @property
    def _unit(self) -> str:
        yearly = self.kind in _YEARLY_READINGS or self.interval_ms >= _MONTHLY_BELOW_MS
        return "Y" if yearly else "M"

    def _files(self) -> list[Partition]:
        """Every partition by period, then generation. What a crash left behind has another name."""
        names = self._names()
        # A list that is made while a writer puts one file in the place of another might have neither.
        while (again := self._names()) != names:
            names = again
        matches = [match for match in map(_PARTITION.fullmatch, names) if match]
        return sorted(Partition(folder=self.path, period=m[1], generation=int(m[2])) for m in matches)

    def _names(self) -> set[str]:
        return {path.name for path in self.path.iterdir()} if self.path.is_dir() else set()


def check_names(venue: str, symbol: str) -> None:
    """Raise DataError unless both can be names of folders."""
    for kind, name in (("venue", venue), ("symbol", symbol)):
        if not _FOLDER_NAME.fullmatch(name):
            raise DataError(f"{kind} {name!r}: allowed are letters, digits, `.`, `_`, `-`; a letter or digit first")


def series_folders(root: Path, venue: str | None = None, symbol: str | None = None) -> Iterator[SeriesFolder]:
    """Every series that has a folder, by venue, symbol, kind and interval; only of one venue or symbol if given."""
    for venue_path in subfolders(root):
        for symbol_path in subfolders(venue_path) if venue in (None, venue_path.name) else ():
            if symbol not in (None, symbol_path.name):
                continue
            named = [series_of(folder.name) for folder in subfolders(symbol_path)]
            for kind, interval_ms in sorted((one for one in named if one), key=_rank):
                names = {"venue": venue_path.name, "symbol": symbol_path.name}
                yield SeriesFolder(root=root, **names, kind=kind, interval_ms=interval_ms)


def series_of(name: str) -> tuple[str, int] | None:
    """Kind and interval of the series whose folder has this name; None if no series is called so."""
    if name in READING_KINDS:
        return name, 0
    length_ms = INTERVALS.get(name.removeprefix(_MARK_PREFIX))
    return None if length_ms is None else ("mark" if name.startswith(_MARK_PREFIX) else "last", length_ms)


def subfolders(path: Path) -> list[Path]:
    """The folders in a folder that can be a venue's, a symbol's or a series', by name."""
    if not path.is_dir():
        return []
    return sorted(entry for entry in path.iterdir() if _FOLDER_NAME.fullmatch(entry.name) and entry.is_dir())


def _rank(series: tuple[str, int]) -> tuple[int, int]:
    return KINDS.index(series[0]), series[1]
