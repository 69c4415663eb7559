"""Orders and requests on their way to the exchange: named by their cause, in the order in which they are decided."""

import math

from exchange.orders import Amendment, NewOrder
from exchange.policy import STALE_CLOSE
from exchange.simulated import codes
from exchange.simulated.state import CLIENT
from exchange.trading.commands import AmendOrder, CancelOrder, SubmitOrder
from exchange.trading.order_id import OrderId
from exchange.trading.orders import OwnOrder
from exchange.trading.state import Books, Desk, Place, Position
from exchange.trading.tables import write_order

_TYPES = {int(code): name for code, name in codes.ORDER_TYPES.items()}
_TIFS = {int(code): name for code, name in codes.TIMES_IN_FORCE.items()}


def new_order(books: Books, desk: Desk, place: int, kind: int, side: int, qty: float, leg: str) -> OwnOrder:
    """A market order with the next number, and the first name of its cause that has not been used. It is not sent."""
    order = OwnOrder(
        number=books.orders.next_number(),
        desk=desk.number,
        place=place,
        kind=kind,
        side=side,
        qty=qty,
        link_id=_free_name(books, place, leg),
        reduce_only=kind != codes.KIND_ENTRY,
        created_ms=books.clock_ms,
        arrival_ms=books.clock_ms,
    )
    add_order(books, order)
    return order


def add_order(books: Books, order: OwnOrder) -> None:
    """An order that has just come to life."""
    books.orders.add(order)
    books.tally["orders"] += 1


def submission(desk: Desk, order: OwnOrder) -> SubmitOrder:
    """The command that sends an order."""
    sent = NewOrder(
        side=order.side,
        qty=order.qty,
        type=_TYPES[order.type],
        tif=_TIFS[order.tif],
        price=order.price,
        reduce_only=order.reduce_only,
        stop_loss=order.stop,
        take_profit=order.target,
        link_id=order.link_id,
    )
    return SubmitOrder(symbol=desk.symbol, order=sent)


def send_entry(books: Books, desk: Desk, order: OwnOrder) -> None:
    """Send an entry; behind the cancels of entries of its Play that are under way, because both must never fill."""
    order.waits_for = [
        other.number for other in books.orders.entries_of(order.place) if other.is_cancelled_at(books.clock_ms)
    ]
    if not order.waits_for:
        books.commands.append(submission(desk, order))


def send_close(books: Books, desk: Desk, position: Position, qty: float, exit_reason: int, leg: str) -> list[OwnOrder]:
    """Send reduce-only market orders against the open trade: one, or more if the exchange takes no larger ones."""
    trade, sent, rest = position.trade, list[OwnOrder](), qty
    place = books.place_of(trade.place)
    if place is not None and qty == position.qty:
        place.closing = True
    while rest > 0.0:
        part = min(rest, desk.listing.instrument.max_market_qty)
        order = new_order(books, desk, trade.place, codes.KIND_CLOSE, -position.side, part, leg)
        order.trade_id = trade.number
        order.exit_reason = exit_reason
        books.commands.append(submission(desk, order))
        sent.append(order)
        rest = desk.lots(rest - part)
    return sent


def cancel_entries(books: Books, place: Place, reason: int) -> None:
    """Cancel the entry orders of a Play; one that has not been sent yet ends at once."""
    for order in books.orders.entries_of(place.number):
        if order.waits_for:
            finish(books, order, codes.CANCELLED, reason)
        elif not order.is_cancelled_at(books.clock_ms) and not order.is_final:
            order.cancelling, order.cancel_ms = reason, books.clock_ms
            order.filled_at_cancel = order.filled_qty
            books.commands.append(CancelOrder(symbol=place.desk.symbol, name=order.name))


def amend(books: Books, desk: Desk, order: OwnOrder, price: float, qty: float) -> None:
    """Change limit and quantity of a standing order, unless that has been asked already."""
    if (order.asked_price, order.asked_qty) == (price, qty):
        return
    order.asked_price, order.asked_qty = price, qty
    changes = Amendment(qty=qty if qty != order.qty else math.nan, price=price if price != order.price else math.nan)
    books.commands.append(AmendOrder(symbol=desk.symbol, name=order.name, changes=changes))


def finish(books: Books, order: OwnOrder, status: int, reason: int) -> None:
    """The order has ended without a report of the exchange."""
    order.end(status, reason, books.clock_ms)
    order.waits_for = []
    retire(books, order)


def retire(books: Books, order: OwnOrder) -> None:
    """An order that is done is written down, once; what follows from its end is noted."""
    if not order.is_done or order.is_written:
        return
    order.is_written = True
    write_order(books, order)
    books.orders.retire(order)
    desk = books.desks[order.desk]
    held = desk.position
    if order.kind == codes.KIND_ENTRY and held is not None and held.trade.entry_order == order.number:
        held.anchor_due = bool(books.places[order.place].rules["anchor_fill"])
    if order.kind == codes.KIND_CLOSE:
        _keep_rest(books, desk, order)


def _keep_rest(books: Books, desk: Desk, order: OwnOrder) -> None:
    """What a close could not fill is sent again when the minute has ended; one that came too late is counted."""
    held = desk.position
    place = books.place_of(order.place)
    if held is not None and held.trade.number == order.trade_id:
        held.rest_qty = desk.lots(held.rest_qty + order.qty - order.filled_qty)
        held.rest_reason, held.rest_note = order.exit_reason, order.note
    elif order.status == codes.REJECTED and place is not None:
        place.refusals[STALE_CLOSE] += 1


def _free_name(books: Books, place: int, leg: str) -> str:
    """The next attempt of the cause at hand."""
    if place == CLIENT:
        return ""
    attempt = 1
    while True:
        name = OrderId(tag=books.places[place].tag, cause_ms=books.cause_ms, leg=leg, attempt=attempt).text()
        if books.orders.find(name, "") is None:
            return name
        attempt += 1
