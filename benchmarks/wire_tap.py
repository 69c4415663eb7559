"""What goes over the sockets of this process, and when: time stamps at the system's door, whatever library is used.

What is asked for is found afterwards, so that nothing but a clock and a list is between a library and its socket.
"""

from bisect import bisect_right
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

import attrs
import trio

from actors.clock import Stopwatch

_MASKED, _LENGTH_OF_TWO_BYTES, _HEAD = 0x80, 126, 2


@attrs.frozen(kw_only=True)
class Passage:
    """Bytes that went through: `at_s` is when they had been received, or when they were given away to be sent."""

    at_s: float
    sent: bool
    data: bytes

    def says(self, text: bytes) -> bool:
        """Whether a text is in it, also in a masked WebSocket message."""
        return text in self.data or (self.sent and text in _unmasked(self.data))


@contextmanager
def wire_tap() -> Generator[list[Passage]]:
    """Everything that Trio's socket streams send and receive meanwhile, in order."""
    passages: list[Passage] = []
    stopwatch = Stopwatch()
    receive_some, send_all = trio.SocketStream.receive_some, trio.SocketStream.send_all

    async def receiving(stream: trio.SocketStream, max_bytes: int | None = None) -> bytes | bytearray:
        data = await receive_some(stream, max_bytes)
        passages.append(Passage(at_s=stopwatch.elapsed_s(), sent=False, data=data))
        return data

    async def sending(stream: trio.SocketStream, data: bytes) -> None:
        passages.append(Passage(at_s=stopwatch.elapsed_s(), sent=True, data=data))
        await send_all(stream, data)

    with (
        patch.object(trio.SocketStream, "receive_some", receiving),
        patch.object(trio.SocketStream, "send_all", sending),
    ):
        yield passages


def instants(passages: Sequence[Passage], which: Callable[[Passage], bool]) -> list[float]:
    """When those passed by."""
    return [one.at_s for one in passages if which(one)]


def first_after(instants_s: Sequence[float], from_s: float, until_s: float) -> float | None:
    """The first instant in between; None if there is none."""
    place = bisect_right(instants_s, from_s)
    return instants_s[place] if place < len(instants_s) and instants_s[place] < until_s else None


def _unmasked(data: bytes) -> bytes:
    """The text of a short message that a client has sent; nothing if it is none."""
    if len(data) <= _HEAD or not data[1] & _MASKED:
        return b""
    head = 4 if data[1] & ~_MASKED == _LENGTH_OF_TWO_BYTES else _HEAD
    mask, text = data[head : head + 4], data[head + 4 :]
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(text))
