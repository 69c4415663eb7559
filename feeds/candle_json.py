"""JSON tables: rows as arrays or as objects, or a venue's answer with rows in it; read whole."""

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from play_engine.errors import DataError

# Rows without names, as freqtrade and Bybit write them.
_CANDLE_NAMES = ("ts", "open", "high", "low", "close", "volume")
_ANSWER_NAMES = (*_CANDLE_NAMES, "turnover")
_LARGEST_INTEGER = 2**63 - 1


def json_table(path: Path) -> Any:
    """The table (`pyarrow.Table`) in a JSON file, packed or not.

    Raises DataError when it holds neither a list of rows nor a Bybit answer (`result.list`), and ValueError, OSError
    or EOFError when it is damaged.
    """
    packed = path.name.lower().endswith(".gz")
    document = json.loads(gzip.decompress(path.read_bytes()) if packed else path.read_bytes())
    answer: Any = document.get("result") if isinstance(document, dict) else None
    is_answer = isinstance(answer, dict) and isinstance(answer.get("list"), list)
    rows: Any = answer["list"] if is_answer else document
    if not isinstance(rows, list):
        raise DataError(
            f"{path}: found a JSON {type(document).__name__}; allowed: a list of rows, or an answer of Bybit with "
            "`result.list` in it. Write the rows as a list."
        )
    table = _table(path, rows, _ANSWER_NAMES if is_answer else _CANDLE_NAMES)
    if is_answer and "symbol" in answer and "symbol" not in table.column_names:
        table = table.append_column("symbol", pa.array([str(answer["symbol"])] * len(table), pa.string()))
    return table


def _table(path: Path, rows: list[Any], names: tuple[str, ...]) -> Any:
    if not rows:
        return pa.table({name: pa.array([], pa.string()) for name in names})
    if all(isinstance(row, dict) for row in rows):
        keys = list(dict.fromkeys(key for row in rows for key in row))
        return pa.table({str(key): _column([row.get(key) for row in rows]) for key in keys})
    widths = {len(row) if isinstance(row, list) else 0 for row in rows}
    # Mark price klines of Bybit have neither volume nor turnover.
    if len(widths) > 1 or not widths <= {len(names), len(names) - 1, len(_CANDLE_NAMES) - 1}:
        raise DataError(
            f"{path}: found rows of {', '.join(map(str, sorted(widths)))} values; allowed: objects, or arrays of "
            f"{', '.join(names)}. Give the rows names, or bring them into this order."
        )
    return pa.table({name: _column(list(column)) for name, column in zip(names, zip(*rows, strict=True), strict=False)})


def _column(values: list[Any]) -> Any:
    """Numbers stay numbers; as soon as one is text, all are text, for whoever reads them to judge."""
    if any(isinstance(value, str | bool | list | dict) for value in values):
        return pa.array([None if value is None else str(value) for value in values], pa.string())
    whole = all(isinstance(value, int) and abs(value) <= _LARGEST_INTEGER for value in values)
    return pa.array(values, pa.int64() if whole else pa.float64())
