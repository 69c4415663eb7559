"""Signatures of requests and of WebSocket sign-ins: HMAC-SHA256 as lowercase hex, keyed by the secret of an API key.

The text that is signed has the request exactly as it goes over the wire. Whoever signs must send the very bytes that
were signed.
"""

import hmac
from typing import NoReturn

import attrs


class Secret:
    """A text that is never shown: its `repr` and `str` are `***`, and it cannot be pickled. `reveal` is for signing."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other.reveal().encode())

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is neither copied nor stored")


def _secret(text: str | Secret) -> Secret:
    return text if isinstance(text, Secret) else Secret(text)


@attrs.frozen(kw_only=True)
class Credentials:
    """An API key of an account and its secret; a plain text given as `secret` is wrapped."""

    api_key: str
    secret: Secret = attrs.field(converter=_secret)


def rest_signature(credentials: Credentials, timestamp_ms: int, recv_window_ms: int, payload: bytes | str) -> str:
    """Signature of a REST request. `payload` is the raw query of a GET without its `?`, or the raw body of a POST."""
    raw = payload.encode() if isinstance(payload, str) else payload
    return _hex(credentials, f"{timestamp_ms}{credentials.api_key}{recv_window_ms}".encode() + raw)


def websocket_signature(credentials: Credentials, expires_ms: int) -> str:
    """Signature of a sign-in at a private or trade WebSocket, good until `expires_ms` (ms since the epoch)."""
    return _hex(credentials, f"GET/realtime{expires_ms}".encode())


def _hex(credentials: Credentials, message: bytes) -> str:
    return hmac.digest(credentials.secret.reveal().encode(), message, "sha256").hex()
