"""Requests to an account at the venue, and what it reports of them."""

import math

import pytest

from exchange.orders import Amendment, OrderName, TradingStop
from exchange.reports import Accepted, ExecutionReport, OrderReport, PositionReport, WalletReport
from tests.exchange.venue.account_scene import SYMBOL, AccountScene, code, kinds, orders


def test_an_order_is_followed_by_its_execution_the_position_its_stops_and_the_wallet() -> None:
    reports = AccountScene().enter(stop_loss=95.0, take_profit=110.0)
    assert kinds(reports) == ["Order", "Execution", "Position", "Order", "Order", "Wallet"]
    assert orders(reports) == [("entry", "Filled"), ("StopLoss", "Untriggered"), ("TakeProfit", "Untriggered")]


def test_position_is_reported_after_every_request_about_an_order() -> None:
    scene = AccountScene()
    scene.submit("rest", type="Limit", price=90.0)
    assert kinds(scene.heard()) == ["Order", "Position", "Wallet"]
    scene.account.cancel(SYMBOL, OrderName(link_id="rest"))
    assert kinds(scene.heard()) == ["Order", "Position", "Wallet"]


def test_an_order_that_waits_for_the_open_is_acknowledged_and_known_but_not_reported() -> None:
    scene = AccountScene()
    answer = scene.submit("later", at_once=False)
    assert isinstance(answer, Accepted)
    assert scene.heard() == []
    found = scene.account.find_order(SYMBOL, OrderName(order_id=answer.order_id))
    assert found is not None
    assert (found.status, found.link_id, found.filled_qty) == ("New", "later", 0.0)
    assert scene.account.open_orders(SYMBOL) == [found]
    reports = scene.play((101.0, 102.0, 100.0, 101.0))
    assert orders(reports) == [("later", "Filled")]
    assert scene.account.position(SYMBOL).entry_price == 101.0


def test_an_order_on_its_way_can_be_cancelled() -> None:
    scene = AccountScene()
    scene.submit("later", at_once=False)
    assert isinstance(scene.account.cancel(SYMBOL, OrderName(link_id="later")), Accepted)
    assert orders(scene.heard()) == [("later", "Cancelled")]
    assert orders(scene.play((100.0, 101.0, 99.0, 100.0))) == []


def test_what_is_found_out_at_the_open_is_reported_as_rejected() -> None:
    scene = AccountScene()
    assert isinstance(scene.submit("close", side=-1, reduce_only=True, at_once=False), Accepted)
    assert isinstance(scene.submit("big", qty=2_000.0, at_once=False), Accepted)
    reports = scene.play((100.0, 101.0, 99.0, 100.0))
    assert orders(reports) == [("close", "Rejected"), ("big", "Rejected")]
    assert scene.submit("big").code == 110072  # type: ignore[union-attr]


def test_a_limit_that_only_reduces_stands_before_the_open() -> None:
    scene = AccountScene()
    scene.enter()
    scene.submit("target", side=-1, type="Limit", price=103.0, reduce_only=True, at_once=False)
    assert orders(scene.heard()) == [("target", "New")]
    reports = scene.play((105.0, 106.0, 104.0, 105.0))
    execution = next(report for report in reports if isinstance(report, ExecutionReport))
    assert (execution.price, execution.is_maker) == (103.0, True)


def test_a_limit_that_would_cross_waits_for_the_open() -> None:
    scene = AccountScene()
    scene.enter()
    scene.submit("target", side=-1, type="Limit", price=99.0, reduce_only=True, at_once=False)
    assert orders(scene.heard()) == []
    reports = scene.play((101.0, 101.0, 100.0, 100.0))
    execution = next(report for report in reports if isinstance(report, ExecutionReport))
    assert (execution.price, execution.is_maker) == (101.0, False)


def test_without_a_price_orders_wait_for_the_first_open() -> None:
    scene = AccountScene(last=0.0)
    assert isinstance(scene.submit("first"), Accepted)
    assert scene.heard() == []
    assert orders(scene.play((50.0, 51.0, 49.0, 50.0))) == [("first", "Filled")]


@pytest.mark.parametrize("at_once", [True, False])
def test_nothing_left_to_close_with_quantity_zero(at_once: bool) -> None:
    scene = AccountScene()
    whole = {"side": -1, "qty": 0.0, "reduce_only": True, "close_on_trigger": True}
    assert code(scene.submit("none", at_once=at_once, **whole)) == 110017
    scene.enter(qty=3.0)
    assert code(scene.submit("all", at_once=at_once, **whole)) == 0
    scene.play((100.0, 100.0, 100.0, 100.0))
    assert scene.account.position(SYMBOL).side == 0


def test_a_stop_is_moved_by_its_order_too() -> None:
    scene = AccountScene()
    scene.enter(stop_loss=95.0)
    stop = scene.account.open_orders(SYMBOL)[0]
    name = OrderName(order_id=stop.order_id)
    assert code(scene.account.amend(SYMBOL, name, Amendment(trigger=96.0))) == 0
    assert scene.account.position(SYMBOL).stop_loss == 96.0
    assert code(scene.account.amend(SYMBOL, name, Amendment(qty=0.5))) == 10001


def test_an_amendment_is_checked_like_an_order_and_may_take() -> None:
    scene = AccountScene()
    scene.submit("rest", type="Limit", price=99.0, qty=2.0)
    name = OrderName(link_id="rest")
    assert code(scene.account.amend(SYMBOL, name, Amendment(qty=0.0))) == 10001
    assert code(scene.account.amend(SYMBOL, name, Amendment(price=99.005))) == 10001
    assert code(scene.account.amend(SYMBOL, name, Amendment(qty=5_000.0))) == 110007
    scene.heard()
    assert code(scene.account.amend(SYMBOL, name, Amendment(price=101.0))) == 0
    # It crosses now, and takes at once.
    assert orders(scene.heard()) == [("rest", "Filled")]
    assert code(scene.account.amend(SYMBOL, name, Amendment(price=99.0))) == 110001


def test_levels_that_stand_already_are_named_so() -> None:
    scene = AccountScene()
    scene.enter()
    account = scene.account
    stop = TradingStop(stop_loss=95.0, trailing=2.0, trailing_activation=103.0)
    assert [code(account.set_trading_stop(SYMBOL, stop)) for _ in range(2)] == [0, 34040]
    assert code(account.set_trading_stop(SYMBOL, TradingStop())) == 34040
    assert code(account.set_trading_stop(SYMBOL, TradingStop(take_profit=0.0))) == 34040
    assert code(account.set_trading_stop(SYMBOL, TradingStop(stop_loss=95.0, stop_by="Mark"))) == 0
    assert account.position(SYMBOL).trailing == 2.0
    assert account.details(SYMBOL).trailing_activation == 103.0
    assert [code(account.set_trading_stop(SYMBOL, TradingStop(trailing=0.0))) for _ in range(2)] == [0, 34040]
    assert math.isnan(account.position(SYMBOL).trailing)


def test_a_trailing_stop_is_reported_as_it_moves() -> None:
    scene = AccountScene()
    scene.enter()
    scene.account.set_trading_stop(SYMBOL, TradingStop(trailing=2.0))
    assert orders(scene.heard()) == [("TrailingStop", "Untriggered")]
    reports = scene.play((100.0, 103.0, 100.0, 102.5))
    moved = next(report for report in reports if isinstance(report, OrderReport))
    assert (moved.status, moved.trigger, moved.create_type) == ("Untriggered", 101.0, "CreateByTrailingStop")
    assert orders(scene.play((102.5, 102.5, 100.0, 100.0)))[-1] == ("TrailingStop", "Filled")


def test_leverage_changes_what_an_open_position_binds() -> None:
    scene = AccountScene()
    scene.enter(qty=10.0)
    assert code(scene.account.set_leverage(SYMBOL, 20.0)) == 0
    reports = scene.heard()
    assert kinds(reports) == ["Wallet", "Position"]
    position = scene.account.position(SYMBOL)
    assert (position.leverage, position.margin) == (20.0, pytest.approx(50.0 + 0.5225))
    assert [code(scene.account.set_leverage(SYMBOL, wanted)) for wanted in (20.0, 0.5, 20.005, 200.0)] == [
        110043,
        10001,
        10001,
        110013,
    ]


def test_margin_is_added_and_taken_out() -> None:
    scene = AccountScene()
    add = scene.account.add_margin
    assert code(add(SYMBOL, 10.0)) == 110033
    scene.enter(qty=10.0)
    before = scene.account.position(SYMBOL)
    assert [code(add(SYMBOL, amount)) for amount in (50.0, -60.0, 0.0, 0.00001, 20_000.0)] == [
        0,
        110078,
        110027,
        10001,
        110007,
    ]
    after = scene.account.position(SYMBOL)
    assert after.liquidation < before.liquidation
    assert (scene.account.details(SYMBOL).extra, after.margin - before.margin) == (50.0, pytest.approx(50.0))


def test_margin_mode_changes_while_nothing_is_there() -> None:
    scene = AccountScene()
    switch = scene.account.set_margin_mode
    assert [code(switch(mode)) for mode in ("isolated", "portfolio", "cross", "cross")] == [110026, 10001, 0, 110026]
    scene.enter()
    assert code(switch("isolated")) == 3400045
    assert code(scene.account.add_margin(SYMBOL, 10.0)) == 110015
    assert scene.account.account_details().margin_mode == "cross"


def test_money_is_paid_in_and_out() -> None:
    scene = AccountScene()
    assert [code(scene.account.apply_money(amount)) for amount in (500.0, -10_501.0, -500.0)] == [0, 10001, 0]
    wallets = [report.wallet for report in scene.heard() if isinstance(report, WalletReport)]
    assert wallets == [10_500.0, 10_000.0]
    assert [row.type for row in scene.account.transactions()] == ["TRANSFER_IN", "TRANSFER_IN", "TRANSFER_OUT"]


def test_cancel_all_spares_what_is_kept_and_says_who_did_it() -> None:
    scene = AccountScene()
    scene.enter(stop_loss=95.0)
    scene.submit("rest", type="Limit", price=90.0)
    ended = scene.account.cancel_all(SYMBOL, keep=lambda order: order.reduce_only, cancel_type="CancelByDCP")
    assert [(order.link_id, order.cancel_type) for order in ended] == [("rest", "CancelByDCP")]
    assert [order.stop_order_type for order in scene.account.open_orders()] == ["StopLoss"]
    found = scene.account.find_order(SYMBOL, OrderName(link_id="rest"))
    assert found is ended[0]


def test_listeners_can_leave() -> None:
    scene = AccountScene()
    heard: list[object] = []
    scene.account.listen(heard.append)
    scene.submit("one", type="Limit", price=90.0)
    count = len(heard)
    scene.account.mute(heard.append)
    scene.submit("two", type="Limit", price=90.0)
    assert count == len(heard) == 3


def test_details_follow_the_published_example() -> None:
    scene = AccountScene(last=60_000.0, usdt=5_000.0)
    scene.submit("entry", qty=0.5)
    scene.play((60_000.0, 60_500.0, 60_000.0, 60_500.0))
    details, account = scene.account.details(SYMBOL), scene.account.account_details()
    report: PositionReport = details.report
    assert report.liquidation == pytest.approx(54_271.3568, abs=1e-4)
    assert details.initial_margin == pytest.approx(3_014.85)
    assert details.maintenance_margin == account.maintenance_margin == pytest.approx(166.10)
    assert details.break_even == pytest.approx(60_066.0363, abs=1e-4)
    assert (report.unrealised_pnl, report.realised_pnl, details.cumulative_pnl) == (250.0, -16.5, -16.5)
    scene.submit("exit", side=-1, qty=0.5)
    assert scene.account.closed_pnl()[0].closed_pnl == pytest.approx(250.0 - 16.5 - 16.6375)
    assert math.isnan(scene.account.details(SYMBOL).break_even)
