"""Requests as bytes: what is in them, what is not, and what queues know of them."""

import json
import math
from typing import Any

import pytest

from exchange.bybit import queries, requests
from exchange.bybit.request import Kind, Request
from exchange.instruments import Instrument, known_instrument
from exchange.orders import Amendment, NewOrder, OrderName, TradingStop
from play_engine.play.model import Account

BTC: Instrument = known_instrument("BTCUSDT", Account())
NAMED = OrderName(link_id="ph1-a")


def fields(request: Request) -> Any:
    assert request.method == "POST"
    assert request.query == ""
    assert b": " not in request.body
    return json.loads(request.body)


def test_market_order_with_stop_and_target() -> None:
    order = NewOrder(side=1, qty=0.30000000000000004, stop_loss=26_500.0, take_profit=28_000.5, link_id="ph1-a")
    request = requests.create_order(BTC, order)
    assert (request.path, request.group, request.kind) == ("/v5/order/create", "order/create", Kind.CREATE)
    assert not request.closes
    assert fields(request) == {
        "category": "linear",
        "symbol": "BTCUSDT",
        "side": "Buy",
        "orderType": "Market",
        "qty": "0.3",
        "timeInForce": "IOC",
        "positionIdx": 0,
        "takeProfit": "28000.5",
        "stopLoss": "26500",
        "tpslMode": "Full",
        "tpTriggerBy": "LastPrice",
        "tpOrderType": "Market",
        "slTriggerBy": "LastPrice",
        "slOrderType": "Market",
        "orderLinkId": "ph1-a",
    }


def test_limit_order_that_reduces() -> None:
    order = NewOrder(side=-1, qty=1.0, type="Limit", tif="PostOnly", price=27_000.1, reduce_only=True)
    request = requests.create_order(BTC, order)
    assert request.closes
    sent = fields(request)
    assert (sent["price"], sent["timeInForce"], sent["reduceOnly"]) == ("27000.1", "PostOnly", True)
    assert not {"takeProfit", "stopLoss", "triggerPrice", "tpslMode", "orderLinkId", "closeOnTrigger"} & set(sent)


def test_conditional_order() -> None:
    order = NewOrder(side=-1, qty=0.0, trigger=25_000.0, trigger_direction=2, trigger_by="Mark", close_on_trigger=True)
    sent = fields(requests.create_order(BTC, order))
    assert (sent["triggerPrice"], sent["triggerDirection"], sent["triggerBy"]) == ("25000", 2, "MarkPrice")
    assert (sent["qty"], sent["closeOnTrigger"]) == ("0", True)


def test_a_limit_behind_a_level_needs_the_partial_mode() -> None:
    order = NewOrder(side=1, qty=1.0, stop_loss=26_000.0, stop_limit=25_990.0, take_profit=30_000.0, target_by="Mark")
    sent = fields(requests.create_order(BTC, order))
    assert (sent["tpslMode"], sent["slOrderType"], sent["slLimitPrice"]) == ("Partial", "Limit", "25990")
    assert (sent["tpOrderType"], sent["tpTriggerBy"]) == ("Market", "MarkPrice")
    assert "tpLimitPrice" not in sent


def test_amendments_have_what_changes() -> None:
    request = requests.amend_order(BTC, NAMED, Amendment(price=27_000.0, stop_loss=0.0))
    assert fields(request) == {
        "category": "linear",
        "symbol": "BTCUSDT",
        "orderLinkId": "ph1-a",
        "price": "27000",
        "stopLoss": "0",
    }
    assert request.kind is Kind.AMEND


def test_the_order_id_counts_if_both_names_are_given() -> None:
    request = requests.cancel_order("BTCUSDT", OrderName(order_id="o", link_id="l"))
    assert fields(request) == {"category": "linear", "symbol": "BTCUSDT", "orderId": "o"}
    assert (request.kind, request.closes) == (Kind.CANCEL, True)
    with pytest.raises(ValueError, match="both are empty"):
        requests.cancel_order("BTCUSDT", OrderName())


def test_levels_of_a_position() -> None:
    stop = TradingStop(
        stop_loss=26_000.0, take_profit=0.0, stop_by="Mark", trailing=150.0, trailing_activation=28_000.0
    )
    request = requests.trading_stop(BTC, stop)
    assert fields(request) == {
        "category": "linear",
        "symbol": "BTCUSDT",
        "tpslMode": "Full",
        "positionIdx": 0,
        "takeProfit": "0",
        "stopLoss": "26000",
        "trailingStop": "150",
        "activePrice": "28000",
        "tpTriggerBy": "LastPrice",
        "slTriggerBy": "MarkPrice",
    }
    assert request.closes


def test_settings() -> None:
    assert fields(requests.set_leverage("BTCUSDT", 12.5)) == {
        "category": "linear",
        "symbol": "BTCUSDT",
        "buyLeverage": "12.5",
        "sellLeverage": "12.5",
    }
    assert fields(requests.switch_mode("BTCUSDT", hedge=False))["mode"] == 0
    assert fields(requests.add_margin("BTCUSDT", -10.0))["margin"] == "-10"
    assert fields(requests.set_margin_mode("ISOLATED_MARGIN")) == {"setMarginMode": "ISOLATED_MARGIN"}
    assert fields(requests.set_disconnect_cancel(10)) == {"product": "DERIVATIVES", "timeWindow": 10}
    taken = fields(requests.apply_demo_money(-50.0))
    assert taken == {"adjustType": 1, "utaDemoApplyMoney": [{"coin": "USDT", "amountStr": "50"}]}


def test_batches() -> None:
    closing, opening = NewOrder(side=1, qty=1.0, reduce_only=True), NewOrder(side=1, qty=1.0)
    request = requests.create_batch(BTC, [closing, opening])
    assert (request.group, request.closes) == ("order/create-batch", False)
    assert requests.create_batch(BTC, [closing]).closes
    sent = fields(request)
    assert sent["category"] == "linear"
    assert all("category" not in row and row["symbol"] == "BTCUSDT" for row in sent["request"])
    assert len(fields(requests.cancel_batch("BTCUSDT", [NAMED, NAMED]))["request"]) == 2
    assert fields(requests.amend_batch(BTC, [(NAMED, Amendment(qty=2.0))]))["request"][0]["qty"] == "2"
    for count in (0, 11):
        with pytest.raises(ValueError, match="allowed: 1 to 10"):
            requests.cancel_batch("BTCUSDT", [NAMED] * count)


def test_orders_that_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="trading_stop"):
        requests.create_order(BTC, NewOrder(side=1, qty=1.0, trailing=100.0))
    with pytest.raises(ValueError, match="allowed: \\+1 to buy"):
        requests.create_order(BTC, NewOrder(side=0, qty=1.0))
    with pytest.raises(ValueError, match="allowed: Last, Mark, Index"):
        requests.create_order(BTC, NewOrder(side=1, qty=1.0, trigger=1.0, trigger_direction=1, trigger_by="last"))
    with pytest.raises(ValueError, match="no number that can be sent"):
        requests.create_order(BTC, NewOrder(side=1, qty=math.nan))


def test_reads() -> None:
    request = queries.executions("BTCUSDT", 1, 2, "132766%3A2%2C132766%3A2")
    assert (request.method, request.body, request.kind, request.closes) == ("GET", b"", Kind.READ, False)
    assert request.query == (
        "category=linear&symbol=BTCUSDT&startTime=1&endTime=2&limit=100&cursor=132766%3A2%2C132766%3A2"
    )
    assert queries.open_orders("BTCUSDT").query == "category=linear&symbol=BTCUSDT&limit=50"
    assert queries.wallet_balance().query == "accountType=UNIFIED&coin=USDT"
    assert queries.order_by_name("BTCUSDT", OrderName(order_id="a b&c")).query.endswith("orderId=a%20b%26c")
    assert str(queries.key_info()) == "GET /v5/user/query-api"


def test_market_reads_share_one_limit() -> None:
    shared = [queries.server_time(), queries.ticker("BTCUSDT"), queries.risk_limit("BTCUSDT"), queries.system_status()]
    assert {request.group for request in shared} == {"market"}
    assert queries.position_list("BTCUSDT").group == "position/list"
