"""Flat bars for the bars that a venue does not have: made only when asked for, and marked as made."""

from collections.abc import Iterator

import numpy as np

from feeds.bybit.spans import Held, Span
from feeds.bybit.stored import stored_rows
from feeds.partitions import SeriesFolder
from feeds.stored_rows import StoredRows

# Bars made at a time.
_MOST_ROWS = 32_768


def flat_bars(series: SeriesFolder, held: Held, wanted: Span) -> Iterator[StoredRows]:
    """For each gap within `wanted`: bars at the close before it, with a volume of 0, all marked as synthetic.

    Reads the store, so it is for a worker thread.
    """
    for gap in held.gaps:
        inside = gap.within(wanted)
        if not len(inside):
            continue
        before = stored_rows(series, Span(gap.start_ms - series.interval_ms, gap.start_ms))
        if not before:
            continue
        close = float(before[-1].values["close"][-1])
        width_ms = _MOST_ROWS * series.interval_ms
        for start_ms in range(inside.start_ms, inside.end_ms, width_ms):
            yield _flat(close, np.arange(start_ms, min(start_ms + width_ms, inside.end_ms), series.interval_ms))


def _flat(close: float, ts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> StoredRows:
    prices = {name: np.full(len(ts), close) for name in ("open", "high", "low", "close")}
    values = {**prices, "volume": np.zeros(len(ts))}
    return StoredRows(ts=ts, values=values, synthetic=np.ones(len(ts), dtype=np.bool_))
