"""Bars out of a day of trades, as the venue itself makes its candles: each opens at the close of the one before.

Trades come in a CSV file with a header; columns are found by name, and those that we do not need are passed over. Early
files are newest first, so trades are put in order here.
"""

from typing import IO, Any

import attrs
import numpy as np

from exchange.bybit.errors import WrongAnswer
from feeds.bybit.spans import Span
from play_engine.bars import BarSeries, Floats, Ints
from play_engine.instants import iso

_COLUMNS = ("timestamp", "symbol", "size", "price")
# Quantities have at most so many digits behind the point; their sum is made of whole units, so it has no rounding.
_MOST_DIGITS = 8
_EXACT_BELOW = 2.0**53


@attrs.frozen(kw_only=True, eq=False)
class Trades:
    """Trades in order of time: `ts` in ms since the epoch, UTC, prices in quote and sizes in base currency."""

    ts: Ints
    price: Floats
    size: Floats


def read_trades(file: IO[bytes], symbol: str, span: Span) -> Trades:
    """The trades in a gzip file. Raises WrongAnswer for a damaged file, another symbol, times outside of the span, and
    prices and sizes that are not above 0."""
    columns = _read_columns(file)
    if not np.isin(columns["symbol"], [symbol]).all():
        raise WrongAnswer(f"the file has trades of other symbols than {symbol}")
    seconds, price, size = (columns[name].astype(np.float64) for name in ("timestamp", "price", "size"))
    if not ((seconds > 0) & (price > 0) & (price < np.inf) & (size > 0) & (size < np.inf)).all():
        raise WrongAnswer("the file has trades without a time, or with a price or size that is not above 0")
    ts = np.floor(np.round(seconds * 1e6) / 1e3).astype(np.int64)
    if len(ts) and not (span.start_ms <= ts.min() and ts.max() < span.end_ms):
        raise WrongAnswer(f"the file has trades from {iso(int(ts.min()))} to {iso(int(ts.max()))}, not of {span} alone")
    if len(ts) and ts[0] > ts[-1]:
        ts, price, size = ts[::-1], price[::-1], size[::-1]
    order = np.argsort(ts, kind="stable")
    return Trades(ts=ts[order], price=price[order], size=size[order])


def bars_of_trades(trades: Trades, symbol: str, interval_ms: int, span: Span, close_before: float | None) -> BarSeries:
    """The bars of a span, of which these are all trades.

    A bar opens at the close of the bar before, and a bar without trades is flat there, with a volume of 0: such are the
    venue's own candles. `close_before` is the close before the span; when it is not known (None), the bars begin with
    the first trade, which is then their open.
    """
    first_ms, before = span.start_ms, close_before
    if before is None:
        if len(trades.ts) == 0:
            first_ms, before = span.end_ms, np.nan
        else:
            first_ms, before = int(trades.ts[0]) - int(trades.ts[0]) % interval_ms, trades.price[0]
    ts = np.arange(first_ms, span.end_ms, interval_ms, dtype=np.int64)
    edges = np.searchsorted(trades.ts, np.append(ts, span.end_ms))
    traded = edges[1:] > edges[:-1]
    starts, last = edges[:-1][traded], edges[1:][traded] - 1
    # Every close so far, the one before the span first; a bar has the latest of them, and opens at the one before.
    closes = np.concatenate((np.array([before]), trades.price[last]))
    latest = np.cumsum(traded)
    open_, close = closes[latest - traded], closes[latest]
    high, low, volume = np.maximum(open_, close), np.minimum(open_, close), np.zeros(len(ts))
    if len(starts):
        high[traded] = np.maximum(high[traded], np.maximum.reduceat(trades.price, starts))
        low[traded] = np.minimum(low[traded], np.minimum.reduceat(trades.price, starts))
        volume[traded] = _exact_sums(trades.size, starts)
    return BarSeries(
        symbol=symbol, interval_ms=interval_ms, ts=ts, open=open_, high=high, low=low, close=close, volume=volume
    )


def _exact_sums(sizes: Floats, starts: Ints) -> Floats:
    """The sum of each run of sizes, rounded once: decimal numbers are summed as whole numbers of their last digit."""
    for digits in range(_MOST_DIGITS + 1):
        units = np.round(sizes * 10.0**digits)
        if (units / 10.0**digits == sizes).all():
            sums = np.add.reduceat(units, starts)
            if (sums < _EXACT_BELOW).all():
                return sums / 10.0**digits
            break
    return np.add.reduceat(sizes, starts)


def _read_columns(file: IO[bytes]) -> dict[str, Any]:
    import pyarrow as pa
    from pyarrow import csv

    types = {name: pa.string() if name == "symbol" else pa.float64() for name in _COLUMNS}
    options = csv.ConvertOptions(column_types=types, include_columns=list(_COLUMNS))
    try:
        table = csv.read_csv(pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "gzip"), convert_options=options)
        columns = {name: table.column(name).to_numpy() for name in _COLUMNS}
    except (pa.ArrowException, OSError, KeyError) as error:
        raise WrongAnswer(f"the file cannot be read as trades: {error}") from error
    return columns
