"""Joining runs of bars of one series end to end."""

from collections.abc import Iterable, Iterator, Sequence

import attrs
import numpy as np

from feeds.provider import COLUMNS
from play_engine.bars import BarSeries


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
