"""What every ExchangeAdapter promises: scenarios that run unchanged at every exchange that can play a given market.

A scenario trades BTCUSDT on a fresh account with 10,000 USDT, isolated, leverage 10. The last price is 60,000 at first;
`stage.step()` plays the next minute of SCRIPT. `stage.reports()` are the reports since it was asked last.
"""

import math
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from exchange.adapter import ExchangeAdapter
from exchange.orders import Amendment, NewOrder, OrderName, TradingStop
from exchange.reports import (
    Accepted,
    ExecutionReport,
    Gone,
    OrderReport,
    PositionReport,
    Rejected,
    Report,
    Unknown,
    WalletReport,
)

SYMBOL = "BTCUSDT"
# Before the market begins: 2026-01-01 00:00 UTC.
BEGIN_MS = 1_767_225_600_000
# Minutes: open, high, low, close.
SCRIPT = (
    (60_000.0, 60_100.0, 59_900.0, 60_000.0),
    (60_000.0, 60_400.0, 59_950.0, 60_300.0),
    (60_300.0, 60_300.0, 59_300.0, 59_400.0),
    (59_400.0, 59_600.0, 59_350.0, 59_500.0),
)


class Stage(Protocol):
    """An exchange with one account, and its market in the hand of the scenario."""

    adapter: ExchangeAdapter

    async def step(self) -> None:
        """Play the next minute; what it makes is in the reports afterwards."""
        ...

    async def reports(self) -> list[Report]:
        """Everything reported since the last call."""
        ...


def entry(link: str = "entry", **changes: Any) -> NewOrder:
    return NewOrder(**({"side": 1, "qty": 0.1, "link_id": link} | changes))


def limit(link: str, price: float, **changes: Any) -> NewOrder:
    return entry(link, type="Limit", price=price, **changes)


def of(kind: type[Any], reports: list[Report]) -> list[Any]:
    return [report for report in reports if isinstance(report, kind)]


def states(reports: list[Report], link: str = "", stop: str = "") -> list[str]:
    """The states of an order, named by its link id or by the kind of stop order that it is, as they were reported."""
    orders: list[OrderReport] = of(OrderReport, reports)
    return [order.status for order in orders if order.link_id == link and order.stop_order_type == stop]


async def accepted(answer: Awaitable[Any]) -> Accepted:
    given = await answer
    assert isinstance(given, Accepted), given
    return given


async def refused(answer: Awaitable[Any]) -> int:
    given = await answer
    assert isinstance(given, Rejected), given
    return given.code


async def enter(stage: Stage, **changes: Any) -> list[Report]:
    """A long of 0.1 at the last price; its reports."""
    await accepted(stage.adapter.submit(SYMBOL, entry(**changes)))
    return await stage.reports()


async def an_entry_brings_its_stop_and_target(stage: Stage) -> None:
    answer = await accepted(stage.adapter.submit(SYMBOL, entry(stop_loss=59_500.0, take_profit=61_000.0)))
    assert answer.link_id == "entry"
    assert answer.order_id
    reports = await stage.reports()
    assert states(reports, "entry")[-1] == "Filled"
    assert states(reports, stop="StopLoss")[-1] == states(reports, stop="TakeProfit")[-1] == "Untriggered"
    execution: ExecutionReport = of(ExecutionReport, reports)[0]
    assert (execution.order_id, execution.link_id) == (answer.order_id, "entry")
    assert (execution.side, execution.qty, execution.price, execution.value) == (1, 0.1, 60_000.0, 6_000.0)
    assert (execution.fee, execution.is_maker, execution.exec_type, execution.leaves_qty) == (3.3, False, "Trade", 0.0)
    position: PositionReport = of(PositionReport, reports)[-1]
    assert (position.side, position.qty, position.entry_price, position.leverage) == (1, 0.1, 60_000.0, 10.0)
    assert (position.stop_loss, position.take_profit) == (59_500.0, 61_000.0)
    wallet: WalletReport = of(WalletReport, reports)[-1]
    assert wallet.wallet == 10_000.0 - 3.3
    children = await stage.adapter.open_orders(SYMBOL)
    assert {(order.stop_order_type, order.trigger, order.qty, order.side) for order in children} == {
        ("StopLoss", 59_500.0, 0.1, -1),
        ("TakeProfit", 61_000.0, 0.1, -1),
    }
    assert all(order.reduce_only and order.close_on_trigger and not order.link_id for order in children)


async def a_stop_closes_the_position_and_its_target_goes(stage: Stage) -> None:
    await enter(stage, stop_loss=59_500.0, take_profit=61_000.0)
    await stage.step()
    await stage.step()
    await stage.reports()
    await stage.step()
    reports = await stage.reports()
    assert states(reports, stop="StopLoss")[-1] == "Filled"
    assert states(reports, stop="TakeProfit") == ["Deactivated"]
    ended = next(order for order in of(OrderReport, reports) if order.status == "Deactivated")
    assert ended.cancel_type == "CancelByTpSlTsClear"
    execution: ExecutionReport = of(ExecutionReport, reports)[0]
    assert (execution.stop_order_type, execution.create_type) == ("StopLoss", "CreateByStopLoss")
    assert (execution.price, execution.closed_qty, execution.realised_pnl) == (59_500.0, 0.1, -50.0)
    assert (await stage.adapter.position(SYMBOL)).side == 0
    assert not await stage.adapter.open_orders(SYMBOL)
    assert math.isclose((await stage.adapter.wallet()).wallet, 10_000.0 - 3.3 - 50.0 - 3.2725)


async def a_part_is_closed_and_the_stop_follows(stage: Stage) -> None:
    await enter(stage, stop_loss=59_500.0)
    await stage.step()
    await stage.step()
    await accepted(stage.adapter.submit(SYMBOL, entry("part", side=-1, qty=0.04, reduce_only=True)))
    reports = await stage.reports()
    execution: ExecutionReport = of(ExecutionReport, reports)[-1]
    assert (execution.closed_qty, execution.price, execution.realised_pnl) == (0.04, 60_300.0, 12.0)
    position = await stage.adapter.position(SYMBOL)
    assert (position.side, position.qty, position.value) == (1, 0.06, 3_600.0)
    assert [order.qty for order in await stage.adapter.open_orders(SYMBOL)] == [0.06]


async def a_limit_stands_is_amended_and_cancelled(stage: Stage) -> None:
    await accepted(stage.adapter.submit(SYMBOL, limit("rest", 58_000.0)))
    assert states(await stage.reports(), "rest") == ["New"]
    name = OrderName(link_id="rest")
    await accepted(stage.adapter.amend(SYMBOL, name, Amendment(price=58_100.0, qty=0.2)))
    amended: OrderReport = of(OrderReport, await stage.reports())[-1]
    assert (amended.status, amended.price, amended.qty) == ("New", 58_100.0, 0.2)
    assert (await stage.adapter.wallet()).order_margin > 1_162.0
    await accepted(stage.adapter.cancel(SYMBOL, OrderName(order_id=amended.order_id)))
    ended: OrderReport = of(OrderReport, await stage.reports())[-1]
    assert (ended.status, ended.cancel_type, ended.filled_qty) == ("Cancelled", "CancelByUser", 0.0)
    assert isinstance(await stage.adapter.amend(SYMBOL, name, Amendment(price=58_000.0)), Gone)
    assert isinstance(await stage.adapter.cancel(SYMBOL, name), Gone)
    assert (await stage.adapter.wallet()).order_margin == 0.0


async def a_limit_fills_at_its_price_as_maker(stage: Stage) -> None:
    await accepted(stage.adapter.submit(SYMBOL, limit("rest", 59_900.0)))
    await stage.reports()
    await stage.step()
    reports = await stage.reports()
    assert states(reports, "rest") == ["Filled"]
    execution: ExecutionReport = of(ExecutionReport, reports)[0]
    assert (execution.price, execution.is_maker, execution.order_price) == (59_900.0, True, 59_900.0)
    assert math.isclose(execution.fee, 5_990.0 * 0.0002)


async def a_conditional_order_waits_for_its_trigger(stage: Stage) -> None:
    order = entry("later", trigger=60_200.0, trigger_direction=1)
    await accepted(stage.adapter.submit(SYMBOL, order))
    waiting: OrderReport = of(OrderReport, await stage.reports())[-1]
    assert (waiting.status, waiting.stop_order_type, waiting.trigger) == ("Untriggered", "Stop", 60_200.0)
    await stage.step()
    assert states(await stage.reports(), "later", "Stop") == []
    await stage.step()
    reports = await stage.reports()
    assert states(reports, "later", "Stop") == ["Triggered", "Filled"]
    assert of(ExecutionReport, reports)[0].price == 60_200.0


async def a_conditional_order_that_is_cancelled_is_deactivated(stage: Stage) -> None:
    await accepted(stage.adapter.submit(SYMBOL, entry("later", trigger=60_200.0, trigger_direction=1)))
    await stage.reports()
    await accepted(stage.adapter.cancel(SYMBOL, OrderName(link_id="later")))
    assert states(await stage.reports(), "later", "Stop") == ["Deactivated"]


async def a_post_only_order_that_crosses_is_cancelled(stage: Stage) -> None:
    await accepted(stage.adapter.submit(SYMBOL, limit("maker", 60_100.0, tif="PostOnly")))
    order: OrderReport = of(OrderReport, await stage.reports())[-1]
    assert (order.status, order.reject_reason) == ("Cancelled", "EC_PostOnlyWillTakeLiquidity")


async def levels_of_a_position_are_set_and_taken_away(stage: Stage) -> None:
    await enter(stage)
    await accepted(stage.adapter.set_trading_stop(SYMBOL, TradingStop(stop_loss=59_000.0, take_profit=62_000.0)))
    position: PositionReport = of(PositionReport, await stage.reports())[-1]
    assert (position.stop_loss, position.take_profit) == (59_000.0, 62_000.0)
    # What stands already is no error.
    await accepted(stage.adapter.set_trading_stop(SYMBOL, TradingStop(stop_loss=59_000.0, take_profit=62_000.0)))
    await accepted(stage.adapter.set_trading_stop(SYMBOL, TradingStop(stop_loss=59_200.0)))
    assert (await stage.adapter.position(SYMBOL)).stop_loss == 59_200.0
    await accepted(stage.adapter.set_trading_stop(SYMBOL, TradingStop(take_profit=0.0)))
    assert math.isnan((await stage.adapter.position(SYMBOL)).take_profit)
    assert [order.stop_order_type for order in await stage.adapter.open_orders(SYMBOL)] == ["StopLoss"]


async def levels_on_the_wrong_side_are_refused(stage: Stage) -> None:
    assert await refused(stage.adapter.set_trading_stop(SYMBOL, TradingStop(stop_loss=59_000.0))) == 10001
    await enter(stage)
    assert await refused(stage.adapter.set_trading_stop(SYMBOL, TradingStop(stop_loss=60_500.0))) == 10001
    assert await refused(stage.adapter.submit(SYMBOL, entry("wrong", stop_loss=60_500.0))) == 10001


async def leverage_is_set(stage: Stage) -> None:
    await accepted(stage.adapter.set_leverage(SYMBOL, 20.0))
    await accepted(stage.adapter.set_leverage(SYMBOL, 20.0))
    assert (await stage.adapter.position(SYMBOL)).leverage == 20.0
    assert await refused(stage.adapter.set_leverage(SYMBOL, 1_000.0)) == 110013


async def a_link_id_counts_once(stage: Stage) -> None:
    await enter(stage)
    answer = await stage.adapter.submit(SYMBOL, entry())
    # Over a wire it may be the echo of a request that was lost and has arrived: then it is to be looked up.
    assert isinstance(answer, Unknown) or (isinstance(answer, Rejected) and answer.code == 110072)
    assert len(await stage.adapter.executions(SYMBOL, BEGIN_MS)) == 1


async def nothing_is_reduced_without_a_position(stage: Stage) -> None:
    order = entry("close", side=-1, reduce_only=True)
    assert await refused(stage.adapter.submit(SYMBOL, order)) == 110017
    assert of(OrderReport, await stage.reports()) == []
    # A refused name was never used.
    await enter(stage, link="close")


async def orders_that_cannot_be_are_refused(stage: Stage) -> None:
    submit = stage.adapter.submit
    assert await refused(submit(SYMBOL, entry("a", qty=10.0))) == 110007
    assert await refused(submit(SYMBOL, limit("b", 50_000.05))) == 10001
    assert await refused(submit(SYMBOL, entry("c", qty=0.0005))) == 10001
    assert await refused(submit(SYMBOL, limit("d", 1_000.0, qty=0.001))) == 110094
    assert await refused(submit(SYMBOL, entry("e", trigger=59_000.0, trigger_direction=1))) == 110092
    assert await refused(submit(SYMBOL, entry("f", trigger=61_000.0, trigger_direction=2))) == 110093
    assert of(OrderReport, await stage.reports()) == []


async def an_unknown_order_is_gone(stage: Stage) -> None:
    name = OrderName(link_id="never")
    cancelled = await stage.adapter.cancel(SYMBOL, name)
    assert isinstance(cancelled, Gone)
    assert cancelled.code == 110001
    assert isinstance(await stage.adapter.amend(SYMBOL, name, Amendment(qty=0.2)), Gone)
    assert await stage.adapter.find_order(SYMBOL, name) is None


async def orders_are_found_by_both_names(stage: Stage) -> None:
    filled = await accepted(stage.adapter.submit(SYMBOL, entry("gone")))
    resting = await accepted(stage.adapter.submit(SYMBOL, limit("rest", 58_000.0)))
    await stage.reports()
    for link, answer, status in (("gone", filled, "Filled"), ("rest", resting, "New")):
        by_link = await stage.adapter.find_order(SYMBOL, OrderName(link_id=link))
        by_id = await stage.adapter.find_order(SYMBOL, OrderName(order_id=answer.order_id))
        assert by_link is not None
        assert by_id is not None
        assert by_link.order_id == by_id.order_id == answer.order_id
        assert (by_link.status, by_id.link_id) == (status, link)
    found = await stage.adapter.find_order(SYMBOL, OrderName(link_id="gone"))
    assert found is not None
    assert (found.filled_qty, found.avg_price, found.filled_value, found.fees) == (0.1, 60_000.0, 6_000.0, 3.3)


async def everything_is_cancelled(stage: Stage) -> None:
    await enter(stage, stop_loss=59_000.0)
    await accepted(stage.adapter.submit(SYMBOL, limit("one", 58_000.0)))
    await accepted(stage.adapter.submit(SYMBOL, limit("two", 57_000.0)))
    await stage.reports()
    await accepted(stage.adapter.cancel_all(SYMBOL))
    reports = await stage.reports()
    assert states(reports, "one") == states(reports, "two") == ["Cancelled"]
    assert states(reports, stop="StopLoss") == ["Deactivated"]
    assert not await stage.adapter.open_orders(SYMBOL)


async def a_position_is_turned_over_in_two_executions(stage: Stage) -> None:
    await enter(stage)
    await accepted(stage.adapter.submit(SYMBOL, entry("turn", side=-1, qty=0.15)))
    reports = await stage.reports()
    closing, opening = of(ExecutionReport, reports)
    assert (closing.qty, closing.closed_qty, closing.leaves_qty) == (0.1, 0.1, 0.05)
    assert (opening.qty, opening.closed_qty, opening.leaves_qty) == (0.05, 0.0, 0.0)
    assert opening.seq > closing.seq
    assert states(reports, "turn") == ["PartiallyFilled", "Filled"]
    position = await stage.adapter.position(SYMBOL)
    assert (position.side, position.qty, position.value) == (-1, 0.05, 3_000.0)


async def executions_are_listed_as_they_were_reported(stage: Stage) -> None:
    reports = await enter(stage)
    await stage.step()
    await stage.step()
    await accepted(stage.adapter.submit(SYMBOL, entry("close", side=-1, reduce_only=True)))
    told: list[ExecutionReport] = of(ExecutionReport, reports + await stage.reports())
    listed = await stage.adapter.executions(SYMBOL, BEGIN_MS)
    assert [execution.exec_id for execution in listed] == [execution.exec_id for execution in told]
    assert [(one.qty, one.price, one.fee, one.closed_qty) for one in listed] == [
        (one.qty, one.price, one.fee, one.closed_qty) for one in told
    ]
    since = await stage.adapter.executions(SYMBOL, told[1].ts_ms)
    assert [execution.link_id for execution in since] == ["close"]


async def instruments_name_grids_bounds_and_fees(stage: Stage) -> None:
    found = await stage.adapter.instrument(SYMBOL)
    assert (float(found.tick_size), float(found.qty_step), found.min_qty, found.min_notional) == (
        0.1,
        0.001,
        0.001,
        5.0,
    )
    assert (found.taker, found.maker) == (0.00055, 0.0002)
    assert found.tiers[0].max_leverage >= 50.0


SCENARIOS: tuple[Callable[[Stage], Awaitable[None]], ...] = (
    an_entry_brings_its_stop_and_target,
    a_stop_closes_the_position_and_its_target_goes,
    a_part_is_closed_and_the_stop_follows,
    a_limit_stands_is_amended_and_cancelled,
    a_limit_fills_at_its_price_as_maker,
    a_conditional_order_waits_for_its_trigger,
    a_conditional_order_that_is_cancelled_is_deactivated,
    a_post_only_order_that_crosses_is_cancelled,
    levels_of_a_position_are_set_and_taken_away,
    levels_on_the_wrong_side_are_refused,
    leverage_is_set,
    a_link_id_counts_once,
    nothing_is_reduced_without_a_position,
    orders_that_cannot_be_are_refused,
    an_unknown_order_is_gone,
    orders_are_found_by_both_names,
    everything_is_cancelled,
    a_position_is_turned_over_in_two_executions,
    executions_are_listed_as_they_were_reported,
    instruments_name_grids_bounds_and_fees,
)
