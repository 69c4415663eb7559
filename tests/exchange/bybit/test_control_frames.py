"""Signing in, subscribing and pings: what is sent, and every way in which the venue answers."""

import json
from typing import Any

import pytest

from exchange.bybit.control_frames import (
    Acknowledged,
    Pong,
    Push,
    auth_frame,
    decode_control,
    ping_frame,
    subscribe_frame,
    unsubscribe_frame,
)
from exchange.bybit.errors import ProtocolError
from exchange.bybit.signing import Credentials
from tests.feeds.bybit.recorded import body, recorded


def frame(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


@pytest.mark.parametrize(
    ("name", "pong"),
    [
        ("ws_pong_spot", Pong()),
        ("ws_pong_linear", Pong()),
        ("ws_pong_option", Pong(server_ms=1672916271846)),
        ("ws_pong_private", Pong(req_id="test", server_ms=1675418560633)),
        ("wstrade_pong", Pong(server_ms=1711002002529)),
    ],
)
def test_five_pongs(name: str, pong: Pong) -> None:
    assert decode_control(body(recorded(name))) == pong


@pytest.mark.parametrize(
    ("name", "acknowledged"),
    [
        ("ws_auth_ok_private", Acknowledged(op="auth", success=True)),
        ("ws_auth_failed", Acknowledged(op="auth", success=False, message="Invalid apikey", code=10003)),
        ("wstrade_auth_response", Acknowledged(op="auth", success=True, message="OK")),
        ("ws_subscribe_ok_linear", Acknowledged(op="subscribe", success=True)),
        ("ws_subscribe_ok_private", Acknowledged(op="subscribe", success=True)),
        ("ws_subscribe_ok_spot", Acknowledged(op="subscribe", success=True, message="subscribe", req_id="10001")),
        ("ws_subscribe_ok_option", Acknowledged(op="subscribe", success=True)),
        (
            "ws_subscribe_failed",
            Acknowledged(op="subscribe", success=False, message="Invalid topic: invalid.topic.BTCUSDT"),
        ),
    ],
)
def test_recorded_answers(name: str, acknowledged: Acknowledged) -> None:
    assert decode_control(body(recorded(name))) == acknowledged


def test_what_has_a_topic_is_a_push() -> None:
    assert decode_control(body(recorded("ws_kline_open"))) == Push(topic="kline.5.BTCUSDT")
    assert decode_control(frame(topic="order", op="auth", data=[])) == Push(topic="order")


def test_what_was_done_before_is_done() -> None:
    twice = decode_control(frame(op="subscribe", success=False, ret_msg="error:already subscribed,topic:order"))
    assert isinstance(twice, Acknowledged)
    assert twice.success
    signed_in = decode_control(frame(op="auth", retCode=20001, retMsg="Repeat auth"))
    assert signed_in == Acknowledged(op="auth", success=True, message="Repeat auth", code=20001)


def test_a_refused_topic_of_several_is_a_failure() -> None:
    answer = frame(type="COMMAND_RESP", success=True, data={"failTopics": ["a", "b"], "successTopics": ["c"]})
    assert decode_control(answer) == Acknowledged(op="subscribe", success=False, message="refused: a, b")


def test_success_must_be_said_by_all_who_speak_of_it() -> None:
    for fields in ({"success": True, "retCode": 10001}, {"success": False, "retCode": 0}, {"retCode": 10004}):
        answer = decode_control(frame(op="auth", **fields))
        assert isinstance(answer, Acknowledged)
        assert not answer.success


def test_request_ids_may_be_numbers() -> None:
    assert decode_control(frame(op="pong", req_id=7, args=["1"])) == Pong(req_id="7", server_ms=1)
    assert decode_control(frame(op="pong", reqId="a", data=None)) == Pong(req_id="a")
    assert decode_control(frame(op="pong", args=[])) == Pong()


def test_a_refused_ping_is_no_pong() -> None:
    answer = decode_control(frame(op="ping", success=False, ret_msg="slow down"))
    assert answer == Acknowledged(op="ping", success=False, message="slow down")


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"pong",
        b"[]",
        frame(),
        frame(op="order.create", retCode=0),
        frame(op="subscribe"),
        frame(op="pong", args=["soon"]),
        frame(op="auth", success="true"),
        frame(type="COMMAND_RESP", success=True),
    ],
)
def test_what_is_not_understood(wrong: bytes) -> None:
    with pytest.raises(ProtocolError) as raised:
        decode_control(wrong)
    assert raised.value.raw == wrong


def test_frames_to_send() -> None:
    credentials = Credentials(api_key="AKTESTKEY0001", secret="sktestsecret0002ABCDEFGHIJKLMNOP")  # noqa: S106
    assert json.loads(subscribe_frame(["order", "wallet"], "1")) == {
        "req_id": "1",
        "op": "subscribe",
        "args": ["order", "wallet"],
    }
    assert json.loads(unsubscribe_frame(["order"])) == {"op": "unsubscribe", "args": ["order"]}
    assert json.loads(ping_frame()) == {"op": "ping"}
    assert json.loads(auth_frame(credentials, 1700000006000)) == {
        "op": "auth",
        "args": [
            "AKTESTKEY0001",
            1700000006000,
            "f75d94eeba6a067db7bbc679f2cf428e617a32e43e7a3714adc237ba2ecd68e4",
        ],
    }


def test_sign_in_as_recorded() -> None:
    vector = recorded("sign_pybit_ws_auth")
    credentials = Credentials(api_key=vector["api_key"], secret=vector["api_secret"])
    assert json.loads(auth_frame(credentials, vector["expires"])) == vector["message"]
