"""A minute of the slow exchange: what arrives at the open, the jump, and the path, tick by tick."""

import numpy as np

from tests.exchange.simulated.sim_driver import INSTRUMENT, MINUTE
from tests.exchange.simulated.slow_account import SlowAccount
from tests.exchange.simulated.slow_orders import Order, Position, cents, qty3, ticks, worse


class SlowMarket(SlowAccount):
    """An account in front of a market."""

    def play_minute(self, opened: int, prices: tuple[float, float, float, float], volume: float) -> None:
        self.now = self.minute = opened
        previous, (open_px, high, low, close) = self.last, prices
        self.last = open_px
        rate = self.run_settings.participation_rate
        self.budget = np.inf if rate is None else np.floor(rate * volume * 1000 + 1e-6) / 1000
        if self.position and self.side * (open_px - self.liquidation()) <= 0.0:
            self.take_over()
            self.settle()
        self.arrivals()
        while (order := self.first_in_jump(previous, open_px)) is not None:
            at_level = order.kind == "take_profit" and order.state == "waiting"
            at_level = at_level and self.run_settings.tp_gap_fill == "level"
            self.meet(order, order.trigger if at_level else open_px)
            self.settle()
        self.see(open_px)
        near_high = abs(open_px - high) < abs(open_px - low)
        is_near = self.position is None or self.run_settings.intrabar_path == "nearest"
        turn = (high, low) if (near_high if is_near else self.side < 0) else (low, high)
        for leg, (start, end) in enumerate(((open_px, turn[0]), turn, (turn[1], close))):
            self.walk(leg, start, end)
        self.last = close
        self.now = opened + MINUTE

    def see(self, price: float) -> None:
        if self.position:
            best = max if self.side > 0 else min
            self.position.peak = best(self.position.peak, price)

    def walk(self, leg: int, start: float, end: float) -> None:
        """Every tick of the leg; what happens between two ticks is only the takeover."""
        before = start
        for price in ticks(start, end):
            held = self.position
            if held and before != price:
                takeover = self.liquidation()
                if held.side * (before - takeover) > 0.0 > held.side * (price - takeover):
                    self.last = takeover
                    self.at(leg, start, end, takeover)
                    self.take_over()
                    self.settle()
            self.last = before = price
            self.at(leg, start, end, price)
            while self.one_event(price, end - start):
                self.settle()
            self.see(price)

    def at(self, leg: int, start: float, end: float, price: float) -> None:
        share = 0.0 if end == start else (price - start) / (end - start)
        elapsed = int(np.floor((leg + share) / 3.0 * MINUTE + 0.001))
        self.now = self.minute + min(elapsed, MINUTE - 1)

    def one_event(self, price: float, way: float) -> bool:
        """Whether something happens at this price: the takeover, else the order with the lowest rank and id."""
        if self.position and self.side * (price - self.liquidation()) <= 0.0:
            self.take_over()
            return True
        for order in sorted(self.orders, key=lambda order: (order.rank, order.id)):
            if order.tried == self.minute or order.state not in ("waiting", "standing"):
                continue
            moves = order.state == "waiting" or order.direction * way > 0.0
            if moves and order.direction * (price - self.level(order)) >= 0.0:
                self.meet(order, price)
                return True
        return False

    def level(self, order: Order) -> float:
        if order.state == "waiting":
            return order.trigger
        tick = order.direction if self.run_settings.limit_fill == "through" else 0
        return (cents(order.price) + tick) / 100

    def first_in_jump(self, previous: float, open_px: float) -> Order | None:
        met = []
        for order in self.orders:
            if order.state == "coming" or order.since == self.minute or order.tried == self.minute:
                continue
            if order.state == "working":
                met.append((order.rank, 0.0, order.id, order))
                continue
            level = self.level(order)
            passed = [open_px] if order.state == "standing" else [previous, open_px]
            if any(order.direction * (price - level) >= 0.0 for price in passed):
                met.append((order.rank, abs(level - previous), order.id, order))
        return min(met)[-1] if met else None

    def meet(self, order: Order, price: float) -> None:
        order.tried = self.minute
        if order.kind == "entry":
            qty = min(order.leaves, self.budget)
            if qty > 0.0:
                self.open(order, qty, order.price, True)
            return
        assert self.position is not None
        order.qty = min(order.qty, qty3(order.filled + self.position.qty))
        qty = min(order.leaves, self.budget)
        maker = order.state == "standing"
        reason = (self.position.mover or "stop_loss") if order.kind == "stop_loss" else "take_profit"
        fill_price = order.price if maker else worse(price, order.side, self.run_settings.slippage_bps)
        if not maker:
            order.state = "working"
        if qty > 0.0:
            self.reduce(order, qty, order.price if maker else price, fill_price, maker, reason)

    def arrivals(self) -> None:
        held = self.position
        if held and held.next_stop:
            level, mover = held.next_stop
            held.next_stop = None
            self.move_stop(held, level, mover)
        while coming := [order for order in self.orders if order.state == "coming"]:
            order = min(coming, key=lambda order: (order.kind == "entry", order.id))
            if order.kind == "entry":
                self.arrive_entry(order)
            else:
                self.arrive_close(order)
            self.settle()

    def move_stop(self, held: Position, level: float, mover: str) -> None:
        if held.side * (self.last - level) > 0.0:
            stop = self.child("stop_loss") or self.create("stop_loss", -held.side, held.qty, state="waiting")
            if stop.state == "waiting":
                stop.trigger, stop.since, held.mover = level, self.minute, mover
        elif not self.closing():
            self.send_close(held.qty, mover)

    def taking(self, order: Order) -> float | None:
        price = worse(self.last, order.side, self.run_settings.slippage_bps)
        if np.isnan(order.price):
            return price
        if order.side * (order.price - self.last) <= 0.0:
            return None
        return min(price, order.price) if order.side > 0 else max(price, order.price)

    def arrive_close(self, order: Order) -> None:
        held = self.position
        if held is None or held.trade != order.trade:
            self.refuse("STALE_CLOSE")
            self.end(order, "Rejected", "REDUCE_ONLY_NO_POSITION")
            return
        if order.kind == "close" and order.qty < held.qty and order.qty < INSTRUMENT.min_qty:
            self.end(order, "Rejected", "QTY_TOO_SMALL")
            return
        order.qty = min(order.qty, qty3(order.filled + held.qty))
        price = self.taking(order)
        qty = 0.0 if price is None else min(order.leaves, self.budget)
        if order.kind == "target":
            order.state, order.since = "standing", self.minute
            order.tried = self.minute if price is not None else order.tried
        elif qty < order.leaves:
            held.rest, held.rest_reason = qty3(held.rest + order.leaves - qty), order.exit_reason
        if qty > 0.0 and price is not None:
            self.reduce(order, qty, self.last, price, False, order.exit_reason)
        if order in self.orders and order.state == "coming":
            self.end(order, "Cancelled", "NO_LIQUIDITY")

    def arrive_entry(self, order: Order) -> None:
        price = self.taking(order)
        reason = self.refusal(order, price)
        if reason:
            self.end(order, "Rejected", reason)
            return
        reason = ""
        if order.tif == "PostOnly" and price is not None:
            reason = "POST_ONLY_WOULD_TAKE"
        elif order.tif in ("IOC", "FOK") and price is None:
            reason = "NO_IMMEDIATE_QTY"
        elif order.tif == "FOK" and self.budget < order.qty:
            reason = "FOK_NOT_FULL"
        elif price is not None:
            order.tried = self.minute
            qty = min(order.qty, self.budget)
            if qty > 0.0:
                self.open(order, qty, price, False)
            if order.tif in ("IOC", "FOK"):
                reason = "NO_LIQUIDITY" if np.isnan(order.price) else "IOC_REMAINDER"
        if order in self.orders and reason:
            self.end(order, "Cancelled", reason)
        elif order in self.orders:
            order.state, order.since = "standing", self.minute

    def refusal(self, order: Order, price: float | None) -> str:
        reference = self.last if np.isnan(order.price) else order.price
        paid = price if np.isnan(order.price) else order.price
        if order.qty * reference < INSTRUMENT.min_notional:
            return "NOTIONAL_TOO_SMALL"
        if order.side * (reference - order.plan.stop) <= 0.0:
            return "SL_SIDE"
        if not self.play.limit_target and order.side * (order.plan.target - reference) <= 0.0:
            return "TP_SIDE"
        tier = next((tier for tier in INSTRUMENT.tiers if order.qty * reference <= tier.limit), None)
        if tier is None:
            return "RISK_LIMIT"
        if self.run_settings.leverage > tier.max_leverage:
            return "LEVERAGE_TIER"
        if price is not None:
            liquidation = self.liquidation_of(order.side, order.qty, order.qty * price)
            if order.side * (self.last - liquidation) <= 0.0:
                return "WOULD_LIQUIDATE"
        assert paid is not None
        return "INSUFFICIENT_MARGIN" if self.is_short(self.cost(order.side, order.qty, paid), self.free()) else ""
