"""What follows from the exchange's answers to our commands."""

import math

from exchange.reports import Accepted, Answer, Rejected
from exchange.simulated import codes
from exchange.trading.commands import AmendOrder, CancelOrder, Command, MoveStop, SubmitOrder
from exchange.trading.orders import OwnOrder
from exchange.trading.sending import finish, send_close, submission
from exchange.trading.state import Books
from exchange.trading.words import STOP_REFUSALS, refusal_reason


def take_answer(books: Books, command: Command, answer: Answer) -> None:
    """An answer. Acceptance of an order is no promise; what is unknown stays as it is until a report tells."""
    match command:
        case SubmitOrder():
            _submitted(books, command, answer)
        case CancelOrder():
            _cancelled(books, command, answer)
        case AmendOrder():
            _amended(books, command, answer)
        case MoveStop():
            _moved(books, command, answer)


def _submitted(books: Books, command: SubmitOrder, answer: Answer) -> None:
    order = books.orders.find(command.order.link_id, "")
    if order is None:
        return
    if isinstance(answer, Accepted):
        order.order_id = order.order_id or answer.order_id
        books.orders.name(order)
    elif isinstance(answer, Rejected) and not order.is_final:
        finish(books, order, codes.REJECTED, refusal_reason(answer.code))


def _cancelled(books: Books, command: CancelOrder, answer: Answer) -> None:
    """An entry that waited for this cancel may go, unless the order has filled in the meantime."""
    order = books.orders.find(command.name.link_id, command.name.order_id)
    if order is None:
        return
    is_clear = isinstance(answer, Accepted) and order.filled_qty == order.filled_at_cancel
    for waiting in books.orders.live():
        if order.number in waiting.waits_for:
            _stop_waiting(books, waiting, order, is_clear=is_clear)


def _stop_waiting(books: Books, waiting: OwnOrder, order: OwnOrder, *, is_clear: bool) -> None:
    if not is_clear:
        finish(books, waiting, codes.CANCELLED, codes.USER)
        return
    waiting.waits_for.remove(order.number)
    if not waiting.waits_for:
        books.commands.append(submission(books.desks[waiting.desk], waiting))


def _amended(books: Books, command: AmendOrder, answer: Answer) -> None:
    order = books.orders.find(command.name.link_id, command.name.order_id)
    if order is None:
        return
    order.asked_price = order.asked_qty = math.nan
    if not isinstance(answer, Accepted):
        return
    changes = command.changes
    order.amendments += 1
    order.qty = order.qty if math.isnan(changes.qty) else changes.qty
    order.price = order.price if math.isnan(changes.price) else changes.price


def _moved(books: Books, command: MoveStop, answer: Answer) -> None:
    """The levels stand, or the old ones do. A stop that the price has overtaken on the way is a close at market."""
    desk = next(desk for desk in books.desks if desk.symbol == command.symbol)
    held, stop = desk.position, command.stop
    if held is None or held.trade.number != command.trade_id:
        return
    if isinstance(answer, Accepted):
        held.stop = held.stop if math.isnan(stop.stop_loss) else stop.stop_loss
        held.target = held.target if math.isnan(stop.take_profit) else stop.take_profit
        held.stop_mover = command.mover or held.stop_mover
        return
    held.sent_stop = math.nan
    place = books.place_of(held.trade.place)
    overtaken = isinstance(answer, Rejected) and answer.code in STOP_REFUSALS
    if overtaken and command.mover and place is not None and not place.closing:
        send_close(books, desk, held, held.qty, command.mover, "ex")
