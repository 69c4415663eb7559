"""What arrives at the slow exchange: orders, with everything that is checked of them, and requests."""

import math
from typing import Any

import numpy as np

from tests.exchange.simulated.slow_account import SlowAccount
from tests.exchange.simulated.slow_desk import Desk
from tests.exchange.simulated.slow_values import Order

MOST_ORDERS, MOST_CONDITIONALS, MOST_PARTIAL = 500, 10, 20


class SlowArrivals(SlowAccount):
    """An account that orders and requests come to."""

    # Orders.

    def arrive(self, order: Order) -> None:
        order.since, order.updated = self.minute, self.now
        self.snap(order)
        reason = self.refusal(order)
        if reason:
            self.end(order, reason, "Rejected")
        elif order.direction:
            order.state = "Untriggered"
        else:
            order.state = "New"
            self.cut(order)
            self.activate(order)

    def snap(self, order: Order) -> None:
        desk, side = order.desk, order.side
        order.qty = desk.lot(order.qty)
        for name, up in (
            ("price", side < 0),
            ("trigger", order.direction == 1),
            ("stop_loss", side > 0),
            ("take_profit", side < 0),
            ("stop_limit", side > 0),
            ("target_limit", side > 0),
        ):
            if not math.isnan(getattr(order, name)):
                setattr(order, name, desk.tick(getattr(order, name), up=up))

    def refusal(self, order: Order) -> str:
        """The first thing that is wrong with it."""
        checks = (self.size_refusal, self.price_refusal, self.link_refusal, self.side_refusal, self.level_refusal)
        for check in (*checks, self.reduce_refusal, self.tier_refusal, self.count_refusal, self.margin_refusal):
            if reason := check(order):
                return reason
        return ""

    def size_refusal(self, order: Order) -> str:
        desk = order.desk
        instrument = desk.instrument
        closes = order.reduce_only and desk.side == -order.side and order.qty >= desk.qty
        if closes or (order.close_on_trigger and order.qty == 0.0):
            return ""
        if order.qty < instrument.min_qty:
            return "QTY_TOO_SMALL"
        most = instrument.max_market_qty if order.type == "Market" else instrument.max_qty
        return "QTY_TOO_LARGE" if order.qty > most else ""

    def reference(self, order: Order) -> float:
        for price in (order.price, order.trigger):
            if not math.isnan(price):
                return price
        return order.desk.last

    def price_refusal(self, order: Order) -> str:
        instrument = order.desk.instrument
        for price in (order.price, order.trigger):
            if not math.isnan(price) and not instrument.min_price <= price <= instrument.max_price:
                return "PRICE_OUT_OF_RANGE"
        if not order.reduce_only and order.qty * self.reference(order) < instrument.min_notional:
            return "NOTIONAL_TOO_SMALL"
        return ""

    def link_refusal(self, order: Order) -> str:
        if order.link_id and order.link_id in self.links:
            return "DUPLICATE_LINK_ID"
        self.links.add(order.link_id)
        return ""

    def side_refusal(self, order: Order) -> str:
        rise = {0: 0, 1: 1, 2: -1}[order.direction]
        if rise and rise * (order.trigger - order.desk.source(order)) <= 0.0:
            return "TRIGGER_SIDE"
        return ""

    def level_refusal(self, order: Order) -> str:
        reference = self.reference(order)
        if order.side * (reference - order.stop_loss) <= 0.0:
            return "SL_SIDE"
        return "TP_SIDE" if order.side * (order.take_profit - reference) <= 0.0 else ""

    def reduce_refusal(self, order: Order) -> str:
        void = order.reduce_only and order.desk.side != -order.side
        return "REDUCE_ONLY_NO_POSITION" if void and not order.direction else ""

    def tier_refusal(self, order: Order) -> str:
        desk = order.desk
        opening = 0.0 if order.reduce_only else desk.opening(order.side, order.qty)
        if opening == 0.0:
            return ""
        value = desk.qty * desk.mark if desk.side == order.side else 0.0
        for other in desk.orders:
            if other.rests and other.side == order.side and other is not order:
                value += desk.opening(other.side, other.leaves) * other.price
        return self.tier_reason(desk, value + opening * self.reference(order), desk.leverage)

    def tier_reason(self, desk: Desk, value: float, leverage: float) -> str:
        tier = next((tier for tier in desk.instrument.tiers if value <= tier.limit), None)
        if tier is None:
            return "RISK_LIMIT"
        return "LEVERAGE_TIER" if leverage > tier.max_leverage else ""

    def count_refusal(self, order: Order) -> str:
        live = [other for other in order.desk.orders if other is not order and other.state != "coming"]
        if sum(not other.is_child for other in live) >= MOST_ORDERS:
            return "TOO_MANY_ORDERS"
        conditionals = sum(other.state == "Untriggered" and not other.is_child for other in live)
        if order.direction and conditionals >= MOST_CONDITIONALS:
            return "TOO_MANY_CONDITIONALS"
        new = (order.stop_loss > 0.0) + (order.take_profit > 0.0) if self.is_partial(order) else 0
        many = new and sum(other.mode == "Partial" for other in live) + new > MOST_PARTIAL
        return "TOO_MANY_TPSL" if many else ""

    def is_partial(self, order: Order) -> bool:
        return not (math.isnan(order.stop_limit) and math.isnan(order.target_limit))

    def margin_refusal(self, order: Order) -> str:
        """Of what it would open now: the takeover that it would meet, and its cost."""
        desk = order.desk
        opening = 0.0 if order.reduce_only else desk.opening(order.side, order.qty)
        if order.direction or opening == 0.0:
            return ""
        paid = desk.taking(order, desk.last)
        if paid is not None and order.tif != "PostOnly" and not self.cross:
            joins = desk.side == order.side
            qty, value, extra = (desk.qty, desk.value, desk.extra) if joins else (0.0, 0.0, 0.0)
            price = desk.liquidation_of(order.side, qty + opening, value + opening * paid, extra)
            if order.side * (desk.mark - price) <= 0.0:
                return "WOULD_LIQUIDATE"
        return self.cost_refusal(order, opening, desk.last)

    def cost_refusal(self, order: Order, opening: float, ref: float) -> str:
        desk = order.desk
        price = desk.slip(ref, order) if order.type == "Market" else order.price
        short = self.is_short(desk.cost(order.side, opening, price), self.available() + desk.reserve(order))
        return "INSUFFICIENT_MARGIN" if short else ""

    def activate(self, order: Order, ref: float = math.nan) -> None:
        """It takes what it may; what is left stands, or goes. `ref` is the path price, if that is not the last."""
        desk = order.desk
        ref = desk.last if math.isnan(ref) else ref
        paid = desk.taking(order, ref)
        if order.tif == "PostOnly" and paid is not None:
            self.end(order, "POST_ONLY_WOULD_TAKE")
        elif order.tif in ("IOC", "FOK") and paid is None:
            self.end(order, "NO_IMMEDIATE_QTY")
        elif order.tif == "FOK" and desk.budget < order.leaves:
            self.end(order, "FOK_NOT_FULL")
        elif paid is not None:
            qty = min(order.leaves, desk.budget)
            order.blocked = self.minute
            if qty > 0.0:
                self.fill(order, qty, paid, ref, maker=False)
            if order in desk.orders and order.tif in ("IOC", "FOK"):
                self.end(order, "NO_LIQUIDITY" if order.type == "Market" else "IOC_REMAINDER")

    def trigger(self, order: Order, ref: float) -> None:
        """Its source price has reached its trigger; `ref` is the last price that it meets."""
        desk = order.desk
        order.since, order.updated = self.minute, self.now
        if not self.cut(order):
            order.state = "New"
            self.end(order, "REDUCE_ONLY_NO_POSITION")
            return
        if order.is_child:
            for other in [other for other in desk.orders if other.parent == order.parent and other is not order]:
                if order.mode == other.mode == "Partial":
                    self.end(other, "SIBLING_TRIGGERED")
        if order.is_child and order.type == "Market":
            order.state = "working"
            self.work(order, ref)
            return
        opening = 0.0 if order.reduce_only else desk.opening(order.side, order.qty)
        short = self.cost_refusal(order, opening, ref) if opening > 0.0 else ""
        order.state = "New"
        if short:
            self.end(order, short)
        else:
            self.activate(order, ref)

    def work(self, order: Order, ref: float) -> None:
        """A market child takes what there is."""
        self.cut(order)
        order.blocked = self.minute
        qty = min(order.leaves, order.desk.budget)
        if qty > 0.0:
            self.fill(order, qty, order.desk.slip(ref, order), ref, maker=False)

    # Requests; each returns why it was not carried out, or nothing.

    def live(self, desk: Desk, order_id: int) -> Order | None:
        return next((order for order in desk.orders if order.id == order_id and order.state != "coming"), None)

    def cancel(self, desk: Desk, order_id: int) -> str:
        order = self.live(desk, order_id)
        if order is None:
            return "ORDER_NOT_LIVE"
        self.end(order, "USER")
        if order.kind == "trailing_stop":
            desk.trail = None
        return ""

    def cancel_all(self, desk: Desk) -> str:
        for order in [order for order in desk.orders if order.state != "coming"]:
            self.cancel(desk, order.id)
        return ""

    def amend(self, desk: Desk, order_id: int, **new: float) -> str:
        order = self.live(desk, order_id)
        if order is None:
            return "ORDER_NOT_LIVE"
        old = {name: getattr(order, name) for name in ("qty", "price", "trigger", "stop_loss", "take_profit")}
        given = {name: value for name, value in new.items() if not math.isnan(value)}
        beside = ("price" in given and order.type == "Market") or ("trigger" in given and order.state != "Untriggered")
        if beside or order.is_child:
            return "UNSUPPORTED"
        reserve = desk.reserve(order)
        for name, value in given.items():
            setattr(order, name, value if value > 0.0 else math.nan)
        self.snap(order)
        reason = self.amend_refusal(order, reserve, given)
        if reason:
            for name, value in old.items():
                setattr(order, name, value)
            return reason
        order.since, order.updated, order.amendments = self.minute, self.now, order.amendments + 1
        if order.state == "New":
            self.activate(order)
        return ""

    def amend_refusal(self, order: Order, reserve: float, given: dict[str, float]) -> str:
        if "qty" in given and order.qty <= order.filled:
            return "QTY_TOO_SMALL"
        reason = self.size_refusal(order) or self.price_refusal(order)
        if not reason and "trigger" in given:
            reason = self.side_refusal(order)
        if not reason:
            reason = self.level_refusal(order) or self.tier_refusal(order)
        short = self.is_short(0.0, self.available()) and order.desk.reserve(order) > reserve
        return reason or ("INSUFFICIENT_MARGIN" if short else "")

    def set_trading_stop(self, desk: Desk, **new: Any) -> str:
        if desk.side == 0:
            return "NO_POSITION"
        stop, target = new["stop_loss"], new["take_profit"]
        stop = stop if math.isnan(stop) else desk.tick(stop, up=desk.side > 0)
        target = target if math.isnan(target) else desk.tick(target, up=desk.side < 0)
        if stop > 0.0 and desk.side * (desk.last - stop) <= 0.0:
            return "SL_SIDE"
        if target > 0.0 and desk.side * (target - desk.last) <= 0.0:
            return "TP_SIDE"
        for kind, level, source in (("stop_loss", stop, new["stop_by"]), ("take_profit", target, new["target_by"])):
            self.set_level(desk, kind, level, source)
        trailing = new["trailing"]
        old = desk.child("trailing_stop")
        if trailing == 0.0 and old is not None and old.state == "Untriggered":
            self.cancel(desk, old.id)
        elif trailing > 0.0:
            self.set_trail(desk, trailing, new["trailing_activation"])
        return ""

    def set_level(self, desk: Desk, kind: str, level: float, source: str) -> None:
        order = desk.child(kind)
        if np.isnan(level):
            return
        if level == 0.0:
            if order is not None and order.state == "Untriggered":
                self.end(order, "USER")
        elif order is None:
            self.create_child(desk, kind, level, source)
        elif order.state == "Untriggered":
            order.trigger, order.source, order.since = level, source, self.minute
            order.updated, order.amendments = self.now, order.amendments + 1

    def set_leverage(self, desk: Desk, leverage: float) -> str:
        old = desk.leverage
        if not 1.0 <= leverage <= desk.instrument.max_leverage:
            return "LEVERAGE_TIER"
        if leverage == old:
            return "NOT_MODIFIED"
        for side in (1, -1):
            value = desk.qty * desk.mark if desk.side == side else 0.0
            value += sum(desk.opening(side, o.leaves) * o.price for o in desk.orders if o.rests and o.side == side)
            if reason := self.tier_reason(desk, value, leverage):
                return reason
        desk.leverage = leverage
        if self.is_short(0.0, self.available()):
            desk.leverage = old
            return "INSUFFICIENT_MARGIN"
        return ""

    def add_margin(self, desk: Desk, amount: float) -> str:
        if desk.side == 0:
            return "NO_POSITION"
        if self.cross:
            return "UNSUPPORTED"
        if amount > 0.0 and self.is_short(amount, self.available()):
            return "INSUFFICIENT_MARGIN"
        if amount < 0.0 and desk.extra + amount < 0.0:
            return "WOULD_LIQUIDATE"
        desk.extra += amount
        return ""
