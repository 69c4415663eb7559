"""One instrument of the slow exchange: its prices, its position, and what follows from both."""

import math

from exchange.instruments import Instrument
from exchange.settings import RunSettings
from tests.exchange.simulated.slow_values import NAN, Order, Trade, Trail, draw, on_grid


class Desk:
    """`path` are the four points of the minute as (last, mark); `last` and `mark` the prices of this instant."""

    def __init__(self, number: int, instrument: Instrument, settings: RunSettings) -> None:
        self.id, self.instrument, self.settings = number, instrument, settings
        self.leverage = settings.leverage
        self.taker, self.maker = settings.taker_fee_bps / 1e4, settings.maker_fee_bps / 1e4
        self.side, self.qty, self.value, self.extra = 0, 0.0, 0.0, 0.0
        self.trade: Trade | None = None
        self.trail: Trail | None = None
        self.orders: list[Order] = []
        self.last = self.mark = self.prev_last = self.prev_mark = NAN
        self.budget = math.inf
        self.path: list[tuple[float, float]] = []
        self.playing = False
        self.tier_value = 0.0
        self.owner = -1

    def lot(self, x: float) -> float:
        """A sum of quantities, which lies on the grid."""
        return on_grid(x, self.instrument.qty_step, up=False)

    def tick(self, price: float, *, up: bool) -> float:
        return on_grid(price, self.instrument.tick_size, up=up)

    @property
    def tick_size(self) -> float:
        return float(self.instrument.tick_size)

    @property
    def entry(self) -> float:
        return self.value / self.qty

    @property
    def profit(self) -> float:
        return self.side * (self.qty * self.mark - self.value) if self.side else 0.0

    @property
    def close_fee(self) -> float:
        return self.value * (1 - self.side / self.leverage) * self.taker

    def margin(self, *, cross: bool) -> float:
        if self.side == 0:
            return 0.0
        if cross:
            return self.qty * self.mark / self.leverage + self.close_fee
        return self.value / self.leverage + self.close_fee + self.extra

    def maintenance(self) -> float:
        """With the tier that the mark value had at the start of the leg, or at the last event."""
        if self.side == 0:
            return 0.0
        tier = max(self.instrument.tiers, key=lambda t: self.tier_value * t.maintenance_rate - t.deduction)
        return self.qty * self.mark * tier.maintenance_rate - tier.deduction + self.close_fee

    def liquidation(self) -> float:
        return self.liquidation_of(self.side, self.qty, self.value, self.extra)

    def liquidation_of(self, side: int, qty: float, value: float, extra: float) -> float:
        if side > 0:
            levels = [
                (value * (1 - 1 / self.leverage) - extra - tier.deduction) / (qty * (1 - tier.maintenance_rate))
                for tier in self.instrument.tiers
            ]
            return max(0.0, *levels)
        return min(
            (value * (1 + 1 / self.leverage) + extra + tier.deduction) / (qty * (1 + tier.maintenance_rate))
            for tier in self.instrument.tiers
        )

    def cost(self, side: int, qty: float, price: float) -> float:
        return qty * price * (1 / self.leverage + self.taker + self.taker * (1 - side / self.leverage))

    def opening(self, side: int, qty: float) -> float:
        """The part of an order of `qty` that goes beyond the position that it meets."""
        return max(0.0, self.lot(qty - self.qty)) if self.side == -side else qty

    def reserve(self, order: Order) -> float:
        if not order.rests:
            return 0.0
        return self.cost(order.side, self.opening(order.side, order.leaves), order.price)

    def slip(self, price: float, order: Order) -> float:
        settings = self.settings
        bps = settings.slippage_bps
        if settings.slippage_jitter_bps:
            bps = max(0.0, bps + (2 * draw(settings.seed, order.id, 1) - 1) * settings.slippage_jitter_bps)
        return self.tick(price * (1 + order.side * bps / 1e4), up=order.side > 0)

    def taking(self, order: Order, price: float) -> float | None:
        """What the order would pay now at a path price, None if it would stand."""
        paid = self.slip(price, order)
        if order.type == "Market":
            return paid
        if order.side * (order.price - price) <= 0.0:
            return None
        return min(paid, order.price) if order.side > 0 else max(paid, order.price)

    def see(self, price: float) -> None:
        """The path of the held position has been at this price."""
        if self.trade is None or self.qty == 0.0:
            return
        trade, entry = self.trade, self.entry
        trade.mae = max(trade.mae, self.side * (entry - price) / entry)
        trade.mfe = max(trade.mfe, self.side * (price - entry) / entry)
        best = max if self.side > 0 else min
        trade.best = best(trade.best, price)
        if self.trail is not None:
            self.trail.extreme = best(self.trail.extreme, price)

    def child(self, kind: str) -> Order | None:
        """The full child of the kind."""
        return next((o for o in self.orders if o.kind == kind and o.mode != "Partial"), None)

    def source(self, order: Order) -> float:
        return self.mark if order.source == "Mark" else self.last

    def level(self, order: Order) -> float:
        """The price that must be reached."""
        if order.state == "Untriggered":
            return order.trigger
        if self.settings.limit_fill == "through":
            return self.tick(order.price - order.side * self.tick_size, up=False)
        return order.price
