"""A small venue for REST, on a real socket, that does what a test tells it."""

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import attrs
import h11
import trio


@attrs.frozen(kw_only=True)
class Asked:
    """A request as it came over the wire; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    at_s: float

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


@attrs.frozen(kw_only=True)
class Said:
    """An answer. With `cut` the connection ends in the middle of it; with `hang_up` before it."""

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = attrs.field(factory=dict)
    cut: bool = False
    hang_up: bool = False


def said(result: Any = None, code: int = 0, message: str = "OK", time_ms: int = 0, **headers: str) -> Said:
    """An envelope; `limit_status` and the like become headers."""
    envelope = {"retCode": code, "retMsg": message, "result": result or {}, "retExtInfo": {}, "time": time_ms}
    names = {name: f"X-Bapi-{name.replace('_', '-')}" for name in headers}
    return Said(body=json.dumps(envelope).encode(), headers={names[name]: value for name, value in headers.items()})


class RestServer:
    """Keeps every request and answers with what `answer` returns for it."""

    def __init__(self, answer: Callable[[Asked], Awaitable[Said]]) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, nursery: trio.Nursery) -> None:
        [listener] = await nursery.start(partial(trio.serve_tcp, self._connection, 0, host="127.0.0.1"))
        self.port = listener.socket.getsockname()[1]

    def requests(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    async def _connection(self, stream: trio.SocketStream) -> None:
        connection = h11.Connection(h11.SERVER)
        try:
            while await self._exchange(stream, connection):
                connection.start_next_cycle()
        except (trio.BrokenResourceError, h11.RemoteProtocolError):
            pass

    async def _exchange(self, stream: trio.SocketStream, connection: h11.Connection) -> bool:
        head, body = None, b""
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                connection.receive_data(await stream.receive_some(65_536))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                headers = {name.decode().lower(): value.decode() for name, value in head.headers}
                asked = Asked(
                    method=head.method.decode(),
                    target=head.target.decode(),
                    headers=headers,
                    body=body,
                    at_s=trio.current_time(),
                )
                self.asked.append(asked)
                return await self._say(stream, connection, await self.answer(asked))
            else:
                return False

    async def _say(self, stream: trio.SocketStream, connection: h11.Connection, said: Said) -> bool:
        if said.hang_up:
            return False
        told = len(said.body) + (50 if said.cut else 0)
        head = h11.Response(status_code=said.status, headers=[*said.headers.items(), ("Content-Length", str(told))])
        await stream.send_all(connection.send(head) + connection.send(h11.Data(data=said.body)))
        if said.cut:
            return False
        await stream.send_all(connection.send(h11.EndOfMessage()) or b"")
        return True
