"""Who is asking: the window of time, and signatures of other clients over their raw bytes."""

from typing import Any

import pytest

from exchange.venue.wire.auth import Key, check_login, check_request, check_window, in_window
from exchange.venue.wire.refusal import VenueRefusal
from tests.conformance.vectors import needs
from tests.exchange.bybit.decoders import recorded_names
from tests.exchange.venue.served_scene import KEY, SECRET, SERVER_MS, signed
from tests.feeds.bybit.recorded import recorded

KEYS = {KEY: Key(api_key=KEY, secret=SECRET)}


@needs("bybit")
def test_the_window_of_time() -> None:
    cases = recorded("sign_timestamp_window_cases")["rule_cases"]
    assert len(cases) > 5
    for case in cases:
        assert in_window(case["timestamp"], case["recv_window"], case["server_time"]) == case["accepted"], case["why"]


@needs("bybit")
@pytest.mark.parametrize("name", [name for name in recorded_names("sign_") if "window" not in name])
def test_signatures_of_other_clients_are_accepted(name: str) -> None:
    vector = recorded(name)
    key = Key(api_key=vector["api_key"], secret=vector["api_secret"])
    if "expires" in vector:
        args = [key.api_key, vector["expires"], vector["signature"]]
        assert check_login({key.api_key: key}, args, int(vector["expires"]) - 1) is key
        return
    payload = vector["body"] if vector["method"] == "POST" else vector["url"].partition("?")[2]
    headers = {
        "x-bapi-api-key": key.api_key,
        "x-bapi-timestamp": str(vector["timestamp"]),
        "x-bapi-recv-window": str(vector["recv_window"]),
        "x-bapi-sign": vector["signature"],
    }
    assert check_request({key.api_key: key}, headers, payload.encode(), vector["timestamp"]) is key


def headers(*, key: str = KEY, timestamp: str = str(SERVER_MS), window: str = "5000") -> dict[str, str]:
    sign = signed(f"{timestamp}{key}{window}payload")
    return {"x-bapi-api-key": key, "x-bapi-timestamp": timestamp, "x-bapi-recv-window": window, "x-bapi-sign": sign}


def refusal(given: dict[str, str], payload: bytes = b"payload") -> int:
    with pytest.raises(VenueRefusal) as caught:
        check_request(KEYS, given, payload, SERVER_MS)
    return caught.value.code


def test_the_first_thing_that_is_wrong_is_told() -> None:
    late = str(SERVER_MS - 5001)
    assert refusal(headers(key="other", timestamp=late)) == 10003
    assert refusal(headers(timestamp=late), b"other payload") == 10004
    assert refusal(headers(timestamp=late)) == 10002
    assert refusal(headers(timestamp="now")) == 10001
    assert refusal({}) == 10003


def test_without_a_window_it_is_the_usual_one_and_signed_as_nothing() -> None:
    given = headers(window="", timestamp=str(SERVER_MS - 5000))
    assert check_request(KEYS, given, b"payload", SERVER_MS).api_key == KEY
    assert refusal(headers(window="", timestamp=str(SERVER_MS - 5001))) == 10002


def test_an_answer_to_a_wrong_clock_says_what_both_clocks_say() -> None:
    with pytest.raises(VenueRefusal, match=rf"req_timestamp\[1\],server_timestamp\[{SERVER_MS}\]"):
        check_window("1", "5000", SERVER_MS)


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ([], 10001),
        ("text", 10001),
        ([KEY, 1.5, "x"], 10001),
        (["other", SERVER_MS + 1, "x"], 10003),
        ([KEY, SERVER_MS + 1, "ä"], 10004),
        ([KEY, SERVER_MS, signed(f"GET/realtime{SERVER_MS}")], 10001),
        ([KEY, "soon", signed("GET/realtimesoon")], 10001),
    ],
)
def test_wrong_logins(args: Any, code: int) -> None:
    with pytest.raises(VenueRefusal) as caught:
        check_login(KEYS, args, SERVER_MS)
    assert caught.value.code == code


def test_a_login_takes_a_number_and_its_text() -> None:
    expires = SERVER_MS + 1
    for given in (expires, str(expires)):
        assert check_login(KEYS, [KEY, given, signed(f"GET/realtime{expires}")], SERVER_MS).api_key == KEY


def test_no_text_of_a_key_shows_its_secret() -> None:
    assert SECRET not in repr(KEYS[KEY])
