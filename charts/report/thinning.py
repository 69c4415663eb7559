"""Fewer points for long columns, without hiding an extreme.

A picture is about a thousand pixels wide. What is drawn for many rows are either some of the rows, the extremes always
among them (`kept_rows`), or what they amount to (`spans`).
"""

from collections.abc import Sequence

import attrs
import numpy as np

from play_engine.bars import Floats, Ints


@attrs.frozen(kw_only=True, eq=False)
class Spans:
    """Stretches of neighbouring rows: the last row of each, and the column's lowest, mean and highest value in it."""

    last: Ints
    low: Floats
    mean: Floats
    high: Floats
    longest: int


def kept_rows(columns: Sequence[Floats], stretches: int) -> Ints:
    """Rows to draw, ascending: of each of `stretches` stretches the first, the last and each column's extremes.

    All rows if there are few. The columns are of one length; NaN is no extreme.
    """
    rows = len(columns[0])
    if rows <= 2 * stretches:
        return np.arange(rows)
    edges = np.linspace(0, rows, stretches + 1).astype(np.int64)
    kept = [edges[:-1], edges[1:] - 1]
    for column in columns:
        lowest, highest = np.where(np.isnan(column), np.inf, column), np.where(np.isnan(column), -np.inf, column)
        pairs = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
        kept.append(np.array([first + int(np.argmin(lowest[first:end])) for first, end in pairs]))
        kept.append(np.array([first + int(np.argmax(highest[first:end])) for first, end in pairs]))
    return np.unique(np.concatenate(kept))


def extremes(low: Floats, high: Floats, rows: Ints) -> tuple[Floats, Floats]:
    """For each of the kept `rows`, the least `low` and the greatest `high` since the kept row before it."""
    starts = np.concatenate(([0], rows[:-1] + 1))
    return np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)


def spans(column: Floats, stretches: int) -> Spans:
    """The column in `stretches` stretches, or a stretch for each row if there are fewer; it has no NaN."""
    rows = len(column)
    starts = np.linspace(0, rows, min(stretches, rows) + 1).astype(np.int64)
    lengths = np.diff(starts)
    starts = starts[:-1]
    if rows == 0:
        return Spans(last=starts, low=column, mean=column, high=column, longest=0)
    return Spans(
        last=starts + lengths - 1,
        low=np.minimum.reduceat(column, starts),
        mean=np.add.reduceat(column, starts) / lengths,
        high=np.maximum.reduceat(column, starts),
        longest=int(np.max(lengths)),
    )
