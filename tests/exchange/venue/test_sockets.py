"""The three kinds of WebSockets: logging in, subscribing, frames, and requests over the trade socket."""

import json
from collections.abc import Sequence
from typing import Any

import attrs
import pytest
import trio
from trio_websocket import ConnectionClosed

from exchange.bybit.trade_frames import decode_trade
from exchange.venue.faults.faults import Asked, Delivery, Fate, NoFaults, Socket
from tests.exchange.venue.served_scene import DEMO_KEY, DEMO_SECRET, SERVER_MS, Client, served_venue
from tests.exchange.venue.served_scene import Socket as Frames

LIMIT = {
    "category": "linear",
    "symbol": "BTCUSDT",
    "side": "Buy",
    "orderType": "Limit",
    "qty": "0.01",
    "price": "50000",
}
KLINE = "kline.1.BTCUSDT"


def asked(op: str, *topics: str, req_id: Any = None) -> dict[str, Any]:
    named = {} if req_id is None else {"req_id": req_id}
    return {"op": op, "args": list(topics), **named}


async def test_a_private_socket_wants_a_login_first() -> None:
    async with served_venue() as client, client.socket("/v5/private") as socket:
        refused = await socket.ask(asked("subscribe", "order", req_id="1"))
        assert (refused["success"], refused["req_id"]) == (False, "1")
        assert (await socket.ask(client.login(str(SERVER_MS + 10_000))))["success"] is True
        assert (await socket.ask(asked("subscribe", "order", "wallet", req_id=5)))["req_id"] == 5
        assert (await socket.ask(asked("ping", req_id="p")))["op"] == "pong"


async def test_a_wrong_login_is_told_and_sent_away() -> None:
    async with served_venue() as client, client.socket("/v5/private") as socket:
        assert (await socket.ask(client.login(SERVER_MS)))["success"] is False
        with pytest.raises(ConnectionClosed):
            await socket.next()


@pytest.mark.parametrize(
    ("topics", "says"),
    [
        (["orders"], "handler not found"),
        (["order", "order.linear"], "together"),
        (["order", "order"], "already subscribed"),
        ([], "args"),
        ([1], "args"),
    ],
)
async def test_private_topics_that_cannot_be(topics: Sequence[Any], says: str) -> None:
    async with served_venue() as client, client.private("wallet") as socket:
        refused = await socket.ask({"op": "subscribe", "args": topics})
        assert refused["success"] is False
        assert says in refused["ret_msg"]


async def test_a_topic_is_pushed_under_the_name_that_was_subscribed() -> None:
    async with served_venue() as client, client.private("order.linear", "execution.fast") as socket:
        await client.done("/v5/order/create", side="Buy", orderType="Market", qty="0.01", orderLinkId="x")
        frames = {frame["topic"]: frame for frame in [await socket.next(), await socket.next()]}
        assert frames["order.linear"]["data"][0]["orderStatus"] == "Filled"
        assert "id" not in frames["execution.fast"]
        assert frames["order.linear"]["id"].split("_")[1] == "BTCUSDT"


async def test_after_leaving_a_topic_nothing_is_pushed() -> None:
    async with served_venue() as client, client.private("order", "position") as socket:
        assert (await socket.ask(asked("unsubscribe", "order")))["success"] is True
        await client.done("/v5/order/create", side="Buy", orderType="Market", qty="0.01")
        assert (await socket.next())["topic"] == "position"
        assert (await socket.ask(asked("nonsense")))["success"] is False
        await socket.connection.send_message("{")
        assert (await socket.next())["success"] is False


async def test_accounts_hear_of_themselves_alone() -> None:
    async with served_venue() as client, client.private("order") as socket:
        client.log_in_as(DEMO_KEY, DEMO_SECRET)
        async with client.private("order") as other:
            await client.done("/v5/order/create", side="Buy", orderType="Market", qty="0.01")
            assert (await other.next())["topic"] == "order"
        assert (await socket.ask(asked("ping")))["op"] == "pong"


async def test_candles_are_pushed_and_a_ticker_begins_with_a_snapshot() -> None:
    async with served_venue() as client, client.socket("/v5/public/linear") as socket:
        acknowledged = await socket.ask(asked("subscribe", KLINE, "tickers.BTCUSDT", req_id="r"))
        assert (acknowledged["success"], acknowledged["req_id"]) == (True, "r")
        assert (await socket.next_of("tickers.BTCUSDT"))["type"] == "snapshot"
        client.play()
        candle = (await socket.next_of(KLINE))["data"][0]
        assert (candle["confirm"], candle["interval"]) == (True, "1")
        refused = await socket.ask_for_control(asked("subscribe", KLINE))
        assert "already subscribed" in refused["ret_msg"]
        unknown = await socket.ask_for_control(asked("subscribe", "kline.5.BTCUSDT", "kline.1.NONE"))
        assert unknown["success"] is False
        assert set(client.served.venue.topics.subscribers()) == {KLINE, "tickers.BTCUSDT"}
        assert (await socket.ask_for_control(asked("unsubscribe", KLINE)))["success"] is True
        assert set(client.served.venue.topics.subscribers()) == {"tickers.BTCUSDT"}


async def test_topics_are_left_when_a_connection_ends() -> None:
    async with served_venue() as client:
        async with client.socket("/v5/public/linear") as socket:
            await socket.ask(asked("subscribe", KLINE))
        async with client.socket("/v5/public/linear") as socket:
            await socket.ask(asked("ping"))
        assert client.served.venue.topics.subscribers() == {}


@pytest.mark.parametrize("category", ["spot", "inverse", "option", "misc/status"])
async def test_other_categories_listen_and_are_silent(category: str) -> None:
    async with served_venue() as client, client.socket(f"/v5/public/{category}") as socket:
        topic = "system.status" if category == "misc/status" else "tickers.BTCUSD"
        assert (await socket.ask(asked("subscribe", topic)))["success"] is True
        client.play()
        assert (await socket.ask(asked("ping")))["op"] in ("ping", "pong")


async def test_spot_takes_ten_topics_a_request() -> None:
    async with served_venue() as client, client.socket("/v5/public/spot") as socket:
        refused = await socket.ask(asked("subscribe", *(f"tickers.X{n}" for n in range(11))))
        assert (refused["success"], refused["ret_msg"]) == (False, "args size >10")


def order(req_id: str, op: str = "order.create", timestamp: Any = SERVER_MS, **args: Any) -> dict[str, Any]:
    header = {"X-BAPI-TIMESTAMP": timestamp, "X-BAPI-RECV-WINDOW": "5000"}
    return {"reqId": req_id, "header": header, "op": op, "args": [args or LIMIT]}


async def test_orders_over_the_trade_socket() -> None:
    async with served_venue() as client, client.socket("/v5/trade") as socket:
        assert (await socket.ask(order("0")))["retCode"] == 10003
        login = await socket.ask(client.login())
        assert (login["retCode"], login["op"], "connId" in login) == (0, "auth", True)
        assert (await socket.ask(client.login()))["retCode"] == 20001
        assert (await socket.ask(asked("ping")))["data"] == [str(SERVER_MS)]
        created = await socket.ask(order("1", **LIMIT, orderLinkId="t"))
        assert (created["reqId"], created["retCode"], created["data"]["orderLinkId"]) == ("1", 0, "t")
        assert created["header"]["X-Bapi-Limit"] == "10"
        assert decode_trade(json.dumps(created))
        named = {"category": "linear", "symbol": "BTCUSDT", "orderLinkId": "t"}
        assert (await socket.ask(order("2", "order.amend", **named, price="50100")))["retCode"] == 0
        assert (await socket.ask(order("3", "order.cancel", **named)))["retCode"] == 0
        again = await socket.ask(order("4", "order.cancel", **named))
        assert (again["retCode"], again["data"]) == (110001, {})


async def test_what_the_trade_socket_refuses() -> None:
    async with served_venue() as client, client.socket("/v5/trade") as socket:
        await socket.ask(client.login())
        assert (await socket.ask(order("1", timestamp=str(SERVER_MS - 5001))))["retCode"] == 10002
        assert (await socket.ask(order("1")))["retCode"] == 20006
        assert (await socket.ask(order("2", "order.forget")))["retCode"] == 10404
        assert (await socket.ask(order("x" * 37)))["retCode"] == 10001
        assert (await socket.ask({**order("3"), "args": []}))["retCode"] == 10001
        await socket.connection.send_message("nonsense")
        assert (await socket.next())["retCode"] == 10001


async def test_budgets_of_the_trade_socket_are_those_of_http() -> None:
    async with served_venue() as client, client.socket("/v5/trade") as socket:
        await socket.ask(client.login())
        for number in range(9):
            await client.done("/v5/order/create", **{**LIMIT, "orderLinkId": f"h{number}"})
        assert [(await socket.ask(order(f"{n}")))["retCode"] for n in range(2)] == [0, 10006]


async def test_a_batch_over_the_trade_socket() -> None:
    async with served_venue() as client, client.socket("/v5/trade") as socket:
        await socket.ask(client.login())
        item = {name: value for name, value in LIMIT.items() if name != "category"}
        answer = await socket.ask(order("1", "order.create-batch", category="linear", request=[item, {}]))
        assert [one["code"] for one in answer["retExtInfo"]["list"]] == [0, 10001]


async def test_demo_accounts_have_no_trade_socket() -> None:
    async with served_venue() as client, client.socket("/v5/trade") as socket:
        client.log_in_as(DEMO_KEY, DEMO_SECRET)
        assert (await socket.ask(client.login()))["retCode"] == 10003
        with pytest.raises(ConnectionClosed):
            await socket.next()


class Twice(NoFaults):
    """Frames come twice, the second one after the next; requests lose their answer."""

    def frame(self, socket: Socket, frame: str) -> Sequence[Delivery]:
        once = super().frame(socket, frame)
        return (*once, *(attrs.evolve(again, wait_s=0.01, overtaken=True) for again in once))

    def request(self, asked: Asked) -> Fate:
        return attrs.evolve(super().request(asked), lost="answer" if asked.method == "WS" else "")


async def test_frames_are_delivered_as_a_fault_wants_it() -> None:
    async with served_venue(faults=Twice()) as client, client.private() as socket:
        assert (await socket.next())["op"] == "auth"


class Closed(NoFaults):
    """No socket is let in."""

    def admits(self, kind: str) -> bool:
        return kind == "trade"


async def status_of(client: Client, path: str) -> int:
    """What a request for a socket is answered with; the library would leave its end open."""
    upgrade = "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
    request = f"GET {path} HTTP/1.1\r\nhost: x\r\n{upgrade}sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    async with await trio.open_tcp_stream("127.0.0.1", client.port) as stream:
        await stream.send_all(request.encode())
        answer = await stream.receive_some()
    return int(answer.split()[1])


async def test_sockets_may_be_turned_away() -> None:
    async with served_venue(faults=Closed()) as client:
        assert await status_of(client, "/v5/public/linear") == 503
        assert await status_of(client, "/v5/trade") == 101
        assert await status_of(client, "/v5/nowhere") == 403


async def test_a_lost_answer_ends_the_trade_socket_but_not_its_order() -> None:
    async with served_venue(faults=Twice()) as client, client.socket("/v5/trade") as socket:
        await socket.ask(client.login())
        await socket.connection.send_message(json.dumps(order("1")))
        await until_closed(socket)
        account = next(iter(client.served.accounts.values()))
        assert len(account.open_orders()) == 1


async def until_closed(socket: Frames) -> None:
    """Read on until the server has ended the connection."""
    try:
        while await socket.next():
            pass
    except ConnectionClosed:
        return
