"""A REST request before it is signed: what it asks for, and what a client must know to queue and to judge it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import quote

import attrs
import msgspec


class Kind(StrEnum):
    """What a request is, as far as the meaning of its answer depends on it."""

    READ = "read"
    CREATE = "create"
    AMEND = "amend"
    CANCEL = "cancel"
    SETTING = "setting"


@attrs.frozen(kw_only=True)
class Request:
    """A request, ready to be signed and sent as it is.

    `query` is raw, without `?`; a GET has an empty body. `group` names the rate limit that it counts against, one for
    each endpoint, `market` for all public reads. `closes` says that it cannot enlarge a position.
    """

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    group: str
    kind: Kind
    closes: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def get(path: str, parameters: Mapping[str, str | int | None]) -> Request:
    """A GET with parameters in the order given; what is None or empty is left out.

    `cursor` is passed on as it came: the venue has encoded it already.
    """
    pairs = [(name, str(value)) for name, value in parameters.items() if value is not None and value != ""]
    query = "&".join(f"{name}={value if name == 'cursor' else quote(value, safe=',')}" for name, value in pairs)
    return Request(method="GET", path=path, query=query, group=group_of(path), kind=Kind.READ)


def post(path: str, fields: Mapping[str, Any], kind: Kind, *, closes: bool = False) -> Request:
    """A POST with a JSON object as its body, without spaces."""
    body = msgspec.json.encode(fields)
    return Request(method="POST", path=path, body=body, group=group_of(path), kind=kind, closes=closes)


def group_of(path: str) -> str:
    """The rate limit that a path counts against: `order/create` for `/v5/order/create`."""
    if path.startswith("/v5/market/") or path == "/v5/system/status":
        return "market"
    return path.removeprefix("/v5/")
