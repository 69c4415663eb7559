"""Where the candle store keeps what: `root/<venue>/<symbol>/<interval>/<period>.<generation>.parquet`.

The period is a month (`2023-03`) for intervals below an hour and a year (`2023`) for the others, so that a partition is
of a size that is quickly read and quickly written again. A partition that grows is written anew as the next generation:
a file never changes once it has its name, because DuckDB opens a file more than once while it reads it.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from play_engine.bars import BarSeries, Ints
from play_engine.errors import DataError
from play_engine.intervals import INTERVALS, MINUTE_MS, interval_name

_PARTITION = re.compile(r"(\d{4}(?:-\d{2})?)\.(\d{6})\.parquet")
_FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# Years 1 to 9999: names of periods sort like the periods themselves.
EARLIEST_MS, LATEST_MS = -62_135_596_800_000, 253_402_300_800_000
_MONTHLY_BELOW_MS = 60 * MINUTE_MS


@attrs.frozen(kw_only=True, order=True)
class Partition:
    """One file: the bars of a period, as its writer number `generation` left them."""

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
    """The folder of one series. Raises DataError when a name cannot be a folder's, or the interval is unknown."""

    root: Path
    venue: str
    symbol: str
    interval_ms: int

    def __attrs_post_init__(self) -> None:
        for kind, name in (("venue", self.venue), ("symbol", self.symbol)):
            if not _FOLDER_NAME.fullmatch(name):
                raise DataError(f"{kind} {name!r}: allowed are letters, digits, `.`, `_`, `-`; a letter or digit first")
        if self.interval_ms not in INTERVALS.values():
            raise DataError(f"interval of {self.interval_ms} ms: allowed are {', '.join(INTERVALS)}")

    @property
    def path(self) -> Path:
        """The folder itself; it need not exist."""
        return self.root / self.venue / self.symbol / interval_name(self.interval_ms)

    def partitions(self, start_ms: int = EARLIEST_MS, end_ms: int = LATEST_MS) -> list[Partition]:
        """The newest file of each period that can hold bars of start_ms ≤ open time < end_ms, in order of time."""
        if start_ms >= end_ms:
            return []
        bounds = np.array([max(start_ms, EARLIEST_MS), min(end_ms, LATEST_MS) - 1])
        first, last = (str(period) for period in self._periods(bounds))
        newest = {partition.period: partition for partition in self._files()}
        return [partition for period, partition in newest.items() if first <= period <= last]

    def superseded(self) -> list[Partition]:
        """Files that a newer generation has replaced."""
        newest = set(self.partitions())
        return [partition for partition in self._files() if partition not in newest]

    def cut(self, bars: BarSeries) -> Iterator[tuple[Partition, BarSeries]]:
        """The bars cut where periods change, each with the first generation of its period."""
        if len(bars) == 0:
            return
        periods = self._periods(bars.ts)
        starts = [0, *(np.flatnonzero(periods[1:] != periods[:-1]) + 1).tolist()]
        for start, stop in zip(starts, [*starts[1:], len(bars)], strict=True):
            yield Partition(folder=self.path, period=str(periods[start]), generation=1), bars.rows(start, stop)

    def _periods(self, ts: Ints) -> Any:
        unit = "M" if self.interval_ms < _MONTHLY_BELOW_MS else "Y"
        return ts.astype("datetime64[ms]").astype(f"datetime64[{unit}]")

    def _files(self) -> list[Partition]:
        """Every partition by period, then generation. What a crash left behind has another name."""
        names = [path.name for path in self.path.iterdir()] if self.path.is_dir() else []
        matches = [match for match in map(_PARTITION.fullmatch, names) if match]
        return sorted(Partition(folder=self.path, period=m[1], generation=int(m[2])) for m in matches)
