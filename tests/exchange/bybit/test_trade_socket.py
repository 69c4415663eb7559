"""Orders over the trade socket: each has the answer with its id, and what is under way when it breaks is unknown."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
import trio

from exchange.bybit.budgets import Budgets, Priority
from exchange.bybit.clock_offset import ClockOffset
from exchange.bybit.request import Kind, Request, post
from exchange.bybit.settings import BybitSettings
from exchange.bybit.signing import Credentials
from exchange.bybit.trade_socket import TradeSocket
from exchange.reports import Accepted, Answer, Gone, Rejected, Unknown
from tests.exchange.bybit import socket_server
from tests.exchange.bybit.socket_server import SocketServer

NOW_MS = 1_700_000_000_000
CREATE = post("/v5/order/create", {"symbol": "BTCUSDT", "qty": "0.1", "orderLinkId": "l1"}, Kind.CREATE)
CANCEL = post("/v5/order/cancel", {"symbol": "BTCUSDT", "orderLinkId": "l1"}, Kind.CANCEL)
CREDENTIALS = Credentials(api_key="key", secret="marked-secret")  # noqa: S106
QUICK = {"backoff_first_s": 0.001, "backoff_most_s": 0.01}


def usual_answer(request: dict[str, Any]) -> socket_server.Answer:
    """What a trade connection answers, without any fault."""
    if request["op"] == "auth":
        return {"retCode": 0, "retMsg": "OK", "op": "auth", "connId": "1"}
    if request["op"] == "ping":
        return {"retCode": 0, "retMsg": "OK", "op": "pong", "data": [str(NOW_MS)], "connId": "1"}
    names = {"orderId": f"o-{request['reqId']}", "orderLinkId": request["args"][0]["orderLinkId"]}
    return refused(request, 0, "OK", names)


def refused(request: dict[str, Any], code: int, message: str, data: Any = None, **header: str) -> socket_server.Answer:
    told = {"reqId": request["reqId"], "retCode": code, "retMsg": message, "op": request["op"], "data": data or {}}
    return {**told, "retExtInfo": {}, "header": header, "connId": "1"}


async def until(condition: Callable[[], bool]) -> None:
    with trio.fail_after(1):
        while not condition():  # noqa: ASYNC110  the socket has no event for a test
            await trio.sleep(0.001)


@asynccontextmanager
async def trading(
    nursery: trio.Nursery, answer: Callable[[dict[str, Any]], socket_server.Answer] = usual_answer, **changes: Any
) -> AsyncIterator[tuple[SocketServer, TradeSocket]]:
    async def ask_ms() -> int:
        return NOW_MS + 700

    server = SocketServer(answer)
    await server.serve(nursery)
    settings = BybitSettings(**{**QUICK, **changes})
    clock = ClockOffset(lambda: NOW_MS, ask_ms, 1)
    rng = np.random.default_rng(0)
    trade = TradeSocket(server.url, CREDENTIALS, settings, rng, clock, Budgets(settings))
    nursery.start_soon(trade.run)
    await trade.wait_first_try()
    yield server, trade
    nursery.cancel_scope.cancel()


async def test_answers_find_their_requests_in_any_order(nursery: trio.Nursery) -> None:
    held: list[dict[str, Any]] = []

    def answer(request: dict[str, Any]) -> socket_server.Answer:
        if request["op"] in ("auth", "ping"):
            return usual_answer(request)
        held.append(request)
        return None

    async with trading(nursery, answer) as (server, trade):
        answers: dict[str, Answer | None] = {}

        async def ask(name: str) -> None:
            request = post("/v5/order/create", {"symbol": "BTCUSDT", "orderLinkId": name}, Kind.CREATE)
            answers[name] = await trade.act(request, Priority.EXIT)

        async with trio.open_nursery() as asking:
            for name in ("a", "b", "c"):
                asking.start_soon(ask, name)
            await server.wait(lambda: len(held) == 3)
            for request in reversed(held):
                await server.push(usual_answer(request) or {})
        assert [request["op"] for request in held] == ["order.create"] * 3
        assert {name: told.link_id for name, told in answers.items() if isinstance(told, Accepted)} == {
            name: name for name in "abc"
        }
        header = held[0]["header"]
        assert header == {"X-BAPI-TIMESTAMP": str(NOW_MS), "X-BAPI-RECV-WINDOW": "5000"}


@pytest.mark.parametrize(
    ("request_", "code", "meaning"),
    [
        (CREATE, 110007, Rejected(code=110007, message="no")),
        (CREATE, 10016, Unknown(cause="the venue answered 10016: no")),
        (CANCEL, 110001, Gone(code=110001, message="no")),
    ],
)
async def test_an_answer_means_what_it_means_over_rest(
    nursery: trio.Nursery, request_: Request, code: int, meaning: Answer
) -> None:
    def answer(request: dict[str, Any]) -> socket_server.Answer:
        return usual_answer(request) if request["op"] == "auth" else refused(request, code, "no")

    async with trading(nursery, answer) as (server, trade):
        assert await trade.act(request_, Priority.EXIT) == meaning
        assert len(server.requests) == 2


async def test_a_late_time_and_a_spent_limit_are_answered_by_one_more_request(nursery: trio.Nursery) -> None:
    codes = [10002, 0, 10006, 0]

    def answer(request: dict[str, Any]) -> socket_server.Answer:
        if request["op"] == "auth" or not (code := codes.pop(0)):
            return usual_answer(request)
        limit = {"X-Bapi-Limit": "10", "X-Bapi-Limit-Status": "0", "X-Bapi-Limit-Reset-Timestamp": str(NOW_MS + 750)}
        return refused(request, code, "no", **(limit if code == 10006 else {}))

    async with trading(nursery, answer) as (server, trade):
        assert isinstance(await trade.act(CREATE, Priority.EXIT), Accepted)
        stamps = [int(request["header"]["X-BAPI-TIMESTAMP"]) for request in server.requests[1:]]
        assert stamps[0] == NOW_MS
        assert stamps[1] == pytest.approx(NOW_MS + 700, abs=5)
        start_s = trio.current_time()
        assert isinstance(await trade.act(CREATE, Priority.EXIT), Accepted)
        assert trio.current_time() - start_s >= 0.05
        assert len({request["reqId"] for request in server.requests[1:]}) == 4


@pytest.mark.parametrize("fault", ["dropped", "silent", "foreign"])
async def test_what_is_under_way_is_unknown_when_no_answer_comes(nursery: trio.Nursery, fault: str) -> None:
    def answer(request: dict[str, Any]) -> socket_server.Answer:
        if request["op"] in ("auth", "ping"):
            return usual_answer(request)
        if fault == "dropped":
            nursery.start_soon(server.drop)
        return refused({**request, "reqId": "another"}, 0, "OK") if fault == "foreign" else None

    async with trading(nursery, answer, request_timeout_s=0.05) as (server, trade):
        told = await trade.act(CREATE, Priority.EXIT)
        assert isinstance(told, Unknown)
        assert "the connection ended" in told.cause if fault == "dropped" else "no answer in time" in told.cause
        assert len(server.asked("order.create")) == 1


async def test_without_a_connection_nothing_is_sent(nursery: trio.Nursery) -> None:
    async with trading(nursery) as (server, trade):
        assert trade.can_send(CREATE)
        assert not trade.can_send(post("/v5/order/cancel-all", {"symbol": "BTCUSDT"}, Kind.CANCEL))
        server.refuse_status = 503
        await server.drop()
        await server.wait(lambda: not server.open)
        await until(lambda: not trade.can_send(CREATE))
        assert await trade.act(CREATE, Priority.EXIT) is None
        assert server.asked("order.create") == []
        server.refuse_status = 0
        await until(lambda: trade.can_send(CREATE))
        assert isinstance(await trade.act(CREATE, Priority.EXIT), Accepted)
