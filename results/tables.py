"""From the simulator's rows to Arrow tables with the full schema, and back to the numbers that are hashed."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from exchange.simulated.records import CODED_COLUMNS, NOTED_COLUMNS, Rows
from results.labels import Labels
from results.schema import COLUMNS, ZERO_IS_NULL

_ARROW = {
    "i8": pa.int64(),
    "i4": pa.int32(),
    "i1": pa.int8(),
    "u1": pa.uint8(),
    "f8": pa.float64(),
    "b": pa.bool_(),
    "d": pa.dictionary(pa.int32(), pa.string()),
}
SCHEMAS = {
    table: pa.schema([(name, _ARROW[kind]) for name, kind in columns.items()]) for table, columns in COLUMNS.items()
}


def arrow_batch(table: str, rows: Rows, labels: Labels, notes: Mapping[int, str]) -> pa.RecordBatch:
    """Rows of one of the simulator's tables with every column of its schema.

    Text codes become their names and numbers of notes the texts in `notes`. Ids and codes that do not apply and NaN
    become null, and so does every column that the rows do not have.
    """
    columns = [_column(table, name, kind, rows, labels, notes) for name, kind in COLUMNS[table].items()]
    return pa.record_batch(columns, schema=SCHEMAS[table])


def _column(table: str, name: str, kind: str, rows: Rows, labels: Labels, notes: Mapping[int, str]) -> pa.Array:
    if name in NOTED_COLUMNS.get(table, ()):
        return _noted(rows[name], notes) if notes and name in (rows.dtype.names or ()) else _text(None, {}, len(rows))
    if kind == "d":
        return _text(*_codes(table, name, rows, labels))
    if name not in (rows.dtype.names or ()):
        return pa.nulls(len(rows), _ARROW[kind])
    values = np.ascontiguousarray(rows[name])
    if kind == "b":
        return pa.array(values.astype(np.bool_))
    if name in ZERO_IS_NULL[table]:
        return pa.array(values, mask=values == 0)
    # NaN is null, but looking for it in the long table would cost more than writing it, and it has none.
    return pa.array(values, from_pandas=table != "equity")


def _codes(table: str, name: str, rows: Rows, labels: Labels) -> tuple[NDArray[Any] | None, Mapping[int, str], int]:
    """The codes of a text column, or None for a column of one value or none; their names; the number of rows."""
    has = rows.dtype.names or ()
    if name == "symbol":
        return rows["instrument_id"], labels.symbols, len(rows)
    if name == "play":
        codes = rows["play"] if "play" in has else np.zeros(len(rows), dtype=np.int32)
        return codes, dict(enumerate(labels.plays)), len(rows)
    return rows[name] if name in has else None, CODED_COLUMNS[table].get(name, {}), len(rows)


def _text(codes: NDArray[Any] | None, names: Mapping[int, str], count: int) -> pa.Array:
    if codes is None:
        return pa.nulls(count, _ARROW["d"])
    known = sorted(names)
    index = np.searchsorted(known, codes).astype(np.int32) if known else np.zeros(count, dtype=np.int32)
    absent = ~np.isin(codes, known)
    index[absent] = 0
    dictionary = pa.array([names[code] for code in known], type=pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(index, mask=absent), dictionary)


def _noted(numbers: NDArray[Any], notes: Mapping[int, str]) -> pa.Array:
    """The texts of the notes; the same text stands once in the dictionary."""
    present = set(numbers.tolist())
    texts = {number: notes[number] for number in notes if number in present}
    codes = {text: code for code, text in enumerate(dict.fromkeys(texts.values()))}
    index = np.array([codes[texts[n]] if n in texts else -1 for n in numbers.tolist()], dtype=np.int32)
    return pa.DictionaryArray.from_arrays(
        pa.array(np.maximum(index, 0), mask=index < 0), pa.array(list(codes), type=pa.string())
    )


def hashed_numbers(table: str, name: str, column: pa.Array) -> NDArray[Any]:
    """The numbers of a hashed column as the simulator wrote them: codes for text, NaN for a missing float."""
    if pa.types.is_dictionary(column.type):
        codes = {text: code for code, text in CODED_COLUMNS[table][name].items()}
        names = np.array([codes[text] for text in column.dictionary.to_pylist()] or [0], dtype=np.uint8)
        return names[column.indices.fill_null(0).to_numpy(zero_copy_only=False)]
    if pa.types.is_boolean(column.type):
        return column.to_numpy(zero_copy_only=False).astype(np.uint8)
    return column.to_numpy(zero_copy_only=False)
