"""Mark prices joined to bars of the last price, on equal open times."""

from collections.abc import Iterable, Iterator

import attrs
import numpy as np

from feeds.joining import concatenated
from feeds.provider import COLUMNS
from play_engine.bars import BarSeries, Ints
from play_engine.errors import DataError
from play_engine.instants import iso


def with_marks(bars: Iterable[BarSeries], marks: Iterator[BarSeries]) -> Iterator[tuple[BarSeries, BarSeries]]:
    """Each chunk of bars with the mark bars of the same open times; mark bars that have no bar are left out.

    Where both come in the same chunks nothing is copied. Raises DataError for a bar without one.
    """
    held: BarSeries | None = None
    for chunk in bars:
        while held is None or not len(held) or held.ts[-1] < chunk.ts[-1]:
            piece = next(marks, None)
            if piece is None:
                break
            held = piece if held is None or not len(held) else concatenated([held, piece])
        rows = rows_of(chunk.ts, held.ts if held is not None else chunk.ts[:0])
        if rows is None or held is None:
            raise DataError(f"{chunk.symbol}: a bar from {iso(int(chunk.ts[0]))} on has no mark price any more")
        start, stop = int(rows[0]), int(rows[-1]) + 1
        whole = stop - start == len(chunk)
        yield chunk, held.rows(start, stop) if whole else _taken(held, rows)
        held = held.rows(stop, len(held))


def rows_of(wanted: Ints, present: Ints) -> Ints | None:
    """Where each of the `wanted` times stands in `present` (both increase); None unless all are there."""
    rows = np.searchsorted(present, wanted)
    if len(wanted) and (not len(present) or rows[-1] == len(present)):
        return None
    return rows if np.array_equal(present[rows], wanted) else None


def _taken(bars: BarSeries, rows: Ints) -> BarSeries:
    return attrs.evolve(bars, **{name: getattr(bars, name)[rows] for name in COLUMNS})
