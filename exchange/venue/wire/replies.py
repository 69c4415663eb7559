"""What goes into an answer, and how answers are written: the envelope over HTTP, and the frames of control."""

from collections.abc import Mapping
from typing import Any

import attrs
import msgspec

_encoder = msgspec.json.Encoder()


def _nothing() -> dict[str, Any]:
    return {}


@attrs.frozen(kw_only=True)
class Reply:
    """What the venue says to a request: `result`, and `extra` beside it (retExtInfo). `code` 0 is success."""

    code: int = 0
    message: str = "OK"
    result: Mapping[str, Any] = attrs.field(factory=_nothing)
    extra: Mapping[str, Any] = attrs.field(factory=_nothing)


def encoded(value: object) -> bytes:
    """JSON without spaces."""
    return _encoder.encode(value)


def envelope(reply: Reply, time_ms: int) -> bytes:
    """The body of an answer over HTTP."""
    members = {"retCode": reply.code, "retMsg": reply.message, "result": reply.result, "retExtInfo": reply.extra}
    return encoded(members | {"time": time_ms})


def page(rows: list[dict[str, Any]], cursor: str = "", *, category: str = "linear") -> Reply:
    """A page of rows; `cursor` leads to the next one, "" says that there is none."""
    return Reply(result={"category": category, "list": rows, "nextPageCursor": cursor})
