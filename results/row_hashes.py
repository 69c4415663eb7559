"""The hashes of what a run did, from rows in memory or from the files that it left."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from exchange.simulated.records import Rows
from results.hashes import result_hash
from results.schema import HASHED
from results.table_hash import table_hash


def hash_of_rows(table: str, chunks: Sequence[Rows]) -> str:
    """Table hash of rows of the trades, fills or equity table, in chunks."""
    columns = ((name, dtype, (chunk[name] for chunk in chunks)) for name, dtype in HASHED[table])
    return table_hash(table, sum(len(chunk) for chunk in chunks), columns)


def hash_of_file(table: str, folder: Path) -> str:
    """The same hash from `{folder}/{table}.parquet`, one column and one piece of it at a time."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(folder / f"{table}.parquet") as file:
        columns = ((name, dtype, _pieces(file, table, name)) for name, dtype in HASHED[table])
        return table_hash(table, file.metadata.num_rows, columns)


def _pieces(file: Any, table: str, name: str) -> Iterable[NDArray[Any]]:
    from results.tables import hashed_numbers

    for batch in file.iter_batches(columns=[name]):
        yield hashed_numbers(table, name, batch.column(0))


def result_hashes(trades: str, fills: str, equity: str) -> dict[str, str]:
    """The table hashes and the result hash over them, by their names in run.json."""
    return {
        "trades_hash": trades,
        "fills_hash": fills,
        "equity_hash": equity,
        "result_hash": result_hash(equity=equity, fills=fills, trades=trades),
    }
