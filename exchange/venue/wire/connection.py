"""Connection: one WebSocket of a client, with the frames that wait for it.

Frames are handed over without waiting, and a writer sends them in order. A client that reads too slowly is cut off. One
that has been silent for too long, while nothing was sent to it either, is sent away.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import trio
from starlette.websockets import WebSocket

from exchange.venue.faults.faults import Faults

# Frames that may wait for one client. A step of the market makes some tens; who is so far behind will not catch up.
MOST_WAITING = 4096
# A connection without a message either way is closed after so long, unless its address asks for another time within
# these bounds.
IDLE_S = 600.0
_SHORTEST_IDLE_S = 30.0
_POLICY_VIOLATION = 1008
_GOING_AWAY = 1001
# How long a farewell may take, until the connection is cut instead.
_FAREWELL_S = 2.0

_Ended = Callable[[], None]


class Connection:
    """One WebSocket of a client. `kind` is public, private or trade; `account` the API key it has authenticated with,
    "" before that. `cut` breaks the transport below it at once."""

    def __init__(self, socket: WebSocket, *, kind: str, conn_id: str, faults: Faults, idle_s: float = IDLE_S) -> None:
        self.kind = kind
        self.account = ""
        self.conn_id = conn_id
        self._socket = socket
        self._faults = faults
        self._idle_s = idle_s
        self._cut: _Ended = getattr(socket.state, "cut", _nothing)
        self._outbox, self._waiting = trio.open_memory_channel[str | None](MOST_WAITING)
        self._scope = trio.CancelScope()
        self._active_at = 0.0
        self._leaves = False

    def post(self, frame: str) -> None:
        """Hand over a frame, without waiting. Who has too many of them waiting is cut off."""
        try:
            self._outbox.send_nowait(frame)
        except trio.WouldBlock:
            self.close()
        except trio.BrokenResourceError:
            # It has ended, and nobody has been told so yet.
            return

    def dismiss(self) -> None:
        """Close politely, after the frames that are waiting."""
        try:
            self._outbox.send_nowait(None)
        except trio.WouldBlock:
            self.close()
        except trio.BrokenResourceError:
            return

    def close(self) -> None:
        """Cut the connection without a closing handshake; returns at once, and may be called again."""
        self._scope.cancel()
        self._cut()

    async def run(self, read: Callable[[str], Awaitable[None]]) -> None:
        """Serve the connection until it ends; `read` gets every frame that arrives. It is safe to cancel."""
        await self._socket.accept()
        self._active_at = trio.current_time()
        self._faults.opened(self)
        try:
            with self._scope:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(self._write, nursery)
                    nursery.start_soon(self._watch)
                    await self._read(read)
                    nursery.cancel_scope.cancel()
        finally:
            self._waiting.close()
            self._faults.closed(self)

    async def _read(self, read: Callable[[str], Awaitable[None]]) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            self._active_at = trio.current_time()
            await read(_text(message))

    async def _write(self, nursery: trio.Nursery) -> None:
        async for frame in self._waiting:
            if frame is None:
                await self._say_goodbye(_POLICY_VIOLATION)
                return
            for delivery in self._faults.frame(self, frame):
                if delivery.overtaken:
                    nursery.start_soon(self._send_later, delivery.frame, delivery.wait_s)
                    continue
                if delivery.wait_s:
                    await trio.sleep(delivery.wait_s)
                await self._socket.send({"type": "websocket.send", "text": delivery.frame})
            self._active_at = trio.current_time()

    async def _send_later(self, frame: str, wait_s: float) -> None:
        await trio.sleep(wait_s)
        await self._socket.send({"type": "websocket.send", "text": frame})

    async def _watch(self) -> None:
        while True:
            left_s = self._active_at + self._idle_s - trio.current_time()
            if left_s <= 0.0:
                await self._say_goodbye(_GOING_AWAY)
                return
            await trio.sleep(left_s)

    async def _say_goodbye(self, code: int) -> None:
        if self._leaves:
            return
        self._leaves = True
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._cut_after_farewell)
            await self._socket.close(code)
            nursery.cancel_scope.cancel()
        self._scope.cancel()

    async def _cut_after_farewell(self) -> None:
        # A send that is under way cannot be cancelled, only cut.
        await trio.sleep(_FAREWELL_S)
        self._cut()


def idle_limit_s(socket: WebSocket) -> float:
    """What `max_active_time` in the address of a socket asks for: `30s` to `600s`, or minutes as `1m`."""
    text = socket.query_params.get("max_active_time", "")
    number, unit = text[:-1], {"s": 1.0, "m": 60.0}.get(text[-1:], 0.0)
    if not unit or not (number.isascii() and number.isdigit() and len(number) <= 3):
        return IDLE_S
    return min(max(int(number) * unit, _SHORTEST_IDLE_S), IDLE_S)


def _text(message: Any) -> str:
    """What a client sent, whichever kind of frame it chose."""
    text = message.get("text")
    return text if text is not None else message["bytes"].decode(errors="replace")


def _nothing() -> None:
    """Where no transport is known, the end of the application's call ends the connection."""
