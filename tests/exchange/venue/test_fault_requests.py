"""What faults make of requests and of answers."""

import json
from typing import Any

import pytest

from exchange.venue.faults.faults import Asked, Fate, NoFaults
from exchange.venue.faults.rules import FaultRule
from tests.exchange.venue.injecting import MINUTE_MS, NOW_MS, injecting, order_request

KLINE = Asked(method="GET", path="/v5/market/kline", query="symbol=BTCUSDT")
ORDERS = Asked(method="GET", path="/v5/order/realtime", account="key-one", query="symbol=BTCUSDT")


def fate(**rule: Any) -> Fate:
    return injecting(FaultRule(**rule)).request(order_request())


def answer(asked: Asked, rows: list[Any], **rule: Any) -> Any:
    body = json.dumps({"retCode": 0, "result": {"list": rows, "nextPageCursor": "more"}}).encode()
    return json.loads(injecting(FaultRule(**rule)).answer(asked, body))["result"]


def candles(count: int = 3) -> list[list[str]]:
    """Newest first, as an answer has them."""
    starts = [NOW_MS - number * MINUTE_MS for number in range(count)]
    return [[str(start), "1.00", "2.00", "0.50", "1.50", "10", "15"] for start in starts]


def test_without_rules_a_request_is_done_as_it_came() -> None:
    asked = order_request()
    assert injecting().request(asked) == Fate(body=asked.body) == NoFaults().request(asked)


def test_a_request_is_lost_or_its_answer() -> None:
    assert fate(kind="lose_request").lost == "request"
    assert fate(kind="lose_answer").lost == "answer"


def test_a_lost_request_stays_lost_when_its_answer_is_lost_too() -> None:
    faults = injecting(FaultRule(kind="lose_request"), FaultRule(kind="lose_answer"))
    assert faults.request(order_request()).lost == "request"


def test_waits_add_up() -> None:
    faults = injecting(FaultRule(kind="late_request", seconds=2), FaultRule(kind="late_request", seconds=3))
    assert faults.request(order_request()).wait_s == 5.0
    assert fate(kind="late_answer", seconds=4).answer_wait_s == 4.0


def test_a_refusal_is_an_envelope_or_a_page() -> None:
    throttled = fate(kind="refuse", code=10006, reset_ms=-500).instead
    assert throttled is not None
    assert (throttled.status, throttled.code, throttled.message, throttled.reset_in_ms) == (
        200,
        10006,
        "Too many visits!",
        -500,
    )
    down = fate(kind="refuse", status=502).instead
    assert down is not None
    assert (down.status, down.page[:6]) == (502, "<html>")


def test_a_denial_is_carried_out() -> None:
    denied = fate(kind="deny", code=10016, message="sorry")
    assert denied.instead is None
    assert denied.disguise is not None
    assert (denied.disguise.code, denied.disguise.message) == (10016, "sorry")


def test_stop_and_target_are_taken_out_of_the_body() -> None:
    assert json.loads(fate(kind="strip_stop").body) == {"symbol": "BTCUSDT", "qty": "1"}


def test_a_body_that_is_no_json_is_left_alone() -> None:
    faults = injecting(FaultRule(kind="strip_stop"))
    assert faults.request(order_request(body=b"{")).body == b"{"


def test_a_request_comes_twice_and_an_answer_breaks() -> None:
    assert fate(kind="twice").times == 2
    assert fate(kind="break_answer").broken_after == 20


def test_half_an_answer_is_no_json() -> None:
    cut = injecting(FaultRule(kind="cut_answer")).answer(ORDERS, b'{"retCode":0}')
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        json.loads(cut)


def test_a_list_is_emptied() -> None:
    assert answer(ORDERS, [{"orderId": "1"}], kind="empty_answer") == {"list": [], "nextPageCursor": ""}


def test_a_stale_answer_is_the_first_of_the_same_read() -> None:
    faults = injecting(FaultRule(kind="stale_answer"))
    assert faults.answer(ORDERS, b'{"n":1}') == b'{"n":1}'
    assert faults.answer(ORDERS, b'{"n":2}') == b'{"n":1}'
    assert faults.answer(KLINE, b'{"n":3}') == b'{"n":3}'


def test_a_closed_candle_is_altered_in_an_answer() -> None:
    rows = answer(KLINE, candles(), kind="alter_candle", factor=1.1)["list"]
    assert [row[4] for row in rows] == ["1.50", "1.65", "1.50"]


def test_the_candle_that_is_named_is_missing_or_starts_elsewhere() -> None:
    named = NOW_MS - 2 * MINUTE_MS
    assert answer(KLINE, candles(), kind="lose_candle", candle_ms=named)["list"] == candles(2)
    shifted = answer(KLINE, candles(), kind="shift_candle", candle_ms=named)["list"]
    assert [row[0] for row in shifted] == [*(row[0] for row in candles(2)), str(named + 1000)]


def test_candles_of_other_answers_are_let_alone_and_not_counted() -> None:
    faults = injecting(FaultRule(kind="lose_candle", count=1))
    body = json.dumps({"retCode": 0, "result": {"list": [["1"], ["2"]]}}).encode()
    assert faults.answer(ORDERS, body) == body
    assert faults.statistics() == {}


def test_an_answer_that_is_an_error_passes() -> None:
    body = b'{"retCode":10001,"result":{}}'
    assert injecting(FaultRule(kind="empty_answer")).answer(ORDERS, body) == body
