"""The WebSocket itself, against a counterpart of another make: long and odd messages, pings, half-sent frames."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from shutil import which

import pytest
import trio
from trio_websocket import ConnectionClosed, WebSocketConnection, WebSocketRequest, serve_websocket

from exchange.bybit.errors import Down
from exchange.bybit.websocket import WebSocket, open_websocket

Handler = Callable[[WebSocketConnection], Awaitable[None]]


@asynccontextmanager
async def connected(nursery: trio.Nursery, handle: Handler) -> AsyncIterator[WebSocket]:
    async def accept(request: WebSocketRequest) -> None:
        connection = await request.accept()
        with suppress(ConnectionClosed):
            await handle(connection)

    server = await nursery.start(serve_websocket, accept, "127.0.0.1", 0, None)
    async with open_websocket(f"ws://127.0.0.1:{server.port}/v5/private", 1.0) as socket:
        yield socket
    nursery.cancel_scope.cancel()


async def echo(connection: WebSocketConnection) -> None:
    while True:
        await connection.send_message(await connection.get_message())


@pytest.mark.parametrize("text", ["", "{}", "é€𝄞" * 1000, "x" * 900_000], ids=["empty", "short", "wide", "long"])
async def test_messages_of_any_length_come_back(nursery: trio.Nursery, text: str) -> None:
    async with connected(nursery, echo) as socket:
        await socket.send(text.encode())
        await socket.send(b"next")
        assert await socket.receive() == text.encode()
        assert await socket.receive() == b"next"


async def test_many_messages_at_once_come_in_order(nursery: trio.Nursery) -> None:
    async def burst(connection: WebSocketConnection) -> None:
        for number in range(500):
            await connection.send_message(str(number))
        await connection.get_message()

    async with connected(nursery, burst) as socket:
        assert [int(await socket.receive()) for _ in range(500)] == list(range(500))


async def test_pings_of_the_protocol_are_answered_between_messages(nursery: trio.Nursery) -> None:
    async def ping(connection: WebSocketConnection) -> None:
        with trio.fail_after(1):
            await connection.ping(b"there?")
        await connection.send_message("it was")
        await connection.get_message()

    async with connected(nursery, ping) as socket:
        assert await socket.receive() == b"it was"


async def test_binary_messages_are_text_all_the_same(nursery: trio.Nursery) -> None:
    async def send(connection: WebSocketConnection) -> None:
        await connection.send_message(b'{"op":"pong"}')
        await connection.get_message()

    async with connected(nursery, send) as socket:
        assert await socket.receive() == b'{"op":"pong"}'


async def test_a_close_has_its_code_and_ends_everything(nursery: trio.Nursery) -> None:
    async def close(connection: WebSocketConnection) -> None:
        await connection.send_message("last")
        await connection.aclose(1012, "service restart")

    async with connected(nursery, close) as socket:
        assert await socket.receive() == b"last"
        with pytest.raises(Down, match="closed the connection: 1012 service restart"):
            await socket.receive()
        with pytest.raises(Down):
            await socket.send(b"{}")


async def test_a_message_that_is_too_large_ends_the_connection(
    nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.bybit.websocket._LARGEST_MESSAGE_BYTES", 1_000)

    async def send(connection: WebSocketConnection) -> None:
        await connection.send_message("x" * 2_000)
        await connection.get_message()

    async with connected(nursery, send) as socket:
        with pytest.raises(Down, match="larger than 1,000 bytes"):
            await socket.receive()


async def test_a_message_sent_in_part_ends_the_connection(nursery: trio.Nursery) -> None:
    async def read_nothing(connection: WebSocketConnection) -> None:
        await trio.sleep_forever()

    async with connected(nursery, read_nothing) as socket:
        with trio.move_on_after(0.05) as scope:
            while True:
                await socket.send(b"x" * 1_000_000)
        assert scope.cancelled_caught
        with pytest.raises(Down, match="in part"):
            await socket.send(b"{}")


async def test_a_certificate_that_nobody_vouches_for_is_not_taken(nursery: trio.Nursery, tmp_path: Path) -> None:
    openssl = which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed, and makes the certificate of this test")
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate]
    await trio.run_process([openssl, *words.split(), *names], capture_stdout=True, capture_stderr=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    received: list[bytes] = []

    async def listen(stream: trio.SSLStream[trio.SocketStream]) -> None:
        with suppress(trio.BrokenResourceError):
            received.append(await stream.receive_some())

    [listener] = await nursery.start(partial(trio.serve_ssl_over_tcp, listen, 0, context, host="127.0.0.1"))
    port = listener.transport_listener.socket.getsockname()[1]
    with pytest.raises(Down, match=r"no safe connection: .*CERTIFICATE_VERIFY_FAILED"):
        async with open_websocket(f"wss://localhost:{port}/", 2.0):
            pass
    assert received == []
    nursery.cancel_scope.cancel()


async def test_what_is_no_websocket_is_told(nursery: trio.Nursery) -> None:
    async def talk(answer: bytes, stream: trio.SocketStream) -> None:
        await stream.receive_some()
        await stream.send_all(answer)
        await stream.aclose()

    for answer in (b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 101 \r\nUpgrade: no\r\n\r\n"):
        serve = partial(trio.serve_tcp, partial(talk, answer), 0, host="127.0.0.1")
        [listener] = await nursery.start(serve)
        port = listener.socket.getsockname()[1]
        with pytest.raises(Down, match=r"no WebSocket|HTTP 200|hung up"):
            async with open_websocket(f"ws://127.0.0.1:{port}/", 1.0):
                pass
    nursery.cancel_scope.cancel()
