"""Requests and answers over the trade WebSocket."""

import json

import pytest

from exchange.bybit.acknowledgements import BatchItem
from exchange.bybit.control_frames import Acknowledged, Pong
from exchange.bybit.errors import ProtocolError
from exchange.bybit.market_events import UnknownTopic
from exchange.bybit.trade_frames import Limits, TradeAnswer, decode_trade, trade_frame
from tests.feeds.bybit.recorded import body, recorded


def test_a_request_is_as_recorded() -> None:
    expected = recorded("wstrade_order_create_request")
    del expected["header"]["Referer"]
    frame = trade_frame("order.create", expected["args"][0], "test-005", 1711001595207, 8000)
    assert json.loads(frame) == expected


def test_recorded_answers() -> None:
    assert decode_trade(body(recorded("wstrade_order_create_response"))) == [
        TradeAnswer(
            req_id="test-005",
            op="order.create",
            code=0,
            message="OK",
            order_id="a4c1718e-fe53-4659-a118-1f6ecce04ad9",
            limits=Limits(capacity=10, remaining=9, reset_ms=1711001595208),
        )
    ]
    (refused,) = decode_trade(body(recorded("wstrade_order_create_error")))
    assert isinstance(refused, TradeAnswer)
    assert (refused.req_id, refused.code, refused.order_id) == ("1", 170131, "")


def test_a_recorded_batch() -> None:
    (batch,) = decode_trade(body(recorded("wstrade_order_create_batch_response_all_failed")))
    assert isinstance(batch, TradeAnswer)
    assert (batch.code, len(batch.items)) == (0, 3)
    assert batch.items[0] == BatchItem(
        code=10001, message="position idx not match position mode", order_id="", link_id="batch-000"
    )


def test_a_refused_batch_has_no_items() -> None:
    frame = b'{"reqId":"1","retCode":10404,"retMsg":"no","op":"order.create-batch","data":{}}'
    assert decode_trade(frame) == [TradeAnswer(req_id="1", op="order.create-batch", code=10404, message="no")]


def test_what_is_about_the_connection() -> None:
    assert decode_trade(body(recorded("wstrade_auth_response"))) == [
        Acknowledged(op="auth", success=True, message="OK")
    ]
    assert decode_trade(body(recorded("wstrade_pong"))) == [Pong(server_ms=1711002002529)]
    assert decode_trade(b'{"topic":"order","op":"ping"}') == [UnknownTopic(topic="order")]


@pytest.mark.parametrize(
    "frame",
    [
        b"{}",
        b'{"op":"order.create"}',
        b'{"op":"order.create","retCode":"0"}',
        b'{"op":"order.create","retCode":0,"data":[]}',
        b'{"op":"order.create-batch","retCode":0,"data":{"list":[{}]},"retExtInfo":{}}',
        b'{"op":"order.create","retCode":0,"header":{"X-Bapi-Limit":"many"}}',
    ],
)
def test_what_is_not_understood(frame: bytes) -> None:
    with pytest.raises(ProtocolError) as raised:
        decode_trade(frame)
    assert raised.value.raw == frame
