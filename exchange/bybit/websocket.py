"""A WebSocket over a Trio stream: the one place that knows wsproto. Its errors become ours here.

It drives the protocol itself rather than through a library of connections: what has come before a send fails is still
read, a refusal keeps its HTTP status, and a message takes half the time.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import SplitResult, urlsplit

import trio
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    CloseConnection,
    Event,
    Message,
    Ping,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.utilities import ProtocolError as WireError

from exchange.bybit.errors import Down
from exchange.bybit.http import certificates

_PORTS = {"ws": 80, "wss": 443}
_READ_BYTES = 65_536
# The deepest order book has a twentieth of this.
_LARGEST_MESSAGE_BYTES = 4 * 1024 * 1024


class WebSocket:
    """One open connection. Any number of tasks may send, one may receive."""

    def __init__(self, stream: trio.abc.Stream, wire: WSConnection) -> None:
        self._stream = stream
        self._wire = wire
        self._turn = trio.StrictFIFOLock()
        self._broken = ""

    async def send(self, frame: bytes) -> None:
        """Send one text message. Raises Down when the connection is over.

        Cancellation in the middle of a message ends the connection: the other side cannot tell where it stops.
        """
        async with self._turn:
            await self._send(TextMessage(data=frame.decode()))

    async def receive(self) -> bytes:
        """The next message. Raises Down when the connection is over, however it ended.

        Pings of the protocol are answered meanwhile. Cancellation loses nothing but the message that was under way.
        """
        message = bytearray()
        while True:
            event = await self._next_event()
            if isinstance(event, Message):
                message += event.data.encode() if isinstance(event.data, str) else event.data
                if len(message) > _LARGEST_MESSAGE_BYTES:
                    raise self._over(f"a message is larger than {_LARGEST_MESSAGE_BYTES:,} bytes")
                if event.message_finished:
                    return bytes(message)
            elif isinstance(event, Ping):
                async with self._turn:
                    await self._send(event.response())
            elif isinstance(event, CloseConnection):
                raise self._over(f"the venue closed the connection: {event.code} {event.reason or ''}".rstrip())

    async def shake_hands(self, host: str, target: str) -> None:
        """Ask for the connection. Raises Down if it is refused, with the HTTP status."""
        await self._send(Request(host=host, target=target))
        event = await self._next_event()
        if isinstance(event, RejectConnection):
            raise self._over(f"the venue refused the connection with HTTP {event.status_code}")
        if not isinstance(event, AcceptConnection):
            raise self._over("the venue did not answer the request for a connection")

    async def _next_event(self) -> Event:
        while True:
            try:
                for event in self._wire.events():
                    return event
                data = await self._stream.receive_some(_READ_BYTES)
                if not data:
                    raise self._over("the venue hung up")
                self._wire.receive_data(bytes(data))
            except WireError as error:
                raise self._over(f"what came is no WebSocket: {error}") from None
            except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
                raise self._over(f"the connection broke: {error}") from None

    async def _send(self, event: Event) -> None:
        if self._broken:
            raise Down(self._broken)
        # Only what was sent as a whole leaves the connection whole.
        self._broken = "a message was sent in part"
        try:
            await self._stream.send_all(self._wire.send(event))
        except WireError:
            raise self._over("the connection is closed") from None
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise self._over(f"the connection broke: {error}") from None
        self._broken = ""

    def _over(self, reason: str) -> Down:
        self._broken = reason
        return Down(reason)


@asynccontextmanager
async def open_websocket(url: str, timeout_s: float) -> AsyncGenerator[WebSocket]:
    """A connection to `url`, closed at the end without ceremony. Certificates are verified.

    Raises Down when there is none within `timeout_s`, saying why.
    """
    parts = urlsplit(url)
    with trio.CancelScope() as whole:
        whole.deadline = trio.current_time() + timeout_s
        stream = await _connect(parts)
        try:
            await _secure(stream, url)
            socket = WebSocket(stream, WSConnection(ConnectionType.CLIENT))
            await socket.shake_hands(parts.netloc, parts.path or "/")
            whole.deadline = float("inf")
            yield socket
        finally:
            await trio.aclose_forcefully(stream)
    if whole.cancelled_caught:
        raise Down(f"{url}: no connection within {timeout_s:g} s")


async def _connect(parts: SplitResult) -> trio.abc.Stream:
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    try:
        if parts.scheme == "ws":
            return await trio.open_tcp_stream(host, port)
        return await trio.open_ssl_over_tcp_stream(host, port, ssl_context=certificates(), https_compatible=True)
    except OSError as error:
        # Trio hides the reason of a single failed attempt in a group of one.
        cause = error.__cause__
        reason = cause.exceptions[0] if isinstance(cause, BaseExceptionGroup) else error
        raise Down(f"{parts.geturl()}: {reason}") from error


async def _secure(stream: trio.abc.Stream, url: str) -> None:
    # Done here, because a certificate that is not good would otherwise look like a connection that breaks.
    if isinstance(stream, trio.SSLStream):
        try:
            await stream.do_handshake()
        except trio.BrokenResourceError as error:
            raise Down(f"{url}: no safe connection: {error.__cause__ or error}") from error
