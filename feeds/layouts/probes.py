"""What the first rows of a table show of its layout."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from feeds.bad_cell import BadCell
from feeds.candle_reader import TableFile
from feeds.candle_symbols import rows_of_symbol
from feeds.cells import epoch_ms, floats, joined_times, time_columns, time_form

_PROBED_ROWS = 1_440


def time_text(table: TableFile, columns: Mapping[str, str]) -> str:
    """The column of times in words: `open_time in ms`."""
    first = _first(table, time_columns(columns))
    if first is None or any(values.null_count for values in first.columns):
        return ""
    form = time_form(joined_times(first.columns))
    number = "column " if table.text is not None and not table.text.headed else ""
    return f"{number}{columns['ts']} {form}" if form else ""


def is_newest_first(table: TableFile, columns: Mapping[str, str], symbol: str) -> bool:
    """Whether times fall and never rise in the first rows of the symbol."""
    times_in = time_columns(columns)
    first = _first(table, [*times_in, *([columns["symbol"]] if "symbol" in columns else [])])
    if first is None:
        return False
    if "symbol" in columns:
        first = first.take(rows_of_symbol(first.column(len(times_in)), symbol))
    try:
        steps = np.diff(epoch_ms(joined_times(first.columns[: len(times_in)]), exact=False))
    except BadCell:
        return False
    return bool(len(steps) and (steps <= 0).all() and (steps < 0).any())


def is_price_index(table: TableFile, volume: str, count: str) -> bool:
    """Whether klines count updates, but no volume: so Binance writes prices at which nobody trades."""
    first = _first(table, [volume, count])
    if first is None:
        return False
    try:
        volumes, counts = floats("volume", first.column(0)), floats("count", first.column(1))
    except BadCell:
        return False
    return bool((volumes == 0).all() and (counts > 0).any())


def _first(table: TableFile, columns: list[str]) -> Any:
    return next(table.batches(columns, _PROBED_ROWS), None)
