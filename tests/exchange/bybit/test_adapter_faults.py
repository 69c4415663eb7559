"""The adapter at a venue that loses, breaks, denies and repeats: what it answers is never more than it can know."""

from typing import Literal

import numpy as np
import pytest
import trio

from exchange.bybit.adapter import BybitAdapter, open_bybit_adapter
from exchange.bybit.errors import Refused, VenueError
from exchange.bybit.settings import BybitSettings, local_endpoints
from exchange.bybit.signing import Credentials
from exchange.orders import NewOrder, OrderName
from exchange.reports import Accepted, Answer, OrderReport, StreamDown, StreamUp, Unknown
from exchange.venue.faults.rules import FaultRule
from tests.exchange.venue.injecting import injecting
from tests.exchange.venue.served_scene import KEY, SECRET, SERVER_MS, served_venue

CREATE = "/v5/order/create"
SYMBOL = "BTCUSDT"
TROUBLE = (
    FaultRule(kind="lose_request", path=CREATE, chance=0.15),
    FaultRule(kind="lose_answer", path=CREATE, chance=0.15),
    FaultRule(kind="twice", path=CREATE, chance=0.15),
    FaultRule(kind="refuse", path=CREATE, chance=0.1, code=10006, reset_ms=60),
    FaultRule(kind="deny", path=CREATE, chance=0.1, code=10016),
    FaultRule(kind="break_answer", path=CREATE, method="POST", chance=0.1),
    FaultRule(kind="lose_request", method="GET", chance=0.1),
    FaultRule(kind="cut_answer", method="GET", chance=0.05),
    FaultRule(kind="cut_frame", socket="private", topic="order", chance=0.1),
    FaultRule(kind="disconnect", socket="private", topic="order", chance=0.1),
    FaultRule(kind="disconnect", socket="trade", topic="op.order.create", chance=0.1),
)


async def patiently(adapter: BybitAdapter, link: str) -> OrderReport | None:
    """An order, however often the venue has to be asked."""
    for _ in range(20):
        try:
            return await adapter.find_order(SYMBOL, OrderName(link_id=link))
        except Refused:
            raise
        except VenueError:
            continue
    raise AssertionError("the venue never answered")


async def trade(adapter: BybitAdapter, orders: int) -> dict[str, Answer]:
    """The answers to orders that stand far below the market, by their link ids."""
    answers: dict[str, Answer] = {}
    for number in range(orders):
        link = f"order-{number}"
        order = NewOrder(side=1, qty=0.001, type="Limit", price=30_000.0, link_id=link)
        answers[link] = await adapter.submit(SYMBOL, order)
    return answers


async def check(seed: int, orders: int, orders_over: Literal["rest", "socket"]) -> set[type]:
    faults = injecting(seed=seed)
    async with (
        served_venue(faults=faults, limit_factor=0.0) as client,
        open_bybit_adapter(
            local_endpoints(client.port),
            Credentials(api_key=KEY, secret=SECRET),
            BybitSettings(
                entries_per_symbol_per_s=1_000, backoff_first_s=0.001, backoff_most_s=0.01, request_timeout_s=1
            ),
            symbols=[SYMBOL],
            now_ms=lambda: SERVER_MS,
            rng=np.random.default_rng(seed),
            orders_over=orders_over,
        ) as adapter,
    ):
        faults.command(TROUBLE)
        answers = await trade(adapter, orders)
        found = {link: await patiently(adapter, link) for link in answers}
        faults.clear()
        for link, answer in answers.items():
            if not isinstance(answer, Unknown):
                assert isinstance(answer, Accepted) == (found[link] is not None), (link, answer)
        standing = [order.link_id for order in await adapter.open_orders(SYMBOL)]
        assert sorted(standing) == sorted(link for link, order in found.items() if order is not None)
        await settled(adapter)
        return {type(answer) for answer in answers.values()}


async def settled(adapter: BybitAdapter) -> None:
    """The stream is up in the end, and has said so whenever it was not."""
    with trio.fail_after(5):
        while not adapter.statistics().private.up:  # noqa: ASYNC110  the adapter has no event for a test
            await trio.sleep(0.001)
    await adapter.caught_up()
    reports = []
    while adapter.reports.statistics().current_buffer_used:
        reports.append(adapter.reports.receive_nowait())
    turns = [type(report) for report in reports if isinstance(report, StreamUp | StreamDown)]
    assert turns == [StreamUp, StreamDown] * (len(turns) // 2) + [StreamUp]


@pytest.mark.parametrize("orders_over", ["rest", "socket"])
@pytest.mark.parametrize("seed", [1, 2])
async def test_no_answer_says_more_than_is_known(
    seed: int, orders_over: Literal["rest", "socket"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.bybit.rest_session._READ_AGAIN_S", 0.001)
    await check(seed, 7, orders_over)


@pytest.mark.slow
@pytest.mark.parametrize("orders_over", ["rest", "socket"])
async def test_many_seeds(orders_over: Literal["rest", "socket"], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.bybit.rest_session._READ_AGAIN_S", 0.001)
    met: set[type] = set()
    for seed in range(20):
        met |= await check(seed, 25, orders_over)
    assert met >= {Accepted, Unknown}
