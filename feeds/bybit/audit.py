"""Fetching again some of what is stored, to see whether the venue still says the same."""

from collections.abc import Callable

import numpy as np
import trio

from feeds.bybit.endpoints import KLINE_ROWS
from feeds.bybit.reports import AuditReport, Difference
from feeds.bybit.series import SyncedSeries
from feeds.bybit.spans import Held, Span, windows
from feeds.bybit.stored import stored_rows
from feeds.partitions import SeriesFolder
from feeds.stored_rows import StoredRows, joined
from play_engine.intervals import DAY_MS

# Differences that are kept of one series; more of them say nothing more.
_MOST_DIFFERENCES = 1_000


def sampled_windows(folder: SeriesFolder, held: Held, count: int, rng: np.random.Generator) -> list[Span]:
    """At most `count` different windows over what is stored, drawn evenly, in order of time."""
    width_ms = KLINE_ROWS * folder.interval_ms if folder.interval_ms else DAY_MS
    every = windows(held.span, width_ms)
    chosen = rng.choice(len(every), size=min(count, len(every)), replace=False)
    return [every[i] for i in sorted(chosen.tolist())]


async def compare_windows(
    series: SyncedSeries, chosen: list[Span], on_window: Callable[[int, int], None]
) -> AuditReport:
    """Compare each chosen window of the store with the venue; what a gap filler made is not compared.

    `on_window` is told how many windows and rows have been compared. Raises VenueError when a window cannot be fetched,
    and DataError when one cannot be read.
    """
    rows = 0
    differences: list[Difference] = []
    for number, window in enumerate(chosen, start=1):
        pieces = await trio.to_thread.run_sync(stored_rows, series.folder, window)
        if pieces:
            stored = joined(pieces)
            real = stored.taken(np.flatnonzero(~stored.synthetic))
            differences += _differences(real, await series.fetch(window))
            rows += len(real)
        on_window(number, rows)
    return AuditReport(rows=rows, differences=tuple(differences[:_MOST_DIFFERENCES]))


def _differences(stored: StoredRows, venue: StoredRows) -> list[Difference]:
    """Values that both have and that differ, and rows that only the store has, by time."""
    _, mine, theirs = np.intersect1d(stored.ts, venue.ts, assume_unique=True, return_indices=True)
    found: list[Difference] = []
    for name, column in stored.values.items():
        for i in np.flatnonzero(column[mine] != venue.values[name][theirs]).tolist():
            value, other = float(column[mine[i]]), float(venue.values[name][theirs[i]])
            found.append(Difference(ts_ms=int(stored.ts[mine[i]]), column=name, stored=value, venue=other))
    first = next(iter(stored.values))
    for i in np.setdiff1d(np.arange(len(stored)), mine, assume_unique=True).tolist():
        value = float(stored.values[first][i])
        found.append(Difference(ts_ms=int(stored.ts[i]), column=first, stored=value, venue=None))
    return sorted(found, key=lambda one: one.ts_ms)
