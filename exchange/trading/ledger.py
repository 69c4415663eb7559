"""Cash and positions from executions alone: each counted once, with its own price and fee.

The expressions are those of the simulator, in the same order, so that the same executions give the same numbers.
"""

import math

import attrs

from exchange.grid import round8
from exchange.reports import ExecutionReport
from exchange.simulated import codes
from exchange.simulated.state import CLIENT
from exchange.trading.balance import liquidation_of
from exchange.trading.cash import Cause, book_cash
from exchange.trading.orders import OwnOrder
from exchange.trading.state import Books, Desk, Position, Span, Trade
from exchange.trading.tables import Fill, write_fill
from exchange.trading.words import LIQUIDATIONS

_NAN = math.nan


def book_execution(books: Books, desk: Desk, order: OwnOrder, report: ExecutionReport) -> None:
    """A trade of `order`: it reduces an opposite position first, and opens one with the rest.

    Raises ValueError for a price or quantity that is not positive.
    """
    if not (report.price > 0.0 and report.qty > 0.0):
        raise ValueError(f"execution {report.exec_id} of {report.qty} {desk.symbol} at {report.price}")
    held, fee = desk.position, float(round8(report.fee))
    closing = min(report.qty, held.qty) if held is not None and held.side == -report.side else 0.0
    opening = desk.lots(report.qty - closing)
    first_fee = fee if opening == 0.0 else float(round8(fee * closing / report.qty))
    if closing > 0.0 and held is not None:
        _reduce(books, desk, held, order, report, closing, first_fee)
    if opening > 0.0:
        _open(books, desk, order, report, opening, float(round8(fee - first_fee)))
    order.filled_qty = desk.lots(order.filled_qty + report.qty)
    order.filled_value += report.qty * report.price
    order.fees = float(round8(order.fees + fee))
    desk.sides.append((report.ts_ms, 0 if desk.position is None else desk.position.side))


def book_funding(books: Books, desk: Desk, report: ExecutionReport) -> None:
    """A settlement of funding: it moves cash, and no position."""
    amount = float(round8(-report.fee))
    held = desk.position
    cause = Cause(
        instrument=desk.number,
        place=CLIENT if held is None else held.trade.place,
        trade=0 if held is None else held.trade.number,
        qty=report.qty,
        price=report.price if math.isnan(report.mark_price) else report.mark_price,
        # The rate of such an execution has the sign of what is paid; the funding rate is paid by a long.
        rate=report.fee_rate if held is None else held.side * report.fee_rate,
        ts_ms=report.ts_ms,
    )
    book_cash(books, codes.FUNDING, amount, cause)
    if held is not None:
        held.trade.funding = float(round8(held.trade.funding + amount))


def _open(books: Books, desk: Desk, order: OwnOrder, report: ExecutionReport, qty: float, fee: float) -> None:
    """The order opens a position, or adds to it."""
    position = desk.position
    if position is None:
        position = desk.position = _begin(books, order, report)
    else:
        _end_span(books, desk, position, order, report)
    trade = position.trade
    position.qty = desk.lots(position.qty + qty)
    position.value += qty * report.price
    trade.entry_qty = desk.lots(trade.entry_qty + qty)
    trade.entry_value += qty * report.price
    trade.max_qty = max(trade.max_qty, position.qty)
    _book_fill(books, desk, position, order, report, qty, fee, 0.0, codes.FOR_ENTRY)


def _begin(books: Books, order: OwnOrder, report: ExecutionReport) -> Position:
    """The first fill on a flat desk; the levels of its order come to life with it."""
    trade = Trade(
        number=books.next_trade,
        place=order.place,
        side=report.side,
        entry_order=order.number,
        entry_ms=report.ts_ms,
        note=order.note,
        first_stop=order.stop,
        first_target=order.target if math.isnan(order.limit_target) else order.limit_target,
        peak=report.price,
        lowest=report.price,
        highest=report.price,
        seen_ms=report.ts_ms,
    )
    books.next_trade += 1
    return Position(
        side=report.side,
        trade=trade,
        stop=order.stop,
        target=order.target,
        limit_target=order.limit_target,
        stop_operand=order.stop_operand,
        target_operand=order.target_operand,
    )


def _reduce(
    books: Books, desk: Desk, position: Position, order: OwnOrder, report: ExecutionReport, qty: float, fee: float
) -> None:
    """The order reduces the position, at most to nothing."""
    _end_span(books, desk, position, order, report)
    trade = position.trade
    reason = _exit_reason(position, order, report)
    whole = qty == position.qty
    released = position.value if whole else position.value * qty / position.qty
    realised = float(round8(position.side * (qty * report.price - released)))
    position.qty = 0.0 if whole else desk.lots(position.qty - qty)
    position.value = 0.0 if whole else position.value - released
    trade.exit_qty += qty
    trade.exit_value += qty * report.price
    trade.exit_reason = reason
    trade.exit_note = order.note or trade.exit_note
    _book_fill(books, desk, position, order, report, qty, fee, realised, reason)
    if whole:
        trade.ended_ms = report.ts_ms
        desk.ended.append(trade)
        desk.position = None
        place = books.place_of(trade.place)
        if place is not None:
            place.closing = False


def _end_span(books: Books, desk: Desk, position: Position, order: OwnOrder, report: ExecutionReport) -> None:
    """The path of the position comes to a fill; the market was at the trigger of a stop, whatever it was filled at."""
    trade = position.trade
    price = order.trigger if order.trigger > 0.0 and not report.is_maker else report.price
    if report.exec_type == "BustTrade" and report.mark_price > 0.0:
        # A position is taken over at the mark price; what it is settled at is no price of the market.
        price = report.mark_price
    desk.spans.append(
        Span(
            trade=trade,
            since_ms=trade.seen_ms,
            until_ms=report.ts_ms,
            price=price,
            entry=position.entry,
            qty=position.qty,
            liquidation=liquidation_of(books, desk, position),
        )
    )
    trade.seen_ms = report.ts_ms


def _exit_reason(position: Position, order: OwnOrder, report: ExecutionReport) -> int:
    """Why the position is reduced, a code of EXIT_REASONS."""
    if report.exec_type in LIQUIDATIONS:
        return codes.EXIT_LIQUIDATION
    if order.kind == codes.KIND_STOP_LOSS:
        return position.stop_mover or codes.EXIT_STOP_LOSS
    if order.kind in (codes.KIND_TAKE_PROFIT, codes.KIND_TARGET):
        return codes.EXIT_TAKE_PROFIT
    if order.kind == codes.KIND_TRAILING:
        return codes.EXIT_TRAILING_STOP
    if order.kind == codes.KIND_ENTRY:
        return codes.EXIT_FLIP
    return order.exit_reason or codes.EXIT_REDUCE


def _book_fill(
    books: Books,
    desk: Desk,
    position: Position,
    order: OwnOrder,
    report: ExecutionReport,
    qty: float,
    fee: float,
    realised: float,
    reason: int,
) -> None:
    """One fill row and its movements of cash, result before fee. The position has been changed already."""
    trade = position.trade
    slippage = 0.0 if report.is_maker else _NAN
    busted = report.exec_type == "BustTrade"
    trade.fees = float(round8(trade.fees + fee))
    trade.gross = float(round8(trade.gross + realised))
    trade.slippage += slippage
    trade.fills += 1
    books.tally["liquidations"] += busted
    fill = Fill(
        number=books.next_fill,
        seq=books.seq,
        order=order,
        trade=trade,
        report=report,
        qty=qty,
        fee=fee,
        realised=realised,
        slippage=slippage,
        reason=reason,
        position_after=position.side * position.qty,
    )
    books.next_fill += 1
    books.seq += 1
    cause = Cause(
        instrument=desk.number,
        place=trade.place,
        trade=trade.number,
        order=order.number,
        fill=fill.number,
        qty=qty,
        price=report.price,
        ts_ms=report.ts_ms,
    )
    if reason != codes.FOR_ENTRY:
        book_cash(books, codes.REALISED_PNL, realised, cause)
    fee_reason = codes.LIQUIDATION_FEE if busted else codes.FEE
    book_cash(books, fee_reason, float(round8(-fee)), attrs.evolve(cause, rate=report.fee_rate))
    write_fill(books, desk, fill)
