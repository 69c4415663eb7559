"""The same exchange once more, slow and plain: Python objects, and a path that is walked tick by tick.

Sizing and levels of an entry are the policy's own functions. Everything else is written again from the rules: nothing
is remembered that can be worked out anew, and no event is looked for ahead of the price.
"""

from typing import Any

from exchange.policy import ENTRY_LONG, ENTRY_SHORT, REFUSALS, close_qty, levels, may_enter, may_exit, plan_entry
from play_engine.bars import BarSeries
from play_engine.intents import ACTION_CODES
from tests.exchange.simulated.sim_driver import At
from tests.exchange.simulated.slow_market import SlowMarket
from tests.exchange.simulated.slow_orders import Position, qty3, worse


class SlowExchange(SlowMarket):
    """One run of a play: what the policy decides, and when."""

    def refuse(self, reason: str) -> None:
        self.refusals[reason] = self.refusals.get(reason, 0) + 1

    def look_after(self) -> None:
        held = self.position
        if held is None:
            return
        if held.anchor_due:
            self.anchor(held)
        if held.rest > 0.0:
            self.send_close(min(held.rest, held.qty), held.rest_reason)
            held.rest = 0.0
        level = held.opener.plan.target
        if self.play.limit_target and level > 0.0:
            order = self.child("target")
            if order is None:
                order = self.create("target", -held.side, held.qty, trade=held.trade, exit_reason="take_profit")
            order.qty = qty3(order.filled + held.qty)
            if order.price != level:
                order.price = level
                order.state = "coming" if order.side * (level - self.last) > 0.0 else "standing"

    def anchor(self, held: Position) -> None:
        held.anchor_due = False
        leverage = self.run_settings.leverage
        stop, target = levels(self.rules, leverage, self.record, held.side, held.entry, *held.opener.operands)
        order = self.child("stop_loss")
        beyond = stop > 0.0 and held.side * (self.last - stop) > 0.0
        if order and order.state == "waiting" and beyond and (not held.mover or held.side * (stop - order.trigger) > 0):
            order.trigger = stop
        order = self.child("take_profit")
        if order and order.state == "waiting" and held.side * (target - self.last) > 0.0:
            order.trigger = target
        if self.play.limit_target and target > 0.0:
            held.opener.plan = held.opener.plan._replace(target=target)

    def decide_stop(self, atr: float) -> None:
        held, stop = self.position, self.child("stop_loss")
        if held is None or (stop and stop.state != "waiting"):
            return
        trailing, even = self.play.trailing, self.play.break_even
        best = stop.trigger if stop else None
        peak = max(held.peak, held.entry) if held.side > 0 else min(held.peak, held.entry)
        if trailing:
            held.trailing |= held.side * (peak - held.entry) / held.entry * 100 >= trailing.activation_pct
            distance = None
            if trailing.atr is not None and atr > 0.0:
                distance = atr * trailing.atr_multiplier
            elif trailing.trail_pct is not None:
                distance = peak * trailing.trail_pct / 100
            if held.trailing and distance is not None:
                best = self.tighten(held, best, peak - held.side * distance, "trailing_stop")
        far = even and held.side * (self.last - held.entry) / held.entry * 100 >= even.activation_pct
        if even and far and not held.broke_even:
            held.broke_even = True
            self.tighten(held, best, held.entry * (1 + held.side * even.offset_pct / 100), "break_even")

    def tighten(self, held: Position, best: float | None, level: float, mover: str) -> float | None:
        level = worse(level, held.side, 0.0)
        if level > 0.0 and (best is None or held.side * (level - best) > 0.0):
            held.next_stop = (level, mover)
            return level
        return best

    def exec_close(self) -> None:
        for order in [order for order in self.orders if order.kind == "entry" and order.bars_left > 0]:
            order.bars_left -= 1
            if order.bars_left == 0:
                self.end(order, "Cancelled", "EXPIRED")
        equity = self.wallet + self.profit(self.last)
        self.equity.append((self.now, equity, self.reserve()))
        self.peak_equity = max(self.peak_equity, equity)
        drawdown_pct = (self.peak_equity - equity) / self.peak_equity * 100
        if not self.halted and drawdown_pct >= self.run_settings.max_drawdown_pct:
            self.halted = "max_drawdown"
            self.cancel_entries("USER")
        flatten = self.halted == "max_drawdown" and self.run_settings.on_drawdown == "flatten"
        if flatten and self.position and not self.closing():
            self.send_close(self.position.qty, "max_drawdown")

    def decide(self, at: At) -> None:
        for name, percent, *_ in at.intents:
            action, held = ACTION_CODES[name], self.position
            if action in (ENTRY_LONG, ENTRY_SHORT):
                if may_enter(self.rules, action, self.side, self.working_entry(), self.closing()):
                    self.enter(at, 1 if action == ENTRY_LONG else -1)
                    return
            elif may_exit(action, self.side, self.closing()):
                assert held is not None
                self.cancel_entries("USER")
                self.send_close(close_qty(self.record, held.qty, percent), "signal")
                return

    def enter(self, at: At, side: int) -> None:
        equity = self.wallet + self.profit(at.price)
        free = equity
        if self.position:
            self.cancel_entries("USER")
            self.send_close(self.position.qty, "flip")
        else:
            free = min(equity, self.wallet)
        if self.halted:
            self.refuse("HALTED")
            return
        operands = (at.stop, at.target)
        plan = plan_entry(self.rules, self.setting_record, self.record, side, at.price, *operands, equity, free)
        if plan.refusal:
            self.refuse(REFUSALS[plan.refusal])
            return
        order = self.create("entry", side, plan.qty, plan=plan, operands=operands)
        if self.play.entry.type == "LIMIT":
            order.price, order.tif = plan.limit, self.play.entry.time_in_force
            order.bars_left = self.play.entry.expire_after_bars

    def run(self, bars: BarSeries, instants: list[At], atr: Any) -> None:
        """Everything up to the end of the bars, without closing what is open then."""
        columns = (bars.open, bars.high, bars.low, bars.close)
        waiting = list(instants)
        for k, opened in enumerate([*bars.ts.tolist(), None]):
            while waiting and (opened is None or waiting[0].ts <= opened):
                at = waiting[0]
                if self.is_over() and at.ts > self.now:
                    return
                del waiting[0]
                self.now = at.ts
                if at.exec_close:
                    self.exec_close()
                self.decide(at)
                self.look_after()
            if opened is None or self.is_over():
                return
            self.play_minute(opened, tuple(float(column[k]) for column in columns), float(bars.volume[k]))  # type: ignore[arg-type]
            self.look_after()
            self.decide_stop(float(atr[k]))

    def is_over(self) -> bool:
        return self.halted == "bankrupt" or (bool(self.halted) and self.position is None)
