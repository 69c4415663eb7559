"""Who is asking: signatures over the bytes as they came, and the window of time in which they count.

An HTTP request is signed over `timestamp + key + recv_window + payload`, where the payload is the raw query of a GET
or the raw body of a POST; a socket over `GET/realtime + expires`. Both are the lower-case hex of HMAC-SHA256. All times
are server time in ms.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, TypeVar

import attrs

from exchange.venue.wire.refusal import VenueRefusal

DEFAULT_WINDOW_MS = 5000
# How far a client's clock may be ahead, whatever its window is.
FUTURE_MS = 1000
PARAMETER_ERROR = 10001
_OUTSIDE_WINDOW = 10002
_UNKNOWN_KEY = 10003
_BAD_SIGNATURE = 10004


@attrs.frozen(kw_only=True)
class Key:
    """An API key of the venue and its secret, which no text of ours ever shows."""

    api_key: str
    secret: str = attrs.field(repr=False)


_K = TypeVar("_K", bound=Key)


def signature(secret: str, text: bytes) -> str:
    """The lower-case hex of HMAC-SHA256."""
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def in_window(timestamp_ms: int, recv_window_ms: int, server_ms: int) -> bool:
    """Whether a request made at `timestamp_ms` by the client's clock counts at `server_ms`."""
    return server_ms - recv_window_ms <= timestamp_ms < server_ms + FUTURE_MS


def check_window(timestamp: str, recv_window: str, server_ms: int) -> None:
    """Raises VenueRefusal for texts that are no numbers (10001) and instants outside the window (10002)."""
    timestamp_ms = _whole(timestamp, "X-BAPI-TIMESTAMP")
    window_ms = _whole(recv_window, "X-BAPI-RECV-WINDOW") if recv_window else DEFAULT_WINDOW_MS
    if not in_window(timestamp_ms, window_ms, server_ms):
        raise VenueRefusal(
            _OUTSIDE_WINDOW,
            "invalid request, please check your server timestamp or recv_window param. "
            f"req_timestamp[{timestamp_ms}],server_timestamp[{server_ms}],recv_window[{window_ms}]",
        )


def check_request(keys: Mapping[str, _K], headers: Mapping[str, str], payload: bytes, server_ms: int) -> _K:
    """The key that signed a request over HTTP; names of `headers` are in lower case.

    Raises VenueRefusal with 10003 for an unknown key, 10004 for a wrong signature, 10002 outside the window of time, in
    this order.
    """
    key = _known(keys, headers.get("x-bapi-api-key", ""))
    timestamp, window = headers.get("x-bapi-timestamp", ""), headers.get("x-bapi-recv-window", "")
    text = f"{timestamp}{key.api_key}{window}".encode() + payload
    _check_signature(key, text, headers.get("x-bapi-sign", ""))
    check_window(timestamp, window, server_ms)
    return key


def check_login(keys: Mapping[str, _K], args: object, server_ms: int) -> _K:
    """The key that the arguments of an `auth` operation belong to: `[key, expires, signature]`, where `expires` is a
    number or its text.

    Raises VenueRefusal with 10001 for other arguments and for a login that has expired, 10003 for an unknown key, 10004
    for a wrong signature.
    """
    match args:
        case [str(name), int() | str() as expires, str(signed)]:
            pass
        case _:
            raise VenueRefusal(PARAMETER_ERROR, "Params Error: args of auth are [api_key, expires, signature]")
    key = _known(keys, name)
    _check_signature(key, f"GET/realtime{expires}".encode(), signed)
    if _whole(str(expires), "expires") <= server_ms:
        raise VenueRefusal(PARAMETER_ERROR, f"Params Error: expires {expires} is not after server time {server_ms}")
    return key


def header_text(header: Mapping[str, Any], name: str) -> str:
    """A value of a trade frame's header, which clients send as a text or as a number; "" if it is not there."""
    value = header.get(name, "")
    return str(value) if isinstance(value, str | int) else ""


def _known(keys: Mapping[str, _K], name: str) -> _K:
    key = keys.get(name)
    if key is None:
        raise VenueRefusal(_UNKNOWN_KEY, "API key is invalid.")
    return key


def _check_signature(key: Key, text: bytes, signed: str) -> None:
    if not hmac.compare_digest(signature(key.secret, text).encode(), signed.encode()):
        raise VenueRefusal(_BAD_SIGNATURE, "Error sign, please check your signature generation algorithm.")


def _whole(text: str, name: str) -> int:
    # A longer number is no instant, and would cost time to read.
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise VenueRefusal(PARAMETER_ERROR, f"Params Error: {name} must be a whole number of ms")
    return int(text)
