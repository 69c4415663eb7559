"""Answers about an account, with the values of recorded ones."""

import json
import math
from typing import Any

import pytest

from exchange.bybit import account_answers, acknowledgements, answers
from exchange.bybit.acknowledgements import BatchItem
from exchange.bybit.errors import ProtocolError
from exchange.orders import OrderName
from exchange.reports import Accepted, PositionReport
from tests.feeds.bybit.recorded import body, recorded


def answer(result: Any, **fields: Any) -> bytes:
    return json.dumps({"retCode": 0, "retMsg": "OK", "result": result, "time": 5, **fields}).encode()


def test_envelopes_do_not_judge() -> None:
    refused = answers.decode_envelope(body(recorded("rest_error_110007_insufficient_balance")))
    assert (refused.code, refused.message) == (110007, "Available balance is insufficient")
    assert refused.time_ms == 1700000000000
    bare = answers.decode_envelope(b'{"retCode":0,"retMsg":null}')
    assert (bare.code, bare.message, bare.time_ms) == (0, "", 0)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b'{"retCode":"0"}', b'{"retCode":true}', b"<html>502</html>"])
def test_what_is_no_envelope(raw: bytes) -> None:
    with pytest.raises(ProtocolError) as raised:
        answers.decode_envelope(raw)
    assert raised.value.raw == raw


def test_recorded_orders() -> None:
    page = answers.decode_orders(body(recorded("rest_order_realtime")))
    (order,) = page.rows
    assert (order.order_id, order.link_id) == ("fd4300ae-7847-404e-b947-b46980a4d140", "test-000005")
    assert (order.status, order.price, order.take_profit, order.stop_loss) == ("New", 1600, 2500, 1500)
    assert (order.stop_order_type, order.trigger_by, order.stop_by) == ("", "", "Last")
    assert page.cursor == "page_args%3Dfd4300ae-7847-404e-b947-b46980a4d140%26symbol%3D6%26"
    assert page.time_ms == 1684765770483
    (ended,) = answers.decode_orders(body(recorded("rest_order_history_postonly_cancelled"))).rows
    assert (ended.status, ended.reject_reason) == ("Cancelled", "EC_PostOnlyWillTakeLiquidity")


def test_recorded_stop_and_target() -> None:
    target, stop = answers.decode_orders(body(recorded("rest_order_realtime_tpsl"))).rows
    assert (target.stop_order_type, target.trigger, target.trigger_direction) == ("TakeProfit", 55000, 1)
    assert (stop.stop_order_type, stop.trigger, stop.price, stop.type) == ("StopLoss", 48000, 47500, "Limit")


def test_recorded_executions() -> None:
    first, second = answers.decode_executions(body(recorded("rest_execution_list_linear"))).rows
    assert (first.exec_id, first.fee, first.is_maker) == ("e0cbe81d-0f18-5866-9415-cf319b5dab3b", 0.015, True)
    assert (second.side, second.leaves_qty) == (-1, 0.5)
    assert math.isnan(first.realised_pnl)


def test_recorded_funding_is_an_execution_that_is_paid() -> None:
    (funding,) = answers.decode_executions(body(recorded("rest_execution_list_funding_recorded"))).rows
    assert (funding.exec_type, funding.side, funding.fee) == ("Funding", 1, 0.00196873)
    # The rate that the venue writes is cut off; that of fee and value is not.
    assert funding.fee / funding.value == pytest.approx(2.96e-6, rel=1e-3)
    assert math.isnan(funding.order_price)


def test_recorded_positions() -> None:
    page = answers.decode_positions(body(recorded("rest_position_list_linear")))
    position = page.rows[0]
    assert isinstance(position, PositionReport)
    assert (position.symbol, position.side, position.qty, position.entry_price) == ("BTCUSDT", 1, 0.5, 50000)
    assert (position.stop_loss, position.take_profit, position.seq) == (48000, 55000, 5723621632)


def test_a_list_of_another_category_is_not_what_was_asked_for() -> None:
    with pytest.raises(ProtocolError, match="category 'inverse'"):
        answers.decode_positions(body(recorded("rest_position_list_inverse")))


def test_a_refusal_is_no_empty_list() -> None:
    with pytest.raises(ProtocolError, match="a refusal, 10016"):
        answers.decode_orders(answer({"list": []}, retCode=10016))
    for result in ({}, None, {"list": None}):
        with pytest.raises(ProtocolError):
            answers.decode_orders(answer(result))
    assert answers.decode_orders(answer({"list": []})).rows == ()


def test_one_wrong_row_spoils_the_page() -> None:
    rows = recorded("rest_execution_list_linear")["result"]["list"]
    with pytest.raises(ProtocolError, match="execPrice is 0"):
        answers.decode_executions(answer({"list": [rows[0], {**rows[1], "execPrice": "0"}]}))


def test_recorded_wallets() -> None:
    wallet = answers.decode_wallet(body(recorded("rest_wallet_balance_three_coins")))
    assert (wallet.wallet, wallet.equity, wallet.available) == (1000.5, 1000.5, 3.00326056)
    # Coins of which there is nothing are left out.
    assert answers.decode_wallet(body(recorded("rest_wallet_balance"))).wallet == 0.0
    with pytest.raises(ProtocolError, match="0 accounts"):
        answers.decode_wallet(answer({"list": []}))


def test_recorded_results() -> None:
    (closed,) = answers.decode_closed_pnl(body(recorded("rest_closed_pnl"))).rows
    assert (closed.pnl, closed.side, closed.closed_qty) == (-47.4065323, -1, 3)
    assert math.isnan(closed.open_fee)


def test_recorded_acknowledgements() -> None:
    assert acknowledgements.decode_ack(body(recorded("rest_order_create"))) == Accepted(
        order_id="1321003749386327552", link_id="spot-test-postonly"
    )
    assert acknowledgements.decode_ack(body(recorded("rest_set_dcp"))) == Accepted()
    cancelled = acknowledgements.decode_cancelled(body(recorded("rest_order_cancel_all")))
    assert cancelled[0] == OrderName(order_id="1616024329462743808", link_id="1616024329462743809")


def test_a_recorded_batch_succeeds_in_part() -> None:
    batch = acknowledgements.decode_batch(body(recorded("rest_order_cancel_batch_partial_error")))
    assert [item.code for item in batch] == [0, 170213]
    assert batch[1] == BatchItem(
        code=170213, message="Order does not exist.", order_id="", link_id="1666800494330512129"
    )


def test_the_lists_of_a_batch_belong_together() -> None:
    with pytest.raises(ProtocolError, match="a batch of 1 orders has 0 codes"):
        acknowledgements.decode_batch(answer({"list": [{"orderId": "a"}]}, retExtInfo={"list": []}))


def test_recorded_account() -> None:
    info = account_answers.decode_account_info(body(recorded("rest_account_info")))
    assert (info.margin_mode, info.kind) == ("REGULAR_MARGIN", 4)
    key = account_answers.decode_key_info(body(recorded("rest_user_query_api")))
    assert (key.is_read_only, key.user_id, key.days_left, len(key.ips)) == (True, 1448939, -2, 3)
    assert key.permissions["ContractTrade"] == ("Order", "Position")


def test_whether_the_venue_cancels_when_we_are_gone() -> None:
    assert account_answers.decode_disconnect_cancel(body(recorded("rest_query_dcp_info"))) == 10.0
    spot = {"product": "SPOT", "dcpStatus": "ON", "timeWindow": "10"}
    off = {"product": "DERIVATIVES", "dcpStatus": "OFF", "timeWindow": "10"}
    assert account_answers.decode_disconnect_cancel(answer({"dcpInfos": [spot, off]})) is None
