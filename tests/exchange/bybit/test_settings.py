"""Addresses of the venue and bounds of the client: no order travels in the clear, and no bound is nonsense."""

from typing import Any

import attrs
import pytest

from exchange.bybit.settings import DEMO, MAINNET, TESTNET, BybitSettings, local_endpoints
from play_engine.errors import DataError


@pytest.mark.parametrize("endpoints", [MAINNET, TESTNET, DEMO, local_endpoints(8080)])
def test_the_addresses_of_an_environment_are_complete(endpoints: Any) -> None:
    assert endpoints.public_ws_url.endswith("/v5/public/linear")
    assert endpoints.private_ws_url.endswith("/v5/private")
    assert endpoints.trade_ws_url is None or endpoints.trade_ws_url.endswith("/v5/trade")


def test_demo_reads_the_market_of_the_mainnet_and_has_no_trade_socket() -> None:
    assert DEMO.public_ws_url == MAINNET.public_ws_url
    assert DEMO.trade_ws_url is None
    assert len({MAINNET.rest_url, TESTNET.rest_url, DEMO.rest_url}) == 3


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("rest_url", "http://api.bybit.com"),
        ("rest_url", "https://user:secret@api.bybit.com"),
        ("rest_url", "https://api.bybit.com?key=1"),
        ("rest_url", "wss://api.bybit.com"),
        ("rest_url", "https://"),
        ("private_ws_url", "ws://stream.bybit.com/v5/private"),
        ("private_ws_url", "ws://localhost.example.com/v5/private"),
        ("trade_ws_url", "http://127.0.0.1/v5/trade"),
    ],
)
def test_other_addresses_are_refused_by_name(name: str, url: str) -> None:
    with pytest.raises(DataError, match=name):
        attrs.evolve(MAINNET, **{name: url})


@pytest.mark.parametrize(
    "change",
    [
        {"recv_window_ms": 10_001},
        {"recv_window_ms": 999},
        {"request_timeout_s": 0.0},
        {"read_attempts": 0},
        {"pong_s": -1.0},
        {"entry_free_share": 1.0},
        {"requests_per_5_s": 0},
    ],
)
def test_bounds_that_are_nonsense_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        BybitSettings(**change)
