"""Faults: the seam at which the served venue lets itself be disturbed.

The app shows every request, every answer, every frame and every socket to a `Faults` and does with it what it is told.
What is told says `fault_injection`; `NoFaults` tells it to do everything as it should be done. Nothing here waits or
sends: a fate is data, and the app carries it out.

How the app uses it:

- A request over HTTP: `fate = faults.request(asked)` as soon as its bytes are there, before anything is checked.
  `fate.wait_s` is slept through first. If `fate.instead` is set, that is the answer (None of it is carried out); if
  `fate.lost` is "request", the connection is closed without an answer. Otherwise the request is checked as it came and
  carried out with `fate.body` as its body, `fate.times` times (the first result is the answer). Then
  `body = faults.answer(asked, body)`; if `fate.lost` is "answer" the connection is closed without one;
  otherwise `fate.answer_wait_s` is slept through, and what goes out is `fate.disguise` (as `instead` would) if that is
  set, or else `body`; with `fate.broken_after` not None, only that many bytes of it, before the connection is closed.
- A request over the trade socket: the same with `method` "WS" and the path of the HTTP endpoint that does the same;
  there `instead.code` is the retCode of the answer, and losing means closing the socket.
- A WebSocket: `faults.admits(kind)` before it is accepted (otherwise HTTP 503), `faults.opened(socket)` once it is,
  `faults.closed(socket)` when it has ended. `socket.close()` may be called at any time in between and must not wait.
- A frame on its way to a client, at the moment when the writer takes it out of its queue:
  `for delivery in faults.frame(socket, frame)`: sleep `delivery.wait_s` in the writer (later frames wait too), or with
  `delivery.overtaken` send it from a task of its own while later frames go on.
"""

from collections.abc import Sequence
from typing import Protocol

import attrs

from exchange.venue.faults.maintenance import Maintenance

# Kinds of sockets, also the parts of the venue that maintenance can take away.
PUBLIC, PRIVATE, TRADE = "public", "private", "trade"


@attrs.frozen(kw_only=True)
class Asked:
    """A request as it came: `query` and `body` are its raw text, `account` the API key that it names, if any."""

    method: str
    path: str
    account: str = ""
    query: str = ""
    body: bytes = b""


@attrs.frozen(kw_only=True)
class Instead:
    """An answer that the venue gives without doing what it was asked.

    With `status` 200 it is an envelope with `code` and `message`; otherwise `page` is the whole body, as a gateway in
    front of an exchange would send it. `reset_in_ms` is where the limit's reset header stands, from now.
    """

    status: int = 200
    code: int = 0
    message: str = ""
    page: str = ""
    reset_in_ms: int = 0


@attrs.frozen(kw_only=True)
class Fate:
    """What becomes of a request; see the module for how it is carried out."""

    body: bytes
    wait_s: float = 0.0
    instead: Instead | None = None
    lost: str = ""
    times: int = 1
    answer_wait_s: float = 0.0
    broken_after: int | None = None
    disguise: Instead | None = None


@attrs.frozen(kw_only=True)
class Delivery:
    """A frame to send: after `wait_s`, during which later frames wait too unless it is `overtaken` by them."""

    frame: str
    wait_s: float = 0.0
    overtaken: bool = False


class Socket(Protocol):
    """A WebSocket of a client: `kind` is public, private or trade, `account` the API key that it authenticated with."""

    @property
    def kind(self) -> str: ...

    @property
    def account(self) -> str: ...

    def close(self) -> None:
        """Cut the connection without a closing handshake; returns at once, and may be called again."""
        ...


class Faults(Protocol):
    """Decides what goes wrong; see the module for when each is called."""

    def request(self, asked: Asked) -> Fate:
        """What becomes of a request."""
        ...

    def answer(self, asked: Asked, body: bytes) -> bytes:
        """The body of the answer (JSON) that goes out instead of `body`."""
        ...

    def admits(self, kind: str) -> bool:
        """Whether a WebSocket of this kind may be opened now."""
        ...

    def opened(self, socket: Socket) -> None:
        """A WebSocket has been accepted."""
        ...

    def closed(self, socket: Socket) -> None:
        """A WebSocket has ended, whoever ended it."""
        ...

    def frame(self, socket: Socket, frame: str) -> Sequence[Delivery]:
        """What goes out in place of a frame; nothing if it is lost."""
        ...

    def announced(self) -> Sequence[Maintenance]:
        """Maintenance that the venue tells of, past, present and to come, oldest first."""
        ...


class NoFaults:
    """A Faults that disturbs nothing."""

    def request(self, asked: Asked) -> Fate:
        """See Faults."""
        return Fate(body=asked.body)

    def answer(self, asked: Asked, body: bytes) -> bytes:
        """See Faults."""
        del asked
        return body

    def admits(self, kind: str) -> bool:
        """See Faults."""
        del kind
        return True

    def opened(self, socket: Socket) -> None:
        """See Faults."""

    def closed(self, socket: Socket) -> None:
        """See Faults."""

    def frame(self, socket: Socket, frame: str) -> Sequence[Delivery]:
        """See Faults."""
        del socket
        return (Delivery(frame=frame),)

    def announced(self) -> Sequence[Maintenance]:
        """See Faults."""
        return ()
