"""Frames of the trade WebSocket: requests with an id, and answers that repeat it. An answer is an acknowledgement, as
that of REST is; what became of an order comes over the private WebSocket."""

from collections.abc import Mapping
from typing import Any

import attrs
import msgspec

from exchange.bybit.acknowledgements import BatchItem, ItemStates, NameList, Names, batch_items
from exchange.bybit.control_frames import Acknowledged, Pong, Push, decode_control
from exchange.bybit.decimals import whole
from exchange.bybit.market_events import UnknownTopic
from exchange.bybit.wire import Whole, understood

_CONTROL_OPS = frozenset({"auth", "ping", "pong", "subscribe", "unsubscribe"})


@attrs.frozen(kw_only=True)
class Limits:
    """What is left of a rate limit: `remaining` of `capacity` requests until `reset_ms`. −1 is not said."""

    capacity: int = -1
    remaining: int = -1
    reset_ms: int = -1


@attrs.frozen(kw_only=True)
class TradeAnswer:
    """The answer to a request. `code` 0 is an acknowledgement; a batch has `items`, one for each of its orders."""

    req_id: str
    op: str
    code: int
    message: str
    order_id: str = ""
    link_id: str = ""
    items: tuple[BatchItem, ...] = ()
    limits: Limits = Limits()


TradeEvent = TradeAnswer | Acknowledged | Pong | UnknownTopic


class _Op(msgspec.Struct, frozen=True, kw_only=True):
    op: str


class _Header(msgspec.Struct, frozen=True, kw_only=True):
    capacity: str = msgspec.field(name="X-Bapi-Limit", default="")
    remaining: str = msgspec.field(name="X-Bapi-Limit-Status", default="")
    reset: str = msgspec.field(name="X-Bapi-Limit-Reset-Timestamp", default="")


class _Answer(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    op: str
    ret_code: Whole
    ret_msg: str = ""
    req_id: str | Whole | None = None
    data: msgspec.Raw = msgspec.Raw(b"{}")
    ret_ext_info: msgspec.Raw = msgspec.Raw(b"{}")
    header: _Header = _Header()


_OP = msgspec.json.Decoder(_Op)
_ANSWER = msgspec.json.Decoder(_Answer)
_NAMES = msgspec.json.Decoder(Names | None)
_NAME_LIST = msgspec.json.Decoder(NameList)
_STATES = msgspec.json.Decoder(ItemStates)


def trade_frame(op: str, body: Mapping[str, Any], req_id: str, timestamp_ms: int, recv_window_ms: int) -> bytes:
    """A request. `op` is `order.create`, `order.amend-batch` and the like, `body` the object that REST takes.

    A request has no signature: the connection is signed in. It is refused outside its time window.
    """
    header = {"X-BAPI-TIMESTAMP": str(timestamp_ms), "X-BAPI-RECV-WINDOW": str(recv_window_ms)}
    return msgspec.json.encode({"reqId": req_id, "header": header, "op": op, "args": [body]})


def decode_trade(frame: bytes | str) -> list[TradeEvent]:
    """What a frame of a trade connection says. Raises ProtocolError for what is not understood."""
    with understood(frame):
        if _OP.decode(frame).op not in _CONTROL_OPS:
            return [_trade_answer(_ANSWER.decode(frame))]
    control = decode_control(frame)
    return [UnknownTopic(topic=control.topic) if isinstance(control, Push) else control]


def _trade_answer(answer: _Answer) -> TradeAnswer:
    is_batch = answer.op.endswith("-batch") and answer.ret_code == 0
    names = Names() if is_batch else _NAMES.decode(answer.data) or Names()
    return TradeAnswer(
        req_id="" if answer.req_id is None else str(answer.req_id),
        op=answer.op,
        code=answer.ret_code,
        message=answer.ret_msg,
        order_id=names.order_id,
        link_id=names.order_link_id,
        items=batch_items(_NAME_LIST.decode(answer.data), _STATES.decode(answer.ret_ext_info)) if is_batch else (),
        limits=Limits(
            capacity=_said(answer.header.capacity),
            remaining=_said(answer.header.remaining),
            reset_ms=_said(answer.header.reset),
        ),
    )


def _said(text: str) -> int:
    return whole(text) if text else -1
