"""Private pushes as reports, with the values of recorded frames."""

import json
import math
from typing import Any

import pytest

from exchange.bybit.errors import ProtocolError
from exchange.bybit.market_events import UnknownTopic
from exchange.bybit.position_rows import HedgePosition
from exchange.bybit.private_frames import decode_private
from exchange.reports import ExecutionReport, OrderReport, PositionReport, WalletReport
from tests.feeds.bybit.recorded import body, recorded

ORDER: dict[str, Any] = {
    "category": "linear",
    "symbol": "BTCUSDT",
    "orderId": "o-1",
    "side": "Buy",
    "orderType": "Limit",
    "orderStatus": "New",
    "qty": "1",
    "cumExecQty": "0",
    "createdTime": "1700000000000",
    "updatedTime": "1700000000001",
}
EXECUTION: dict[str, Any] = {
    "category": "linear",
    "symbol": "BTCUSDT",
    "execId": "e-1",
    "orderId": "o-1",
    "side": "Buy",
    "execPrice": "1",
    "execQty": "1",
    "execValue": "1",
    "execFee": "0",
    "execType": "Trade",
    "execTime": "1700000000000",
    "isMaker": False,
}


def push(topic: str, *rows: dict[str, Any]) -> bytes:
    return json.dumps({"topic": topic, "creationTime": 1_700_000_000_002, "data": rows}).encode()


def only(name: str) -> Any:
    (event,) = decode_private(body(recorded(name)))
    return event


def test_recorded_market_order() -> None:
    order = only("ws_order_market_filled_recorded")
    assert isinstance(order, OrderReport)
    assert (order.status, order.side, order.qty, order.filled_qty, order.avg_price) == ("Filled", 1, 15, 15, 0.3679)
    assert (order.price, order.fees, order.filled_value) == (0.3862, 0.00303518, 5.5185)
    assert (order.cancel_type, order.reject_reason, order.stop_order_type) == ("UNKNOWN", "EC_NoError", "")
    assert math.isnan(order.trigger)
    assert math.isnan(order.stop_loss)
    assert (order.trigger_by, order.tpsl_mode, order.created_ms) == ("", "", 1766436947940)


def test_recorded_stop_order() -> None:
    order = only("ws_order_untriggered_stop_loss")
    assert (order.status, order.side, order.trigger, order.trigger_direction) == ("Untriggered", -1, 48000, 2)
    assert (order.trigger_by, order.stop_order_type, order.reduce_only, order.close_on_trigger) == (
        *("Last", "StopLoss"),
        *(True, True),
    )
    assert math.isnan(order.price)


def test_zero_is_no_level_and_no_average() -> None:
    order = only("ws_order_cancelled")
    assert math.isnan(order.avg_price)
    assert math.isnan(order.trigger)
    assert (order.stop_by, order.target_by) == ("Last", "Mark")


def test_recorded_execution() -> None:
    execution = only("ws_execution_linear_trade")
    assert isinstance(execution, ExecutionReport)
    assert (execution.price, execution.qty, execution.fee, execution.realised_pnl) == (95900.1, 0.5, 26.3725275, 0.05)
    assert (execution.closed_qty, execution.leaves_qty, execution.seq) == (0.5, 0, 140612148849382)
    assert (execution.side, execution.is_maker, execution.exec_type) == (-1, False, "Trade")
    assert only("ws_execution_adl").exec_type == "AdlTrade"


def test_the_fast_stream_says_less() -> None:
    execution = only("ws_execution_fast")
    assert (execution.exec_type, execution.price, execution.qty) == ("Trade", 12.015, 3000)
    assert execution.value == pytest.approx(36_045.0)
    assert math.isnan(execution.fee)


def test_recorded_positions() -> None:
    position = only("ws_position_short")
    assert isinstance(position, PositionReport)
    assert (position.side, position.qty, position.entry_price, position.value) == (-1, 0.01, 3641.075, 36.42075)
    assert (position.leverage, position.margin, position.liquidation) == (30, 1.23480936, 51764.83003276)
    assert math.isnan(position.stop_loss)
    assert position.seq == 325852190774


def test_legs_of_hedge_mode_are_no_positions_of_ours() -> None:
    legs = decode_private(body(recorded("ws_position_hedge_pair_recorded")))
    assert all(isinstance(leg, HedgePosition) for leg in legs)
    assert [(leg.index, leg.position.side) for leg in legs if isinstance(leg, HedgePosition)] == [(1, 1), (2, 0)]


def test_recorded_wallets() -> None:
    wallet = only("ws_wallet_recorded")
    assert wallet == WalletReport(
        wallet=75.5601152,
        equity=75.5601152,
        available=102.09402758,
        position_margin=0.07191655,
        order_margin=0.0,
        unrealised_pnl=0.0,
        updated_ms=1766318882964,
    )
    # Only what changed is listed; that is not always our coin.
    assert decode_private(body(recorded("ws_wallet"))) == []


def test_an_isolated_account_has_no_total() -> None:
    coin = {"coin": "USDT", "equity": "110", "walletBalance": "100", "totalPositionIM": "20", "totalOrderIM": "5"}
    (wallet,) = decode_private(push("wallet", {"totalAvailableBalance": "", "coin": [coin]}))
    assert isinstance(wallet, WalletReport)
    assert (wallet.available, wallet.updated_ms) == (75.0, 1_700_000_000_002)


def test_other_categories_are_passed_over() -> None:
    assert decode_private(body(recorded("ws_order_option_filled"))) == []
    linear, spot = ORDER, {**ORDER, "category": "spot", "qty": "what spot writes"}
    assert len(decode_private(push("order", spot, linear, spot))) == 1


def test_topics_of_one_category() -> None:
    assert str(decode_private(push("order.linear", ORDER))) == str(decode_private(push("order", ORDER)))
    assert decode_private(push("dcp.future", {})) == [UnknownTopic(topic="dcp.future")]


def test_words_that_we_do_not_know_are_data() -> None:
    (order,) = decode_private(push("order", {**ORDER, "orderStatus": "Resting", "triggerBy": "NextPrice", "new": [1]}))
    assert isinstance(order, OrderReport)
    assert (order.status, order.trigger_by) == ("Resting", "NextPrice")


@pytest.mark.parametrize(
    "wrong",
    [
        {"orderId": ""},
        {"orderId": None},
        {"symbol": ""},
        {"side": "Long"},
        {"qty": ""},
        {"qty": "-1"},
        {"qty": 1},
        {"cumExecQty": "2"},
        {"cumExecQty": "NaN"},
        {"updatedTime": "now"},
        {"category": None},
        {"reduceOnly": "true"},
    ],
)
def test_what_matters_must_be_right(wrong: dict[str, Any]) -> None:
    frame = push("order", ORDER, {**ORDER, **wrong})
    with pytest.raises(ProtocolError) as raised:
        decode_private(frame)
    assert raised.value.raw == frame


def test_text_and_bytes_are_the_same() -> None:
    frame = push("order", ORDER)
    assert str(decode_private(frame.decode())) == str(decode_private(frame))
    with pytest.raises(ProtocolError) as raised:
        decode_private('{"topic":"order\ud800"')
    assert raised.value.raw == b'{"topic":"order\\ud800"'


def test_of_a_huge_frame_a_part_is_kept() -> None:
    with pytest.raises(ProtocolError) as raised:
        decode_private(b"x" * 1_000_000)
    assert len(raised.value.raw) == 65_536


@pytest.mark.parametrize("field", ["execPrice", "execQty"])
@pytest.mark.parametrize("value", ["0", "-1", ""])
def test_an_execution_of_nothing_cannot_be(field: str, value: str) -> None:
    assert len(decode_private(push("execution", EXECUTION))) == 1
    with pytest.raises(ProtocolError):
        decode_private(push("execution", {**EXECUTION, field: value}))


@pytest.mark.parametrize("wrong", [{"size": "1"}, {"side": "Buy"}, {"side": "Buy", "size": "1"}, {"size": "-1"}])
def test_a_position_must_fit_together(wrong: dict[str, str]) -> None:
    flat = {"category": "linear", "symbol": "BTCUSDT", "side": "", "size": "0", "updatedTime": "1", "positionIdx": 0}
    (position,) = decode_private(push("position", flat))
    assert isinstance(position, PositionReport)
    assert (position.side, position.value, math.isnan(position.entry_price)) == (0, 0.0, True)
    with pytest.raises(ProtocolError):
        decode_private(push("position", {**flat, **wrong}))
