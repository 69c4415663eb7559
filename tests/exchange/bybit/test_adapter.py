"""The adapter as a whole: how it opens, what it reads page by page, where its requests go, and what it keeps to itself.

What every adapter has to do is in the contract that this one keeps with the others.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal
from urllib.parse import parse_qs

import attrs
import numpy as np
import pytest
import trio

from exchange.bybit.adapter import BybitAdapter, open_bybit_adapter
from exchange.bybit.errors import Down, Refused, WrongAnswer
from exchange.bybit.settings import BybitEndpoints, BybitSettings
from exchange.bybit.signing import Credentials
from exchange.instruments import Instrument, known_instrument
from exchange.orders import Amendment, NewOrder, OrderName, TradingStop
from exchange.reports import Accepted, ExecutionReport, FrameNotUnderstood, OrderReport, StreamDown, StreamUp
from exchange.venue.wire.executions import execution_row
from exchange.venue.wire.orders import order_push, order_row
from play_engine.errors import DataError
from play_engine.play.model import Account
from tests.exchange.bybit.rest_server import Asked, RestServer, Said, said
from tests.exchange.bybit.socket_server import Answer, SocketServer
from tests.exchange.bybit.test_trade_socket import usual_answer as trade_answer

KEY, SECRET = "key-of-an-account", "marked-secret-of-an-account"
NOW_MS = 1_700_000_000_000
DAY_MS = 86_400_000
ORDER = OrderReport(
    symbol="BTCUSDT", order_id="o", link_id="l", side=1, type="Limit", tif="GTC", status="New", qty=0.1, price=60_000.0,
    cancel_type="UNKNOWN", reject_reason="EC_NoError", created_ms=NOW_MS, updated_ms=NOW_MS,
)  # fmt: skip
EXECUTION = ExecutionReport(
    symbol="BTCUSDT", exec_id="e", order_id="o", link_id="l", side=1, price=60_000.0, qty=0.1, value=6_000.0, fee=3.3,
    fee_rate=0.00055, is_maker=False, exec_type="Trade", closed_qty=0.0, realised_pnl=0.0, leaves_qty=0.0,
    order_qty=0.1, ts_ms=NOW_MS, seq=1,
)  # fmt: skip


def instrument() -> Instrument:
    found = known_instrument("BTCUSDT", Account())
    assert found is not None
    return found


class Venue:
    """The venue as the adapter sees it; a test changes what it says."""

    def __init__(self) -> None:
        self.rest = RestServer(self.answer)
        self.private = SocketServer(self.private_answer)
        self.trade = SocketServer(trade_answer)
        self.results: dict[str, Callable[[dict[str, str]], Said]] = {}
        self.refuses_key = False
        self.is_down = False

    async def serve(self, nursery: trio.Nursery) -> None:
        for server in (self.rest, self.private, self.trade):
            await server.serve(nursery)

    def endpoints(self) -> BybitEndpoints:
        return BybitEndpoints(
            rest_url="http://127.0.0.1:9" if self.is_down else self.rest.url,
            public_ws_url=self.private.url,
            private_ws_url=self.private.url,
            trade_ws_url=self.trade.url,
        )

    def private_answer(self, request: dict[str, Any]) -> Answer:
        if request["op"] == "ping":
            return {"req_id": request["req_id"], "op": "pong", "args": [str(NOW_MS)], "conn_id": "1"}
        answer = {"success": not self.refuses_key, "ret_msg": "", "op": request["op"], "conn_id": "1"}
        return answer if request["op"] == "auth" else {**answer, "req_id": request["req_id"]}

    async def answer(self, asked: Asked) -> Said:
        name = asked.path.removeprefix("/v5/")
        query = {key: values[0] for key, values in parse_qs(asked.query).items()}
        if name in self.results:
            return self.results[name](query)
        usual = {
            "market/instruments-info": {"list": [_contract()]},
            "market/risk-limit": {"list": [_tier()]},
            "market/tickers": {"category": "linear", "list": []},
            "account/fee-rate": {"list": [{"symbol": "BTCUSDT", "takerFeeRate": "0.0004", "makerFeeRate": "0.0001"}]},
        }
        names = {"orderId": "o1", "orderLinkId": "l1"}
        return said(usual.get(name, names), time_ms=NOW_MS)


def _contract() -> dict[str, Any]:
    lots = {"maxOrderQty": "1190", "minOrderQty": "0.001", "qtyStep": "0.001", "maxMktOrderQty": "500"}
    return {
        "symbol": "BTCUSDT",
        "contractType": "LinearPerpetual",
        "status": "Trading",
        "leverageFilter": {"minLeverage": "1", "maxLeverage": "100.00", "leverageStep": "0.01"},
        "priceFilter": {"minPrice": "0.10", "maxPrice": "1999999.80", "tickSize": "0.10"},
        "lotSizeFilter": {**lots, "minNotionalValue": "5"},
        "fundingInterval": 480,
    }


def _tier() -> dict[str, Any]:
    rates = {"maintenanceMargin": "0.005", "initialMargin": "0.01", "maxLeverage": "100.00", "mmDeduction": "0"}
    return {"id": 1, "symbol": "BTCUSDT", "riskLimitValue": "2000000", "isLowestRisk": 1, **rates}


@asynccontextmanager
async def opened(
    nursery: trio.Nursery, venue: Venue, orders_over: Literal["rest", "socket"] = "rest"
) -> AsyncIterator[BybitAdapter]:
    await venue.serve(nursery)
    async with open_bybit_adapter(
        venue.endpoints(),
        Credentials(api_key=KEY, secret=SECRET),
        BybitSettings(backoff_first_s=0.001, backoff_most_s=0.01),
        symbols=["BTCUSDT"],
        now_ms=lambda: NOW_MS,
        rng=np.random.default_rng(0),
        orders_over=orders_over,
    ) as adapter:
        yield adapter
    nursery.cancel_scope.cancel()


async def test_it_opens_with_clock_instruments_and_every_topic(nursery: trio.Nursery) -> None:
    venue = Venue()
    async with opened(nursery, venue) as adapter:
        assert adapter.reports.receive_nowait() == StreamUp(connections=1)
        auth, subscribe = venue.private.requests
        assert auth["args"][0] == KEY
        assert auth["args"][1] >= NOW_MS + 1_000
        assert subscribe["args"] == ["order", "execution", "position", "wallet"]
        statistics = adapter.statistics()
        assert (statistics.private.up, statistics.trade, statistics.clock.count) == (True, None, 1)
        assert (await adapter.instrument("BTCUSDT")).taker == 0.0004


async def test_a_refused_key_and_a_venue_that_is_down_are_told_at_once(nursery: trio.Nursery) -> None:
    venue = Venue()
    venue.refuses_key = True
    with pytest.raises(Refused, match="refused to sign us in"):
        async with opened(nursery, venue):
            pass
    venue.is_down = True
    with pytest.raises(Down, match="GET /v5/market/time: not sent"):
        async with opened(nursery, venue):
            pass
    nursery.cancel_scope.cancel()


async def test_a_socket_for_orders_where_there_is_none_is_a_mistake(nursery: trio.Nursery) -> None:
    venue = Venue()
    await venue.serve(nursery)
    endpoints = attrs.evolve(venue.endpoints(), trade_ws_url=None)
    credentials, rng = Credentials(api_key=KEY, secret=SECRET), np.random.default_rng(0)
    with pytest.raises(DataError, match="no socket for orders"):
        async with open_bybit_adapter(
            endpoints, credentials, BybitSettings(), symbols=[], now_ms=lambda: NOW_MS, rng=rng, orders_over="socket"
        ):
            pass
    nursery.cancel_scope.cancel()


async def test_what_the_account_reports_comes_as_values(nursery: trio.Nursery) -> None:
    venue = Venue()
    leg = {"symbol": "BTCUSDT", "side": "Buy", "size": "1", "positionIdx": 1, "updatedTime": "5", "category": "linear"}
    leg |= {"entryPrice": "60000", "leverage": "10", "positionValue": "60000"}
    async with opened(nursery, venue) as adapter:
        await venue.private.push({"topic": "order", "creationTime": 5, "data": [order_push(ORDER, instrument())]})
        await venue.private.push({"topic": "greeks", "creationTime": 5, "data": []})
        await venue.private.push({"topic": "position", "creationTime": 5, "data": [leg]})
        await venue.private.push("no json")
        await adapter.caught_up()
        reports = [adapter.reports.receive_nowait() for _ in range(4)]
        assert [type(report) for report in reports] == [StreamUp, OrderReport, FrameNotUnderstood, FrameNotUnderstood]
        assert attrs.asdict(reports[1], filter=_is_said) == attrs.asdict(ORDER, filter=_is_said)
        assert "hedge mode" in getattr(reports[2], "error", "")
        await venue.private.drop()
        with trio.fail_after(1):
            assert isinstance(await adapter.reports.receive(), StreamDown)
            assert await adapter.reports.receive() == StreamUp(connections=2)


def _is_said(_: object, value: object) -> bool:
    """Not a level that is not there, which equals nothing."""
    return value == value


async def test_open_orders_are_read_page_by_page_each_once(nursery: trio.Nursery) -> None:
    venue = Venue()
    rows = [order_row(attrs.evolve(ORDER, order_id=f"o{number}"), instrument()) for number in range(5)]
    pages = {"": (rows[4:2:-1], "a%3A1"), "a:1": (rows[3:1:-1], "b"), "b": (rows[1::-1], "")}

    def page(query: dict[str, str]) -> Said:
        found, cursor = pages[query.get("cursor", "")]
        return said({"category": "linear", "list": found, "nextPageCursor": cursor}, time_ms=NOW_MS)

    venue.results["order/realtime"] = page
    async with opened(nursery, venue) as adapter:
        assert [order.order_id for order in await adapter.open_orders("BTCUSDT")] == ["o0", "o1", "o2", "o3", "o4"]


async def test_executions_are_read_week_by_week_up_to_where_the_market_stands(nursery: trio.Nursery) -> None:
    venue, spans = Venue(), list[tuple[int, int]]()
    old = [
        attrs.evolve(EXECUTION, exec_id=f"e{days}", ts_ms=NOW_MS - days * DAY_MS, seq=100 - days)
        for days in range(0, 20, 3)
    ]

    def page(query: dict[str, str]) -> Said:
        start, end = int(query["startTime"]), int(query["endTime"])
        spans.append((start, end))
        rows = [execution_row(one, instrument()) for one in old if start <= one.ts_ms <= end]
        return said({"category": "linear", "list": rows, "nextPageCursor": ""}, time_ms=NOW_MS)

    venue.results["execution/list"] = page
    async with opened(nursery, venue) as adapter:
        found = await adapter.executions("BTCUSDT", NOW_MS - 15 * DAY_MS)
        assert [execution.exec_id for execution in found] == ["e15", "e12", "e9", "e6", "e3", "e0"]
        assert all(end - start < 7 * DAY_MS for start, end in spans)
        assert len(spans) == 3
        spans.clear()
        assert await adapter.executions("BTCUSDT", NOW_MS + 1) == []
        assert spans == []


async def test_an_order_that_has_ended_is_found_in_the_history(nursery: trio.Nursery) -> None:
    venue = Venue()
    row = order_row(attrs.evolve(ORDER, status="Filled"), instrument())
    venue.results["order/realtime"] = lambda _: said({"category": "linear", "list": []}, time_ms=NOW_MS)
    venue.results["order/history"] = lambda query: said(
        {"category": "linear", "list": [row] if query["orderLinkId"] == "l" else []}, time_ms=NOW_MS
    )
    async with opened(nursery, venue) as adapter:
        found = await adapter.find_order("BTCUSDT", OrderName(link_id="l"))
        assert found is not None
        assert (found.link_id, found.status) == ("l", "Filled")
        assert await adapter.find_order("BTCUSDT", OrderName(link_id="other")) is None


async def test_a_demo_account_has_the_fees_of_the_settings(nursery: trio.Nursery) -> None:
    venue = Venue()
    venue.results["account/fee-rate"] = lambda _: said(code=10001, message="not supported")
    async with opened(nursery, venue) as adapter:
        found = await adapter.instrument("BTCUSDT")
        assert (found.taker, found.maker) == (0.00055, 0.0002)
        venue.results["account/fee-rate"] = lambda _: said(code=10005, message="permission denied")
        with pytest.raises(Refused, match="10005"):
            await adapter.instrument("BTCUSDT")


async def test_a_position_that_is_missing_or_hedged_is_no_flat_one(nursery: trio.Nursery) -> None:
    venue = Venue()
    leg = {"symbol": "BTCUSDT", "side": "", "size": "0", "positionIdx": 2, "updatedTime": "5", "avgPrice": ""}
    async with opened(nursery, venue) as adapter:
        for rows, words in ([], "no position of BTCUSDT"), ([leg], "hedge mode"):
            result = {"category": "linear", "list": rows}
            venue.results["position/list"] = lambda _, result=result: said(result, time_ms=NOW_MS)
            with pytest.raises(WrongAnswer, match=words):
                await adapter.position("BTCUSDT")


async def test_orders_go_over_the_socket_while_it_is_up_and_over_rest_otherwise(nursery: trio.Nursery) -> None:
    venue = Venue()
    order = NewOrder(side=1, qty=0.1, link_id="l1")
    async with opened(nursery, venue, "socket") as adapter:
        assert await adapter.submit("BTCUSDT", order) == Accepted(order_id="o-1", link_id="l1")
        assert isinstance(await adapter.amend("BTCUSDT", OrderName(link_id="l1"), Amendment(qty=0.2)), Accepted)
        assert isinstance(await adapter.cancel("BTCUSDT", OrderName(link_id="l1")), Accepted)
        assert [request["op"] for request in venue.trade.requests[1:]] == [
            "order.create",
            "order.amend",
            "order.cancel",
        ]
        assert venue.rest.requests("/v5/order/create") == []
        venue.trade.refuse_status = 503
        await venue.trade.drop()
        await venue.trade.wait(lambda: not venue.trade.open)
        with trio.fail_after(1):
            while adapter.statistics().trade.up:  # noqa: ASYNC110  the adapter has no event for a test
                await trio.sleep(0.001)
        assert await adapter.submit("BTCUSDT", order) == Accepted(order_id="o1", link_id="l1")
        assert len(venue.rest.requests("/v5/order/create")) == 1


async def test_other_requests_go_over_rest_to_their_paths(nursery: trio.Nursery) -> None:
    venue = Venue()
    async with opened(nursery, venue, "socket") as adapter:
        await adapter.cancel_all("BTCUSDT")
        await adapter.set_trading_stop("BTCUSDT", TradingStop(stop_loss=59_000.0))
        await adapter.set_leverage("BTCUSDT", 5.0)
        posts = [asked.path for asked in venue.rest.asked if asked.method == "POST"]
        assert posts == ["/v5/order/cancel-all", "/v5/position/trading-stop", "/v5/position/set-leverage"]
        with pytest.raises(ValueError, match="ETHUSDT was not among"):
            await adapter.submit("ETHUSDT", NewOrder(side=1, qty=1.0))


async def test_secrets_are_nowhere(nursery: trio.Nursery, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    venue, told = Venue(), list[object]()
    async with opened(nursery, venue, "socket") as adapter:
        told += [await adapter.submit("BTCUSDT", NewOrder(side=1, qty=0.1, link_id="l1")), adapter.statistics()]
        await venue.private.push({"topic": "order", "data": "odd"})
        await venue.private.drop()
        with trio.fail_after(1):
            told += [await adapter.reports.receive() for _ in range(4)]
        signs = [venue.private.requests[0]["args"][2], venue.trade.requests[0]["args"][2]]
        shown = repr(told) + repr(vars(adapter)) + caplog.text
        assert [secret for secret in (SECRET, *signs) if secret in shown] == []
