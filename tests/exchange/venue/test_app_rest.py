"""The venue over HTTP: who is heard, what the envelope and its headers say, and what faults do to an answer."""

from typing import Any

import attrs
import httpx
import pytest
import trio

from exchange.venue.faults.faults import Asked, Fate, Instead, NoFaults
from tests.exchange.venue.market_scene import BEGIN_MS
from tests.exchange.venue.served_scene import KEY, PATIENCE_S, SERVER_MS, served_venue

WALLET = "/v5/account/wallet-balance"


class Fated(NoFaults):
    """Every request has the same fate."""

    def __init__(self, **fate: Any) -> None:
        self._fate = Fate(body=b"", **fate)

    def request(self, asked: Asked) -> Fate:
        body = self._fate.body or asked.body
        return attrs.evolve(self._fate, body=body)


async def test_an_answer_has_its_envelope_and_headers() -> None:
    async with served_venue() as client:
        answer = await client.get(WALLET, "accountType=UNIFIED")
        envelope = answer.json()
        assert (answer.status_code, envelope["retCode"], envelope["time"]) == (200, 0, SERVER_MS)
        assert envelope["retExtInfo"] == {}
        assert (answer.headers["X-Bapi-Limit"], answer.headers["X-Bapi-Limit-Status"]) == ("50", "49")
        assert answer.headers["X-Bapi-Limit-Reset-Timestamp"] == answer.headers["Timenow"] == str(SERVER_MS)
        assert len(answer.headers["Traceid"]) == 32


async def test_market_data_has_market_time_and_needs_no_key() -> None:
    async with served_venue() as client:
        answer = await client.http.get("/v5/market/kline?symbol=BTCUSDT&interval=1&limit=3")
        assert answer.json()["time"] == BEGIN_MS + 300 * 60_000
        assert len(answer.json()["result"]["list"]) == 3
        assert (await client.http.get("/v5/market/time")).json()["time"] == SERVER_MS
        refused = (await client.http.get("/v5/market/kline?symbol=NONE&interval=1")).json()
        assert refused["retCode"] == 10001
        for category in ("spot", "inverse", "option"):
            listed = await client.asked("/v5/market/instruments-info", f"category={category}&limit=1000")
            assert listed["list"] == []


async def test_who_may_not_ask() -> None:
    async with served_venue() as client:
        assert (await client.http.get(WALLET)).status_code == 401
        client.now_ms = SERVER_MS - 6000
        assert (await client.get(WALLET, "accountType=UNIFIED")).json()["retCode"] == 10002
        client.log_in_as(KEY, "wrong")
        assert (await client.get(WALLET, "accountType=UNIFIED")).json()["retCode"] == 10004
        client.log_in_as("wrong", "wrong")
        assert (await client.get(WALLET, "accountType=UNIFIED")).json()["retCode"] == 10003


async def test_what_is_not_there() -> None:
    async with served_venue() as client:
        answer = await client.get("/v5/nothing")
        assert (answer.status_code, answer.json()["retCode"]) == (404, 10017)
        assert (await client.post(WALLET, {})).status_code == 404
        with_body = await client.http.request("GET", WALLET, content="{}", headers=client.headers(""))
        assert with_body.status_code == 403


async def test_the_query_is_signed_as_it_came() -> None:
    async with served_venue() as client:
        assert await client.asked(WALLET, "coin=BTC,USDT&accountType=UNIFIED&x=%3A")
        answer = await client.http.get(f"{WALLET}?accountType=UNIFIED", headers=client.headers("accountType=unified"))
        assert answer.json()["retCode"] == 10004


async def test_too_many_requests_are_refused_until_a_time_ahead() -> None:
    async with served_venue() as client:
        answers = [await client.get("/v5/account/fee-rate", "category=linear") for _ in range(6)]
        assert [answer.json()["retCode"] for answer in answers] == [0] * 5 + [10006]
        assert int(answers[-1].headers["X-Bapi-Limit-Reset-Timestamp"]) > SERVER_MS
        assert answers[-1].headers["X-Bapi-Limit-Status"] == "0"
        assert (await client.get(WALLET, "accountType=UNIFIED")).json()["retCode"] == 0


async def test_an_address_that_asks_too_often_is_shut_out() -> None:
    async with served_venue(address_requests=3) as client:
        statuses = [(await client.http.get("/v5/market/time")).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 403]


async def test_an_answer_may_be_another_one() -> None:
    throttled = Instead(code=10006, message="Too many visits!", reset_in_ms=700)
    async with served_venue(faults=Fated(instead=throttled)) as client:
        answer = await client.get(WALLET, "accountType=UNIFIED")
        assert answer.json()["retCode"] == 10006
        assert answer.headers["X-Bapi-Limit-Reset-Timestamp"] == str(SERVER_MS + 700)
    async with served_venue(faults=Fated(instead=Instead(status=502, page="<h1>Bad Gateway</h1>"))) as client:
        answer = await client.get(WALLET, "accountType=UNIFIED")
        assert (answer.status_code, answer.text) == (502, "<h1>Bad Gateway</h1>")


@pytest.mark.parametrize(
    ("fate", "orders"), [({"lost": "request"}, 0), ({"lost": "answer"}, 1), ({"broken_after": 10}, 1)]
)
async def test_what_is_lost_on_the_way(fate: dict[str, Any], orders: int) -> None:
    async with served_venue(faults=Fated(**fate)) as client:
        order = {"category": "linear", "symbol": "BTCUSDT", "side": "Buy", "orderType": "Limit"}
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            await client.post("/v5/order/create", {**order, "qty": "0.01", "price": "50000"})
        account = next(iter(client.served.accounts.values()))
        assert len(account.open_orders()) == orders


async def test_a_request_may_be_carried_out_twice_and_disguised() -> None:
    late = Instead(code=10016, message="Server error")
    async with served_venue(faults=Fated(times=2, disguise=late)) as client:
        order = {"side": "Buy", "orderType": "Limit", "qty": "0.01", "price": "50000"}
        assert await client.refused("/v5/order/create", **order) == 10016
        account = next(iter(client.served.accounts.values()))
        assert len(account.open_orders()) == 2


async def bytes_taken(stream: trio.SocketStream) -> int:
    """How much can be sent before the other end breaks the connection."""
    taken = 0
    try:
        while True:
            await stream.send_all(b" " * 65536)
            taken += 65536
    except trio.BrokenResourceError:
        return taken


async def test_a_body_that_is_too_large_is_not_read() -> None:
    async with served_venue() as client:
        stream = await trio.open_tcp_stream("127.0.0.1", client.port)
        async with stream:
            await stream.send_all(b"POST /v5/order/create HTTP/1.1\r\nhost: x\r\ncontent-length: 9999999\r\n\r\n")
            with trio.fail_after(PATIENCE_S):
                assert await bytes_taken(stream) < 9_999_999
