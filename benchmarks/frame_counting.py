"""Candle frames counted at the lightest: bytes are read and searched, nothing is decoded.

So what is measured is whoever sends them, also where one process reads ten connections.
"""

from collections.abc import Callable

import trio
from wsproto import ConnectionType, WSConnection
from wsproto.events import Request, TextMessage

from exchange.bybit.control_frames import subscribe_frame

_CLOSED = b'"confirm":true'
_READ_BYTES = 65_536


class FrameCounts:
    """Closed candles that have come on each of some connections to `path` of a port of this machine."""

    def __init__(self, port: int, path: str, topic: str, connections: int) -> None:
        self._port, self._path, self._topic = port, path, topic
        self._counts = [0] * connections

    async def run(self, frames: int, on_ready: Callable[[], None], on_more: Callable[[int], None]) -> None:
        """Connect and subscribe, call `on_ready`, and read until every connection has had `frames`; `on_more` is told
        how many all of them have had."""
        streams = [await self._subscribed() for _ in self._counts]
        on_ready()
        async with trio.open_nursery() as nursery:
            for place, stream in enumerate(streams):
                nursery.start_soon(self._count, place, stream, frames, on_more)

    async def _subscribed(self) -> trio.SocketStream:
        host = f"127.0.0.1:{self._port}"
        wire = WSConnection(ConnectionType.CLIENT)
        stream = await trio.open_tcp_stream("127.0.0.1", self._port)
        await stream.send_all(wire.send(Request(host=host, target=self._path)))
        wire.receive_data(bytes(await stream.receive_some()))
        list(wire.events())
        await stream.send_all(wire.send(TextMessage(data=subscribe_frame([self._topic]).decode())))
        return stream

    async def _count(self, place: int, stream: trio.SocketStream, frames: int, on_more: Callable[[int], None]) -> None:
        rest = b""
        async with stream:
            while self._counts[place] < frames:
                data = await stream.receive_some(_READ_BYTES)
                if not data:
                    raise ConnectionError(f"cut off after {self._counts[place]} frames")
                text = rest + data
                self._counts[place] += text.count(_CLOSED)
                # A mark may be cut in two, but not be counted twice.
                rest = text[1 - len(_CLOSED) :]
                on_more(min(self._counts))
