"""One connection to a stream, from signing in to its end: every topic acknowledged, no silence without a question."""

from collections import deque
from collections.abc import Callable, Sequence
from itertools import count

import attrs
import trio

from exchange.bybit.control_frames import Acknowledged, Pong, ping_frame, subscribe_frame
from exchange.bybit.errors import Down, Refused
from exchange.bybit.settings import BybitSettings
from exchange.bybit.websocket import WebSocket

# Spot connections take no more in one request; all others do not mind.
_TOPICS_A_REQUEST = 10
# A pong is waited for in so many pieces of time: a process that was busy for all of it has read nothing, and sees only
# one of them pass.
_PIECES = 5


@attrs.define(eq=False)
class _Ping:
    req_id: str
    answered: trio.Event = attrs.field(factory=trio.Event)


class Connection:
    """What is said about a connection on it. Whoever reads its frames calls `heard` for each, and `acknowledged` and
    `ponged` for what they say; `delivering` is for it to set while nobody reads."""

    def __init__(self, socket: WebSocket, settings: BybitSettings) -> None:
        self._socket = socket
        self._settings = settings
        self._ids = count(1)
        self._awaited: dict[str, Callable[[Acknowledged], None]] = {}
        self._pings: deque[_Ping] = deque()
        self._heard_s = self._pinged_s = trio.current_time()
        self.delivering = False

    @property
    def heard_s(self) -> float:
        """When the last frame came, by the clock of the Trio run."""
        return self._heard_s

    async def sign_in(self, frame: bytes) -> None:
        """Send a request to sign in, and wait. Raises Refused if the venue refuses it, Down if it does not answer."""
        answer = await self._ask(frame, "auth", "")
        if not answer.success:
            raise Refused(answer.code, f"the venue refused to sign us in: {answer.code} {answer.message}".rstrip())

    async def subscribe(self, topics: Sequence[str]) -> None:
        """Ask for topics, and wait until each is acknowledged. Raises as `sign_in` does."""
        for first in range(0, len(topics), _TOPICS_A_REQUEST):
            part = topics[first : first + _TOPICS_A_REQUEST]
            req_id = f"s{next(self._ids)}"
            answer = await self._ask(subscribe_frame(part, req_id), "subscribe", req_id)
            if not answer.success:
                raise Refused(answer.code, f"the venue refused the topics {', '.join(part)}: {answer.message}")

    async def keep_alive(self) -> None:
        """Ping every `ping_s`, and after `silence_s` without a frame, for ever. Raises Down without a pong in time."""
        while True:
            due_s = min(self._pinged_s + self._settings.ping_s, self._heard_s + self._settings.silence_s)
            if due_s > trio.current_time():
                await trio.sleep_until(due_s)
            else:
                await self.ping()

    async def ping(self) -> None:
        """Ask whether the venue is there, and wait for its answer: every frame sent before it has been read then.

        Raises Down without an answer within `pong_s` in which frames could be read.
        """
        ping = _Ping(f"p{next(self._ids)}")
        self._pings.append(ping)
        self._pinged_s = trio.current_time()
        await self._socket.send(ping_frame(ping.req_id))
        pieces = 0
        while pieces < _PIECES:
            with trio.move_on_after(self._settings.pong_s / _PIECES):
                await ping.answered.wait()
                return
            pieces += not self.delivering
        raise Down(f"no pong within {self._settings.pong_s:g} s")

    def heard(self) -> None:
        """A frame has come."""
        self._heard_s = trio.current_time()

    def acknowledged(self, answer: Acknowledged) -> None:
        """The venue has answered a request about the connection; one that nobody made is passed over."""
        take = self._awaited.pop(answer.req_id, None) or self._awaited.pop(answer.op, None)
        if take is not None:
            take(answer)

    def ponged(self, pong: Pong) -> None:
        """A pong has come. One without the id of a ping answers the oldest one, so that none is answered too early."""
        named = any(ping.req_id == pong.req_id for ping in self._pings)
        while self._pings:
            ping = self._pings.popleft()
            ping.answered.set()
            if not named or ping.req_id == pong.req_id:
                break

    async def _ask(self, frame: bytes, op: str, req_id: str) -> Acknowledged:
        """Not every connection repeats the id of a request: one at a time, its op names it as well."""
        answers: list[Acknowledged] = []
        arrived = trio.Event()

        def take(answer: Acknowledged) -> None:
            answers.append(answer)
            arrived.set()

        names = {op, req_id} - {""}
        self._awaited.update(dict.fromkeys(names, take))
        await self._socket.send(frame)
        with trio.move_on_after(self._settings.acknowledge_s):
            await arrived.wait()
        for name in names:
            self._awaited.pop(name, None)
        if not answers:
            raise Down(f"the venue did not acknowledge {op} within {self._settings.acknowledge_s:g} s")
        return answers[0]
