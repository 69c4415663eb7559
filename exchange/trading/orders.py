"""The orders of an account, ours and those that follow from them, from their decision to their end."""

import math

import attrs

from exchange.orders import OrderName
from exchange.reports import FINAL_STATUSES, OrderReport
from exchange.simulated import codes
from exchange.trading.words import STATES, end_reason

# How many ended orders are remembered, for fills and reports that come late.
MOST_ENDED = 1_000
_NAN = math.nan
_SENT = 0


@attrs.define(kw_only=True, eq=False)
class OwnOrder:
    """An order.

    `status` is a code of ORDER_STATES, 0 until the exchange has told one; `reported_qty` is what it says to be filled,
    `filled_qty` what has come as executions. `asked_…` is an amendment that has not been answered, `cancelling` the
    reason (a code of ORDER_REASONS) for which we have asked, at `cancel_ms`, to cancel it, `waits_for` the cancels
    after which it may be sent.
    """

    number: int
    desk: int
    place: int
    kind: int
    side: int
    qty: float
    link_id: str = ""
    order_id: str = ""
    parent: int = 0
    trade_id: int = 0
    type: int = codes.TYPE_MARKET
    tif: int = codes.TIF_IOC
    price: float = _NAN
    trigger: float = _NAN
    direction: int = 0
    trigger_by: int = 0
    reduce_only: bool = True
    close_on_trigger: bool = False
    tpsl_mode: int = 0
    stop: float = _NAN
    target: float = _NAN
    limit_target: float = _NAN
    stop_operand: float = _NAN
    target_operand: float = _NAN
    exit_reason: int = 0
    bars_left: int = 0
    note: int = 0
    status: int = _SENT
    reason: int = 0
    reported_qty: float = 0.0
    filled_qty: float = 0.0
    filled_value: float = 0.0
    fees: float = 0.0
    created_ms: int
    arrival_ms: int
    updated_ms: int = 0
    amendments: int = 0
    asked_price: float = _NAN
    asked_qty: float = _NAN
    cancelling: int = 0
    cancel_ms: int = -1
    filled_at_cancel: float = 0.0
    waits_for: list[int] = attrs.field(factory=list[int])
    is_written: bool = False

    @property
    def is_final(self) -> bool:
        """Whether the exchange has told how it ended, or it has filled altogether."""
        return self.status >= codes.FILLED

    @property
    def is_done(self) -> bool:
        """Whether it has ended and all of its fills are here."""
        return self.is_final and self.filled_qty >= self.reported_qty

    @property
    def is_standing(self) -> bool:
        """Whether it stands at the exchange as a limit."""
        live = self.status in (codes.NEW, codes.PARTIALLY_FILLED, codes.TRIGGERED)
        return live and self.type == codes.TYPE_LIMIT

    def is_cancelled_at(self, now_ms: int) -> bool:
        """Whether we ask at this instant to cancel it."""
        return self.cancelling != 0 and self.cancel_ms == now_ms

    @property
    def name(self) -> OrderName:
        """How the exchange knows it."""
        return OrderName(order_id=self.order_id, link_id=self.link_id)

    def update(self, report: OrderReport) -> None:
        """Take over what the exchange says, unless the order has ended: an end is never taken back.

        Of two reports the one with more filled or the later time counts. A status that we do not know changes nothing.
        """
        if self.is_final or report.filled_qty < self.reported_qty or report.updated_ms < self.updated_ms:
            return
        self.order_id = report.order_id or self.order_id
        self.amendments += self.kind in _CHILDREN and self.status != _SENT and self.trigger != report.trigger
        self.qty, self.trigger = report.qty, report.trigger
        # What the exchange calls the price of a market order is its own bound for it.
        self.price = report.price if self.type == codes.TYPE_LIMIT else _NAN
        self.reported_qty = report.filled_qty
        if self.status == _SENT:
            self.arrival_ms = report.created_ms
        self.updated_ms = report.updated_ms
        self.status = STATES.get(report.status, self.status)
        if report.status in FINAL_STATUSES:
            self.reason = self.cancelling if self.status == codes.CANCELLED and self.cancelling else end_reason(report)

    def end(self, status: int, reason: int, now_ms: int) -> None:
        """It has ended without a report of the exchange."""
        self.status, self.reason, self.updated_ms = status, reason, now_ms


_CHILDREN = (codes.KIND_STOP_LOSS, codes.KIND_TAKE_PROFIT, codes.KIND_TRAILING)


class OrderBook:
    """Orders by the names that we and the exchange give them."""

    def __init__(self) -> None:
        """A book without orders."""
        self._orders: dict[int, OwnOrder] = {}
        self._ended: dict[int, OwnOrder] = {}
        self._by_link: dict[str, OwnOrder] = {}
        self._by_id: dict[str, OwnOrder] = {}
        self._next = 1

    def next_number(self) -> int:
        """A number for a new order."""
        self._next += 1
        return self._next - 1

    def add(self, order: OwnOrder) -> None:
        """A new order."""
        self._orders[order.number] = order
        self.name(order)

    def name(self, order: OwnOrder) -> None:
        """The order has got a name."""
        if order.link_id:
            self._by_link[order.link_id] = order
        if order.order_id:
            self._by_id[order.order_id] = order

    def find(self, link_id: str, order_id: str) -> OwnOrder | None:
        """An order by one of its names, also one that has ended not long ago."""
        return self._by_link.get(link_id) or self._by_id.get(order_id)

    def live(self) -> list[OwnOrder]:
        """The orders that have not ended, oldest first."""
        return list(self._orders.values())

    def entries_of(self, place: int) -> list[OwnOrder]:
        """The entry orders of a place that have not ended."""
        return [order for order in self._orders.values() if order.kind == codes.KIND_ENTRY and order.place == place]

    def retire(self, order: OwnOrder) -> None:
        """The order is done: it is remembered for a while. Does nothing for one that has been retired."""
        if self._orders.pop(order.number, None) is None:
            return
        self._ended[order.number] = order
        if len(self._ended) > MOST_ENDED:
            oldest = self._ended.pop(next(iter(self._ended)))
            self._by_link.pop(oldest.link_id, None)
            self._by_id.pop(oldest.order_id, None)
