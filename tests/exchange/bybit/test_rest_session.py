"""Signed REST: what is signed is what is sent, reads are repeated, requests never, and every answer means one thing."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import attrs
import pytest
import trio

from exchange.bybit.answers import decode_envelope
from exchange.bybit.budgets import Budgets, Priority
from exchange.bybit.errors import Down, ProtocolError, Refused, Throttled
from exchange.bybit.http import open_http
from exchange.bybit.queries import position_list
from exchange.bybit.request import Kind, get, post
from exchange.bybit.rest_session import BybitRest
from exchange.bybit.settings import BybitSettings
from exchange.bybit.signing import Credentials
from exchange.reports import Accepted, Gone, Rejected, Unknown
from tests.exchange.bybit.rest_server import Asked, RestServer, Said, said

KEY, SECRET = "key-of-an-account", "marked-secret-of-an-account"
NOW_MS = 1_700_000_000_000
NAMES = {"orderId": "o1", "orderLinkId": "l1"}
CREATE = post("/v5/order/create", {"category": "linear", "symbol": "BTCUSDT", "qty": "0.1"}, Kind.CREATE)
CANCEL = post("/v5/order/cancel", {"category": "linear", "orderId": "o1"}, Kind.CANCEL)
Answering = Callable[[Asked], Awaitable[Said]]


def in_turn(*answers: Said) -> Answering:
    """These answers, one after the other, the last one for ever; the clock is always told."""
    left = list(answers)

    async def answer(asked: Asked) -> Said:
        if asked.path == "/v5/market/time":
            return said({"timeSecond": "1"}, time_ms=NOW_MS + 700)
        return left.pop(0) if len(left) > 1 else left[0]

    return answer


@asynccontextmanager
async def asking(
    nursery: trio.Nursery, answer: Answering, **changes: Any
) -> AsyncIterator[tuple[RestServer, BybitRest]]:
    server = RestServer(answer)
    await server.serve(nursery)
    settings = BybitSettings(**{"request_timeout_s": 0.5, **changes})
    async with open_http(server.url, 4) as http:
        credentials = Credentials(api_key=KEY, secret=SECRET)
        yield server, BybitRest(http, credentials, settings, Budgets(settings), lambda: NOW_MS)
    nursery.cancel_scope.cancel()


def signature_of(asked: Asked) -> str:
    """Made anew from the bytes that came, as the venue does it."""
    stamp, window = asked.headers["x-bapi-timestamp"], asked.headers["x-bapi-recv-window"]
    text = f"{stamp}{asked.headers['x-bapi-api-key']}{window}".encode() + (asked.body or asked.query.encode())
    return hmac.new(SECRET.encode(), text, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "request_",
    [
        CREATE,
        get("/v5/order/realtime", {"orderLinkId": "a b&c=d/é+%~", "cursor": "132766%3A2%2C132766%3A2"}),
        get("/v5/account/wallet-balance", {"accountType": "UNIFIED", "coin": "USDT,USDC"}),
        get("/v5/account/info", {}),
    ],
    ids=lambda request: request.path,
)
async def test_what_is_signed_is_what_is_sent(nursery: trio.Nursery, request_: Any) -> None:
    async with asking(nursery, in_turn(said(NAMES))) as (server, rest):
        if request_.method == "GET":
            await rest.read(request_, decode_envelope)
        else:
            await rest.act(request_, Priority.ENTRY)
        [asked] = server.asked
        assert (asked.method, asked.query, asked.body) == (request_.method, request_.query, request_.body)
        assert asked.headers["x-bapi-sign"] == signature_of(asked)
        assert asked.headers["x-bapi-timestamp"] == str(NOW_MS)
        assert "?" not in asked.target or asked.query


async def test_public_questions_are_not_signed(nursery: trio.Nursery) -> None:
    async with asking(nursery, in_turn(said({}))) as (server, rest):
        await rest.clock.measure()
        await rest.read(get("/v5/market/tickers", {"category": "linear"}), decode_envelope)
        assert not [name for asked in server.asked for name in asked.headers if name.startswith("x-bapi")]


async def test_a_request_is_signed_when_it_leaves_the_queue_by_the_clock_of_the_venue(nursery: trio.Nursery) -> None:
    async with asking(nursery, in_turn(said(NAMES))) as (server, rest):
        await rest.clock.measure()
        await rest.act(CREATE, Priority.ENTRY)
        stamp_ms = int(server.asked[-1].headers["x-bapi-timestamp"])
        assert NOW_MS + 600 < stamp_ms <= NOW_MS + 700


ANSWERS = [
    (CREATE, said(NAMES), Accepted(order_id="o1", link_id="l1")),
    (CREATE, said(code=110007, message="too little"), Rejected(code=110007, message="too little")),
    (CREATE, said(code=10003, message="no key"), Rejected(code=10003, message="no key")),
    (CREATE, said(code=110043, message="as it is"), Accepted()),
    (CREATE, said(code=110072, message="again"), Unknown(cause="the venue answered 110072: again")),
    (CREATE, said(code=123456, message="new"), Unknown(cause="the venue answered 123456: new")),
    (CREATE, said(code=110001, message="gone"), Unknown(cause="the venue answered 110001: gone")),
    (CANCEL, said(code=110001, message="gone"), Gone(code=110001, message="gone")),
    (CANCEL, said(code=10016, message="restarting"), Unknown(cause="the venue answered 10016: restarting")),
    (CREATE, Said(status=401), Rejected(code=401, message="HTTP 401")),
    (CREATE, Said(status=404), Rejected(code=404, message="HTTP 404")),
    (CREATE, Said(status=403), Rejected(code=403, message="HTTP 403")),
    (CREATE, Said(status=429), Unknown(cause="the venue answered 429: HTTP 429")),
    (CREATE, Said(status=502, body=b"<html>"), Unknown(cause="the venue answered 502: HTTP 502")),
]


@pytest.mark.parametrize(("request_", "answer", "meaning"), ANSWERS)
async def test_every_answer_means_one_thing_and_is_asked_for_once(
    nursery: trio.Nursery, request_: Any, answer: Said, meaning: object
) -> None:
    async with asking(nursery, in_turn(answer)) as (server, rest):
        assert await rest.act(request_, Priority.EXIT) == meaning
        assert len(server.requests(request_.path)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Said(hang_up=True),
        Said(cut=True),
        Said(body=b"<html>"),
        Said(body=b'{"retCode": 0, "result": {"orderId": 5}}'),
        Said(body=b" " * 5_000_000),
        None,
    ],
    ids=["hang up", "cut", "html", "wrong type", "huge", "late"],
)
async def test_a_lost_answer_is_unknown_and_the_request_is_not_repeated(
    nursery: trio.Nursery, fault: Said | None
) -> None:
    async def answer(asked: Asked) -> Said:
        if fault is None:
            await trio.sleep(0.2)
        return fault or said(NAMES)

    async with asking(nursery, answer, request_timeout_s=0.1 if fault is None else 1.0) as (server, rest):
        outcome = await rest.act(CREATE, Priority.ENTRY)
        assert isinstance(outcome, Unknown), outcome
        assert len(server.asked) == 1


async def test_what_was_not_sent_is_not_refused_either(nursery: trio.Nursery) -> None:
    settings = BybitSettings()
    async with open_http("http://127.0.0.1:9", 1) as http:
        rest = BybitRest(http, Credentials(api_key=KEY, secret=SECRET), settings, Budgets(settings), lambda: NOW_MS)
        outcome = await rest.act(CREATE, Priority.ENTRY)
    assert isinstance(outcome, Unknown)
    assert "not sent" in outcome.cause


async def test_a_time_outside_the_window_is_measured_and_the_request_sent_once_more(nursery: trio.Nursery) -> None:
    late = said(code=10002, message="late")
    async with asking(nursery, in_turn(late, said(NAMES))) as (server, rest):
        assert await rest.act(CREATE, Priority.ENTRY) == Accepted(order_id="o1", link_id="l1")
        paths = [asked.path for asked in server.asked]
        assert paths == ["/v5/order/create", *["/v5/market/time"] * 3, "/v5/order/create"]
        first, second = server.requests("/v5/order/create")
        assert first.body == second.body
        assert int(second.headers["x-bapi-timestamp"]) > int(first.headers["x-bapi-timestamp"]) + 600
    async with trio.open_nursery() as another, asking(another, in_turn(late)) as (server, rest):
        assert await rest.act(CREATE, Priority.ENTRY) == Rejected(code=10002, message="late")
        assert len(server.requests("/v5/order/create")) == 2


async def test_too_often_waits_for_the_reset_and_sends_the_same_once_more(nursery: trio.Nursery) -> None:
    reset = {"Limit": "10", "Limit_Status": "0", "Limit_Reset_Timestamp": str(NOW_MS + 60)}
    often = said(code=10006, message="Too many visits!", **reset)
    async with asking(nursery, in_turn(often, said(NAMES))) as (server, rest):
        assert await rest.act(CREATE, Priority.ENTRY) == Accepted(order_id="o1", link_id="l1")
        first, second = server.asked
        assert first.body == second.body
        assert second.at_s - first.at_s >= 0.06
    async with trio.open_nursery() as another, asking(another, in_turn(often)) as (server, rest):
        assert await rest.act(CREATE, Priority.ENTRY) == Rejected(code=10006, message="Too many visits!")
        assert len(server.asked) == 2


async def test_after_a_ban_nothing_is_asked(nursery: trio.Nursery) -> None:
    async with asking(nursery, in_turn(Said(status=403)), ban_s=0.15) as (server, rest):
        assert await rest.act(CREATE, Priority.EXIT) == Rejected(code=403, message="HTTP 403")
        refused = await rest.act(CREATE, Priority.ENTRY)
        assert isinstance(refused, Rejected)
        assert (refused.code, "banned" in refused.message) == (403, True)
        with pytest.raises(Throttled):
            await rest.read(position_list("BTCUSDT"), decode_envelope)
        with pytest.raises(Throttled):
            await rest.clock.measure()
        assert len(server.asked) == 1
        server.answer = in_turn(said(NAMES))
        assert isinstance(await rest.act(CREATE, Priority.EXIT), Accepted)
        assert server.asked[1].at_s - server.asked[0].at_s >= 0.15


@pytest.mark.parametrize(
    "fault",
    [Said(hang_up=True), Said(cut=True), Said(status=502), said(code=10016), said(code=10002), Said(body=b"<")],
    ids=["hang up", "cut", "502", "10016", "10002", "html"],
)
async def test_a_read_is_asked_for_three_times(
    nursery: trio.Nursery, fault: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.bybit.rest_session._READ_AGAIN_S", 0.001)
    async with asking(nursery, in_turn(fault, fault, said(time_ms=5))) as (_, rest):
        assert (await rest.read(position_list("BTCUSDT"), decode_envelope)).time_ms == 5
    async with trio.open_nursery() as another, asking(another, in_turn(fault)) as (server, rest):
        with pytest.raises(Down):
            await rest.read(position_list("BTCUSDT"), decode_envelope)
        assert len(server.requests("/v5/position/list")) == 3


async def test_a_read_that_is_refused_or_not_understood_says_so(
    nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.bybit.rest_session._READ_AGAIN_S", 0.001)

    def decode(body: bytes) -> object:
        raise ProtocolError("odd", body)

    async with asking(nursery, in_turn(said(code=10003, message="no key"))) as (server, rest):
        with pytest.raises(Refused, match="GET /v5/position/list: the venue answered 10003: no key") as caught:
            await rest.read(position_list("BTCUSDT"), decode_envelope)
        assert (caught.value.code, len(server.asked)) == (10003, 1)
        server.answer = in_turn(said())
        with pytest.raises(ProtocolError, match="odd"):
            await rest.read(position_list("BTCUSDT"), decode)
        assert len(server.asked) == 4


async def test_secrets_are_nowhere(nursery: trio.Nursery, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    told: list[str] = []
    for answer in (said(NAMES), said(code=10004, message="error sign!"), Said(hang_up=True)):
        async with trio.open_nursery() as another, asking(another, in_turn(answer)) as (server, rest):
            told.append(repr(await rest.act(CREATE, Priority.ENTRY)))
            told.append(repr(vars(rest)) + str(rest) + repr(rest._signed(CREATE)))
            signature = server.asked[0].headers["x-bapi-sign"]
            for secret in (SECRET, signature):
                assert secret not in "".join(told) + caplog.text
    assert attrs.asdict(Credentials(api_key=KEY, secret=SECRET))["secret"] is not SECRET
