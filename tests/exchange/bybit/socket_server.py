"""A small venue for WebSockets, on a real socket, that does what a test tells it: the streams' side of Bybit."""

import json
from collections.abc import Callable
from typing import Any

import trio
from trio_websocket import ConnectionClosed, WebSocketConnection, WebSocketRequest, serve_websocket

Answer = dict[str, Any] | None


def usual_answer(request: dict[str, Any]) -> Answer:
    """What a public connection answers, without any fault."""
    if request["op"] == "ping":
        return {"success": True, "ret_msg": "pong", "conn_id": "1", "req_id": "", "op": "ping"}
    return {"success": True, "ret_msg": "", "conn_id": "1", "op": request["op"], "req_id": request.get("req_id", "")}


class SocketServer:
    """Keeps every request of every connection, in order, and answers with what `answer` returns, if anything."""

    def __init__(self, answer: Callable[[dict[str, Any]], Answer] = usual_answer) -> None:
        self.answer = answer
        self.requests: list[dict[str, Any]] = []
        self.connects_s: list[float] = []
        self.refuse_status = 0
        self.open: list[WebSocketConnection] = []
        self.port = 0
        self._changed = trio.Event()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v5/private"

    async def serve(self, nursery: trio.Nursery) -> None:
        server = await nursery.start(serve_websocket, self._accept, "127.0.0.1", 0, None)
        self.port = server.port

    async def push(self, frame: dict[str, Any] | bytes | str) -> None:
        """Send a frame on every open connection; bytes as they are, but as text."""
        text = json.dumps(frame) if isinstance(frame, dict) else frame.decode() if isinstance(frame, bytes) else frame
        for connection in list(self.open):
            await connection.send_message(text)

    async def drop(self) -> None:
        """Cut every open connection, without a word."""
        for connection in list(self.open):
            await trio.aclose_forcefully(connection._stream)

    async def wait(self, condition: Callable[[], bool]) -> None:
        """Until a condition holds that requests or connections can make true."""
        with trio.fail_after(2):
            while not condition():
                await self._changed.wait()

    def asked(self, op: str) -> list[dict[str, Any]]:
        return [request for request in self.requests if request["op"] == op]

    def _change(self) -> None:
        self._changed.set()
        self._changed = trio.Event()

    async def _accept(self, request: WebSocketRequest) -> None:
        self.connects_s.append(trio.current_time())
        if self.refuse_status:
            await request.reject(self.refuse_status)
            return
        connection = await request.accept()
        self.open.append(connection)
        self._change()
        try:
            while True:
                await self._serve(connection, json.loads(await connection.get_message()))
        except ConnectionClosed:
            pass
        finally:
            self.open.remove(connection)
            self._change()

    async def _serve(self, connection: WebSocketConnection, request: dict[str, Any]) -> None:
        self.requests.append(request)
        answer = self.answer(request)
        if answer is not None:
            await connection.send_message(json.dumps(answer))
        self._change()
