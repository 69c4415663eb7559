"""A stream that lives for ever: one WebSocket connection after the other, each with every topic acknowledged.

    stream = BybitStream(url, settings, rng, topics=("kline.1.BTCUSDT",), decode=decode_public, deliver=channel.send)
    nursery.start_soon(stream.run)

`deliver` gets each decoded event in the order of arrival, StreamUp when a connection has every topic, StreamDown when
that one is over, and FrameNotUnderstood for a frame that could not be decoded.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

import attrs
import msgspec
import numpy as np
import trio

from exchange.bybit.connection import Connection
from exchange.bybit.control_frames import Acknowledged, Pong
from exchange.bybit.errors import Down, ProtocolError, VenueError
from exchange.bybit.reconnecting import Reconnecting
from exchange.bybit.settings import BybitSettings
from exchange.bybit.websocket import WebSocket, open_websocket
from exchange.reports import FrameNotUnderstood, StreamDown, StreamUp

Event = TypeVar("Event")
# Of a frame that was not understood, enough to find out why.
_KEPT_BYTES = 64 * 1024


class _Topic(msgspec.Struct, frozen=True):
    topic: str = ""


_TOPIC = msgspec.json.Decoder(_Topic)


@attrs.frozen(kw_only=True)
class StreamStatistics:
    """How a stream is. `connections` had every topic; `failures` in a row have passed since the last healthy time, the
    last of them for the reason `last_failure`. Ages are seconds since the last message, of any kind and by topic; a
    topic that has had none counts from when it was acknowledged. No connection: infinite, and no topics."""

    up: bool
    connections: int
    failures: int
    last_failure: str
    frames: int
    not_understood: int
    message_age_s: float
    topic_age_s: Mapping[str, float]


class BybitStream(Generic[Event]):
    """A stream. `decode` turns a frame into events and raises ProtocolError; `sign_in` makes the frame that signs in,
    for connections that want it. The topics are those that the venue names in its pushes."""

    def __init__(
        self,
        url: str,
        settings: BybitSettings,
        rng: np.random.Generator,
        *,
        decode: Callable[[bytes], Iterable[Event | Acknowledged | Pong]],
        deliver: Callable[[Event | StreamUp | StreamDown | FrameNotUnderstood], Awaitable[None]],
        topics: Sequence[str] = (),
        sign_in: Callable[[], bytes] | None = None,
    ) -> None:
        self._url = url
        self._settings = settings
        self._pace = Reconnecting(settings, rng)
        self._decode = decode
        self._deliver = deliver
        self._topics = tuple(topics)
        self._sign_in = sign_in
        self._connections = self._frames = self._not_understood = 0
        self._last_failure: VenueError | None = None
        self._socket: WebSocket | None = None
        self._connection: Connection | None = None
        self._scope = trio.CancelScope()
        self._topic_s: dict[str, float] = {}
        self._up = False
        self._tried = trio.Event()

    async def run(self) -> None:
        """Connect, and connect again whenever the connection is over. Ends by cancellation only, and by what `deliver`
        raises."""
        while True:
            self._pace.connecting()
            up_s = await self._live_once()
            self._pace.lost(0.0 if up_s is None else trio.current_time() - up_s)
            self._tried.set()
            await trio.sleep(self._pace.wait_s())

    async def wait_first_try(self) -> None:
        """Wait until the first connection has every topic. Raises what its first failure was instead."""
        await self._tried.wait()
        if not self._up and self._last_failure is not None:
            raise self._last_failure

    async def send(self, frame: bytes) -> None:
        """Send a frame. Raises Down when the stream is not up or the connection breaks."""
        if not self._up or self._socket is None:
            raise Down(f"{self._url}: not connected")
        await self._socket.send(frame)

    async def caught_up(self) -> None:
        """Return when every event that the venue had sent before has been delivered. Raises Down when that cannot be
        known: the stream is not up, or no pong comes in time; then the connection is given up."""
        connection, scope = self._connection, self._scope
        if not self._up or connection is None:
            raise Down(f"{self._url}: not connected")
        try:
            await connection.ping()
        except Down as error:
            self._last_failure = error
            scope.cancel()
            raise

    def reconnect(self, reason: str) -> None:
        """Give the connection up, if there is one, and make another."""
        self._last_failure = Down(reason)
        self._scope.cancel()

    def statistics(self) -> StreamStatistics:
        """How the stream is now."""
        now_s = trio.current_time()
        return StreamStatistics(
            up=self._up,
            connections=self._connections,
            failures=self._pace.failures,
            last_failure=str(self._last_failure or ""),
            frames=self._frames,
            not_understood=self._not_understood,
            message_age_s=float("inf") if self._connection is None else now_s - self._connection.heard_s,
            topic_age_s={topic: now_s - at_s for topic, at_s in self._topic_s.items()},
        )

    async def _live_once(self) -> float | None:
        """One connection until it is over; when it came up, None if it never did."""
        up_s: list[float] = []
        try:
            with trio.CancelScope() as self._scope:
                async with open_websocket(self._url, self._settings.connect_timeout_s) as socket:
                    await self._converse(socket, up_s)
        except* VenueError as group:
            self._last_failure = _first(group)
        self._socket, self._connection = None, None
        self._topic_s.clear()
        if self._up:
            self._up = False
            await self._deliver(StreamDown(reason=str(self._last_failure)))
        return up_s[0] if up_s else None

    async def _converse(self, socket: WebSocket, up_s: list[float]) -> None:
        connection = Connection(socket, self._settings)
        self._socket, self._connection = socket, connection
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._read, socket, connection)
            if self._sign_in is not None:
                await connection.sign_in(self._sign_in())
            await connection.subscribe(self._topics)
            up_s.append(trio.current_time())
            self._topic_s = {topic: self._topic_s.get(topic, up_s[0]) for topic in self._topics}
            self._up = True
            self._connections += 1
            await self._deliver(StreamUp(connections=self._connections))
            self._tried.set()
            await connection.keep_alive()

    async def _read(self, socket: WebSocket, connection: Connection) -> None:
        while True:
            frame = await socket.receive()
            connection.heard()
            self._frames += 1
            connection.delivering = True
            await self._take(frame, connection)
            connection.delivering = False

    async def _take(self, frame: bytes, connection: Connection) -> None:
        try:
            events = self._decode(frame)
            topic = _TOPIC.decode(frame).topic
        except (ProtocolError, msgspec.DecodeError) as error:
            self._not_understood += 1
            await self._deliver(FrameNotUnderstood(frame=frame[:_KEPT_BYTES], error=str(error)))
            return
        if topic:
            self._topic_s[topic] = connection.heard_s
        for event in events:
            if isinstance(event, Acknowledged):
                connection.acknowledged(event)
            elif isinstance(event, Pong):
                connection.ponged(event)
            else:
                await self._deliver(event)


def _first(group: BaseExceptionGroup[VenueError]) -> VenueError:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
