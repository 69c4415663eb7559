"""Faults as clients of the served venue meet them."""

import json

import httpx
import pytest
from trio_websocket import ConnectionClosed

from exchange.venue.faults.maintenance import SERVICES, Maintenance
from exchange.venue.faults.rules import FaultRule
from tests.exchange.venue.injecting import SetClock, injecting
from tests.exchange.venue.served_scene import SERVER_MS, Client, Socket, served_venue

ORDER = {"side": "Buy", "orderType": "Market", "qty": "0.01"}
CREATE = "/v5/order/create"
KLINE = "category=linear&symbol=BTCUSDT&interval=1&limit=3"


async def position(client: Client) -> str:
    return (await client.asked("/v5/position/list", "category=linear&symbol=BTCUSDT"))["list"][0]["size"]


async def is_cut(socket: Socket) -> bool:
    """Whether the connection has ended; the client's library leaves the end of its transport to us."""
    try:
        await socket.next()
    except ConnectionClosed:
        await socket.connection._stream.aclose()
        return True
    return False


async def opening_status(client: Client, path: str) -> int:
    """What an attempt to open a WebSocket is answered with."""
    upgrade = {"connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13"}
    answer = await client.http.get(path, headers=upgrade | {"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="})
    return answer.status_code


async def test_a_lost_request_was_not_carried_out_and_a_lost_answer_was() -> None:
    faults = injecting(
        FaultRule(kind="lose_request", path=CREATE, count=1), FaultRule(kind="lose_answer", path=CREATE, count=2)
    )
    async with served_venue(faults=faults) as client:
        with pytest.raises(httpx.TransportError):
            await client.done(CREATE, **ORDER)
        assert await position(client) == "0"
        with pytest.raises(httpx.TransportError):
            await client.done(CREATE, **ORDER)
        assert await position(client) == "0.01"
        await client.done(CREATE, **ORDER)


async def test_a_denied_order_stands_and_a_refused_one_does_not() -> None:
    faults = injecting(
        FaultRule(kind="refuse", path=CREATE, code=10006, reset_ms=700, count=1),
        FaultRule(kind="deny", path=CREATE, code=10016, skip=1, count=1),
        FaultRule(kind="refuse", path=CREATE, status=502, skip=2),
    )
    async with served_venue(faults=faults) as client:
        body = {"category": "linear", "symbol": "BTCUSDT", **ORDER}
        throttled = await client.post(CREATE, body)
        assert throttled.json()["retCode"] == 10006
        assert throttled.headers["x-bapi-limit-reset-timestamp"] == str(SERVER_MS + 700)
        assert await position(client) == "0"
        assert await client.refused(CREATE, **ORDER) == 10016
        assert await position(client) == "0.01"
        page = await client.post(CREATE, body)
        assert (page.status_code, page.text[:6]) == (502, "<html>")


async def test_a_broken_answer_and_half_of_one() -> None:
    faults = injecting(
        FaultRule(kind="break_answer", path="/v5/market/kline", count=1),
        FaultRule(kind="cut_answer", path="/v5/market/kline", count=1, skip=1),
    )
    async with served_venue(faults=faults) as client:
        with pytest.raises(httpx.TransportError):
            await client.get("/v5/market/kline", KLINE)
        half = await client.get("/v5/market/kline", KLINE)
        with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
            half.json()
        assert len(await client.asked("/v5/market/kline", KLINE)) == 3


async def test_an_order_without_its_stop_and_an_order_twice() -> None:
    faults = injecting(FaultRule(kind="strip_stop", path=CREATE, count=1), FaultRule(kind="twice", path=CREATE, skip=1))
    async with served_venue(faults=faults) as client:
        await client.done(CREATE, **ORDER, stopLoss="1000.0")
        orders = await client.asked("/v5/order/realtime", "category=linear&symbol=BTCUSDT")
        assert (orders["list"], await position(client)) == ([], "0.01")
        await client.done(CREATE, **ORDER)
        assert await position(client) == "0.03"


async def test_the_trade_socket_is_disturbed_like_the_requests_over_http() -> None:
    faults = injecting(
        FaultRule(kind="refuse", method="WS", path=CREATE, code=10006, count=1),
        FaultRule(kind="lose_answer", method="WS", path=CREATE, skip=1),
    )
    order = {"category": "linear", "symbol": "BTCUSDT", **ORDER}
    request = {"op": "order.create", "header": {"X-BAPI-TIMESTAMP": str(SERVER_MS)}, "args": [order]}
    async with served_venue(faults=faults) as client, client.socket("/v5/trade") as socket:
        await socket.ask(client.login())
        answer = await socket.ask(request | {"reqId": "one"})
        assert (answer["reqId"], answer["retCode"]) == ("one", 10006)
        assert await position(client) == "0"
        await socket.connection.send_message(json.dumps(request | {"reqId": "two"}))
        assert await is_cut(socket)
        assert await position(client) == "0.01"


async def test_frames_are_lost_and_doubled_on_their_way() -> None:
    faults = injecting(
        FaultRule(kind="drop_frame", topic="order", count=1), FaultRule(kind="double_frame", topic="execution")
    )
    async with served_venue(faults=faults) as client, client.private("order", "execution") as socket:
        await client.done(CREATE, **ORDER)
        first, second = await socket.next(), await socket.next()
        assert (first["topic"], first) == ("execution", second)


async def test_a_frame_is_overtaken() -> None:
    faults = injecting(FaultRule(kind="reorder_frame", topic="order", seconds=0.05, count=1))
    async with served_venue(faults=faults) as client, client.private("order", "execution") as socket:
        await client.done(CREATE, **ORDER)
        assert [(await socket.next())["topic"] for _ in range(2)] == ["execution", "order"]


async def test_a_closed_candle_is_wrong_on_the_stream_and_in_the_list() -> None:
    faults = injecting(FaultRule(kind="alter_candle", factor=2.0))
    async with served_venue(faults=faults) as client, client.socket("/v5/public/linear") as socket:
        await socket.ask({"op": "subscribe", "args": ["kline.1.BTCUSDT"]})
        client.play()
        while not (frame := await socket.next_of("kline.1.BTCUSDT"))["data"][0]["confirm"]:
            pass
        told = frame["data"][0]
        assert float(told["close"]) > 1.5 * float(told["high"])
        row = (await client.asked("/v5/market/kline", KLINE))["list"][1]
        assert float(row[4]) > 1.5 * float(row[2])


async def test_a_socket_is_cut_and_another_may_come() -> None:
    faults = injecting()
    async with served_venue(faults=faults) as client:
        async with client.private("order") as socket:
            assert faults.cut("private") == 1
            assert await is_cut(socket)
        async with client.private("order"):
            assert [one.kind for one in faults.sockets()] == ["private"]


async def test_during_maintenance_nobody_is_let_in() -> None:
    clock = SetClock(now_ms=SERVER_MS)
    faults = injecting(clock=clock)
    window = Maintenance(start_ms=SERVER_MS, end_ms=SERVER_MS + 1000, parts=frozenset(SERVICES), code=10016)
    async with served_venue(faults=faults) as client:
        async with client.private("order") as socket:
            faults.maintain(window)
            assert await is_cut(socket)
        assert await client.refused(CREATE, **ORDER) == 10016
        assert await opening_status(client, "/v5/private") == 503
        clock.now_ms += 1000
        async with client.private("order"):
            await client.done(CREATE, **ORDER)
        (told,) = (await client.asked("/v5/system/status"))["list"]
        assert (int(told["begin"]), int(told["end"])) == (window.start_ms, window.end_ms)
