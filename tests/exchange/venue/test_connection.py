"""Connections that end: by silence, by slowness, with the server, and what follows from it."""

import socket
from collections.abc import Sequence
from typing import Any

import attrs
import pytest
import trio
from starlette.websockets import WebSocket
from trio.testing import MockClock, wait_all_tasks_blocked

from exchange.venue.faults.faults import Delivery, NoFaults, Socket
from exchange.venue.serving import serve
from exchange.venue.wire.connection import MOST_WAITING, Connection, idle_limit_s
from exchange.venue.wire.dcp import DisconnectCancel
from tests.exchange.venue.served_scene import PATIENCE_S, served_venue


class Client:
    """One end of a socket in memory: what the client sends, and what reached it."""

    def __init__(self, query: str = "") -> None:
        self.sent, self._incoming = trio.open_memory_channel[dict[str, Any]](10)
        self.received: list[dict[str, Any]] = []
        self.cut = False
        self.reads = trio.Event()
        self.reads.set()
        self.sent.send_nowait({"type": "websocket.connect"})
        scope = {"type": "websocket", "query_string": query.encode(), "headers": [], "state": {"cut": self._cut}}
        self.socket = WebSocket(scope, self._incoming.receive, self._receive)

    async def _receive(self, message: Any) -> None:
        if message["type"] in ("websocket.send", "websocket.close"):
            await self.reads.wait()
        self.received.append(message)

    def _cut(self) -> None:
        self.cut = True
        self.reads.set()

    @property
    def kinds(self) -> list[str]:
        return [message["type"].removeprefix("websocket.") for message in self.received]

    @property
    def frames(self) -> list[str]:
        return [message["text"] for message in self.received if message["type"] == "websocket.send"]


async def ignore(_frame: str) -> None:
    """What the client says does not matter here."""


def connection(client: Client, faults: NoFaults | None = None) -> Connection:
    return Connection(client.socket, kind="public", conn_id="c", faults=faults or NoFaults(), idle_s=600.0)


async def test_frames_are_sent_in_order_and_a_farewell_follows_them() -> None:
    client = Client()
    conn = connection(client)
    conn.post("a")
    conn.post("b")
    conn.dismiss()
    await conn.run(ignore)
    assert client.frames == ["a", "b"]
    assert client.kinds[-1] == "close"
    conn.post("nobody reads this any more")
    conn.dismiss()
    conn.close()


async def test_who_reads_too_slowly_is_cut_off() -> None:
    client = Client()
    client.reads = trio.Event()
    conn = connection(client)
    with trio.fail_after(PATIENCE_S):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(conn.run, ignore)
            await wait_all_tasks_blocked()
            for _ in range(MOST_WAITING + 1):
                conn.post("x")
            await wait_all_tasks_blocked()
            assert not client.cut
            conn.post("one too many")
            assert client.cut
    assert "close" not in client.kinds


async def test_who_is_silent_is_sent_away_and_who_speaks_or_hears_is_not(autojump_clock: MockClock) -> None:
    client = Client()
    conn = connection(client)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(conn.run, ignore)
        await trio.sleep(500)
        await client.sent.send({"type": "websocket.receive", "bytes": b"{}"})
        await trio.sleep(500)
        conn.post("news")
        await trio.sleep(599)
        assert client.kinds == ["accept", "send"]
    assert trio.current_time() == pytest.approx(1600)
    assert client.received[-1]["code"] == 1001


async def test_a_farewell_that_nobody_takes_is_cut_short(autojump_clock: MockClock) -> None:
    client = Client()
    client.reads = trio.Event()
    conn = connection(client)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(conn.run, ignore)
        conn.post("never read")
        await trio.sleep(601)
        assert not client.cut
        await trio.sleep(2)
        assert client.cut


class Reordered(NoFaults):
    def frame(self, socket: Socket, frame: str) -> Sequence[Delivery]:
        if frame == "lost":
            return ()
        return [attrs.evolve(one, wait_s=1.0, overtaken=frame == "late") for one in super().frame(socket, frame)]


async def test_frames_are_lost_and_overtaken(autojump_clock: MockClock) -> None:
    client = Client()
    conn = connection(client, Reordered())
    async with trio.open_nursery() as nursery:
        nursery.start_soon(conn.run, ignore)
        for frame in ("first", "lost", "late", "last"):
            conn.post(frame)
        await trio.sleep(1.5)
        assert client.frames == ["first"]
        await trio.sleep(2.0)
        assert sorted(client.frames) == ["first", "last", "late"]
        conn.close()


@pytest.mark.parametrize(
    ("query", "idle_s"),
    [("", 600), ("max_active_time=45s", 45), ("max_active_time=1m", 60), ("max_active_time=5s", 30)]
    + [(f"max_active_time={text}", 600) for text in ("1d", "s", "99999s", "-5s", "20m")],
)
def test_a_client_may_ask_for_another_silence(query: str, idle_s: float) -> None:
    scope: dict[str, Any] = {"type": "websocket", "query_string": query.encode(), "headers": []}

    async def nothing(*_: Any) -> Any:
        return None

    assert idle_limit_s(WebSocket(scope, nothing, nothing)) == idle_s


async def test_serving_ends_although_a_client_does_not_read() -> None:
    started = trio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        started.set()
        while True:
            await send({"type": "websocket.send", "text": "x" * 1_000_000})

    with trio.fail_after(PATIENCE_S):
        async with trio.open_nursery() as nursery:
            port = await nursery.start(serve, app, 0)
            stream = await trio.open_tcp_stream("127.0.0.1", port)
            upgrade = b"connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
            key = b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            await stream.send_all(b"GET / HTTP/1.1\r\nhost: x\r\n" + upgrade + key + b"\r\n")
            await started.wait()
            await wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()
    await stream.aclose()


async def test_a_port_that_is_taken_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        await serve(ignore, taken.getsockname()[1])  # pyright: ignore[reportArgumentType]


async def test_orders_are_cancelled_when_the_last_watched_connection_has_gone(autojump_clock: MockClock) -> None:
    account, one, other = _Orders(), connection(Client()), connection(Client())
    dcp = DisconnectCancel()
    dcp.set_window(account.uid, "DERIVATIVES", 10)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(dcp.run)
        dcp.watch("dcp.future", account, one)
        dcp.watch("dcp.future", account, other)
        dcp.gone(account, one)
        await trio.sleep(60)
        dcp.gone(account, other)
        await trio.sleep(9)
        dcp.watch("dcp.future", account, one)
        await trio.sleep(60)
        assert account.cancelled == []
        dcp.gone(account, one)
        await trio.sleep(9)
        assert account.cancelled == []
        await trio.sleep(2)
        assert account.cancelled == [("BTCUSDT", "CancelByDCP")]
        nursery.cancel_scope.cancel()


class _Orders:
    """An account of which only the orders count."""

    uid = 7

    def __init__(self) -> None:
        self.instruments = {"BTCUSDT": None}
        self.cancelled: list[tuple[str, str]] = []

    def cancel_all(self, symbol: str, *, cancel_type: str) -> None:
        self.cancelled.append((symbol, cancel_type))


async def test_a_lost_connection_starts_the_window() -> None:
    async with served_venue() as client:
        path = "/v5/order/disconnected-cancel-all"
        await client.done(path, product="DERIVATIVES", timeWindow=3)
        async with client.private("dcp.future"):
            assert not client.served.dcp.pending()
        async with client.private("order"):
            assert client.served.dcp.pending() == [100_001]
