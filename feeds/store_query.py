"""SQL over the candle store, by DuckDB: for looking at history, never in the way of a run.

A query sees one table for each kind of series (`candles`, `marks`, `funding`, `open_interest`) with the columns of the
series and `venue`, `symbol`, `interval` before them, times both as `ts` (ms) and as `time` (a timestamp, UTC).
"""

from pathlib import Path
from typing import TYPE_CHECKING

from feeds.partitions import BAR_KINDS, SeriesFolder, series_folders
from play_engine.errors import DataError
from play_engine.intervals import interval_name

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = {"last": "candles", "mark": "marks", "funding": "funding", "open_interest": "open_interest"}


def query(root: Path, sql: str) -> "pa.Table":
    """The rows that `sql`, one SELECT, asks for. Raises DataError for SQL that DuckDB refuses.

    A query that is no SELECT is refused.
    """
    import duckdb

    with duckdb.connect(":memory:", config={"autoinstall_known_extensions": False}) as connection:
        found: dict[str, list[SeriesFolder]] = {}
        for series in series_folders(root, None, None):
            found.setdefault(series.kind, []).append(series)
        for kind, several in found.items():
            parts = [part for part in map(_select, several) if part]
            if parts:
                connection.execute(f"CREATE VIEW {TABLES[kind]} AS {' UNION ALL BY NAME '.join(parts)}")
        try:
            statements = connection.extract_statements(sql)
            if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
                raise DataError("the query must be one SELECT: the store is changed by the other data commands alone")
            return connection.sql(sql).to_arrow_table()
        except duckdb.Error as error:
            raise DataError(f"the query was refused: {error}. Tables: {', '.join(_present(found))}") from error


def _present(found: dict[str, list[SeriesFolder]]) -> list[str]:
    return [TABLES[kind] for kind in found] or ["none, the store is empty"]


def _select(series: SeriesFolder) -> str:
    """The SELECT of one series; empty while it has no partitions."""
    files = ", ".join(_quoted(str(partition.path)) for partition in series.partitions())
    if not files:
        return ""
    names = {"venue": series.venue, "symbol": series.symbol}
    if series.kind in BAR_KINDS:
        names["interval"] = interval_name(series.interval_ms)
    labels = ", ".join(f'{_quoted(text)} AS "{name}"' for name, text in names.items())
    return f"SELECT {labels}, epoch_ms(ts) AS time, * FROM read_parquet([{files}])"  # noqa: S608 - quoted


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
