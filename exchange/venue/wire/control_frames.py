"""Frames of control as each kind of connection writes them: acknowledgements and the five shapes of a pong."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import msgspec

from exchange.venue.wire.auth import PARAMETER_ERROR
from exchange.venue.wire.refusal import VenueRefusal
from exchange.venue.wire.replies import encoded

PRIVATE, LINEAR, SPOT, OPTION = "private", "linear", "spot", "option"


@attrs.frozen(kw_only=True)
class Operation:
    """What a client sends over a socket: `op` with `args`. `req_id` comes back as it came, whatever it is."""

    op: str
    args: Sequence[Any] = ()
    req_id: Any = None
    header: Mapping[str, Any] = attrs.field(factory=dict[str, Any])


def decode_operation(frame: str, *, id_name: str = "req_id") -> Operation:
    """Read a frame of a client; raises VenueRefusal for what is no operation."""
    try:
        value = msgspec.json.decode(frame)
    except (msgspec.DecodeError, RecursionError):
        raise VenueRefusal(PARAMETER_ERROR, "Params Error: the frame is no JSON") from None
    match value:
        case {"op": str(op)}:
            args, header = value.get("args"), value.get("header")
            return Operation(
                op=op,
                args=args if isinstance(args, list) else (),
                req_id=value.get(id_name),
                header=header if isinstance(header, dict) else {},
            )
        case _:
            raise VenueRefusal(PARAMETER_ERROR, "Params Error: an object with op is expected")


def acknowledgement(kind: str, conn_id: str, asked: Operation, *, failure: str = "") -> str:
    """The answer to auth, subscribe or unsubscribe; `failure` says why not, "" is success."""
    if kind == OPTION and asked.op != "auth":
        topics = {
            "failTopics": list(asked.args) if failure else [],
            "successTopics": [] if failure else list(asked.args),
        }
        return _text({"success": not failure, "conn_id": conn_id, "data": topics, "type": "COMMAND_RESP"})
    members: dict[str, Any] = {
        "success": not failure,
        "ret_msg": failure or (asked.op if kind == SPOT else ""),
        "conn_id": conn_id,
    }
    if asked.req_id is not None:
        members["req_id"] = asked.req_id
    elif kind == LINEAR:
        members["req_id"] = ""
    return _text(members | {"op": asked.op})


def pong(kind: str, conn_id: str, asked: Operation, server_ms: int) -> str:
    """The answer to a ping."""
    if kind == OPTION:
        return _text({"args": [str(server_ms)], "op": "pong"})
    if kind == PRIVATE:
        named = {} if asked.req_id is None else {"req_id": asked.req_id}
        return _text(named | {"op": "pong", "args": [str(server_ms)], "conn_id": conn_id})
    members: dict[str, Any] = {"success": True, "ret_msg": "pong", "conn_id": conn_id}
    if kind == LINEAR:
        members["req_id"] = "" if asked.req_id is None else asked.req_id
    return _text(members | {"op": "ping"})


def _text(members: Mapping[str, Any]) -> str:
    return encoded(members).decode()
