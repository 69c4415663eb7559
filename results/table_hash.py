"""The hash of a table: exact bytes of its columns, whatever pieces they come in.

Format: SHA-256 over the table's name, 0x00 and the row count (uint64, little endian); then per column its name, 0x00,
the dtype text, 0x00 and the column's contiguous little-endian bytes. In floats −0 counts as +0 and every NaN as one.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.errors import InternalError

Column = tuple[str, str, Iterable[NDArray[Any]]]
DTYPE_TEXTS = ("<i8", "<i4", "<f8", "|u1", "|i1")


def table_hash(name: str, rows: int, columns: Iterable[Column]) -> str:
    """Hash of a table of `rows` rows, as 64 hex digits.

    Each column is (name, dtype text, pieces): one of DTYPE_TEXTS, and the arrays that make the column up, in order.
    Only one piece is held at a time, so a table of any length is hashed in bounded memory. Raises InternalError when
    the pieces of a column do not add up to `rows`, and TypeError when a piece cannot be held exactly in the dtype.
    """
    digest = hashlib.sha256(name.encode() + b"\0" + rows.to_bytes(8, "little"))
    for column, dtype, pieces in columns:
        digest.update(column.encode() + b"\0" + dtype.encode() + b"\0")
        seen = 0
        for piece in pieces:
            digest.update(_exact_bytes(piece, dtype))
            seen += len(piece)
        if seen != rows:
            raise InternalError(f"table {name!r}: column {column!r} has {seen} rows, the table {rows}")
    return digest.hexdigest()


def _exact_bytes(piece: NDArray[Any], dtype: str) -> memoryview:
    if dtype not in DTYPE_TEXTS:
        raise InternalError(f"a table hash knows no dtype {dtype!r}; allowed: {', '.join(DTYPE_TEXTS)}")
    values = np.ascontiguousarray(piece.astype(dtype, casting="safe", copy=False))
    if dtype == "<f8":
        values = values + 0.0  # −0 + 0 = +0
        unknown = np.isnan(values)
        if unknown.any():
            values[unknown] = np.nan
    return values.data.cast("B") if len(values) else memoryview(b"")
