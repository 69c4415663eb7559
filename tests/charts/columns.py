"""Small columns by hand: bars of one minute from minute 0 on, and outputs as rows of words."""

from typing import Any

import numpy as np

from charts.seen import Seen
from play_engine.declaration import Params

MINUTE_MS = 60_000


def numbers(text: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """`1 2 –` as a column; – is missing, · is zero."""
    words = {"–": np.nan, "·": 0.0}
    return np.array([words[word] if word in words else float(word) for word in text.split()])


def flags(text: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """`· · 1` as a flag column."""
    return numbers(text).astype(np.uint8)


def whole(text: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """`-1 0 3` as a column of whole numbers."""
    return numbers(text).astype(np.int64)


def seen(
    outputs: dict[str, Any],
    *,
    params: Params | None = None,
    uses: dict[str, dict[str, Any]] | None = None,
    **prices: str,
) -> Seen:
    """Columns of a structure `key`; prices that are not given are 100."""
    count = len(next(iter(outputs.values())))
    columns = {
        name: numbers(prices[name]) if name in prices else np.full(count, 100.0)
        for name in ("open", "high", "low", "close")
    }
    ts = np.arange(count, dtype=np.int64) * MINUTE_MS
    return Seen(
        key="key", params=params or {}, interval_ms=MINUTE_MS, ts=ts, outputs=outputs, uses=uses or {}, **columns
    )


def minutes(*instants_ms: float | None) -> tuple[float | None, ...]:
    """Instants in minutes."""
    return tuple(None if one is None else one / MINUTE_MS for one in instants_ms)
