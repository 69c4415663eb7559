"""Answers as typed rows. What is decoded here has the right shape; whether it fits the question is checked elsewhere.

Rows stay in the order in which the venue sent them, newest first. Unknown fields are passed over.
"""

import re
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from exchange.bybit.envelope import Answer, open_envelope
from exchange.bybit.errors import WrongAnswer
from play_engine.bars import Floats, Ints

# Bar columns behind the open time; a mark candle has no volume.
_PRICES = 4
_DECIMALS = re.compile(r"(?:-?[0-9]+(?:\.[0-9]+)?\n)*")
_INTEGERS = re.compile(r"(?:[0-9]{1,18}\n)*")
_VALUE_NAMES = {"funding": ("fundingRateTimestamp", "fundingRate"), "open_interest": ("timestamp", "openInterest")}


@attrs.frozen(kw_only=True, eq=False)
class KlinePage:
    """Candles of one answer. `values` has a row for each open time of `ts` (ms): open, high, low, close, volume; a
    mark candle's volume is 0. `time_ms` is the venue's time of the answer."""

    symbol: str
    category: str
    time_ms: int
    ts: Ints
    values: Floats


@attrs.frozen(kw_only=True, eq=False)
class ReadingPage:
    """Readings of one answer: the instants `ts` (ms), a value for each, and the symbols that the answer names."""

    symbols: frozenset[str]
    category: str
    time_ms: int
    ts: Ints
    values: Floats


def decode_klines(body: bytes, kind: str) -> KlinePage:
    """Candles of `kind` `last` or `mark`. Raises what `open_envelope` raises, and WrongAnswer for another shape."""
    answer = open_envelope(body)
    columns = 1 + _PRICES + (kind == "last")
    rows = _list(answer)
    # A row of `last` has the turnover behind the volume; we compute none from it.
    if not all(isinstance(row, list) and len(row) >= columns for row in rows):
        raise WrongAnswer(f"a candle of kind {kind} needs {columns} fields or more")
    values = np.zeros((len(rows), _PRICES + 1))
    values[:, : columns - 1] = _floats([cell for row in rows for cell in row[1:columns]]).reshape(-1, columns - 1)
    return KlinePage(
        symbol=_text(answer.result, "symbol"),
        category=_text(answer.result, "category"),
        time_ms=answer.time_ms,
        ts=_ints([row[0] for row in rows]),
        values=values,
    )


def decode_readings(body: bytes, kind: str) -> ReadingPage:
    """Readings of a kind of READING_KINDS. Raises what `open_envelope` raises, and WrongAnswer for another shape."""
    answer = open_envelope(body)
    rows = [_object(row) for row in _list(answer)]
    ts_name, value_name = _VALUE_NAMES[kind]
    named = rows if kind == "funding" else [answer.result]
    return ReadingPage(
        symbols=frozenset(_text(row, "symbol") for row in named),
        category=_text(answer.result, "category"),
        time_ms=answer.time_ms,
        ts=_ints([row.get(ts_name) for row in rows]),
        values=_floats([row.get(value_name) for row in rows]),
    )


def decode_server_time(body: bytes) -> int:
    """The venue's clock in ms since the epoch, UTC. Raises as the others do."""
    return open_envelope(body).time_ms


def decode_list(body: bytes, symbol: str) -> tuple[list[dict[str, Any]], int]:
    """The objects of a list answer that are of `symbol`, and the venue's time of the answer.

    Raises as the others do, and WrongAnswer when all of them are of other symbols.
    """
    answer = open_envelope(body)
    rows = [_object(row) for row in _list(answer)]
    found = [row for row in rows if row.get("symbol") == symbol]
    if rows and not found:
        raise WrongAnswer(f"the answer is of {rows[0].get('symbol')!r}, not of {symbol}")
    return found, answer.time_ms


def _list(answer: Answer) -> list[Any]:
    rows = answer.result.get("list")
    if not isinstance(rows, list):
        raise WrongAnswer("the answer has no list")
    return rows


def _object(row: object) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise WrongAnswer(f"the list has {row!r} where an object should be")
    return row


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise WrongAnswer(f"{name} is {value!r}, not a text")
    return value


def _floats(cells: Sequence[object]) -> Floats:
    return np.array(_matched(cells, _DECIMALS, "a decimal number"), dtype=np.float64)


def _ints(cells: Sequence[object]) -> Ints:
    return np.array(_matched(cells, _INTEGERS, "a whole number of at most 18 digits"), dtype=np.int64)


def _matched(cells: Sequence[object], form: re.Pattern[str], meaning: str) -> list[str]:
    """The cells as texts, each of the form. One match over all of them is much faster than one for each."""
    texts = [cell if isinstance(cell, str) else "" for cell in cells]
    lines = "".join(f"{text}\n" for text in texts)
    if form.fullmatch(lines) and lines.count("\n") == len(texts):
        return texts
    odd = next(cell for cell, text in zip(cells, texts, strict=True) if "\n" in text or not form.fullmatch(f"{text}\n"))
    raise WrongAnswer(f"found {odd!r} where {meaning} should be, written as a text")
