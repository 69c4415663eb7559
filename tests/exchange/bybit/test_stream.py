"""A stream lives for ever: signed in, subscribed, asked when silent, and back after whatever ends a connection."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import numpy as np
import pytest
import trio
import trio.testing

from exchange.bybit.control_frames import Acknowledged, Pong, auth_frame
from exchange.bybit.errors import Down, ProtocolError, Refused
from exchange.bybit.settings import BybitSettings
from exchange.bybit.signing import Credentials
from exchange.bybit.stream import BybitStream
from exchange.reports import FrameNotUnderstood, StreamDown, StreamUp
from tests.exchange.bybit.socket_server import Answer, SocketServer, usual_answer

QUICK = {"backoff_first_s": 0.001, "backoff_most_s": 0.01, "connect_timeout_s": 1.0, "acknowledge_s": 0.05}
TOPICS = tuple(f"kline.1.COIN{number}USDT" for number in range(12))


def decode(frame: bytes) -> list[Any]:
    """Control frames as the codecs have them, pushes as their numbers."""
    try:
        content = json.loads(frame)
    except ValueError as error:
        raise ProtocolError(str(error), frame) from None
    if "topic" in content:
        return content["data"]
    if content.get("ret_msg") == "pong":
        return [Pong(req_id=content["req_id"])]
    return [Acknowledged(op=content["op"], req_id=content["req_id"], success=content["success"], message="no")]


class Listener:
    """Keeps what a stream delivers."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self._changed = trio.Event()

    async def take(self, item: Any) -> None:
        self.items.append(item)
        self._changed.set()
        self._changed = trio.Event()

    async def wait(self, kind: type, times: int = 1) -> None:
        with trio.fail_after(2):
            while sum(isinstance(item, kind) for item in self.items) < times:
                await self._changed.wait()


@asynccontextmanager
async def streaming(
    nursery: trio.Nursery,
    answer: Callable[[dict[str, Any]], Answer] = usual_answer,
    sign_in: Callable[[], bytes] | None = None,
    **changes: Any,
) -> AsyncIterator[tuple[SocketServer, BybitStream[Any], Listener]]:
    server, listener = SocketServer(answer), Listener()
    await server.serve(nursery)
    settings = BybitSettings(**{**QUICK, **changes})
    rng = np.random.default_rng(0)
    stream = BybitStream(
        server.url, settings, rng, decode=decode, deliver=listener.take, topics=TOPICS, sign_in=sign_in
    )
    nursery.start_soon(stream.run)
    yield server, stream, listener
    nursery.cancel_scope.cancel()


async def test_it_is_up_when_every_topic_is_acknowledged(nursery: trio.Nursery) -> None:
    late: list[str] = []

    def answer(request: dict[str, Any]) -> Answer:
        late.append(request.get("req_id", ""))
        return None if len(late) == 3 else usual_answer(request)

    frame = auth_frame(Credentials(api_key="key", secret="of the key"), 1)  # noqa: S106
    async with streaming(nursery, answer, lambda: frame, acknowledge_s=1.0) as (server, stream, heard):
        await server.wait(lambda: len(server.requests) == 3)
        assert [request["op"] for request in server.requests] == ["auth", "subscribe", "subscribe"]
        assert [*server.requests[1]["args"], *server.requests[2]["args"]] == list(TOPICS)
        assert heard.items == []
        assert not stream.statistics().up
        await server.push(usual_answer(server.requests[2]) or {})
        await heard.wait(StreamUp)
        assert stream.statistics().up
        assert set(stream.statistics().topic_age_s) == set(TOPICS)


async def test_events_come_in_order_and_topics_have_ages(nursery: trio.Nursery) -> None:
    async with streaming(nursery) as (server, stream, heard):
        await heard.wait(StreamUp)
        await trio.sleep(0.03)
        await server.push({"topic": TOPICS[1], "data": [1, 2]})
        await server.push({"topic": TOPICS[2], "data": [3]})
        await heard.wait(int, 3)
        assert heard.items[1:] == [1, 2, 3]
        ages = stream.statistics().topic_age_s
        assert ages[TOPICS[1]] < 0.03 <= ages[TOPICS[0]]
        assert stream.statistics().message_age_s < 0.03


async def test_a_frame_that_is_not_understood_is_delivered_as_it_came(nursery: trio.Nursery) -> None:
    async with streaming(nursery) as (server, stream, heard):
        await heard.wait(StreamUp)
        await server.push('{"topic": "kline')
        await server.push({"topic": TOPICS[0], "data": [1]})
        await heard.wait(int)
        [odd] = [item for item in heard.items if isinstance(item, FrameNotUnderstood)]
        assert odd.frame == b'{"topic": "kline'
        assert heard.items[-1] == 1
        assert (stream.statistics().not_understood, stream.statistics().connections) == (1, 1)


async def test_a_refused_sign_in_is_told_and_tried_again(nursery: trio.Nursery) -> None:
    def answer(request: dict[str, Any]) -> Answer:
        return {**(usual_answer(request) or {}), "success": request["op"] != "auth"}

    async with streaming(nursery, answer, lambda: b'{"op":"auth","args":[]}') as (server, stream, heard):
        with pytest.raises(Refused, match="refused to sign us in"):
            await stream.wait_first_try()
        await server.wait(lambda: len(server.asked("auth")) >= 3)
        assert server.asked("subscribe") == []
        assert heard.items == []


@pytest.mark.parametrize("fault", ["refused", "silent", "dropped"])
async def test_a_subscription_cannot_be_forgotten(nursery: trio.Nursery, fault: str) -> None:
    faults = iter(range(2))

    def answer(request: dict[str, Any]) -> Answer:
        if request["op"] != "subscribe" or next(faults, None) is None:
            return usual_answer(request)
        if fault == "dropped":
            nursery.start_soon(server.drop)
        return {**(usual_answer(request) or {}), "success": False} if fault == "refused" else None

    async with streaming(nursery, answer) as (server, stream, heard):
        await heard.wait(StreamUp)
        assert len(heard.items) == 1
        assert sorted(server.requests[-2]["args"] + server.requests[-1]["args"]) == sorted(TOPICS)
        assert stream.statistics().failures >= 2


async def test_every_end_of_a_connection_is_followed_by_another(nursery: trio.Nursery) -> None:
    async with streaming(nursery) as (server, stream, heard):
        for number in range(1, 4):
            await heard.wait(StreamUp, number)
            await server.drop()
        await heard.wait(StreamUp, 4)
        await server.open[0].aclose()
        await heard.wait(StreamUp, 5)
        stream.reconnect("the clock jumped")
        await heard.wait(StreamUp, 6)
        kinds = [type(item) for item in heard.items]
        assert kinds == [StreamUp, StreamDown] * 5 + [StreamUp]
        assert [item.connections for item in heard.items[::2]] == [1, 2, 3, 4, 5, 6]
        assert heard.items[9].reason == "the clock jumped"


async def test_silence_is_asked_about_and_pongs_end_it(nursery: trio.Nursery) -> None:
    async with streaming(nursery, silence_s=0.02, pong_s=0.5) as (server, stream, heard):
        await heard.wait(StreamUp)
        start_s = trio.current_time()
        await server.wait(lambda: len(server.asked("ping")) >= 3)
        assert 0.05 < trio.current_time() - start_s < 0.5
        assert len({ping["req_id"] for ping in server.asked("ping")}) == len(server.asked("ping"))
        assert stream.statistics().connections == 1


async def test_a_ping_is_due_even_when_messages_come(nursery: trio.Nursery) -> None:
    async with streaming(nursery, ping_s=0.05) as (server, _, heard):
        await heard.wait(StreamUp)
        while not server.asked("ping"):
            await server.push({"topic": TOPICS[0], "data": [1]})
            await trio.sleep(0.005)


async def test_without_a_pong_the_connection_is_given_up(nursery: trio.Nursery) -> None:
    def answer(request: dict[str, Any]) -> Answer:
        return None if request["op"] == "ping" else usual_answer(request)

    async with streaming(nursery, answer, silence_s=0.01, pong_s=0.02) as (_, stream, heard):
        await heard.wait(StreamUp, 2)
        assert heard.items[1] == StreamDown(reason="no pong within 0.02 s")
        assert stream.statistics().last_failure == "no pong within 0.02 s"


async def test_a_slow_listener_presses_back_and_keeps_its_connection(nursery: trio.Nursery) -> None:
    server = SocketServer()
    await server.serve(nursery)
    sender, receiver = trio.open_memory_channel[Any](0)
    settings = BybitSettings(**QUICK, silence_s=0.01, pong_s=0.02)
    rng = np.random.default_rng(0)
    stream = BybitStream(server.url, settings, rng, decode=decode, deliver=sender.send, topics=TOPICS)
    nursery.start_soon(stream.run)
    assert isinstance(await receiver.receive(), StreamUp)
    await server.push({"topic": TOPICS[0], "data": [1, 2]})
    await trio.sleep(0.1)
    assert [await receiver.receive(), await receiver.receive()] == [1, 2]
    assert stream.statistics().connections == 1
    nursery.cancel_scope.cancel()


async def test_caught_up_means_that_all_before_has_been_delivered(nursery: trio.Nursery) -> None:
    async with streaming(nursery) as (server, stream, heard):
        await heard.wait(StreamUp)
        for number in range(50):
            await server.push({"topic": TOPICS[0], "data": [number]})
        await stream.caught_up()
        assert heard.items[1:] == list(range(50))


@pytest.mark.parametrize(("repeats_id", "answered"), [(False, ["first"]), (True, ["first", "second"])])
async def test_a_pong_answers_no_ping_that_came_after_it(
    nursery: trio.Nursery, repeats_id: bool, answered: list[str]
) -> None:
    """Without the id of its ping it may belong to the oldest; with it, all pings before have been read, too."""

    def answer(request: dict[str, Any]) -> Answer:
        return None if request["op"] == "ping" else usual_answer(request)

    done: list[str] = []

    async def catch_up(name: str) -> None:
        await stream.caught_up()
        done.append(name)

    async with streaming(nursery, answer) as (server, stream, heard):
        await heard.wait(StreamUp)
        for number, name in enumerate(("first", "second", "third"), 1):
            nursery.start_soon(catch_up, name)
            await server.wait(lambda number=number: len(server.asked("ping")) == number)
        second = server.asked("ping")[1]["req_id"]
        await server.push({"success": True, "ret_msg": "pong", "op": "ping", "req_id": second if repeats_id else ""})
        await server.push({"topic": TOPICS[0], "data": [1]})
        await heard.wait(int)
        await trio.testing.wait_all_tasks_blocked()
        assert sorted(done) == answered


async def test_caught_up_without_a_pong_is_no_evidence(nursery: trio.Nursery) -> None:
    def answer(request: dict[str, Any]) -> Answer:
        return None if request["op"] == "ping" else usual_answer(request)

    async with streaming(nursery, answer, pong_s=0.02) as (_, stream, heard):
        with pytest.raises(Down, match="not connected"):
            await stream.caught_up()
        await heard.wait(StreamUp)
        with pytest.raises(Down, match="no pong"):
            await stream.caught_up()
        await heard.wait(StreamUp, 2)


async def test_what_refuses_the_connection_is_told(nursery: trio.Nursery) -> None:
    server = SocketServer()
    server.refuse_status = 403
    await server.serve(nursery)
    rng = np.random.default_rng(0)
    for url, words in [
        (server.url, "HTTP 403"),
        ("ws://127.0.0.1:9/nobody", "ws://127.0.0.1:9/nobody: .*Connection refused"),
        (server.url.replace("ws://", "wss://").replace("127.0.0.1", "localhost"), "no safe connection"),
    ]:
        stream = BybitStream(url, BybitSettings(**QUICK), rng, decode=decode, deliver=Listener().take)
        nursery.start_soon(stream.run)
        with pytest.raises(Down, match=words):
            await stream.wait_first_try()
    nursery.cancel_scope.cancel()


async def test_a_venue_that_hangs_up_at_once_does_not_make_us_wait(nursery: trio.Nursery) -> None:
    async def hang_up(stream: trio.SocketStream) -> None:
        await stream.aclose()

    [listener] = await nursery.start(partial(trio.serve_tcp, hang_up, 0, host="127.0.0.1"))
    url = f"ws://127.0.0.1:{listener.socket.getsockname()[1]}/"
    rng = np.random.default_rng(0)
    stream = BybitStream(url, BybitSettings(**QUICK), rng, decode=decode, deliver=Listener().take)
    nursery.start_soon(stream.run)
    with trio.fail_after(0.5), pytest.raises(Down, match=r"hung up|broke"):
        await stream.wait_first_try()
    nursery.cancel_scope.cancel()


async def test_a_venue_that_says_nothing_has_a_deadline(nursery: trio.Nursery) -> None:
    async def stay_silent(_: trio.SocketStream) -> None:
        await trio.sleep_forever()

    [listener] = await nursery.start(partial(trio.serve_tcp, stay_silent, 0, host="127.0.0.1"))
    url = f"ws://127.0.0.1:{listener.socket.getsockname()[1]}/"
    settings = BybitSettings(**{**QUICK, "connect_timeout_s": 0.02})
    stream = BybitStream(url, settings, np.random.default_rng(0), decode=decode, deliver=Listener().take)
    nursery.start_soon(stream.run)
    with trio.fail_after(0.5), pytest.raises(Down, match="no connection within"):
        await stream.wait_first_try()
    nursery.cancel_scope.cancel()
