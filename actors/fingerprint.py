"""The fingerprint of the bars that a run reads: what identifies its input."""

from collections.abc import Iterator

from numpy.typing import NDArray

from feeds.provider import COLUMNS, DataProvider
from results.hashes import SeriesUsed
from results.table_hash import table_hash


def fingerprint(provider: DataProvider, symbol: str, start_ms: int, end_ms: int) -> SeriesUsed:
    """Hash the bars of `symbol` with start_ms ≤ open time < end_ms, column by column, holding one piece at a time.

    Raises DataError as the provider does.
    """

    def column(name: str) -> Iterator[NDArray]:
        return provider.column(symbol, name, start_ms, end_ms)

    rows, first_ts, last_ts = 0, 0, 0
    for ts in column("ts"):
        first_ts = first_ts if rows else int(ts[0])
        last_ts = int(ts[-1])
        rows += len(ts)
    columns = [
        ("open_ts" if name == "ts" else name, "<i8" if name == "ts" else "<f8", column(name)) for name in COLUMNS
    ]
    return SeriesUsed(
        symbol=symbol,
        kind="last",
        step_ms=provider.coverage(symbol).interval_ms,
        rows=rows,
        first_ts=first_ts,
        last_ts=last_ts,
        sha256=table_hash("last", rows, columns),
    )
