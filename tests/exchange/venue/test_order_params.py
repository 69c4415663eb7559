"""Orders as clients write them."""

import math
from typing import Any

import pytest

from exchange.orders import Amendment, OrderName
from exchange.venue.wire.order_params import amendment, new_order, order_name, trading_stop
from exchange.venue.wire.params import Params
from exchange.venue.wire.refusal import VenueRefusal
from tests.exchange.venue.market_scene import instrument

BTC = instrument()
LIMIT = {"side": "Buy", "orderType": "Limit", "qty": "0.01", "price": "60000"}
MARKET = {"side": "Sell", "orderType": "Market", "qty": "0.01"}


def test_a_limit_order() -> None:
    order = new_order(Params({**LIMIT, "timeInForce": "PostOnly", "orderLinkId": "a-1_B", "stopLoss": "59000"}), BTC)
    assert (order.side, order.type, order.qty, order.price, order.tif) == (1, "Limit", 0.01, 60000.0, "PostOnly")
    assert (order.link_id, order.stop_loss) == ("a-1_B", 59000.0)
    assert math.isnan(order.take_profit)


def test_a_market_order_is_immediate_and_has_no_price() -> None:
    order = new_order(Params({**MARKET, "timeInForce": "GTC", "price": "1", "takeProfit": "0"}), BTC)
    assert (order.side, order.tif) == (-1, "IOC")
    assert math.isnan(order.price)
    assert math.isnan(order.take_profit)


def test_a_conditional_order_watches_the_price_that_it_names() -> None:
    trigger = {"triggerPrice": "61000", "triggerDirection": 1, "triggerBy": "MarkPrice"}
    order = new_order(Params({**MARKET, **trigger}), BTC)
    assert (order.trigger, order.trigger_direction, order.trigger_by) == (61000.0, 1, "Mark")


def test_a_pair_of_its_own_has_limits() -> None:
    pair = {"takeProfit": "62000", "tpslMode": "Partial", "tpOrderType": "Limit", "tpLimitPrice": "61990"}
    order = new_order(Params({**LIMIT, **pair}), BTC)
    assert order.target_limit == 61990.0
    assert math.isnan(order.stop_limit)


def test_a_quantity_of_nothing_closes_the_position() -> None:
    order = new_order(Params({**MARKET, "qty": "0", "reduceOnly": True, "closeOnTrigger": True}), BTC)
    assert (order.qty, order.reduce_only, order.close_on_trigger) == (0.0, True, True)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"side": "buy"}, 10001),
        ({"orderType": ""}, 10001),
        ({"qty": "0"}, 10001),
        ({"qty": "-1"}, 10001),
        ({"qty": "1e-3"}, 10001),
        ({"qty": "nan"}, 10001),
        ({"qty": ""}, 10001),
        ({"price": ""}, 10001),
        ({"price": "0"}, 10001),
        ({"timeInForce": "DAY"}, 10001),
        ({"timeInForce": "RPI"}, 110119),
        ({"positionIdx": 1}, 10001),
        ({"orderLinkId": "x" * 37}, 10001),
        ({"orderLinkId": "a b"}, 10001),
        ({"reduceOnly": "maybe"}, 10001),
        ({"reduceOnly": True, "stopLoss": "59000"}, 10001),
        ({"triggerPrice": "61000"}, 10001),
        ({"triggerBy": "IndexPrice"}, 10001),
        ({"stopLoss": "-1"}, 10001),
        ({"slOrderType": "Limit"}, 10001),
        ({"tpslMode": "Partial"}, 10001),
        ({"slippageToleranceType": "TickSize", "slippageTolerance": "0"}, 110108),
        ({"slippageToleranceType": "Percent", "slippageTolerance": "11"}, 110109),
    ],
)
def test_what_cannot_be(wrong: dict[str, Any], code: int) -> None:
    with pytest.raises(VenueRefusal) as caught:
        new_order(Params({**LIMIT, **wrong}), BTC)
    assert caught.value.code == code


def test_names_and_changes() -> None:
    assert order_name(Params({"orderLinkId": "mine"})) == OrderName(link_id="mine")
    with pytest.raises(VenueRefusal):
        order_name(Params({}))
    changes = amendment(Params({"price": "60100", "stopLoss": "0"}))
    assert (changes.price, changes.stop_loss) == (60100.0, 0.0)
    assert math.isnan(changes.qty)
    assert isinstance(changes, Amendment)
    with pytest.raises(VenueRefusal):
        amendment(Params({"qty": "0"}))


def test_levels_of_a_position() -> None:
    stop = trading_stop(
        Params({"stopLoss": "0", "trailingStop": "50", "activePrice": "61000", "tpTriggerBy": "MarkPrice"})
    )
    assert (stop.stop_loss, stop.trailing, stop.trailing_activation, stop.target_by) == (0.0, 50.0, 61000.0, "Mark")
    with pytest.raises(VenueRefusal, match="Full"):
        trading_stop(Params({"tpslMode": "Partial"}))
