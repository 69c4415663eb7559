"""Acknowledgements and pongs: the shapes that were recorded, and what our own client makes of them."""

import json
from typing import Any

import pytest

from exchange.bybit.control_frames import Acknowledged, Pong, decode_control
from exchange.venue.wire.control_frames import (
    LINEAR,
    OPTION,
    PRIVATE,
    SPOT,
    Operation,
    acknowledgement,
    decode_operation,
    pong,
)
from exchange.venue.wire.refusal import VenueRefusal
from tests.feeds.bybit.recorded import recorded

CONN = "conn"


def shape(value: Any) -> Any:
    """Names and types of everything in a value."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    return [shape(member) for member in value] if isinstance(value, list) else type(value)


@pytest.mark.parametrize(
    ("name", "kind", "req_id"),
    [("linear", LINEAR, None), ("spot", SPOT, None), ("option", OPTION, None), ("private", PRIVATE, "test")],
)
def test_pongs_look_as_recorded(name: str, kind: str, req_id: str | None) -> None:
    frame = pong(kind, CONN, Operation(op="ping", req_id=req_id), 1_675_418_560_633)
    assert shape(json.loads(frame)) == shape(recorded(f"ws_pong_{name}"))
    assert isinstance(decode_control(frame), Pong)


@pytest.mark.parametrize(
    ("name", "kind", "req_id"),
    [("linear", LINEAR, None), ("spot", SPOT, "10001"), ("option", OPTION, None), ("private", PRIVATE, None)],
)
def test_acknowledgements_look_as_recorded(name: str, kind: str, req_id: str | None) -> None:
    asked = Operation(op="subscribe", args=["a.topic"], req_id=req_id)
    value = json.loads(acknowledgement(kind, CONN, asked))
    expected = recorded(f"ws_subscribe_ok_{name}")
    assert shape(value) == shape(expected)
    assert value.get("ret_msg") == expected.get("ret_msg")


def test_a_failure_says_why() -> None:
    asked = Operation(op="subscribe", args=["a.topic"], req_id=7)
    frame = acknowledgement(PRIVATE, CONN, asked, failure="no such topic")
    assert json.loads(frame)["req_id"] == 7
    event = decode_control(frame)
    assert isinstance(event, Acknowledged)
    assert (event.success, event.message) == (False, "no such topic")
    option = json.loads(acknowledgement(OPTION, CONN, asked, failure="no"))
    assert (option["success"], option["data"]["failTopics"]) == (False, ["a.topic"])


def test_operations_are_read_as_tolerantly_as_clients_write() -> None:
    asked = decode_operation('{"op":"subscribe","args":["x"],"req_id":5,"callerMethodName":"watch"}')
    assert (asked.op, list(asked.args), asked.req_id) == ("subscribe", ["x"], 5)
    assert decode_operation('{"op":"ping","args":null}').args == ()
    trade = decode_operation('{"op":"order.create","reqId":"r","header":{"a":1},"args":[{}]}', id_name="reqId")
    assert (trade.req_id, trade.header) == ("r", {"a": 1})


@pytest.mark.parametrize("frame", ["", "{", "[]", "1", '{"args":[]}', '{"op":1}', "[" * 100_000])
def test_what_is_no_operation_is_refused(frame: str) -> None:
    with pytest.raises(VenueRefusal):
        decode_operation(frame)
