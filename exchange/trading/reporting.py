"""What the exchange reports, taken into the books: orders, executions; each once, and never back from an end."""

from exchange.reports import ExecutionReport, OrderReport
from exchange.simulated import codes
from exchange.simulated.state import CLIENT
from exchange.trading.balance import note_usage
from exchange.trading.decisions import halt
from exchange.trading.ledger import book_execution, book_funding
from exchange.trading.orders import OwnOrder
from exchange.trading.sending import add_order, retire
from exchange.trading.state import Books, Desk
from exchange.trading.words import SIZE_CHANGING, STATES, kind_of

_TYPES = {name: int(code) for code, name in codes.ORDER_TYPES.items()}
_TIFS = {name: int(code) for code, name in codes.TIMES_IN_FORCE.items()}
_SOURCES = {name: int(code) for code, name in codes.TRIGGER_SOURCES.items()}
_MODES = {name: int(code) for code, name in codes.TPSL_MODES.items()}


def take_order(books: Books, desk: Desk, report: OrderReport) -> None:
    """An order as it stands now. One that we have not sent follows from one of ours, or is a client's."""
    order = books.orders.find(report.link_id, report.order_id)
    if order is None:
        order = _foreign(books, desk, report)
    order.update(report)
    books.orders.name(order)
    if order.kind == codes.KIND_STOP_LOSS:
        _watch_stop(desk, order, report)
    retire(books, order)
    note_usage(books)


def take_execution(books: Books, desk: Desk, report: ExecutionReport) -> None:
    """An execution that has not been taken before."""
    if report.exec_type == "Funding":
        book_funding(books, desk, report)
        return
    if report.exec_type not in SIZE_CHANGING:
        return
    order = books.orders.find(report.link_id, report.order_id) or _cause_of(books, desk, report)
    held = desk.position
    book_execution(books, desk, order, report)
    if report.leaves_qty == 0.0 and order.filled_qty >= order.qty and not order.is_final:
        order.end(codes.FILLED, codes.NO_REASON, report.ts_ms)
    retire(books, order)
    note_usage(books)
    place = None if held is None else books.place_of(held.trade.place)
    if report.exec_type == "BustTrade" and place is not None and place.seat.settings.on_liquidation == "halt":
        halt(books, place, codes.STOP_LIQUIDATION)


def _foreign(books: Books, desk: Desk, report: OrderReport) -> OwnOrder:
    """An order that we have not sent: a stop or target of the position, or somebody else's."""
    kind = kind_of(report.stop_order_type, report.create_type)
    parent = books.orders.find(report.parent_link_id, "") if report.parent_link_id else None
    held = desk.position
    place = CLIENT
    if kind != codes.KIND_CLIENT:
        place = parent.place if parent is not None else CLIENT if held is None else held.trade.place
    order = OwnOrder(
        number=books.orders.next_number(),
        desk=desk.number,
        place=place,
        kind=kind,
        side=report.side,
        qty=report.qty,
        link_id=report.link_id,
        order_id=report.order_id,
        parent=parent.number if parent is not None else 0 if held is None else held.trade.entry_order,
        type=_TYPES.get(report.type, codes.TYPE_MARKET),
        tif=_TIFS.get(report.tif, codes.TIF_IOC),
        trigger=report.trigger,
        direction=report.trigger_direction,
        trigger_by=_SOURCES.get(report.trigger_by, codes.BY_LAST),
        reduce_only=report.reduce_only,
        close_on_trigger=report.close_on_trigger,
        tpsl_mode=_MODES.get(report.tpsl_mode, 0),
        stop=report.stop_loss,
        target=report.take_profit,
        created_ms=report.created_ms,
        arrival_ms=report.created_ms,
    )
    add_order(books, order)
    return order


def _cause_of(books: Books, desk: Desk, report: ExecutionReport) -> OwnOrder:
    """The order behind an execution whose order nobody has told of: known by that execution alone."""
    held = desk.position
    kind = kind_of(report.stop_order_type, report.create_type)
    order = OwnOrder(
        number=books.orders.next_number(),
        desk=desk.number,
        place=CLIENT if kind == codes.KIND_CLIENT or held is None else held.trade.place,
        kind=kind,
        side=report.side,
        qty=report.order_qty,
        link_id=report.link_id,
        order_id=report.order_id,
        reduce_only=kind != codes.KIND_CLIENT,
        created_ms=report.ts_ms,
        arrival_ms=report.ts_ms,
    )
    add_order(books, order)
    return order


def _watch_stop(desk: Desk, order: OwnOrder, report: OrderReport) -> None:
    """The stop of the open position: where it stands, and whether it has gone off."""
    held = desk.position
    if held is None or report.side == held.side:
        return
    status = STATES.get(report.status, 0)
    if status == codes.UNTRIGGERED:
        held.stop_id, held.stop = order.order_id, report.trigger
    elif held.stop_id == order.order_id:
        held.stop_triggered = status in (codes.TRIGGERED, codes.NEW, codes.PARTIALLY_FILLED)
        if status in (codes.DEACTIVATED, codes.CANCELLED):
            held.stop = held.sent_stop = float("nan")
