"""Frames that are about a WebSocket itself: signing in, subscribing, asking whether the other end is there.

Every kind of connection has its own layout for them; what they say is the same.
"""

from collections.abc import Sequence
from typing import Any

import attrs
import msgspec

from exchange.bybit.decimals import whole
from exchange.bybit.signing import Credentials, websocket_signature
from exchange.bybit.wire import Whole, decoded

# Signing in twice is no failure.
_SIGNED_IN_ALREADY = 20001
_SUBSCRIBED_ALREADY = "already subscribed"


@attrs.frozen(kw_only=True)
class Acknowledged:
    """The venue's answer to `auth`, `subscribe` or `unsubscribe`. `req_id` is empty where it does not repeat it; `code`
    is 0 where it gives none."""

    op: str
    req_id: str = ""
    success: bool
    message: str = ""
    code: int = 0


@attrs.frozen(kw_only=True)
class Pong:
    """The venue is there. `server_ms` is its time (ms since the epoch), None where it does not say."""

    req_id: str = ""
    server_ms: int | None = None


@attrs.frozen(kw_only=True)
class Push:
    """A frame of a topic, to be decoded by who knows its connection."""

    topic: str


class _Control(msgspec.Struct, frozen=True, kw_only=True):
    """What the control frames of all kinds of connections have between them."""

    topic: str = ""
    op: str = ""
    type: str = ""
    req_id: str | Whole | None = None
    trade_req_id: str | Whole | None = msgspec.field(default=None, name="reqId")
    success: bool | None = None
    ret_msg: str = ""
    trade_message: str = msgspec.field(default="", name="retMsg")
    code: Whole | None = msgspec.field(default=None, name="retCode")
    args: msgspec.Raw = msgspec.Raw()
    data: msgspec.Raw = msgspec.Raw()


class _Topics(msgspec.Struct, frozen=True, rename="camel"):
    """How the option connections answer to `subscribe`."""

    fail_topics: tuple[str, ...] = ()


_CONTROL = msgspec.json.Decoder(_Control)
_TOPICS = msgspec.json.Decoder(_Topics)
_TEXTS = msgspec.json.Decoder(tuple[str, ...])


def auth_frame(credentials: Credentials, expires_ms: int, req_id: str = "") -> bytes:
    """Sign in, until `expires_ms` at the latest (ms since the epoch)."""
    return _frame("auth", req_id, [credentials.api_key, expires_ms, websocket_signature(credentials, expires_ms)])


def subscribe_frame(topics: Sequence[str], req_id: str = "") -> bytes:
    """Ask for topics."""
    return _frame("subscribe", req_id, list(topics))


def unsubscribe_frame(topics: Sequence[str], req_id: str = "") -> bytes:
    """Ask for topics no longer."""
    return _frame("unsubscribe", req_id, list(topics))


def ping_frame(req_id: str = "") -> bytes:
    """Ask whether the venue is there. A ping of the WebSocket protocol does not keep its connections alive."""
    return _frame("ping", req_id, None)


def decode_control(frame: bytes | str) -> Acknowledged | Pong | Push:
    """What a frame of any connection says of the connection; Push if it says nothing of it.

    Raises ProtocolError for what is neither.
    """
    return decoded(frame, _event)


def _frame(op: str, req_id: str, args: list[Any] | None) -> bytes:
    fields: dict[str, Any] = {"req_id": req_id} if req_id else {}
    fields["op"] = op
    if args is not None:
        fields["args"] = args
    return msgspec.json.encode(fields)


def _event(frame: bytes | str) -> Acknowledged | Pong | Push:
    control = _CONTROL.decode(frame)
    if control.topic:
        return Push(topic=control.topic)
    if control.type == "COMMAND_RESP":
        return _command_response(control)
    if control.op == "pong" or (control.op == "ping" and control.success):
        return Pong(req_id=_req_id(control), server_ms=_server_ms(control))
    if control.op in ("auth", "subscribe", "unsubscribe", "ping"):
        return _acknowledged(control)
    raise ValueError(f"a frame has neither a topic nor an op that we know; its op is {control.op!r}")


def _acknowledged(control: _Control) -> Acknowledged:
    message = control.ret_msg or control.trade_message
    if control.success is None and control.code is None:
        raise ValueError(f"the answer to {control.op} does not say whether it succeeded")
    return Acknowledged(
        op=control.op,
        req_id=_req_id(control),
        success=_has_succeeded(control) or _SUBSCRIBED_ALREADY in message,
        message=message,
        code=control.code or 0,
    )


def _has_succeeded(control: _Control) -> bool:
    """Both ways of saying so, where both are there, must say it."""
    return control.success is not False and control.code in (None, 0, _SIGNED_IN_ALREADY)


def _command_response(control: _Control) -> Acknowledged:
    failed = _TOPICS.decode(control.data).fail_topics
    return Acknowledged(
        op="subscribe",
        req_id=_req_id(control),
        success=control.success is True and not failed,
        message=f"refused: {', '.join(failed)}" if failed else "",
    )


def _req_id(control: _Control) -> str:
    req_id = control.trade_req_id if control.req_id is None else control.req_id
    return "" if req_id is None else str(req_id)


def _server_ms(control: _Control) -> int | None:
    for stamps in (control.args, control.data):
        if bytes(stamps) not in (b"", b"null"):
            texts = _TEXTS.decode(stamps)
            return whole(texts[0]) if texts else None
    return None
