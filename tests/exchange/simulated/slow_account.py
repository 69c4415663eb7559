"""The account of the slow exchange: what follows from its state, how orders begin and end, and what a fill does."""

from typing import Any

import numpy as np

from exchange.policy import policy_rules
from play_engine.play.model import Play
from tests.exchange.simulated.sim_driver import INSTRUMENT, settings
from tests.exchange.simulated.slow_orders import Order, Position, qty3

TAKER = INSTRUMENT.taker


class SlowAccount:
    """`fills` are (order id, kind, side, qty, price, ts, maker, reason), `ended` maps order ids to (kind,
    state, reason)."""

    def __init__(self, play: Play, overrides: dict[str, Any]) -> None:
        self.play, self.run_settings = play, settings(play, overrides)
        self.rules, self.record = policy_rules(play)[0], INSTRUMENT.to_record()[0]
        self.setting_record = self.run_settings.to_record()[0]
        self.wallet = self.peak_equity = self.run_settings.capital_usdt
        self.orders: list[Order] = []
        self.position: Position | None = None
        self.last = self.budget = 0.0
        self.now = self.minute = -1
        self.ids = self.trades = 0
        self.halted = self.stopped = ""
        self.fills: list[tuple[Any, ...]] = []
        self.ended: dict[int, tuple[str, str, str]] = {}
        self.refusals: dict[str, int] = {}
        self.equity: list[tuple[int, float, float]] = []

    @property
    def side(self) -> int:
        return self.position.side if self.position else 0

    def margin(self) -> float:
        held = self.position
        if held is None:
            return 0.0
        leverage = self.run_settings.leverage
        return held.value / leverage + held.value * (1 - held.side / leverage) * TAKER

    def cost(self, side: int, qty: float, price: float) -> float:
        leverage = self.run_settings.leverage
        return qty * price * (1 / leverage + TAKER + TAKER * (1 - side / leverage))

    def reserve(self) -> float:
        return sum(self.reserve_of(order) for order in self.orders)

    def reserve_of(self, order: Order) -> float:
        if order.kind != "entry" or order.state != "standing":
            return 0.0
        against = self.position.qty if self.position and self.position.side == -order.side else 0.0
        return self.cost(order.side, max(0.0, order.leaves - against), order.price)

    def free(self) -> float:
        return self.wallet - self.margin() - self.reserve()

    def is_short(self, cost: float, funds: float) -> bool:
        return cost > funds + 1e-9 * max(1.0, abs(self.wallet))

    def liquidation(self) -> float:
        held = self.position
        assert held is not None
        return self.liquidation_of(held.side, held.qty, held.value)

    def liquidation_of(self, side: int, qty: float, value: float) -> float:
        leverage = self.run_settings.leverage
        prices = [
            (value * (1 - side / leverage) - side * tier.deduction) / (qty * (1 - side * tier.maintenance_rate))
            for tier in INSTRUMENT.tiers
        ]
        return max(0.0, *prices) if side > 0 else min(prices)

    def profit(self, price: float) -> float:
        return self.position.side * (self.position.qty * price - self.position.value) if self.position else 0.0

    def working_entry(self) -> bool:
        return any(order.kind == "entry" for order in self.orders)

    def closing(self) -> bool:
        """Whether a full close of the open trade is under way: sent, or cut and to be sent again."""
        return self.position is not None and self.full_close == self.position.trade

    full_close = -1

    def child(self, kind: str) -> Order | None:
        return next((order for order in self.orders if order.kind == kind), None)

    def create(self, kind: str, side: int, qty: float, **values: Any) -> Order:
        self.ids += 1
        order = Order(id=self.ids, kind=kind, side=side, qty=qty, since=self.minute, **values)
        self.orders.append(order)
        return order

    def end(self, order: Order, state: str, reason: str = "") -> None:
        self.orders.remove(order)
        self.ended[order.id] = (order.kind, state, reason)
        held = self.position
        if order.kind == "entry" and held and held.opener is order and self.play.anchor == "fill":
            held.anchor_due = True

    def end_children(self, reason: str) -> None:
        for kind in ("stop_loss", "take_profit", "target"):
            order = self.child(kind)
            if order and kind == "target" and reason == "POSITION_CLEARED":
                self.end(order, "Cancelled", "REDUCE_ONLY")
            elif order:
                self.end(order, "Deactivated" if order.state == "waiting" else "Cancelled", reason)

    def cancel_entries(self, reason: str, *, coming: bool = True) -> None:
        for order in [order for order in self.orders if order.kind == "entry"]:
            if coming or order.state != "coming":
                self.end(order, "Cancelled", reason)

    def send_close(self, qty: float, reason: str) -> None:
        assert self.position is not None
        self.create("close", -self.side, qty, trade=self.position.trade, exit_reason=reason)
        if qty == self.position.qty:
            self.full_close = self.position.trade

    def pay(self, order: Order, qty: float, price: float, maker: bool, realised: float, reason: str) -> None:
        fee_bps = self.run_settings.maker_fee_bps if maker else self.run_settings.taker_fee_bps
        self.wallet += round(realised, 8) - round(qty * price * fee_bps / 1e4, 8)
        self.budget -= qty
        order.filled = qty3(order.filled + qty)
        self.fills.append((order.id, order.kind, order.side, qty, price, self.now, maker, reason))

    def open(self, order: Order, qty: float, price: float, maker: bool) -> None:
        if self.side == -order.side:
            return
        funds, cost = self.free() + self.reserve_of(order), self.cost(order.side, qty, price)
        paid = qty3(np.floor(qty * funds / cost * 1000 + 1e-6) / 1000) if self.is_short(cost, funds) else qty
        if paid > 0.0:
            if self.position is None:
                self.trades += 1
                self.position = Position(trade=self.trades, side=order.side, opener=order, peak=self.last)
            held = self.position
            held.qty, held.value = qty3(held.qty + paid), held.value + paid * price
            self.pay(order, paid, price, maker, 0.0, "entry")
            for kind, level in (("stop_loss", order.plan.stop), ("take_profit", order.plan.target)):
                if kind == "take_profit" and self.play.limit_target:
                    continue
                child = self.child(kind)
                if child:
                    child.qty = qty3(child.filled + held.qty)
                elif level > 0.0:
                    self.create(kind, -order.side, held.qty, trigger=level, state="waiting")
        if paid < qty:
            self.end(order, "Cancelled", "INSUFFICIENT_MARGIN")
        elif order.leaves == 0.0:
            self.end(order, "Filled")

    def reduce(self, order: Order, qty: float, path_price: float, price: float, maker: bool, reason: str) -> None:
        held = self.position
        assert held is not None
        self.see(path_price)
        released = held.value * qty / held.qty
        self.pay(order, qty, price, maker, held.side * (qty * price - released), reason)
        held.qty, held.value = qty3(held.qty - qty), held.value - released
        if order.leaves == 0.0:
            self.end(order, "Filled")
        if held.qty == 0.0:
            self.position, self.full_close = None, -1
            self.end_children("POSITION_CLEARED")
        else:
            for kind in ("stop_loss", "take_profit"):
                child = self.child(kind)
                if child:
                    child.qty = qty3(child.filled + held.qty)

    def take_over(self) -> None:
        held = self.position
        assert held is not None
        leverage = self.run_settings.leverage
        halts = self.run_settings.on_liquidation == "halt"
        self.end_children("LIQUIDATION")
        self.cancel_entries("LIQUIDATION", coming=halts)
        bankruptcy = held.entry * (1 - held.side / leverage)
        self.fills.append((0, "", -held.side, held.qty, bankruptcy, self.now, False, "liquidation"))
        self.wallet -= round(held.value / leverage, 8) + round(held.value * (1 - held.side / leverage) * TAKER, 8)
        self.position, self.full_close = None, -1
        if halts:
            self.halted = "liquidation"

    def settle(self) -> None:
        """After each event: a negative wallet is made good, and an entry that cannot be paid any more gives way."""
        if self.wallet < 0.0:
            self.wallet, self.halted = 0.0, "bankrupt"
        for order in [order for order in self.orders if self.reserve_of(order) > 0.0]:
            if self.is_short(0.0, self.free()):
                self.end(order, "Cancelled", "INSUFFICIENT_MARGIN")
