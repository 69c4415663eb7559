"""Minute bars out of trades, or out of prices that were published now and then."""

import math
from collections.abc import Iterable, Iterator, Sequence

import attrs
import numpy as np

from feeds.bad_cell import BadCell
from feeds.candle_rows import Columns, Piece
from play_engine.bars import Floats, Ints
from play_engine.instants import iso
from play_engine.intervals import MINUTE_MS

TRADE_COLUMNS = ("ts", "price", "qty")
_REMEDY = "Nothing is sorted or repaired here; correct the source"


@attrs.frozen(kw_only=True)
class Span:
    """A stretch that a recording covers without a hole, in ms."""

    start_ms: int
    end_ms: int


def minute_bars(trades: Iterable[Piece]) -> Iterator[Piece]:
    """Bars of the minutes in which there was a trade; `rows` of a bar is the row of its first trade.

    Trades are pieces of the columns ts (ms, never falling), price and qty, cut anywhere. Open and close are the first
    and the last price of a minute, its volume is the exactly rounded sum of its quantities.
    """
    held: Piece | None = None
    for piece in trades:
        joined = piece if held is None else _joined(held, piece)
        minutes = joined.columns["ts"] // MINUTE_MS
        # The last minute may go on in the next piece.
        whole = int(np.searchsorted(minutes, minutes[-1]))
        held = _cut(joined, whole, len(minutes))
        if whole:
            yield _bars(_cut(joined, 0, whole))
    if held is not None:
        yield _bars(held)


def covered(bars: Iterable[Piece], spans: Sequence[Span]) -> Iterator[Piece]:
    """The minutes that lie in one of the spans, whole; pieces without any are left out."""
    for piece in bars:
        ts = piece.columns["ts"]
        inside = [(ts >= span.start_ms) & (ts + MINUTE_MS <= span.end_ms) for span in spans]
        kept = np.flatnonzero(np.logical_or.reduce(inside))
        if len(kept):
            yield Piece(columns={name: column[kept] for name, column in piece.columns.items()}, rows=piece.rows[kept])


def check_trades(columns: Columns, last_ms: int) -> None:
    """Raise BadCell unless times never fall, also below `last_ms`, prices are above 0 and quantities not below."""
    ts = columns["ts"]
    falls = np.flatnonzero(np.diff(ts, prepend=last_ms) < 0)
    if len(falls):
        index = int(falls[0])
        before_ms = int(ts[index - 1]) if index else last_ms
        found = f"{ts[index]} ({iso(int(ts[index]))}), earlier than the row before ({iso(before_ms)})"
        raise BadCell(index, "ts", found, "times that never fall", _REMEDY)
    check_amounts(columns)


def check_amounts(columns: Columns) -> None:
    """Raise BadCell unless prices are above 0 and quantities not below."""
    price, qty = columns["price"], columns["qty"]
    for name, column, sound, allowed in (
        ("price", price, (price > 0) & (price < np.inf), "finite prices above 0"),
        ("qty", qty, (qty >= 0) & (qty < np.inf), "finite quantities of 0 or more"),
    ):
        if not sound.all():
            index = int(np.flatnonzero(~sound)[0])
            raise BadCell(index, name, repr(float(column[index])), allowed, _REMEDY)


def _bars(trades: Piece) -> Piece:
    """The bars of trades that begin and end with a minute."""
    ts, price = trades.columns["ts"], trades.columns["price"]
    open_ts = ts // MINUTE_MS * MINUTE_MS
    starts = np.flatnonzero(np.diff(open_ts, prepend=-1))
    stops = np.append(starts[1:], len(ts))
    columns: Columns = {
        "ts": open_ts[starts],
        "open": price[starts],
        "high": np.maximum.reduceat(price, starts),
        "low": np.minimum.reduceat(price, starts),
        "close": price[stops - 1],
        "volume": _sums(trades.columns["qty"].tolist(), starts, stops),
    }
    return Piece(columns=columns, rows=trades.rows[starts])


def _sums(values: list[float], starts: Ints, stops: Ints) -> Floats:
    # Rounded once, at the end.
    edges = zip(starts.tolist(), stops.tolist(), strict=True)
    return np.array([math.fsum(values[start:stop]) for start, stop in edges])


def _joined(first: Piece, second: Piece) -> Piece:
    columns = {name: np.concatenate((column, second.columns[name])) for name, column in first.columns.items()}
    return Piece(columns=columns, rows=np.concatenate((first.rows, second.rows)))


def _cut(piece: Piece, start: int, stop: int) -> Piece:
    columns = {name: column[start:stop] for name, column in piece.columns.items()}
    return Piece(columns=columns, rows=piece.rows[start:stop])
