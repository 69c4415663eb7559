"""What a Play makes of its decisions, written again from the rules: sizes, levels, stop moves, closes."""

import math
from typing import Any

import attrs

from exchange.settings import RunSettings
from play_engine.play.model import Play
from tests.exchange.simulated.sim_driver import At
from tests.exchange.simulated.slow_desk import Desk
from tests.exchange.simulated.slow_values import NAN, draw


@attrs.define(eq=False)
class Seat:
    """A Play on the account: what it has booked, and whether it may still enter."""

    id: int
    play: Play
    desk: Desk
    settings: RunSettings
    booked: float = 0.0
    peak: float = 0.0
    tests: set[int] = attrs.field(factory=set)

    @property
    def trade(self) -> Any:
        """The position, if it is this Play's."""
        trade = self.desk.trade
        return trade if trade is not None and trade.play == self.id else None

    @property
    def side(self) -> int:
        return self.trade.side if self.trade else 0

    def profit(self, price: float) -> float:
        return self.side * (self.desk.qty * price - self.desk.value) if self.side else 0.0

    def equity(self, price: float) -> float:
        open_part = self.trade.gross - self.trade.fees + self.trade.funding if self.trade else 0.0
        return self.settings.capital_usdt + self.booked + open_part + self.profit(price)

    def entries(self) -> list[Any]:
        return [order for order in self.desk.orders if order.kind == "entry" and order.play == self.id]

    def arrival(self, now: int, order_id: int) -> int:
        settings = self.settings
        late = 0
        if settings.latency_jitter_ms:
            late = math.floor(draw(settings.seed, order_id, 2) * (settings.latency_jitter_ms + 1))
        return now + settings.latency_ms + late

    # Levels and size.

    def stop_distance(self, price: float, operand: float) -> float:
        rule = self.play.stop
        assert rule is not None
        if rule.type == "percent":
            return price * rule.value / 100 / max(1.0, self.desk.leverage)
        if rule.type in ("price_percent", "trailing_pct"):
            return price * rule.value / 100
        if rule.type in ("atr_multiple", "trailing_atr"):
            return operand * rule.value if operand > 0.0 else NAN
        return rule.value if rule.type == "fixed_points" else abs(price - operand)

    def levels(self, side: int, price: float, at: At) -> tuple[float, float]:
        """Stop and target of an entry at `price`; NaN for none."""
        stop = target = NAN
        rule, aim = self.play.stop, self.play.target
        if rule is not None:
            buffer = price * rule.buffer_pct / 100
            distance = self.stop_distance(price, at.stop)
            stop = at.stop - side * buffer if rule.type == "structure" else price - side * distance
            if rule.type == "atr_multiple":
                stop = price - side * (distance + buffer)
        if aim is not None:
            way = {
                "percent": price * aim.value / 100 / max(1.0, self.desk.leverage),
                "price_percent": price * aim.value / 100,
                "atr_multiple": at.target * aim.value if at.target > 0.0 else NAN,
                "fixed_points": aim.value,
            }.get(aim.type)
            if way is None:
                way = self.stop_distance(price, at.stop) * aim.value
            target = price + side * way
        stop = stop if math.isnan(stop) else self.desk.tick(stop, up=side > 0)
        return stop, target if math.isnan(target) else self.desk.tick(target, up=side < 0)

    def plan(self, side: int, at: At, equity: float, free: float) -> Any:
        """(limit, quantity, stop, target) of an entry, or the reason why there is none."""
        play, settings, desk = self.play, self.settings, self.desk
        stop, target = self.levels(side, at.price, at)
        price, limit = at.price * (1 + side * settings.slippage_bps / 1e4), NAN
        if play.entry.type == "LIMIT":
            limit = desk.tick(at.price * (1 - side * play.entry.limit_offset_pct / 100), up=side < 0)
            price = limit
        if play.stop is not None and math.isnan(stop):
            return "STOP_UNAVAILABLE"
        if play.target is not None and not target > 0.0:
            return "TARGET_UNAVAILABLE"
        if side * (price - stop) <= 0.0:
            return "SL_SIDE"
        if side * (target - price) <= 0.0:
            return "TP_SIDE"
        if equity <= 0.0 or free <= 0.0 or price <= 0.0:
            return "SIZE_TOO_SMALL"
        qty = self.size(side, price, stop, equity, free)
        if qty > 0.0 and not math.isnan(stop):
            liquidation = desk.liquidation_of(side, qty, qty * price, 0.0)
            room = 0.999 * abs(price - liquidation)
            within = liquidation <= 0.0 or abs(price - stop) <= room
            if stop <= 0.0 or (not within and settings.on_sl_beyond_liq == "reject"):
                return "SL_BEYOND_LIQUIDATION"
            if not within and settings.on_sl_beyond_liq == "adjust":
                stop = desk.tick(price - side * room, up=side > 0)
        least = max(desk.instrument.min_notional, settings.min_trade_notional_usdt)
        if qty < desk.instrument.min_qty or qty * price < least:
            return "SIZE_TOO_SMALL"
        return limit, qty, stop, target

    def size(self, side: int, price: float, stop: float, equity: float, free: float) -> float:
        play, settings, desk = self.play, self.settings, self.desk
        leverage, share = desk.leverage, play.sizing.value / 100
        if play.sizing.model == "percent_equity":
            value = equity * share * leverage
        elif play.sizing.model == "risk_based":
            value = equity * share * price / abs(price - stop)
        else:
            value = play.sizing.value
        value = min(value, free * settings.max_position_equity_pct / 100 * leverage)
        value = min(value, free / ((1 + settings.sizing_price_buffer_bps / 1e4) * desk.cost(side, 1.0, 1.0)))
        allowed = [tier.limit for tier in desk.instrument.tiers if leverage <= tier.max_leverage]
        value = min(value, max(allowed, default=0.0))
        most = desk.instrument.max_qty
        if play.entry.type == "MARKET":
            most = min(most, desk.instrument.max_market_qty)
        return min(desk.lot(value / price), most)

    # Stop moves.

    def next_stop(self, atr: float) -> tuple[float, str] | None:
        """Where the stop should go after the minute that ended, and what moves it there."""
        trade, desk, play = self.trade, self.desk, self.play
        stop = desk.child("stop_loss")
        if trade is None or (stop and stop.state != "Untriggered"):
            return None
        side, entry = desk.side, desk.entry
        best: tuple[float, str] | None = None
        held = stop.trigger if stop else NAN
        if not side * (held - trade.sent_stop) >= 0.0 and not math.isnan(trade.sent_stop):
            held = trade.sent_stop
        peak = max(trade.best, entry) if side > 0 else min(trade.best, entry)
        if play.trailing:
            trade.trailing |= side * (peak - entry) / entry * 100 >= play.trailing.activation_pct
            distance = NAN
            if play.trailing.atr is not None and atr > 0.0:
                distance = atr * play.trailing.atr_multiplier
            elif play.trailing.trail_pct is not None:
                distance = peak * play.trailing.trail_pct / 100
            if trade.trailing and not math.isnan(distance):
                level = desk.tick(peak - side * distance, up=side > 0)
                if level > 0.0 and not side * (level - held) <= 0.0:
                    best, held = (level, "trailing_stop"), level
        even = play.break_even
        if even and not trade.broke_even and side * (desk.last - entry) / entry * 100 >= even.activation_pct:
            trade.broke_even = True
            level = desk.tick(entry * (1 + side * even.offset_pct / 100), up=side > 0)
            if level > 0.0 and not side * (level - held) <= 0.0:
                best = level, "break_even"
        return best
