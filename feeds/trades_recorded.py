"""Bars out of a recording: lines of messages as a venue's public stream sent them.

A line is a message of Binance or Bybit V5 as JSON, after the local time of receipt and a blank where there is one.
Trades give bars of the last price, published mark prices bars of the mark price. Order books give none.
"""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from feeds.bad_cell import BadCell
from feeds.candle_reader import reading
from feeds.candle_rows import Columns, Piece
from feeds.candle_symbols import is_symbol
from feeds.trades_bars import Span, check_trades, covered, minute_bars
from play_engine.bars import Ints
from play_engine.errors import DataError

# Only lines with one of these are parsed: most of a recording is the order book.
_MARKS = {"last": ('"trade"', '"aggTrade"', "publicTrade."), "mark": ("markPriceUpdate", '"markPrice"')}
# A recording that begins so soon after a minute, or ends so soon before the end of one, covers it.
_TOLERANCE_MS = 1_000
# A stream that sends nothing for longer was not connected, or is no stream but a collection of messages.
_LONGEST_SILENCE_MS = 10_000
# The time of a message without local time of receipt: Bybit's, Binance's.
_TIME = re.compile(r'"(?:ts|E)":\s*(\d{13})\b')
_CUT_TRADES = 65_536
_DIGITS_OF_MS = 13
# Long lines are cut in reports.
_SHOWN_CHARACTERS = 60

# Time in ms, symbol, price, quantity.
_Tick = tuple[int, str, float, float]


class RecordedRows:
    """A RowSource of one-minute bars over recorded messages; `kind` is `last` or `mark`.

    Minutes that the recording covers in part are left out.
    """

    def __init__(self, path: Path, symbol: str, kind: str) -> None:
        self._path = path
        self._symbol = symbol
        self._kind = kind
        self._other_symbols: set[str] = set()
        self.trades = 0
        self._edges: list[list[int]] = []

    @property
    def other_symbols(self) -> set[str]:
        """See RowSource."""
        return self._other_symbols

    def pieces(self, columns: Sequence[str], read_rows: int) -> Iterator[Piece]:
        """See RowSource."""
        del read_rows  # a line is a message
        self.trades = 0
        self._edges = []
        # What the recording covers is known at its end; until then there is a bar a minute to remember.
        bars = list(minute_bars(self._checked()))
        for piece in covered(bars, self._spans()):
            yield Piece(columns={name: piece.columns[name] for name in columns}, rows=piece.rows)

    def error(self, bad: BadCell, rows: Ints) -> DataError:
        """See RowSource; rows are lines."""
        return DataError(bad.text(f"{self._path}: line {rows[bad.index]}", bad.column))

    def _checked(self) -> Iterator[Piece]:
        last_ms = 0
        for piece in self._pieces_of_ticks():
            try:
                check_trades(piece.columns, last_ms)
            except BadCell as bad:
                raise self.error(bad, piece.rows) from None
            self.trades += len(piece.rows)
            last_ms = int(piece.columns["ts"][-1])
            yield piece

    def _pieces_of_ticks(self) -> Iterator[Piece]:
        held: list[tuple[int, _Tick]] = []
        for number, line in self._lines():
            self._note(self._time(number, line))
            if any(mark in line for mark in _MARKS[self._kind]):
                held += [(number, tick) for tick in self._ticks(number, line) if self._is_ours(tick)]
            if len(held) >= _CUT_TRADES:
                yield _piece(held)
                held = []
        if held:
            yield _piece(held)

    def _is_ours(self, tick: _Tick) -> bool:
        ours = is_symbol(tick[1], self._symbol)
        if not ours:
            self._other_symbols.add(tick[1])
        return ours

    def _ticks(self, number: int, line: str) -> list[_Tick]:
        try:
            return _ticks_of(_message(line), self._kind)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._bad_line(number, line, f"{type(error).__name__}: {error}") from error

    def _note(self, at_ms: int) -> None:
        """Note a message: it goes on with the last stretch, or begins another one."""
        silence_ms = at_ms - self._edges[-1][1] if self._edges else _LONGEST_SILENCE_MS + 1
        if abs(silence_ms) > _LONGEST_SILENCE_MS:
            self._edges.append([at_ms, at_ms])
        else:
            self._edges[-1][1] = max(at_ms, self._edges[-1][1])

    def _spans(self) -> list[Span]:
        """The stretches over which messages came without long silence, with some tolerance at their ends."""
        if not self._edges:
            raise DataError(f"{self._path}: the file has no messages in it. Record or write it again.")
        return [Span(start_ms=start - _TOLERANCE_MS, end_ms=end + _TOLERANCE_MS) for start, end in self._edges]

    def _time(self, number: int, line: str) -> int:
        head = line.partition(" ")[0]
        if head.isdigit():
            return _in_ms(head)
        found = _TIME.search(line)
        if found is None:
            raise self._bad_line(number, line, "no time in it")
        return int(found[1])

    def _lines(self) -> Iterator[tuple[int, str]]:
        packed = self._path.name.lower().endswith(".gz")
        with reading(self._path), gzip.open(self._path) if packed else self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.decode()

    def _bad_line(self, number: int, line: str, reason: str) -> DataError:
        shown = line if len(line) <= _SHOWN_CHARACTERS else line[: _SHOWN_CHARACTERS - 3] + "..."
        return DataError(
            f"{self._path}: line {number}: found {shown.strip()!r} ({reason}); allowed: a message of Binance or Bybit "
            "V5 as JSON, with its time. Remove the line, or record again."
        )


def _message(line: str) -> Any:
    head, _, rest = line.partition(" ")
    return json.loads(rest if head.isdigit() else line)


def _in_ms(digits: str) -> int:
    # Recorders write ms, µs or ns.
    return int(digits) // 10 ** max(0, len(digits) - _DIGITS_OF_MS)


def _ticks_of(message: Any, kind: str) -> list[_Tick]:
    topic = str(message.get("topic", ""))
    if topic:
        return _bybit(topic, message, kind)
    event = message.get("data", message)
    if kind == "last" and event.get("e") in ("trade", "aggTrade") and event.get("X", "MARKET") != "NA":
        return [(int(event["T"]), event["s"], float(event["p"]), float(event["q"]))]
    if kind == "mark" and event.get("e") == "markPriceUpdate":
        return [(int(event["E"]), event["s"], float(event["p"]), 0.0)]
    return []


def _bybit(topic: str, message: Any, kind: str) -> list[_Tick]:
    if kind == "last" and topic.startswith("publicTrade."):
        return [(int(one["T"]), one["s"], float(one["p"]), float(one["v"])) for one in message["data"]]
    if kind == "mark" and topic.startswith("tickers.") and "markPrice" in message["data"] and "ts" in message:
        return [(int(message["ts"]), message["data"]["symbol"], float(message["data"]["markPrice"]), 0.0)]
    return []


def _piece(ticks: list[tuple[int, _Tick]]) -> Piece:
    columns: Columns = {
        "ts": np.array([tick[0] for _, tick in ticks], dtype=np.int64),
        "price": np.array([tick[2] for _, tick in ticks]),
        "qty": np.array([tick[3] for _, tick in ticks]),
    }
    return Piece(columns=columns, rows=np.array([number for number, _ in ticks]))
