"""The fingerprint of the bars that a run reads: what identifies its input."""

from collections.abc import Callable, Iterable
from typing import Any

from numpy.typing import NDArray

from feeds.provider import COLUMNS, DataProvider
from results.hashes import SeriesUsed
from results.table_hash import table_hash

# A hash runs over one column after the other. Up to two years of minutes (50 MB) are kept from one reading for that;
# a longer series is read once more for each column, so that memory does not grow with it.
_KEPT_ROWS = 1_051_200
_READ_ROWS = 32_768

ColumnReader = Callable[[str], Iterable[NDArray[Any]]]


def fingerprint(provider: DataProvider, symbol: str, start_ms: int, end_ms: int) -> SeriesUsed:
    """Hash the bars of `symbol` with start_ms ≤ open time < end_ms. Raises DataError as the provider does."""
    column = _kept_columns(provider, symbol, start_ms, end_ms)
    rows, first_ts, last_ts = 0, 0, 0
    for ts in column("ts"):
        first_ts = first_ts if rows else int(ts[0])
        last_ts = int(ts[-1])
        rows += len(ts)
    columns = [("open_ts", "<i8", column("ts")), *((name, "<f8", column(name)) for name in COLUMNS[1:])]
    return SeriesUsed(
        symbol=symbol,
        kind="last",
        step_ms=provider.coverage(symbol).interval_ms,
        rows=rows,
        first_ts=first_ts,
        last_ts=last_ts,
        sha256=table_hash("last", rows, columns),
    )


def _kept_columns(provider: DataProvider, symbol: str, start_ms: int, end_ms: int) -> ColumnReader:
    """Reads a column of the series by name: from memory if the series is short, else from the provider each time."""
    kept: dict[str, list[NDArray[Any]]] = {name: [] for name in COLUMNS}
    rows = 0
    for bars in provider.bars(symbol, start_ms, end_ms, _READ_ROWS):
        rows += len(bars)
        if rows > _KEPT_ROWS:
            return lambda name: provider.column(symbol, name, start_ms, end_ms)
        for name, pieces in kept.items():
            pieces.append(getattr(bars, name))
    return kept.__getitem__
