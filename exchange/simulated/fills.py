"""What a fill does to the position: opening, adding, reducing, turning it over."""

from typing import Any

from exchange.grid import DOWN, UP, round8, snap
from exchange.margin import bankruptcy_price, order_cost
from exchange.simulated.balance import available, bind_margin, margin_short, reserve_orders
from exchange.simulated.children import attach_children, clear_children, follow_position
from exchange.simulated.codes import (
    CANCELLED,
    EXIT_FLIP,
    EXIT_REDUCE,
    EXIT_STOP_LOSS,
    EXIT_TAKE_PROFIT,
    EXIT_TRAILING_STOP,
    FILLED,
    FOR_ENTRY,
    INSUFFICIENT_MARGIN,
    KIND_CLIENT,
    KIND_ENTRY,
    KIND_STOP_LOSS,
    KIND_TAKE_PROFIT,
    KIND_TARGET,
    KIND_TRAILING,
    NO_REASON,
)
from exchange.simulated.draws import slippage_bps
from exchange.simulated.ledger import book_fill, fee_rate
from exchange.simulated.orders import end_order, leaves, lots, write_ended
from exchange.simulated.trades import begin_trade, end_trade, fold_path
from play_engine.compiled import inner


@inner
def slipped(desk: Any, order: Any, price: float) -> float:
    """What a taker pays at path price `price`: worse by the slippage, then snapped to the worse tick."""
    instrument = desk.instrument
    side = order.side
    worse = price * (1.0 + side * slippage_bps(desk.settings, order.id) / 1e4)
    return snap(worse, instrument.tick_num, instrument.tick_den, UP if side > 0 else DOWN)


@inner
def closing_part(desk: Any, order: Any, qty: float) -> float:
    """What of `qty` reduces the position."""
    return min(qty, desk.position.qty) if desk.position.side == -order.side else 0.0


@inner
def _affordable(books: Any, desk: Any, order: Any, qty: float, price: float) -> float:
    """What can be paid of an opening fill of `qty`, in quantity steps: the order's own reserve counts as free."""
    funds = available(books) + order.reserve
    cost = order_cost(order.side, qty, price, desk.settings.leverage, desk.settings.taker)
    if not margin_short(books, cost, funds):
        return qty
    return max(0.0, lots(desk, qty * funds / cost))


@inner
def _exit_reason(desk: Any, order: Any) -> int:
    """Why a position is reduced by this order."""
    if order.kind == KIND_STOP_LOSS:
        return desk.position.stop_mover or EXIT_STOP_LOSS
    if order.kind == KIND_TAKE_PROFIT or order.kind == KIND_TARGET:
        return EXIT_TAKE_PROFIT
    if order.kind == KIND_TRAILING:
        return EXIT_TRAILING_STOP
    if order.kind == KIND_ENTRY:
        return EXIT_FLIP
    if order.kind == KIND_CLIENT:
        turns = not order.reduce_only and leaves(desk, order) > desk.position.qty
        return EXIT_FLIP if turns else EXIT_REDUCE
    return order.exit_reason


@inner
def _fill_order(
    books: Any,
    desk: Any,
    order: Any,
    qty: float,
    ref_price: float,
    price: float,
    liquidity: int,
    realised: float,
    reason: int,
) -> None:
    """The order's side of a fill, and its rows; an order that is filled has ended."""
    fee = round8(qty * price * fee_rate(desk, liquidity))
    book_fill(books, desk, order, order.side, qty, price, ref_price, liquidity, fee, realised, reason)
    desk.market.budget = lots(desk, desk.market.budget - qty)
    order.filled_qty = lots(desk, order.filled_qty + qty)
    order.filled_value += qty * price
    order.fees = round8(order.fees + fee)
    if order.filled_qty == order.qty:
        end_order(books, desk, order, FILLED, NO_REASON)


@inner
def _open_position(
    books: Any, desk: Any, order: Any, qty: float, ref_price: float, price: float, liquidity: int
) -> None:
    """The order fills `qty`, or what can be paid of it, on a flat desk or on the side of the position.

    Its stop and target become orders of their own. What cannot be paid is cancelled.
    """
    position = desk.position
    paid = _affordable(books, desk, order, qty, price)
    if paid > 0.0:
        if position.side == 0:
            begin_trade(books, desk, order)
        else:
            fold_path(books, desk, desk.market.last)
        position.qty = lots(desk, position.qty + paid)
        position.value += paid * price
        position.entry_qty = lots(desk, position.entry_qty + paid)
        position.entry_value += paid * price
        position.max_qty = max(position.max_qty, position.qty)
        _fill_order(books, desk, order, paid, ref_price, price, liquidity, 0.0, FOR_ENTRY)
        attach_children(books, desk, order)
    if paid < qty:
        end_order(books, desk, order, CANCELLED, INSUFFICIENT_MARGIN)


@inner
def close_position(
    books: Any, desk: Any, order: Any, qty: float, ref_price: float, price: float, liquidity: int, reason: int
) -> None:
    """The order reduces the position by `qty`, at most all of it."""
    position = desk.position
    fold_path(books, desk, ref_price)
    leverage = desk.settings.leverage
    limit = bankruptcy_price(position.side, position.qty, position.value, leverage, position.extra)
    books.account.overdrawn |= position.side * (price - limit) < 0.0
    whole = qty == position.qty
    released = position.value if whole else position.value * qty / position.qty
    realised = round8(position.side * (qty * price - released))
    position.extra = 0.0 if whole else position.extra * (position.qty - qty) / position.qty
    position.qty = 0.0 if whole else lots(desk, position.qty - qty)
    position.value = 0.0 if whole else position.value - released
    position.exit_qty += qty
    position.exit_value += qty * price
    position.exit_reason = reason
    if order.note:
        position.exit_note = order.note
    _fill_order(books, desk, order, qty, ref_price, price, liquidity, realised, reason)
    if not whole:
        follow_position(books, desk)


@inner
def clear_position(books: Any, desk: Any) -> None:
    """A position that has just become flat: its trade ends, and what belonged to it."""
    if desk.position.side != 0 and desk.position.qty == 0.0:
        end_trade(books, desk)
        clear_children(books, desk)


@inner
def fill(books: Any, desk: Any, order: Any, qty: float, ref_price: float, price: float, liquidity: int) -> None:
    """The order trades `qty` at `price`: it reduces an opposite position first, and opens one with the rest."""
    closing = closing_part(desk, order, qty)
    if closing > 0.0:
        close_position(books, desk, order, closing, ref_price, price, liquidity, _exit_reason(desk, order))
    opening = lots(desk, qty - closing)
    if opening > 0.0 and not order.reduce_only:
        if closing > 0.0:
            clear_position(books, desk)
            write_ended(books, desk)
            bind_margin(books, desk)
            reserve_orders(books, desk)
        _open_position(books, desk, order, opening, ref_price, price, liquidity)
