"""Whatever clients and market do: what an account reports adds up to what it is."""

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from exchange.orders import Amendment, OrderName, TradingStop
from exchange.reports import FINAL_STATUSES, ExecutionReport, OrderReport, PositionReport, Report, WalletReport
from tests.exchange.venue.account_scene import SYMBOL, AccountScene
from tests.exchange.venue.account_walk import Walk

PRICES = st.integers(90, 110).map(float)
LEVELS = st.sampled_from([float("nan"), 85.0, 95.0, 105.0, 115.0])
QTYS = st.sampled_from([0.1, 0.5, 1.0, 20.0, 300.0])
ORDERS = st.fixed_dictionaries(
    {"side": st.sampled_from([1, -1]), "qty": QTYS},
    optional={
        "reduce_only": st.just(True),
        "stop_loss": LEVELS,
        "take_profit": LEVELS,
        "at_once": st.booleans(),
    },
) | st.fixed_dictionaries(
    {
        "side": st.sampled_from([1, -1]),
        "qty": QTYS,
        "type": st.just("Limit"),
        "price": PRICES,
        "tif": st.sampled_from(["GTC", "IOC", "FOK", "PostOnly"]),
    },
    optional={
        "reduce_only": st.just(True),
        "at_once": st.booleans(),
        "stop_loss": LEVELS,
        "stop_limit": LEVELS,
        "take_profit": LEVELS,
    },
)
CONDITIONALS = st.fixed_dictionaries(
    {
        "side": st.sampled_from([1, -1]),
        "qty": QTYS,
        "trigger": PRICES,
        "trigger_direction": st.sampled_from([1, 2]),
        "at_once": st.booleans(),
    }
)
ACTS = st.one_of(
    st.tuples(st.just("submit"), ORDERS | CONDITIONALS),
    st.tuples(st.just("cancel"), st.integers(0, 5)),
    st.tuples(st.just("amend"), st.integers(0, 5), PRICES, QTYS),
    st.tuples(st.just("stop"), LEVELS, LEVELS, st.sampled_from([float("nan"), 0.0, 2.0])),
    st.tuples(st.just("leverage"), st.sampled_from([5.0, 10.0, 50.0])),
    st.tuples(st.just("play"), PRICES, PRICES, PRICES, PRICES, st.sampled_from([None, 0.001])),
    st.tuples(st.just("cancel_all")),
)


class Witness:
    """Knows of an account only what it reports."""

    def __init__(self) -> None:
        self.orders: dict[str, OrderReport] = {}
        self.filled: dict[str, float] = {}
        self.executions: list[ExecutionReport] = []
        self.signed_qty = 0.0
        self.position: PositionReport | None = None
        self.wallet = 10_000.0
        self.last_ms = 0

    def hear(self, reports: list[Report]) -> None:
        for report in reports:
            if isinstance(report, OrderReport):
                self._hear_order(report)
            elif isinstance(report, ExecutionReport):
                self._hear_execution(report)
            elif isinstance(report, PositionReport):
                self.position = report
                assert report.side * report.qty == pytest.approx(self.signed_qty)
            elif isinstance(report, WalletReport):
                self.wallet = report.wallet

    def _hear_order(self, order: OrderReport) -> None:
        before = self.orders.get(order.order_id)
        if before is not None:
            assert before.status not in FINAL_STATUSES, "an order that was over is not"
            assert order.filled_qty >= before.filled_qty
            assert before.updated_ms <= order.updated_ms
        assert order.updated_ms >= self.last_ms
        self.last_ms = order.updated_ms
        self.orders[order.order_id] = order

    def _hear_execution(self, execution: ExecutionReport) -> None:
        assert not self.executions or execution.seq > self.executions[-1].seq
        assert execution.ts_ms >= self.last_ms
        self.last_ms = execution.ts_ms
        self.executions.append(execution)
        if execution.exec_type == "Funding":
            assert execution.side * self.signed_qty > 0.0
            return
        self.filled[execution.order_id] = self.filled.get(execution.order_id, 0.0) + execution.qty
        assert self.orders[execution.order_id].filled_qty == pytest.approx(self.filled[execution.order_id])
        self.signed_qty = round(self.signed_qty + execution.side * execution.qty, 9)


def act(scene: AccountScene, number: int, what: Any) -> None:
    account = scene.account
    live = account.open_orders()
    match what:
        case ("submit", order):
            scene.submit(f"o{number}", **order)
        case ("cancel", place) if live:
            account.cancel(SYMBOL, OrderName(order_id=live[place % len(live)].order_id))
        case ("amend", place, price, qty) if live:
            order = live[place % len(live)]
            changes = Amendment(trigger=price) if order.trigger_direction else Amendment(price=price, qty=qty)
            account.amend(SYMBOL, OrderName(order_id=order.order_id), changes)
        case ("stop", stop, target, trailing):
            account.set_trading_stop(SYMBOL, TradingStop(stop_loss=stop, take_profit=target, trailing=trailing))
        case ("leverage", leverage):
            account.set_leverage(SYMBOL, leverage)
        case ("play", open_, high, low, close, funding):
            prices = (open_, high, low, close)
            scene.account.advance(scene.market((open_, max(prices), min(prices), close), funding=funding))
        case ("cancel_all",):
            account.cancel_all(SYMBOL)
        case _:
            pass


def agree(scene: AccountScene, witness: Witness) -> None:
    account = scene.account
    position = account.position(SYMBOL)
    assert position.side * position.qty == pytest.approx(witness.signed_qty)
    assert account.wallet().wallet == witness.wallet
    moved = account.transactions()
    assert moved[-1].balance == witness.wallet
    assert sum(one.change for one in moved) == pytest.approx(witness.wallet, abs=1e-6)
    assert repr(account.executions()) == repr(witness.executions)
    over = {order.order_id: order for order in witness.orders.values() if order.status in FINAL_STATUSES}
    assert {order.order_id: repr(order) for order in account.order_history()} == {
        order_id: repr(order) for order_id, order in over.items()
    }
    live = {order.order_id: order for order in account.open_orders()}
    told = {order_id: order for order_id, order in witness.orders.items() if order.status not in FINAL_STATUSES}
    assert told.keys() <= live.keys()
    assert all(repr(live[order_id]) == repr(order) for order_id, order in told.items())
    assert all(live[order_id].filled_qty == 0.0 for order_id in live.keys() - told.keys())
    closed = sum(one.closed_pnl for one in account.closed_pnl())
    funding = sum(one.fee for one in witness.executions if one.exec_type == "Funding")
    held_fees = account._reports.holdings[SYMBOL].open_fees
    assert account.details(SYMBOL).cumulative_pnl == pytest.approx(closed - held_fees - funding, abs=1e-6)


def flow(acts: list[Any], **listing: Any) -> AccountScene:
    scene, witness = AccountScene(**listing), Witness()
    for number, what in enumerate(acts):
        act(scene, number, what)
        witness.hear(scene.heard())
        agree(scene, witness)
    return scene


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTS, max_size=25))
def test_reports_add_up(acts: list[Any]) -> None:
    flow(acts)


@pytest.mark.parametrize("seed", range(6))
def test_reports_add_up_on_a_long_walk(seed: int) -> None:
    walk(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6, 200))
def test_reports_add_up_on_many_walks(seed: int) -> None:
    walk(seed)


def walk(seed: int) -> None:
    mode, slippage_bps = ("isolated", "cross")[seed % 2], (0.0, 3.0)[seed // 2 % 2]
    flow(Walk(seed).acts(60), margin_mode=mode, slippage_bps=slippage_bps)


@settings(max_examples=20, deadline=None)
@given(st.lists(ACTS, max_size=15), st.lists(ACTS, max_size=10))
def test_a_restart_changes_nothing(before: list[Any], after: list[Any]) -> None:
    scene, other = flow(before), AccountScene()
    other.account.restore(scene.account.snapshot())
    other.minute = scene.minute
    for number, what in enumerate(after, 100):
        act(scene, number, what)
        act(other, number, what)
        assert repr(other.heard()) == repr(scene.heard())
    assert other.account.snapshot() == scene.account.snapshot()
