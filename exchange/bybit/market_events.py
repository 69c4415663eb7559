"""What public pushes tell of a market, as typed values.

Prices in USDT per base unit, quantities in base units, turnover in USDT, times in ms since the epoch; `ts_ms` is when
the venue sent the frame.
"""

import attrs


@attrs.frozen(kw_only=True)
class KlineEvent:
    """A candle as it stands. It is over if `confirm`; `end_ms` is the first instant that is not in it."""

    symbol: str
    interval: str
    start_ms: int
    end_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    turnover: float
    confirm: bool
    ts_ms: int


@attrs.frozen(kw_only=True)
class TradeEvent:
    """A trade; `side` is the taker's."""

    symbol: str
    trade_id: str
    side: int
    price: float
    qty: float
    traded_ms: int
    ts_ms: int


@attrs.frozen(kw_only=True)
class BookEvent:
    """Levels of an order book, each a price and a quantity. A `snapshot` replaces the book; else each level replaces
    the one of its price, and a quantity of 0 takes it away."""

    symbol: str
    depth: str
    snapshot: bool
    bids: tuple[tuple[float, float], ...]
    asks: tuple[tuple[float, float], ...]
    update_id: int
    seq: int
    ts_ms: int


@attrs.frozen(kw_only=True)
class LiquidationEvent:
    """A position that was taken over: `side` is that of the position, `price` that of its bankruptcy."""

    symbol: str
    side: int
    price: float
    qty: float
    liquidated_ms: int
    ts_ms: int


@attrs.frozen(kw_only=True)
class PriceLimitEvent:
    """The highest price of a buy order and the lowest of a sell order."""

    symbol: str
    highest_buy: float
    lowest_sell: float
    ts_ms: int


@attrs.frozen(kw_only=True)
class MaintenanceEvent:
    """Maintenance of the venue: announced, under way or over, as the word in `state` says. `services` are 1 trading,
    2 REST, 3 trade sockets, 4 private sockets, 5 market data."""

    title: str
    state: str
    begin_ms: int
    end_ms: int
    services: tuple[int, ...]


@attrs.frozen(kw_only=True)
class UnknownTopic:
    """A push of a topic that we do not read."""

    topic: str
