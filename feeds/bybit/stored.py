"""What the store has of one series, as far as syncing needs it."""

import numpy as np

from feeds.bybit.spans import Held, Span
from feeds.partition_files import read_rows
from feeds.partition_reading import newest
from feeds.partitions import SeriesFolder
from feeds.store_listing import SeriesEntry, entry_of
from feeds.stored_rows import StoredRows
from play_engine.bars import Ints

# Readings come at any time: the next one may be a ms later.
_READING_STEP_MS = 1


def step_ms(series: SeriesFolder) -> int:
    """The distance between two rows that follow on each other."""
    return series.interval_ms or _READING_STEP_MS


def held(series: SeriesFolder) -> Held | None:
    """The stretch that is stored, and what lacks in it; bars that a gap filler made count as lacking."""
    entry = entry_of(series)
    if entry is None:
        return None
    gaps = [Span(gap.start_ms, gap.end_ms) for gap in entry.gaps]
    span = Span(entry.first_ms, entry.last_ms + step_ms(series))
    return Held(span=span, gaps=tuple(sorted((*gaps, *_made_up(series, entry)))))


def stored_rows(series: SeriesFolder, span: Span) -> list[StoredRows]:
    """The rows of a span, in order, in pieces that each have one or more."""
    pieces: list[StoredRows] = []
    for partition in series.partitions(span.start_ms, span.end_ms):
        rows = newest(series, partition, lambda one: read_rows(one, series)[0])
        if rows is not None:
            pieces.append(rows.taken(slice(*np.searchsorted(rows.ts, (span.start_ms, span.end_ms)))))
    return [piece for piece in pieces if len(piece)]


def close_before(series: SeriesFolder, ts_ms: int) -> float | None:
    """The close of the real bar that ends at `ts_ms`; None if the store has none."""
    pieces = stored_rows(series, Span(ts_ms - series.interval_ms, ts_ms))
    if not pieces or pieces[0].synthetic[-1]:
        return None
    return float(pieces[0].values["close"][-1])


def _made_up(series: SeriesFolder, entry: SeriesEntry) -> list[Span]:
    if not entry.synthetic_rows:
        return []
    pieces = stored_rows(series, Span(entry.first_ms, entry.last_ms + 1))
    return _runs(np.concatenate([piece.ts[piece.synthetic] for piece in pieces]), series.interval_ms)


def _runs(ts: Ints, interval_ms: int) -> list[Span]:
    """Bars that follow on each other as spans."""
    breaks = np.flatnonzero(np.diff(ts) != interval_ms) + 1
    return [Span(int(run[0]), int(run[-1]) + interval_ms) for run in np.split(ts, breaks) if len(run)]
