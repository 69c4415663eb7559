"""Public pushes as events, with the values of recorded frames."""

import json
import math
from typing import Any

import pytest

from exchange.bybit.errors import ProtocolError
from exchange.bybit.market_events import (
    BookEvent,
    KlineEvent,
    LiquidationEvent,
    MaintenanceEvent,
    PriceLimitEvent,
    TradeEvent,
    UnknownTopic,
)
from exchange.bybit.public_frames import decode_public
from exchange.bybit.tickers import TickerEvent, ticker_after
from tests.feeds.bybit.recorded import body, recorded

CANDLE: dict[str, Any] = {
    "start": 1672324800000,
    "end": 1672325099999,
    "interval": "5",
    "open": "10",
    "high": "12",
    "low": "9",
    "close": "11",
    "volume": "2",
    "turnover": "21",
    "confirm": True,
}


def push(topic: str, data: Any, **fields: Any) -> bytes:
    return json.dumps({"topic": topic, "ts": 1_700_000_000_000, "type": "snapshot", "data": data, **fields}).encode()


def only(name: str) -> Any:
    (event,) = decode_public(body(recorded(name)))
    return event


def test_recorded_candles() -> None:
    expected = KlineEvent(
        symbol="BTCUSDT",
        interval="5",
        start_ms=1672324800000,
        end_ms=1672325100000,
        open=16649.5,
        high=16677.0,
        low=16608.0,
        close=16677.0,
        volume=2.081,
        turnover=34666.4005,
        confirm=True,
        ts_ms=1672325100012,
    )
    assert only("ws_kline_confirmed") == expected
    assert not only("ws_kline_open").confirm


def test_recorded_books() -> None:
    book = only("ws_orderbook_snapshot")
    assert isinstance(book, BookEvent)
    assert (book.symbol, book.depth, book.snapshot, book.update_id) == ("BTCUSDT", "50", True, 18521288)
    assert book.bids == ((16493.5, 0.006), (16493.0, 0.1))
    delta = only("ws_orderbook_delta")
    assert (delta.snapshot, delta.bids[-1], delta.seq) == (False, (30240.0, 0.0), 66544703342)
    assert only("ws_orderbook_full_delta").depth == "full"


def test_a_book_after_a_restart_is_whole() -> None:
    data = {"s": "BTCUSDT", "b": [], "a": [], "u": 1, "seq": 2}
    (book,) = decode_public(push("orderbook.50.BTCUSDT", data, type="delta"))
    assert isinstance(book, BookEvent)
    assert book.snapshot


def test_recorded_trades_liquidations_limits_and_maintenance() -> None:
    assert only("ws_public_trade") == TradeEvent(
        symbol="BTCUSDT",
        trade_id="20f43950-d8dd-5b31-9112-a178eb6023af",
        side=1,
        price=16578.5,
        qty=0.001,
        traded_ms=1672304486865,
        ts_ms=1672304486868,
    )
    assert only("ws_all_liquidation") == LiquidationEvent(
        symbol="ROSEUSDT", side=-1, price=0.04499, qty=20_000, liquidated_ms=1739502302929, ts_ms=1739502303204
    )
    assert only("ws_price_limit") == PriceLimitEvent(
        symbol="BTCUSDT", highest_buy=114450.0, lowest_sell=103550.0, ts_ms=1750059683782
    )
    assert only("ws_system_status") == MaintenanceEvent(
        title="t06", state="completed", begin_ms=1751596902000, end_ms=1751597011000, services=(2, 3, 4, 5)
    )


def test_a_recorded_ticker_and_what_changed_of_it() -> None:
    known = ticker_after(None, only("ws_ticker_linear_snapshot"))
    assert known is not None
    assert (known.last, known.mark, known.funding_rate, known.next_funding_ms) == (
        *(66666.6, 66666.6),
        *(-0.005, 1760342400000),
    )
    delta = only("ws_ticker_linear_delta")
    assert not delta.snapshot
    assert math.isnan(delta.mark)
    after = ticker_after(known, delta)
    assert after is not None
    assert (after.last, after.bid, after.mark, after.ts_ms) == (63948.5, 63948.4, 66666.6, 1718995014034)
    assert (after.snapshot, after.next_funding_ms) == (True, 1760342400000)


def test_a_delta_to_nothing_is_nothing() -> None:
    delta = TickerEvent(symbol="BTCUSDT", snapshot=False, ts_ms=1, last=5.0)
    assert ticker_after(None, delta) is None


def test_a_snapshot_forgets_what_was() -> None:
    known = TickerEvent(symbol="BTCUSDT", snapshot=True, ts_ms=1, last=5.0, mark=5.0)
    after = ticker_after(known, TickerEvent(symbol="BTCUSDT", snapshot=True, ts_ms=2, last=6.0))
    assert after is not None
    assert (after.last, math.isnan(after.mark)) == (6.0, True)


def test_a_rate_of_zero_is_a_change() -> None:
    known = TickerEvent(symbol="BTCUSDT", snapshot=True, ts_ms=1, funding_rate=0.0001)
    after = ticker_after(known, TickerEvent(symbol="BTCUSDT", snapshot=False, ts_ms=2, funding_rate=0.0))
    assert after is not None
    assert after.funding_rate == 0.0


def test_topics_that_we_do_not_read() -> None:
    assert decode_public(push("adlAlert.USDT", 5)) == [UnknownTopic(topic="adlAlert.USDT")]


def test_several_rows_stay_in_order() -> None:
    closed, opened = CANDLE, {**CANDLE, "start": CANDLE["end"] + 1, "end": CANDLE["end"] + 300_000, "confirm": False}
    events = decode_public(push("kline.5.BTCUSDT", [closed, opened]))
    assert [event.confirm for event in events if isinstance(event, KlineEvent)] == [True, False]


@pytest.mark.parametrize(
    ("topic", "data"),
    [
        ("kline.5", [CANDLE]),
        ("kline.1.BTCUSDT", [CANDLE]),
        ("kline.5.BTCUSDT", CANDLE),
        ("kline.5.BTCUSDT", [{**CANDLE, "close": None}]),
        ("kline.5.BTCUSDT", [{**CANDLE, "close": ""}]),
        ("kline.5.BTCUSDT", [{**CANDLE, "confirm": 1}]),
        ("kline.5.BTCUSDT", [{**CANDLE, "end": CANDLE["start"]}]),
        ("tickers.BTCUSDT", {"symbol": "ETHUSDT", "lastPrice": "1"}),
        ("tickers.BTCUSDT", {"symbol": "BTCUSDT", "lastPrice": "1e5"}),
        ("orderbook.1.BTCUSDT", {"s": "BTCUSDT", "b": [["1"]], "a": [], "u": 2}),
        ("publicTrade.BTCUSDT", [{"s": "BTCUSDT", "S": "", "p": "1", "v": "1", "T": 1}]),
    ],
)
def test_what_is_not_understood(topic: str, data: Any) -> None:
    frame = push(topic, data)
    with pytest.raises(ProtocolError) as raised:
        decode_public(frame)
    assert raised.value.raw == frame
