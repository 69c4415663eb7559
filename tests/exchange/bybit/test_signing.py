"""Signatures against those of other clients, and secrets that stay secret."""

import pickle
from typing import Any

import attrs
import pytest

from exchange.bybit.signing import Credentials, Secret, rest_signature, websocket_signature
from tests.conformance.vectors import needs
from tests.exchange.bybit.decoders import recorded_names
from tests.feeds.bybit.recorded import recorded

SECRET = "sktestsecret0002ABCDEFGHIJKLMNOP"  # noqa: S105  it opens nothing
CREDENTIALS = Credentials(api_key="AKTESTKEY0001", secret=SECRET)


def _signed(vector: Any) -> str:
    credentials = Credentials(api_key=vector["api_key"], secret=vector["api_secret"])
    if "expires" in vector:
        return websocket_signature(credentials, int(vector["expires"]))
    payload = vector["body"] if vector["method"] == "POST" else vector["url"].partition("?")[2]
    return rest_signature(credentials, vector["timestamp"], vector["recv_window"], payload)


@needs("bybit")
@pytest.mark.parametrize("name", [name for name in recorded_names("sign_") if "window" not in name])
def test_other_clients_sign_the_same(name: str) -> None:
    vector = recorded(name)
    assert _signed(vector) == vector["signature"]


def test_raw_bytes_are_signed() -> None:
    text = '{"symbol":"BTCUSDT"}'
    signature = rest_signature(CREDENTIALS, 1_700_000_000_000, 5000, text)
    assert rest_signature(CREDENTIALS, 1_700_000_000_000, 5000, text.encode()) == signature
    assert rest_signature(CREDENTIALS, 1_700_000_000_000, 5000, text.replace(":", ": ")) != signature
    assert rest_signature(CREDENTIALS, 1_700_000_000_001, 5000, text) != signature


def test_a_secret_is_never_shown() -> None:
    for shown in (repr(CREDENTIALS), str(CREDENTIALS), f"{CREDENTIALS.secret}", f"{CREDENTIALS.secret!r}"):
        assert SECRET not in shown
    assert repr(CREDENTIALS.secret) == "***"
    assert SECRET not in str(attrs.asdict(CREDENTIALS))
    with pytest.raises(TypeError):
        pickle.dumps(CREDENTIALS.secret)


def test_secrets_are_compared_by_what_they_say() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
