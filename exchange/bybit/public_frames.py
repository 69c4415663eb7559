"""Pushes of public topics: candles, tickers, trades, order books, liquidations, price limits, maintenance.

Every decoded value is as the venue sent it. The state that follows from a series of tickers is in `tickers.py`.
"""

from collections.abc import Callable, Mapping

import msgspec

from exchange.bybit.control_frames import Acknowledged, Pong, Push, decode_control
from exchange.bybit.decimals import number
from exchange.bybit.market_events import (
    BookEvent,
    KlineEvent,
    LiquidationEvent,
    MaintenanceEvent,
    PriceLimitEvent,
    TradeEvent,
    UnknownTopic,
)
from exchange.bybit.market_rows import BookRow, CandleRow, LimitsRow, MaintenanceRow, TradeRow, maintenance_event
from exchange.bybit.tickers import TickerEvent, TickerRow, ticker_event
from exchange.bybit.wire import Whole, named, side_of, understood

PublicEvent = (
    KlineEvent
    | TickerEvent
    | TradeEvent
    | BookEvent
    | LiquidationEvent
    | PriceLimitEvent
    | MaintenanceEvent
    | UnknownTopic
    | Acknowledged
    | Pong
)
# The update id of the first book after a restart of the venue; it is a whole one, whatever its frame says.
_FIRST_UPDATE = 1


class _Frame(msgspec.Struct, frozen=True, kw_only=True):
    topic: str
    ts: Whole
    data: msgspec.Raw
    type: str = "snapshot"


_FRAME = msgspec.json.Decoder(_Frame)
_CANDLES = msgspec.json.Decoder(tuple[CandleRow, ...])
_TRADES = msgspec.json.Decoder(tuple[TradeRow, ...])
_BOOK = msgspec.json.Decoder(BookRow)
_LIMITS = msgspec.json.Decoder(LimitsRow)
_MAINTENANCE = msgspec.json.Decoder(tuple[MaintenanceRow, ...])
_TICKER = msgspec.json.Decoder(TickerRow)


def decode_public(frame: bytes | str) -> list[PublicEvent]:
    """What a frame of a public connection says, in its order. Raises ProtocolError for what is not understood."""
    control = decode_control(frame)
    if not isinstance(control, Push):
        return [control]
    kind, _, rest = control.topic.partition(".")
    decode = _TOPICS.get(kind)
    if decode is None:
        return [UnknownTopic(topic=control.topic)]
    with understood(frame):
        return decode(_FRAME.decode(frame), rest)


def _klines(frame: _Frame, rest: str) -> list[PublicEvent]:
    interval, _, symbol = rest.partition(".")
    return [_kline(candle, interval, named(symbol, "the symbol"), frame.ts) for candle in _CANDLES.decode(frame.data)]


def _kline(candle: CandleRow, interval: str, symbol: str, ts_ms: int) -> KlineEvent:
    if candle.interval != interval or not candle.start < candle.end:
        raise ValueError(
            f"a candle of {candle.interval!r}, {candle.start} to {candle.end}, came as one of {interval!r}"
        )
    return KlineEvent(
        symbol=symbol,
        interval=interval,
        start_ms=candle.start,
        end_ms=candle.end + 1,
        open=number(candle.open),
        high=number(candle.high),
        low=number(candle.low),
        close=number(candle.close),
        volume=number(candle.volume),
        turnover=number(candle.turnover),
        confirm=candle.confirm,
        ts_ms=ts_ms,
    )


def _tickers(frame: _Frame, rest: str) -> list[PublicEvent]:
    row = _TICKER.decode(frame.data)
    if row.symbol != rest:
        raise ValueError(f"a ticker of {row.symbol!r} came as one of {rest!r}")
    return [ticker_event(row, snapshot=frame.type == "snapshot", ts_ms=frame.ts)]


def _trades(frame: _Frame, _rest: str) -> list[PublicEvent]:
    return [
        TradeEvent(
            symbol=named(trade.symbol, "symbol"),
            trade_id=trade.trade_id,
            side=side_of(trade.side),
            price=number(trade.price),
            qty=number(trade.qty),
            traded_ms=trade.traded_ms,
            ts_ms=frame.ts,
        )
        for trade in _TRADES.decode(frame.data)
    ]


def _book(frame: _Frame, rest: str) -> list[PublicEvent]:
    book = _BOOK.decode(frame.data)
    return [
        BookEvent(
            symbol=named(book.symbol, "symbol"),
            depth=rest.partition(".")[0],
            snapshot=frame.type == "snapshot" or book.update_id == _FIRST_UPDATE,
            bids=tuple((number(price), number(qty)) for price, qty in book.bids),
            asks=tuple((number(price), number(qty)) for price, qty in book.asks),
            update_id=book.update_id,
            seq=book.seq,
            ts_ms=frame.ts,
        )
    ]


def _liquidations(frame: _Frame, _rest: str) -> list[PublicEvent]:
    return [
        LiquidationEvent(
            symbol=named(row.symbol, "symbol"),
            side=side_of(row.side),
            price=number(row.price),
            qty=number(row.qty),
            liquidated_ms=row.traded_ms,
            ts_ms=frame.ts,
        )
        for row in _TRADES.decode(frame.data)
    ]


def _price_limit(frame: _Frame, _rest: str) -> list[PublicEvent]:
    row = _LIMITS.decode(frame.data)
    highest_buy, lowest_sell = number(row.buy_lmt), number(row.sell_lmt)
    symbol = named(row.symbol, "symbol")
    return [PriceLimitEvent(symbol=symbol, highest_buy=highest_buy, lowest_sell=lowest_sell, ts_ms=frame.ts)]


def _maintenance(frame: _Frame, _rest: str) -> list[PublicEvent]:
    return [maintenance_event(row) for row in _MAINTENANCE.decode(frame.data)]


_TOPICS: Mapping[str, Callable[[_Frame, str], list[PublicEvent]]] = {
    "kline": _klines,
    "tickers": _tickers,
    "publicTrade": _trades,
    "orderbook": _book,
    "allLiquidation": _liquidations,
    "priceLimit": _price_limit,
    "system": _maintenance,
}
