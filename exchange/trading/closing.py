"""What the policy decides about open positions when a minute has ended: levels, what closes and targets still do."""

import math

from exchange.orders import TradingStop
from exchange.policy import levels
from exchange.simulated import codes
from exchange.stop_moves import break_even_stop, trail_is_active, trailing_stop
from exchange.trading.commands import MoveStop
from exchange.trading.excursions import best_price
from exchange.trading.sending import amend, new_order, send_close, submission
from exchange.trading.state import Books, Desk, Place, Position


def look_after(books: Books) -> None:
    """Levels that follow the fills, closes that go on, and limit targets, for every position of a Play."""
    for place in books.places:
        held = place.desk.held_by(place.number)
        if held is None:
            continue
        if held.anchor_due:
            _anchor_levels(books, place, held)
        if held.rest_qty > 0.0:
            _send_rest(books, place.desk, held)
        if held.limit_target > 0.0:
            _place_target(books, place.desk, held)


def move_stop(books: Books, place: Place, position: Position, atr: float) -> None:
    """Trailing and break-even stop, from the minute that ended.

    A level that the last price has passed would be refused: then the position is closed at market.
    """
    if position.stop_triggered:
        return
    best, mover = _best_stop(place, position, atr)
    if mover == 0:
        return
    if position.side * (place.desk.last - best) > 0.0:
        position.sent_stop = best
        _send_levels(books, place.desk, position, TradingStop(stop_loss=best), mover)
    else:
        position.overtaken = mover


def close_overtaken(books: Books) -> None:
    """Close positions whose stop should be where the price is no more, unless this instant has decided a close."""
    for place in books.places:
        held = place.desk.held_by(place.number)
        if held is not None and held.overtaken and not place.closing:
            send_close(books, place.desk, held, held.qty, held.overtaken, "ex")
        if held is not None:
            held.overtaken = 0


def _best_stop(place: Place, position: Position, atr: float) -> tuple[float, int]:
    """The tightest level, and who wants the stop there; 0 if it stays where it is."""
    rules, filters, side, entry = place.rules, place.desk.filters, position.side, position.entry
    best = position.stop
    if not math.isnan(position.sent_stop) and not side * (best - position.sent_stop) >= 0.0:
        best = position.sent_stop
    before, mover = best, 0
    peak = max(best_price(position), entry) if side > 0 else min(best_price(position), entry)
    if position.trail_active or trail_is_active(rules, side, entry, peak):
        position.trail_active = True
        level = float(trailing_stop(rules, filters, side, peak, atr))
        if _is_tighter(side, level, best):
            best, mover = level, codes.EXIT_TRAILING_STOP
    if not position.broke_even:
        level = float(break_even_stop(rules, filters, side, entry, place.desk.last))
        position.broke_even = not math.isnan(level)
        if _is_tighter(side, level, best):
            best, mover = level, codes.EXIT_BREAK_EVEN
    return best, mover if best != before else 0


def _is_tighter(side: int, level: float, best: float) -> bool:
    """Whether `level` is nearer to the price than `best`, or the only one."""
    return level > 0.0 and (math.isnan(best) or side * (level - best) > 0.0)


def _anchor_levels(books: Books, place: Place, position: Position) -> None:
    """Stop and target are computed again from the average fill price.

    A new level on the wrong side of the last price would be refused: the old one stays. A stop that has been moved
    already does not go back.
    """
    position.anchor_due = False
    desk, side = place.desk, position.side
    operands = position.stop_operand, position.target_operand
    stop, target = levels(place.rules, desk.leverage, desk.filters, side, position.entry, *operands)
    moved_back = position.stop_mover != 0 and side * (stop - position.stop) <= 0.0
    accepted = side * (desk.last - stop) > 0.0 and not moved_back and not position.stop_triggered
    new_stop = float(stop) if _replaces(stop, position.stop) and accepted else math.nan
    new_target = math.nan
    if not place.rules["limit_target"]:
        passed = side * (target - desk.last) <= 0.0
        new_target = float(target) if _replaces(target, position.target) and not passed else math.nan
    elif target > 0.0:
        position.limit_target = float(target)
    if new_stop > 0.0 or new_target > 0.0:
        _send_levels(books, desk, position, TradingStop(stop_loss=new_stop, take_profit=new_target), 0)


def _replaces(level: float, present: float) -> bool:
    """Whether there is a level, and another one than before."""
    return level > 0.0 and present > 0.0 and level != present


def _send_levels(books: Books, desk: Desk, position: Position, stop: TradingStop, mover: int) -> None:
    books.commands.append(MoveStop(symbol=desk.symbol, stop=stop, trade_id=position.trade.number, mover=mover))


def _send_rest(books: Books, desk: Desk, position: Position) -> None:
    """What a close could not fill is sent again."""
    qty = min(position.rest_qty, position.qty)
    for order in send_close(books, desk, position, qty, position.rest_reason, "ex"):
        order.note = position.rest_note
    position.rest_qty, position.rest_note = 0.0, 0


def _place_target(books: Books, desk: Desk, position: Position) -> None:
    """The limit target is sent, or amended to the position and its level."""
    order, price = position.target_order, position.limit_target
    if order is None or order.is_final:
        order = new_order(books, desk, position.trade.place, codes.KIND_TARGET, -position.side, position.qty, "tp")
        order.type = codes.TYPE_LIMIT
        order.tif = codes.TIF_GTC
        order.price = price
        order.parent = position.trade.entry_order
        order.trade_id = position.trade.number
        order.exit_reason = codes.EXIT_TAKE_PROFIT
        position.target_order = order
        books.commands.append(submission(desk, order))
        return
    qty = desk.lots(order.filled_qty + position.qty)
    if order.price != price or order.qty != qty:
        amend(books, desk, order, price, qty)
