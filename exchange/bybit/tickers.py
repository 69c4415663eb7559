"""Tickers: a snapshot, then only what changed. The state after each of them, or none rather than a wrong one."""

import math

import attrs
import msgspec

from exchange.bybit.decimals import optional, whole
from exchange.bybit.wire import named


class TickerRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The fields of a ticker that we read; a delta has only those that changed."""

    symbol: str
    last_price: str | None = None
    mark_price: str | None = None
    index_price: str | None = None
    bid1_price: str | None = None
    bid1_size: str | None = None
    ask1_price: str | None = None
    ask1_size: str | None = None
    open_interest: str | None = None
    funding_rate: str | None = None
    next_funding_time: str | None = None


@attrs.frozen(kw_only=True)
class TickerEvent:
    """A market as its ticker has it. What is NaN (or 0, for the next funding) has not changed in a delta, and is not
    said in a snapshot. `funding_rate` is a fraction and an estimate until `next_funding_ms`."""

    symbol: str
    snapshot: bool
    ts_ms: int
    last: float = math.nan
    mark: float = math.nan
    index: float = math.nan
    bid: float = math.nan
    bid_qty: float = math.nan
    ask: float = math.nan
    ask_qty: float = math.nan
    open_interest: float = math.nan
    funding_rate: float = math.nan
    next_funding_ms: int = 0


def ticker_event(row: TickerRow, *, snapshot: bool, ts_ms: int) -> TickerEvent:
    """The event that a row is. Raises ValueError for numbers that are none."""
    return TickerEvent(
        symbol=named(row.symbol, "symbol"),
        snapshot=snapshot,
        ts_ms=ts_ms,
        last=optional(row.last_price),
        mark=optional(row.mark_price),
        index=optional(row.index_price),
        bid=optional(row.bid1_price),
        bid_qty=optional(row.bid1_size),
        ask=optional(row.ask1_price),
        ask_qty=optional(row.ask1_size),
        open_interest=optional(row.open_interest),
        funding_rate=optional(row.funding_rate),
        next_funding_ms=whole(row.next_funding_time) if row.next_funding_time else 0,
    )


def ticker_after(known: TickerEvent | None, event: TickerEvent) -> TickerEvent | None:
    """The state of a ticker after an event; it begins with None, and again with None after a reconnect.

    A delta to nothing is nothing: a price that is only half known is none.
    """
    if event.snapshot:
        return event
    if known is None:
        return None
    said = {name: value for name, value in attrs.asdict(event).items() if name != "snapshot" and _is_said(value)}
    return attrs.evolve(known, **said)


def _is_said(value: str | float) -> bool:
    return bool(value) if isinstance(value, str | int) else not math.isnan(value)
