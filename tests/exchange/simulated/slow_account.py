"""The account of the slow exchange: its wallet and ledger, how orders end, and what a fill does."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from exchange.instruments import Instrument
from exchange.settings import RunSettings
from tests.exchange.simulated.slow_desk import Desk
from tests.exchange.simulated.slow_values import NAN, TOLERANCE, Order, Trade, Trail, cash


class SlowAccount:
    """`fills`, `ledger`, `trades`, `ended` and `answers` are rows as dicts, in the order of events."""

    def __init__(self, listings: Sequence[tuple[Instrument, RunSettings]], start_ms: int, deposit: float) -> None:
        self.desks = [Desk(k, instrument, settings) for k, (instrument, settings) in enumerate(listings)]
        self.settings = listings[0][1]
        self.cross = self.settings.margin_mode == "cross"
        self.now = self.minute = start_ms
        self.wallet = 0.0
        self.ids = self.trade_count = self.seq = 0
        self.fills: list[dict[str, Any]] = []
        self.ledger: list[dict[str, Any]] = []
        self.trades: list[dict[str, Any]] = []
        self.ended: list[dict[str, Any]] = []
        self.answers: list[tuple[int, int, int]] = []
        self.halts: dict[int, str] = {}
        self.last_halt = ""
        self.bankrupt = False
        self.links: set[str] = set()
        self.book("DEPOSIT", deposit, None, 0, 0)

    # Money.

    def book(self, reason: str, amount: float, desk: Desk | None, order_id: int, fill: int, **of: float) -> None:
        self.wallet = cash(self.wallet + amount)
        trade = desk.trade if desk else None
        row = {"reason": reason, "amount": amount, "wallet": self.wallet, "ts": self.now, "seq": self.seq}
        row |= {"trade_id": trade.id if trade else 0, "order_id": order_id, "fill_id": fill}
        row |= {"instrument_id": desk.id if desk else -1, "play": trade.play if trade else -1}
        self.ledger.append(row | {"qty": NAN, "price": NAN, "rate": NAN} | of)
        self.seq += 1

    def reserved(self) -> float:
        return sum(desk.reserve(order) for desk in self.desks for order in desk.orders)

    def margins(self) -> float:
        return sum(desk.margin(cross=self.cross) for desk in self.desks)

    def profit(self) -> float:
        return sum(desk.profit for desk in self.desks)

    def available(self) -> float:
        return self.wallet + (self.profit() if self.cross else 0.0) - self.margins() - self.reserved()

    def is_short(self, cost: float, funds: float) -> bool:
        return cost > funds + TOLERANCE * max(1.0, abs(self.wallet))

    def settle_tiers(self) -> None:
        for desk in self.desks:
            desk.tier_value = desk.qty * desk.mark

    def settle(self) -> None:
        """After each event: a negative wallet is made good, then orders give way until the rest can be paid."""
        if self.wallet < 0.0:
            self.book("BANKRUPTCY_CREDIT", -self.wallet, None, 0, 0)
            self.bankrupt, self.last_halt = True, "bankrupt"
        while self.is_short(0.0, self.available()):
            paying = [order for desk in self.desks for order in desk.orders if desk.reserve(order) > 0.0]
            if not paying:
                break
            self.end(max(paying, key=lambda order: order.id), "INSUFFICIENT_MARGIN")
        self.settle_tiers()

    # Orders.

    def create(self, desk: Desk, kind: str, side: int, qty: float, **values: Any) -> Order:
        self.ids += 1
        of = {"created": self.now, "updated": self.now, "since": self.minute, "arrival": self.now} | values
        order = Order(id=self.ids, desk=desk, kind=kind, side=side, qty=qty, **of)
        desk.orders.append(order)
        return order

    def end(self, order: Order, reason: str, state: str = "") -> None:
        """The order is over; without a state it is cancelled, or deactivated if it waited for its trigger."""
        order.desk.orders.remove(order)
        state = state or ("Deactivated" if order.state == "Untriggered" else "Cancelled")
        row = {name: getattr(order, name) for name in ("kind", "side", "type", "tif", "qty", "price", "trigger")}
        row |= {name: getattr(order, name) for name in ("filled", "fees", "parent", "play", "amendments", "mode")}
        row |= {"id": order.id, "state": state, "reason": reason, "ts": self.now, "desk": order.desk.id}
        if not order.is_child and (order.stop_loss > 0.0 or order.take_profit > 0.0):
            row["mode"] = "Partial" if order.stop_limit > 0.0 or order.target_limit > 0.0 else "Full"
        row |= {"avg": order.value / order.filled if order.filled else NAN}
        self.ended.append(row)
        self.order_ended(order)

    def order_ended(self, order: Order) -> None:
        """For whoever wants to know."""

    def clear_children(self, desk: Desk, reason: str) -> None:
        for order in [order for order in desk.orders if order.is_child]:
            self.end(order, reason)
        desk.trail = None

    def cut(self, order: Order) -> bool:
        """A reduce-only order is never larger than what it can reduce; False if that is nothing."""
        if not order.reduce_only:
            return True
        desk = order.desk
        if desk.side != -order.side:
            return False
        whole = desk.lot(order.filled + desk.qty)
        order.qty = whole if order.qty == 0.0 else min(order.qty, whole)
        return True

    # Fills.

    def fill(self, order: Order, qty: float, price: float, ref: float, *, maker: bool) -> None:
        """`ref` is the path price, or the level, that `price` comes from."""
        desk = order.desk
        if desk.side == -order.side:
            part = min(qty, desk.qty)
            flips = not order.reduce_only and order.leaves > desk.qty
            self.reduce(order, part, price, ref, maker=maker, reason=self.reason(order, flips=flips))
            qty = desk.lot(qty - part)
            self.is_filled(order)
            if desk.qty == 0.0:
                self.end_trade(desk)
        if qty > 0.0 and not order.reduce_only:
            self.open(order, qty, price, ref, maker=maker)
            self.is_filled(order)
        self.follow(desk)

    def is_filled(self, order: Order) -> None:
        if order in order.desk.orders and order.leaves == 0.0:
            self.end(order, "", "Filled")

    def reason(self, order: Order, *, flips: bool) -> str:
        if order.exit_reason:
            return order.exit_reason
        if order.kind == "stop_loss":
            return order.desk.trade.mover or "stop_loss"
        if order.is_child:
            return order.kind
        return "flip" if flips else "reduce"

    def pay(self, order: Order, qty: float, price: float, ref: float, maker: bool, *of: Any) -> None:
        desk = order.desk
        trade, (realised, reason) = desk.trade, of
        rate = desk.maker if maker else desk.taker
        fee = cash(qty * price * rate)
        number = len(self.fills) + 1
        row = {"order_id": order.id, "trade_id": trade.id, "desk": desk.id, "ts": self.now, "side": order.side}
        row |= {"qty": qty, "price": price, "fee": fee, "maker": maker, "realised": realised, "reason": reason}
        row |= {"play": trade.play, "ref": ref, "mark": desk.mark, "seq": self.seq, "bust": False}
        self.seq += 1
        if reason != "entry":
            self.book("REALISED_PNL", realised, desk, order.id, number)
        self.book("FEE", -fee, desk, order.id, number)
        slippage = 0.0 if maker else abs(price - ref) * qty
        self.fills.append(row | {"wallet": self.wallet, "after": desk.side * desk.qty, "slippage": slippage})
        trade.fees, trade.gross = trade.fees + fee, trade.gross + realised
        trade.slippage, trade.fills = trade.slippage + slippage, trade.fills + 1
        if desk.settings.participation_rate is not None:
            desk.budget = desk.lot(desk.budget - qty)
        order.filled, order.value = desk.lot(order.filled + qty), order.value + qty * price
        order.fees, order.updated = order.fees + fee, self.now

    def reduce(self, order: Order, qty: float, price: float, ref: float, *, maker: bool, reason: str) -> None:
        desk = order.desk
        trade = desk.trade
        desk.see(price if maker else ref)
        share = qty / desk.qty
        released = desk.value if qty == desk.qty else desk.value * qty / desk.qty
        realised = cash(desk.side * (qty * price - released))
        desk.qty, desk.value = desk.lot(desk.qty - qty), desk.value - released
        desk.extra = 0.0 if desk.qty == 0.0 else desk.extra * (1 - share)
        trade.exit_qty, trade.exit_value = trade.exit_qty + qty, trade.exit_value + qty * price
        trade.exit_reason = reason
        self.pay(order, qty, price, ref, maker, realised, reason)

    def open(self, order: Order, qty: float, price: float, ref: float, *, maker: bool) -> None:
        desk = order.desk
        funds, cost = self.available() + desk.reserve(order), desk.cost(order.side, qty, price)
        paid = desk.lot(qty * funds / cost) if self.is_short(cost, funds) else qty
        if paid > 0.0:
            if desk.side == 0:
                self.trade_count += 1
                desk.side, desk.extra = order.side, 0.0
                desk.trade = Trade(self.trade_count, order.side, self.now, order.play, order, best=desk.last)
                desk.trade.first_stop, desk.trade.first_target = order.stop_loss, order.take_profit
            trade = desk.trade
            assert trade is not None
            desk.see(desk.last)
            desk.qty, desk.value = desk.lot(desk.qty + paid), desk.value + paid * price
            trade.entry_qty, trade.entry_value = trade.entry_qty + paid, trade.entry_value + paid * price
            trade.max_qty = max(trade.max_qty, desk.qty)
            self.pay(order, paid, price, ref, maker, 0.0, "entry")
            desk.see(desk.last)
            self.attach(order)
        if paid < qty:
            self.end(order, "INSUFFICIENT_MARGIN")

    def attach(self, order: Order) -> None:
        """Children come with an opening fill of their parent, those of a pair once and for all."""
        desk = order.desk
        if order.stop_limit > 0.0 or order.target_limit > 0.0:
            self.attach_pair(order)
        else:
            for kind, level, source in (
                ("stop_loss", order.stop_loss, order.stop_by),
                ("take_profit", order.take_profit, order.target_by),
            ):
                old = desk.child(kind)
                if level > 0.0 and (old is None or old.parent != order.id):
                    if old is not None:
                        self.end(old, "REPLACED")
                    self.create_child(desk, kind, level, source, play=order.play, parent=order.id)
        if order.trailing > 0.0 and (desk.trail is None or desk.trail.distance != order.trailing):
            self.set_trail(desk, order.trailing, order.trailing_activation, parent=order.id)

    def attach_pair(self, order: Order) -> None:
        if order.has_pair:
            return
        order.has_pair = True
        for kind, level, limit, source in (
            ("stop_loss", order.stop_loss, order.stop_limit, order.stop_by),
            ("take_profit", order.take_profit, order.target_limit, order.target_by),
        ):
            if level > 0.0:
                child = self.create_child(order.desk, kind, level, source, play=order.play, parent=order.id)
                child.mode, child.qty, child.opener = "Partial", order.filled, order
                if not np.isnan(limit):
                    child.type, child.tif, child.price = "Limit", "GTC", limit

    def create_child(self, desk: Desk, kind: str, level: float, source: str, **values: Any) -> Order:
        direction = 1 if (kind == "take_profit") == (desk.side > 0) else 2
        of: dict[str, Any] = {"trigger": level, "direction": direction, "source": source, "reduce_only": True}
        of |= {"state": "Untriggered", "close_on_trigger": True, "mode": "Full"} | values
        return self.create(desk, kind, -desk.side, desk.qty, **of)

    def set_trail(self, desk: Desk, distance: float, activation: float, **values: Any) -> None:
        old = desk.child("trailing_stop")
        desk.see(desk.last)
        if old is None:
            desk.trail = Trail(distance, activation, not activation > 0.0, desk.last)
            self.create_child(desk, "trailing_stop", NAN, "Last", **values)
        else:
            desk.trail.distance = distance
            if not desk.trail.on:
                desk.trail.activation, desk.trail.on = activation, not activation > 0.0
        if desk.trail.on:
            self.move_trail(desk, self.minute)

    def move_trail(self, desk: Desk, since: int) -> None:
        order = desk.child("trailing_stop")
        new = desk.tick(desk.trail.extreme - desk.side * desk.trail.distance, up=desk.side < 0)
        if order.state == "Untriggered" and (np.isnan(order.trigger) or desk.side * (new - order.trigger) > 0.0):
            order.amendments += not np.isnan(order.trigger)
            order.trigger, order.since = new, since

    def follow(self, desk: Desk) -> None:
        """Full children are as large as the position, partial ones as large as what their parent has filled."""
        for order in desk.orders:
            if not order.is_child or desk.side == 0:
                continue
            if order.mode == "Full":
                order.qty = desk.lot(order.filled + desk.qty)
            elif order.state == "Untriggered":
                order.qty = order.opener.filled

    def end_trade(self, desk: Desk) -> None:
        trade = desk.trade
        assert trade is not None
        net = cash(trade.gross - trade.fees + trade.funding)
        row = {name: getattr(trade, name) for name in ("id", "side", "entry_ts", "play", "exit_reason", "fills")}
        row |= {name: getattr(trade, name) for name in ("gross", "fees", "funding", "slippage", "mae", "mfe")}
        row |= {"desk": desk.id, "exit_ts": self.now, "qty": trade.entry_qty, "net": net, "bars": trade.bars_held}
        row["max_qty"] = trade.max_qty
        row |= {"entry": trade.entry_value / trade.entry_qty, "exit": trade.exit_value / trade.exit_qty}
        self.trades.append(row | {"stop": trade.first_stop, "target": trade.first_target})
        desk.side, desk.qty, desk.value, desk.extra, desk.trade = 0, 0.0, 0.0, 0.0, None
        self.clear_children(desk, "POSITION_CLEARED")
        for order in [order for order in desk.orders if order.reduce_only and order.state == "New"]:
            if order.leaves > 0.0:
                self.end(order, "REDUCE_ONLY")

    # Takeovers and funding.

    def bust(self, desk: Desk, price: float, realised: float, fee: float) -> None:
        desk.see(desk.last)
        trade = desk.trade
        assert trade is not None
        number = len(self.fills) + 1
        row = {"order_id": 0, "trade_id": trade.id, "desk": desk.id, "ts": self.now, "side": -desk.side}
        row |= {"qty": desk.qty, "price": price, "fee": fee, "maker": False, "realised": realised}
        row |= {"reason": "liquidation", "play": trade.play, "ref": price, "mark": desk.mark, "seq": self.seq}
        self.seq += 1
        trade.gross, trade.fees, trade.fills = trade.gross + realised, trade.fees + fee, trade.fills + 1
        trade.exit_qty, trade.exit_value = trade.exit_qty + desk.qty, trade.exit_value + desk.qty * price
        trade.exit_reason = "liquidation"
        self.book("REALISED_PNL", realised, desk, 0, number)
        self.book("LIQUIDATION_FEE", -fee, desk, 0, number)
        self.fills.append(row | {"wallet": self.wallet, "after": 0.0, "slippage": 0.0, "bust": True})
        if self.settings.on_liquidation == "halt" and trade.play >= 0:
            self.halts.setdefault(trade.play, "liquidation")
            self.last_halt = "liquidation"
        desk.qty = 0.0
        self.end_trade(desk)

    def end_all(self, desks: Sequence[Desk]) -> None:
        halts = self.settings.on_liquidation == "halt"
        for desk in desks:
            for order in list(desk.orders):
                if order.state != "coming" or (halts and order.kind == "entry"):
                    self.end(order, "LIQUIDATION")
            desk.trail = None

    def take_over(self, desk: Desk) -> None:
        self.end_all([desk])
        price = desk.entry * (1 - desk.side / desk.leverage) - desk.side * desk.extra / desk.qty
        self.bust(desk, price, -cash(desk.value / desk.leverage + desk.extra), cash(desk.close_fee))

    def take_over_all(self) -> None:
        """In cross margin: all positions at their marks, moved by one factor so that the wallet ends at nothing."""
        self.end_all(self.desks)
        held = [desk for desk in self.desks if desk.side]
        fees = sum(desk.taker * desk.qty * desk.mark for desk in held)
        weights = sum(desk.qty * desk.mark * (1 - desk.side * desk.taker) for desk in held)
        factor = (self.wallet + self.profit() - fees) / weights
        for desk in held:
            price = desk.mark * (1 - desk.side * factor)
            realised = cash(desk.side * (desk.qty * price - desk.value))
            self.bust(desk, price, realised, cash(desk.taker * desk.qty * price))
        if self.wallet != 0.0:
            self.book("LIQUIDATION_RESIDUE", -self.wallet, None, 0, 0)

    def fund(self, desk: Desk, rate: float, mark: float) -> None:
        if desk.side == 0:
            return
        amount = cash(-desk.side * desk.qty * mark * rate)
        self.book("FUNDING", amount, desk, 0, 0, qty=desk.qty, price=mark, rate=rate)
        desk.trade.funding += amount
        self.settle()
        short = -self.available()
        if not self.cross and self.is_short(short, 0.0):
            desk.extra -= short
            self.settle()
