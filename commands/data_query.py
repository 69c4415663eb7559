"""The command `data query`: SQL over the candle store."""

import math
from collections.abc import Mapping
from pathlib import Path

from rich.table import Table

from commands.data_store import open_store
from commands.exit_codes import SUCCESS
from commands.failure import print_json
from commands.output_file import check_output
from commands.presentation import NOTHING, say, show
from feeds.store_query import query

_SHOWN_ROWS = 100


def run_query(sql: str, root: Path, out: Path | None, *, force: bool, as_json: bool) -> int:
    """Show the rows that the query gives, or write them to a Parquet file. Raises DataError for what is no query."""
    open_store(root)
    if out is not None:
        check_output(out, root, force=force)
    rows = query(root, sql)
    if out is not None:
        import pyarrow.parquet as pq

        pq.write_table(rows, out)
        say(f"{rows.num_rows:,} rows are in {out}")
    elif as_json:
        print_json({"columns": rows.column_names, "rows": [_plain(row) for row in rows.to_pylist()]})
    else:
        table = Table(*rows.column_names)
        for row in rows.slice(0, _SHOWN_ROWS).to_pylist():
            table.add_row(*(NOTHING if value is None else str(value) for value in row.values()))
        show(table)
        if rows.num_rows > _SHOWN_ROWS:
            say(f"the first {_SHOWN_ROWS} of {rows.num_rows:,} rows; --out FILE.parquet keeps them all")
    return SUCCESS


def _plain(row: Mapping[str, object]) -> list[object]:
    """The values of a row as JSON has them: times and the like as text, what is no number as null."""
    return [_plain_value(value) for value in row.values()]


def _plain_value(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)
