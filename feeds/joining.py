"""Joining runs of bars of one series: end to end, or into what is there already."""

from collections.abc import Iterable, Iterator, Sequence

import attrs
import numpy as np

from feeds.provider import COLUMNS
from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.errors import DataError
from play_engine.instants import iso


def concatenated(pieces: Sequence[BarSeries]) -> BarSeries:
    """One or more pieces end to end, in new arrays; a single piece as it is."""
    if len(pieces) == 1:
        return pieces[0]
    columns = {name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in COLUMNS}
    return attrs.evolve(pieces[0], **columns)


def rechunked(pieces: Iterable[BarSeries], chunk_bars: int) -> Iterator[BarSeries]:
    """The same bars in chunks of exactly `chunk_bars`, but for the last one. Holds one chunk and one piece."""
    held: list[BarSeries] = []
    rows = 0
    for piece in pieces:
        held.append(piece)
        rows += len(piece)
        if rows < chunk_bars:
            continue
        joined = concatenated(held)
        whole = rows - rows % chunk_bars
        for start in range(0, whole, chunk_bars):
            yield joined.rows(start, start + chunk_bars)
        held = [joined.rows(whole, rows)]
        rows -= whole
    if rows:
        yield concatenated(held)


def merged(place: str, present: BarSeries, added: BarSeries) -> tuple[BarSeries, int]:
    """Both series as one, in order, and how many bars of `added` were new.

    Raises DataError, naming time, column and both values, where a bar stands in both and differs.
    """
    _, mine, theirs = np.intersect1d(present.ts, added.ts, assume_unique=True, return_indices=True)
    for name in BAR_COLUMNS:
        differs = getattr(present, name)[mine] != getattr(added, name)[theirs]
        if differs.any():
            i = int(np.flatnonzero(differs)[0])
            raise _conflict(place, present, added, name, int(mine[i]), int(theirs[i]))
    new = np.setdiff1d(np.arange(len(added)), theirs, assume_unique=True)
    if len(new) == 0:
        return present, 0
    columns = {name: np.concatenate([getattr(present, name), getattr(added, name)[new]]) for name in COLUMNS}
    order = np.argsort(columns["ts"], kind="stable")
    return attrs.evolve(present, **{name: column[order] for name, column in columns.items()}), len(new)


def _conflict(place: str, present: BarSeries, added: BarSeries, name: str, mine: int, theirs: int) -> DataError:
    ts_ms = int(present.ts[mine])
    return DataError(
        f"{place}: bar {ts_ms} ({iso(ts_ms)}), column {name}: the store has {float(getattr(present, name)[mine])!r}, "
        f"the new data {float(getattr(added, name)[theirs])!r}. Nothing was written. "
        "Find out which is right; to take the new one, delete the partition and import again."
    )
