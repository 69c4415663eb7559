"""What faults make of frames."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.venue.faults.faults import Delivery, NoFaults
from exchange.venue.faults.rules import FRAME, KINDS, FaultRule
from tests.exchange.venue.injecting import NOW_MS, StillSocket, candle_frame, injecting, order_frame

TICKER = json.dumps({"topic": "tickers.BTCUSDT", "data": {"symbol": "BTCUSDT", "lastPrice": "100.50"}})
PONG = '{"op":"pong","args":["1"]}'


def sent(frame: str, **rule: Any) -> Sequence[Delivery]:
    return injecting(FaultRule(**rule)).frame(StillSocket(), frame)


def candle(frame: str, **rule: Any) -> dict[str, Any]:
    (delivery,) = sent(frame, **rule)
    return json.loads(delivery.frame)["data"][0]


def test_without_rules_frames_pass_as_they_are() -> None:
    frame = order_frame()
    assert injecting().frame(StillSocket(), frame) == (Delivery(frame=frame),) == NoFaults().frame(StillSocket(), frame)


def test_frames_are_lost_doubled_delayed_and_overtaken() -> None:
    frame = order_frame()
    assert sent(frame, kind="drop_frame") == ()
    assert sent(frame, kind="double_frame") == (Delivery(frame=frame),) * 2
    assert sent(frame, kind="delay_frame", seconds=3) == (Delivery(frame=frame, wait_s=3.0),)
    assert sent(frame, kind="reorder_frame") == (Delivery(frame=frame, wait_s=0.2, overtaken=True),)


def test_a_socket_is_cut_instead_of_sending() -> None:
    faults, socket = injecting(FaultRule(kind="disconnect", skip=1)), StillSocket()
    assert len(faults.frame(socket, order_frame())) == 1
    assert faults.frame(socket, order_frame()) == ()
    assert socket.cuts == 1


def test_half_a_frame_is_no_json() -> None:
    (delivery,) = sent(order_frame(), kind="cut_frame")
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        json.loads(delivery.frame)


def test_numbers_and_words_are_spoilt() -> None:
    (number,) = sent(order_frame(), kind="text_in_number")
    assert json.loads(number.frame)["data"][0]["qty"] == "abc"
    (word,) = sent(order_frame(), kind="unknown_word")
    assert json.loads(word.frame)["data"][0]["orderStatus"] == "Mystery"


def test_a_ticker_jumps() -> None:
    (delivery,) = sent(TICKER, kind="jump_price")
    assert json.loads(delivery.frame)["data"] == {"symbol": "BTCUSDT", "lastPrice": "120.60"}


def test_closed_candles_are_altered_and_shifted() -> None:
    assert candle(candle_frame(), kind="alter_candle", factor=2)["close"] == "201.00"
    moved = candle(candle_frame(), kind="shift_candle", seconds=2)
    assert (moved["start"], moved["end"]) == (NOW_MS + 2000, NOW_MS + 61_999)


def test_a_closed_candle_is_missing_or_late() -> None:
    assert sent(candle_frame(), kind="lose_candle") == ()
    (late,) = sent(candle_frame(), kind="late_candle")
    assert (late.wait_s, late.overtaken) == (5.0, True)


def test_an_open_candle_says_that_it_is_closed() -> None:
    assert candle(candle_frame(confirm=False), kind="early_candle")["confirm"] is True


@pytest.mark.parametrize("kind", ["alter_candle", "shift_candle", "lose_candle", "late_candle"])
def test_open_candles_and_other_ones_than_named_pass(kind: str) -> None:
    frame = candle_frame(confirm=False)
    assert sent(frame, kind=kind) == (Delivery(frame=frame),)
    frame = candle_frame(start_ms=NOW_MS + 1)
    assert sent(frame, kind=kind, candle_ms=NOW_MS) == (Delivery(frame=frame),)


def test_faults_add_up_in_the_order_of_their_rules() -> None:
    faults = injecting(FaultRule(kind="double_frame"), FaultRule(kind="delay_frame", seconds=1))
    assert [one.wait_s for one in faults.frame(StillSocket(), order_frame())] == [1.0, 1.0]


def test_frames_without_a_topic_are_named_by_their_op() -> None:
    assert sent(PONG, kind="drop_frame", topic="op.pong") == ()
    assert len(sent(PONG, kind="drop_frame", topic="order")) == 1


@given(st.sampled_from([kind for kind, facts in KINDS.items() if FRAME in facts.stages]), st.text(max_size=30))
def test_no_frame_however_odd_stops_a_fault(kind: str, text: str) -> None:
    for frame in (text, json.dumps({"topic": f"kline.1.{text}", "data": []}), json.dumps([text]), PONG, TICKER):
        assert len(sent(frame, kind=kind)) <= 2
