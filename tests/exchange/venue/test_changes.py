"""What the market does to an account is told in the order in which it happened, in the venue's words."""

import pytest

from exchange.orders import TradingStop
from exchange.reports import ExecutionReport, OrderReport, PositionReport, Report
from tests.exchange.venue.account_scene import SYMBOL, AccountScene, kinds, orders


def executions(reports: list[Report]) -> list[ExecutionReport]:
    return [report for report in reports if isinstance(report, ExecutionReport)]


def test_an_entry_and_its_stop_in_one_minute() -> None:
    scene = AccountScene()
    scene.submit("entry", stop_loss=95.0, take_profit=110.0, at_once=False)
    reports = scene.play((100.0, 101.0, 94.0, 96.0))
    assert orders(reports) == [
        ("entry", "Filled"),
        ("StopLoss", "Untriggered"),
        ("TakeProfit", "Untriggered"),
        ("StopLoss", "Triggered"),
        ("StopLoss", "Filled"),
        ("TakeProfit", "Deactivated"),
    ]
    positions = [report for report in reports if isinstance(report, PositionReport)]
    assert [(at.side, at.qty, at.value) for at in positions] == [(1, 1.0, 100.0), (0, 0.0, 0.0)]
    entry, exit_ = executions(reports)
    assert positions[0].seq == entry.seq < exit_.seq == positions[1].seq
    assert entry.ts_ms == 0 < exit_.ts_ms < 60_000
    assert kinds(reports)[-1] == "Wallet"


def test_orders_of_a_pair_name_their_parent_and_their_sibling() -> None:
    scene = AccountScene()
    scene.submit("entry", stop_loss=95.0, take_profit=110.0, target_limit=110.0)
    assert orders(scene.heard()) == [
        ("entry", "Filled"),
        ("PartialStopLoss", "Untriggered"),
        ("PartialTakeProfit", "Untriggered"),
    ]
    reports = scene.play((100.0, 100.0, 94.0, 96.0))
    target = next(report for report in reports if isinstance(report, OrderReport) and report.type == "Limit")
    assert (target.status, target.cancel_type) == ("Deactivated", "CancelByOCOTpCanceledBySlTriggered")
    assert (target.parent_link_id, target.link_id, target.tpsl_mode) == ("entry", "", "Partial")
    assert target.create_type == "CreateByPartialTakeProfit"


def test_a_replaced_stop_and_one_that_was_taken_away() -> None:
    scene = AccountScene()
    scene.enter(stop_loss=95.0)
    scene.submit("more", stop_loss=96.0)
    told = [report for report in scene.heard() if isinstance(report, OrderReport) and report.stop_order_type]
    assert {(order.trigger, order.status, order.qty) for order in told} == {
        (95.0, "Deactivated", 1.0),
        (96.0, "Untriggered", 2.0),
    }
    scene.account.set_trading_stop(SYMBOL, TradingStop(stop_loss=0.0))
    assert orders(scene.heard()) == [("StopLoss", "Deactivated")]


def test_a_stop_limit_order_triggers_and_then_stands() -> None:
    scene = AccountScene()
    scene.submit("later", type="Limit", price=101.0, trigger=102.0, trigger_direction=1)
    assert orders(scene.heard()) == [("later", "Untriggered")]
    assert orders(scene.play((100.0, 103.0, 100.0, 103.0))) == [("later", "Triggered"), ("later", "New")]
    assert orders(scene.play((103.0, 103.0, 100.5, 101.5))) == [("later", "Filled")]


def test_a_conditional_order_that_is_cancelled_on_its_way_was_never_triggered() -> None:
    scene = AccountScene()
    scene.submit("later", trigger=102.0, trigger_direction=1, at_once=False)
    scene.account.cancel_all(SYMBOL)
    assert orders(scene.heard()) == [("later", "Deactivated")]


def test_a_limit_in_two_parts() -> None:
    scene = AccountScene()
    scene.enter(side=-1, qty=1.0)
    # The reducing part and the opening one are executions of their own.
    scene.submit("turn", type="Limit", price=99.0, qty=1.5)
    scene.heard()
    reports = scene.play((100.0, 100.0, 98.0, 98.5))
    assert orders(reports) == [("turn", "PartiallyFilled"), ("turn", "Filled")]
    first, second = executions(reports)
    assert (first.qty, first.closed_qty, first.leaves_qty, first.realised_pnl) == (1.0, 1.0, 0.5, 1.0)
    assert (second.qty, second.closed_qty, second.leaves_qty) == (0.5, 0.0, 0.0)
    assert all(execution.is_maker and execution.order_price == 99.0 for execution in (first, second))


def test_funding_is_an_execution_that_names_the_side_of_the_position() -> None:
    scene = AccountScene()
    scene.enter(side=-1, qty=2.0)
    reports = scene.play((100.0, 101.0, 99.0, 100.0), funding=0.0001)
    (paid,) = executions(reports)
    assert (paid.exec_type, paid.side, paid.qty, paid.price) == ("Funding", -1, 2.0, 100.0)
    # A short receives where a long pays.
    assert (paid.fee, paid.fee_rate, paid.order_type, paid.link_id) == (-0.02, -0.0001, "UNKNOWN", "")
    assert kinds(reports) == ["Execution", "Position", "Wallet"]
    settled = scene.account.transactions()[-1]
    assert (settled.type, settled.funding, settled.fee, settled.change) == ("SETTLEMENT", 0.02, 0.0, 0.02)
    assert settled.balance == scene.account.wallet().wallet
    assert scene.account.details(SYMBOL).cumulative_pnl == pytest.approx(0.02 - 0.11)


@pytest.mark.parametrize("mode", ["isolated", "cross"])
def test_a_takeover_is_an_order_that_nobody_sent(mode: str) -> None:
    scene = AccountScene(usdt=1_000.0, margin_mode=mode)
    scene.submit("entry", qty=90.0)
    scene.submit("rest", type="Limit", price=80.0, qty=0.1)
    scene.heard()
    reports = scene.play((100.0, 100.0, 85.0, 86.0))
    assert ("rest", "Cancelled") in orders(reports)
    ended = next(report for report in reports if isinstance(report, OrderReport) and report.link_id == "rest")
    assert ended.cancel_type == "CancelAllBeforeLiq"
    (bust,) = executions(reports)
    taken = next(report for report in reports if isinstance(report, OrderReport) and not report.link_id)
    assert (bust.exec_type, bust.order_id, taken.status) == ("BustTrade", taken.order_id, "Filled")
    assert taken.create_type == bust.create_type == "CreateByTakeOver_PassThrough"
    assert scene.account.position(SYMBOL).side == 0
    assert scene.account.transactions()[-1].balance == scene.account.wallet().wallet
    # The account goes on.
    scene.account.apply_money(1_000.0)
    scene.heard()
    scene.submit("again")
    assert orders(scene.heard()) == [("again", "Filled")]


def test_a_reduce_only_limit_goes_with_the_position() -> None:
    scene = AccountScene()
    scene.enter()
    scene.submit("target", side=-1, type="Limit", price=105.0, reduce_only=True)
    scene.submit("close", side=-1, reduce_only=True)
    told = [report for report in scene.heard() if isinstance(report, OrderReport)]
    assert [(order.link_id, order.status) for order in told] == [
        ("target", "New"),
        ("close", "Filled"),
        ("target", "Cancelled"),
    ]
    assert told[-1].cancel_type == "CancelByReduceOnly"


def test_terms_that_cannot_be_kept_end_an_order() -> None:
    scene = AccountScene()
    scene.submit("ioc", type="Limit", tif="IOC", price=99.0)
    scene.submit("fok", type="Limit", tif="FOK", price=99.0)
    told = [report for report in scene.heard() if isinstance(report, OrderReport)]
    assert [(order.link_id, order.status, order.reject_reason) for order in told] == [
        ("ioc", "Cancelled", "EC_NoImmediateQtyToFill"),
        ("fok", "Cancelled", "EC_NoImmediateQtyToFill"),
    ]


def test_a_market_price_that_moves_is_no_report() -> None:
    scene = AccountScene()
    scene.enter()
    assert scene.play((100.0, 103.0, 99.0, 102.0)) == []
    assert scene.account.wallet().unrealised_pnl == 2.0
