"""The same exchange once more, slow and plain: Python objects, and one event after the other.

It is written from the rules alone: nothing is remembered that can be worked out anew, and the next event is the first
of all that could happen.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from play_engine.market import MarketSlice
from tests.exchange.simulated.sim_driver import At
from tests.exchange.simulated.slow_market import Request, SlowMarket
from tests.exchange.simulated.slow_policy import Seat
from tests.exchange.simulated.slow_values import NAN, Order


class SlowExchange(SlowMarket):
    """An account with listings (instrument, settings) and seats (play, desk number, settings)."""

    def __init__(
        self, listings: Sequence[Any], seats: Sequence[Any] = (), start_ms: int = 0, deposit: float | None = None
    ) -> None:
        capital = sum(settings.capital_usdt for _, _, settings in seats)
        self.seats: list[Seat] = []
        super().__init__(listings, start_ms, capital if deposit is None else deposit)
        self.seats = [Seat(k, play, self.desks[desk], settings) for k, (play, desk, settings) in enumerate(seats)]
        for seat in self.seats:
            seat.peak = seat.settings.capital_usdt
        self.refusals: dict[str, int] = {}
        self.equity: list[dict[str, float]] = []
        self.request_count = 0
        self.stopped = False

    # What clients ask for.

    def submit(self, desk: int, order: Any, arrival_ms: int) -> int:
        of = {name: getattr(order, name) for name in ("price", "trigger", "stop_loss", "take_profit", "link_id")}
        of |= {name: getattr(order, name) for name in ("stop_by", "target_by", "stop_limit", "target_limit")}
        of |= {name: getattr(order, name) for name in ("trailing", "trailing_activation", "type", "close_on_trigger")}
        of |= {"direction": order.trigger_direction, "source": order.trigger_by, "arrival": arrival_ms}
        of |= {"tif": "IOC" if order.type == "Market" else order.tif}
        of |= {"reduce_only": order.reduce_only or order.close_on_trigger}
        return self.create(self.desks[desk], "client", order.side, order.qty, **of).id

    def request(self, desk: int, name: str, arrival_ms: int, **of: Any) -> int:
        self.request_count += 1
        self.requests.append(Request(self.request_count, self.desks[desk], arrival_ms, name, of))
        return self.request_count

    # The run.

    def run(
        self, markets: Sequence[MarketSlice], instants: Sequence[Sequence[At]] = (), atr: Sequence[Any] = ()
    ) -> None:
        """Everything up to the end of the bars, without closing what is open then."""
        rows = [dict(zip(market.bars.ts.tolist(), range(len(market)), strict=True)) for market in markets]
        for desk, market in zip(self.desks, markets, strict=True):
            self.funding[desk.id] += list(zip(market.funding.ts.tolist(), market.funding.values.tolist(), strict=True))
        waiting = [self.with_tests(seat, mine, markets) for seat, mine in zip(self.seats, instants, strict=False)]
        length = markets[0].bars.interval_ms
        for opened in [*sorted(set().union(*rows)), None]:
            while times := [mine[0].ts for mine in waiting if mine]:
                if (opened is not None and min(times) > opened) or (self.stopped and min(times) > self.now):
                    break
                self.decide_all(min(times), waiting)
            if opened is None or self.stopped:
                return
            bars = {k: _bar(market, rows[k][opened]) for k, market in enumerate(markets) if opened in rows[k]}
            self.play_minute(opened, opened + length, bars)
            for seat in self.seats:
                if seat.desk.playing:
                    read = atr[seat.id] if atr else None
                    self.end_minute(seat, NAN if read is None else float(read[rows[seat.desk.id][opened]]))
            self.stop_if_over()

    def with_tests(self, seat: Seat, instants: Sequence[At], markets: Sequence[MarketSlice]) -> list[At]:
        """The decisions of a seat, and empty ones at the other minutes at which its drawdown is tested."""
        if seat.settings.drawdown_check == "minute":
            bars = markets[seat.desk.id].bars
            seat.tests = set((bars.ts + bars.interval_ms).tolist())
        mine = {ts: At(ts) for ts in seat.tests} | {at.ts: at for at in instants}
        return [mine[ts] for ts in sorted(mine)]

    def decide_all(self, ts: int, waiting: list[list[At]]) -> None:
        self.now = ts
        due = [mine.pop(0) if mine and mine[0].ts == ts else None for mine in waiting]
        for seat, at in zip(self.seats, due, strict=True):
            if at is not None and at.exec_close:
                self.exec_close(seat)
        if any(at is not None and at.exec_close for at in due):
            self.equity_point()
        for seat, at in zip(self.seats, due, strict=True):
            if at is not None:
                self.test_drawdown(seat, at)
        for seat, at in zip(self.seats, due, strict=True):
            if at is not None:
                self.decide(seat, at)
                self.look_after(seat)
        self.stop_if_over()

    def stop_if_over(self) -> None:
        over = bool(self.seats) and all(seat.id in self.halts and seat.side == 0 for seat in self.seats)
        self.stopped = self.stopped or self.bankrupt or over

    def order_ended(self, order: Order) -> None:
        trade = order.desk.trade
        if order.kind == "entry" and trade is not None and trade.opener is order:
            trade.anchor_due = self.seats[order.play].play.anchor == "fill"

    def end_trade(self, desk: Any) -> None:
        super().end_trade(desk)
        if self.trades[-1]["play"] >= 0:
            self.seats[self.trades[-1]["play"]].booked += self.trades[-1]["net"]

    # The closing instant.

    def end_minute(self, seat: Seat, atr: float) -> None:
        self.look_after(seat)
        trade = seat.trade
        move = seat.next_stop(atr) if trade is not None else None
        if move is not None:
            of = {"seat": seat, "trade_id": trade.id, "level": move[0], "mover": move[1]}
            self.requests.append(Request(0, seat.desk, self.now + seat.settings.latency_ms, "move_stop", of))
            trade.sent_stop = move[0]

    def look_after(self, seat: Seat) -> None:
        trade, desk = seat.trade, seat.desk
        if trade is None:
            return
        if trade.anchor_due:
            self.anchor(seat)
        if trade.rest > 0.0:
            self.send_close(seat, min(trade.rest, desk.qty), trade.rest_reason)
            trade.rest = 0.0
        if trade.limit_target > 0.0:
            self.place_target(seat)

    def place_target(self, seat: Seat) -> None:
        trade, desk = seat.trade, seat.desk
        order = next((o for o in desk.orders if o.kind == "target"), None)
        if order is None:
            of = {"type": "Limit", "tif": "GTC", "reduce_only": True, "play": seat.id, "exit_reason": "take_profit"}
            order = self.create(desk, "target", -desk.side, desk.qty, parent=trade.opener.id, trade=trade.id, **of)
            order.amendments = -1
        whole = desk.lot(order.filled + desk.qty)
        if order.price == trade.limit_target and order.qty == whole:
            return
        late = seat.arrival(self.now, order.id) > self.now
        if late and order.amendments >= 0:
            self.amend_later(seat, order, whole)
            return
        order.qty, order.amendments = whole, order.amendments + 1
        if order.price != trade.limit_target:
            order.price, order.since = trade.limit_target, -1
            order.arrival = seat.arrival(self.now, order.id)
            order.state = "coming" if late or order.side * (order.price - desk.last) > 0.0 else "New"

    def amend_later(self, seat: Seat, order: Order, qty: float) -> None:
        """The amendment of a target is on its way, unless the same one is already."""
        of = {"order_id": order.id, "qty": qty, "price": seat.trade.limit_target, "trigger": NAN}
        of |= {"stop_loss": NAN, "take_profit": NAN}
        same = ("order_id", "qty", "price")
        pending = [request.of for request in self.requests if request.name == "amend"]
        if not any(all(other[name] == of[name] for name in same) for other in pending):
            self.requests.append(Request(0, seat.desk, seat.arrival(self.now, order.id), "amend", of))

    def anchor(self, seat: Seat) -> None:
        trade, desk = seat.trade, seat.desk
        trade.anchor_due = False
        stop, target = seat.levels(desk.side, desk.entry, trade.opener.plan)
        order = desk.child("stop_loss")
        beyond = stop > 0.0 and desk.side * (desk.last - stop) > 0.0
        if order and beyond and (not trade.mover or desk.side * (stop - order.trigger) > 0.0):
            self.anchor_level(order, stop)
        order = desk.child("take_profit")
        if order and desk.side * (target - desk.last) > 0.0:
            self.anchor_level(order, target)
        if seat.play.limit_target and target > 0.0:
            trade.limit_target = target

    def anchor_level(self, order: Order, level: float) -> None:
        if order.state == "Untriggered" and order.trigger != level:
            order.trigger, order.amendments, order.since = level, order.amendments + 1, -1

    def exec_close(self, seat: Seat) -> None:
        for order in [order for order in seat.entries() if order.bars_left > 0]:
            order.bars_left -= 1
            if order.bars_left == 0:
                self.end(order, "EXPIRED")
        if seat.trade is not None:
            seat.trade.bars_held += 1

    def equity_point(self) -> None:
        row = {"ts": self.now, "wallet": self.wallet, "equity": self.wallet + self.profit()}
        row |= {"reserve": self.reserved(), "margin": self.margins(), "available": max(0.0, self.available())}
        self.equity.append(row)

    def test_drawdown(self, seat: Seat, at: At) -> None:
        if at.exec_close or at.ts in seat.tests:
            equity = seat.equity(seat.desk.last)
            seat.peak = max(seat.peak, equity)
            if seat.id not in self.halts and (seat.peak - equity) / seat.peak * 100 >= seat.settings.max_drawdown_pct:
                self.halts[seat.id] = self.last_halt = "max_drawdown"
                self.cancel_entries(seat, "USER")
            flatten = self.halts.get(seat.id) == "max_drawdown" and seat.settings.on_drawdown == "flatten"
            if flatten and seat.trade and not seat.trade.full_close:
                self.send_close(seat, seat.desk.qty, "max_drawdown")

    # Decisions.

    def refuse(self, reason: str) -> None:
        self.refusals[reason] = self.refusals.get(reason, 0) + 1

    def cancel_entries(self, seat: Seat, reason: str) -> None:
        for order in seat.entries():
            self.end(order, reason)

    def send(self, seat: Seat, kind: str, side: int, qty: float, **of: Any) -> Order:
        order = self.create(seat.desk, kind, side, qty, play=seat.id, **of)
        order.arrival = seat.arrival(self.now, order.id)
        return order

    def send_close(self, seat: Seat, qty: float, reason: str) -> None:
        of = {"reduce_only": True, "trade": seat.trade.id, "exit_reason": reason}
        self.send(seat, "close", -seat.side, qty, **of)
        if qty == seat.desk.qty:
            seat.trade.full_close = True

    def decide(self, seat: Seat, at: At) -> None:
        policy = seat.play.policy
        for intent in at.intents:
            name, percent = (intent, 100.0) if isinstance(intent, str) else intent[:2]
            if name in ("entry_long", "entry_short"):
                side = 1 if name == "entry_long" else -1
                allowed = policy.mode in ("long_short", "long_only" if side > 0 else "short_only")
                flips = policy.allow_flip and seat.side == -side and not seat.trade.full_close
                if allowed and (flips or (seat.side == 0 and not seat.entries())):
                    self.enter(seat, at, side)
                    return
            elif name in self.exits(seat):
                self.cancel_entries(seat, "USER")
                self.send_close(seat, self.part(seat, percent), "signal")
                return

    def exits(self, seat: Seat) -> tuple[str, ...]:
        """The names of the exits that are actionable."""
        if seat.side == 0 or seat.trade.full_close:
            return ()
        return "exit_all", "exit_long" if seat.side > 0 else "exit_short"

    def part(self, seat: Seat, percent: float) -> float:
        whole = seat.desk.qty
        part = seat.desk.lot(whole * percent / 100)
        rest = seat.desk.lot(whole - part)
        return whole if percent >= 99.9999 or rest < seat.desk.instrument.min_qty else part

    def enter(self, seat: Seat, at: At, side: int) -> None:
        desk = seat.desk
        equity = seat.equity(at.price)
        if seat.side:
            self.cancel_entries(seat, "USER")
            free = self.available() + desk.margin(cross=self.cross) + seat.profit(at.price)
            free = min(equity, free - (desk.profit if self.cross else 0.0))
            self.send_close(seat, desk.qty, "flip")
        else:
            free = min(equity, self.available())
        if seat.id in self.halts or self.bankrupt:
            self.refuse("HALTED")
            return
        theirs = [order for order in desk.orders if order.kind == "entry" and order.play != seat.id]
        if theirs or (desk.trade is not None and desk.trade.play != seat.id):
            self.refuse("SYMBOL_OWNED")
            return
        plan = seat.plan(side, at, equity, free)
        if isinstance(plan, str):
            self.refuse(plan)
            return
        limit, qty, stop, target = plan
        order = self.send(seat, "entry", side, qty, stop_loss=stop, plan=at)
        if not seat.play.limit_target:
            order.take_profit = target
        order.target = target
        if not math.isnan(limit):
            order.type, order.price, order.tif = "Limit", limit, seat.play.entry.time_in_force
            order.bars_left = seat.play.entry.expire_after_bars

    # What a Play's orders do otherwise than a client's.

    def reason(self, order: Order, *, flips: bool) -> str:
        return super().reason(order, flips=flips or order.kind == "entry")

    def clear_children(self, desk: Any, reason: str) -> None:
        super().clear_children(desk, reason)
        for order in [order for order in desk.orders if order.kind == "target" and reason == "POSITION_CLEARED"]:
            self.end(order, "REDUCE_ONLY")

    def attach(self, order: Order) -> None:
        super().attach(order)
        if order.kind == "entry" and self.seats[order.play].play.limit_target:
            trade = order.desk.trade
            if trade.opener is order:
                trade.limit_target = trade.first_target = order.target

    def arrive(self, order: Order) -> None:
        if order.kind not in ("close", "target"):
            super().arrive(order)
            return
        desk = order.desk
        trade = desk.trade
        if trade is None or trade.id != order.trade:
            self.refuse("STALE_CLOSE")
            self.end(order, "REDUCE_ONLY_NO_POSITION", "Rejected")
            return
        super().arrive(order)
        cut = self.ended[-1] if self.ended and self.ended[-1]["id"] == order.id else None
        if cut and cut["reason"] == "NO_LIQUIDITY" and desk.trade is trade:
            trade.rest = desk.lot(trade.rest + order.leaves)
            trade.rest_reason = order.exit_reason

    def move_stop(self, desk: Any, seat: Seat, trade_id: int, level: float, mover: str) -> str:
        trade = seat.trade
        if trade is None or trade.id != trade_id:
            return "NO_POSITION"
        if desk.side * (desk.last - level) > 0.0:
            stop = desk.child("stop_loss")
            if stop is None:
                self.create_child(desk, "stop_loss", level, "Last", play=seat.id, parent=trade.opener.id)
                trade.mover = mover
            elif stop.state == "Untriggered":
                stop.amendments += stop.trigger != level
                stop.trigger, stop.since, trade.mover = level, self.minute, mover
        elif not trade.full_close:
            self.send_close(seat, desk.qty, mover)
            desk.orders[-1].arrival = self.now
            return "SL_SIDE"
        return ""

    def finish(self, reason: str) -> None:
        """All orders end, and what is held is closed at the last price."""
        for desk in self.desks:
            for order in list(desk.orders):
                if not order.is_child or desk.side == 0:
                    self.end(order, "RUN_END")
            self.clear_children(desk, "RUN_END")
            if desk.side:
                why = "end_of_data" if reason == "completed" and not self.bankrupt else "halted"
                order = self.create(desk, "forced", -desk.side, desk.qty, reduce_only=True, exit_reason=why)
                order.play = desk.trade.play
                self.fill(order, desk.qty, desk.slip(desk.last, order), desk.last, maker=False)
            self.settle()


def _bar(market: MarketSlice, row: int) -> tuple[Any, Any, float]:
    bars, mark = market.bars, market.mark if market.mark is not None else market.bars
    last = [float(column[row]) for column in (bars.open, bars.high, bars.low, bars.close)]
    marks = [float(column[row]) for column in (mark.open, mark.high, mark.low, mark.close)]
    return np.array(last).tolist(), marks, float(bars.volume[row])
