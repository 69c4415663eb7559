"""What a fill does to the position: opening, adding, reducing, and takeover."""

import math
from typing import Any

from exchange.grid import DOWN, UP, round8, snap
from exchange.margin import bankruptcy_price, close_fee_reserve, order_cost
from exchange.simulated.codes import (
    CANCELLED,
    EXIT_LIQUIDATION,
    FILLED,
    FOR_ENTRY,
    INSUFFICIENT_MARGIN,
    KIND_STOP_LOSS,
    KIND_TAKE_PROFIT,
    LIQUIDATION,
    NO_ID,
    NO_REASON,
    STOP_LIQUIDATION,
    TAKER,
)
from exchange.simulated.ledger import book_fill, fee_rate
from exchange.simulated.orders import cancel_entries, create_order, end_children, end_order, lots, set_level
from exchange.simulated.standing import available, margin_short
from exchange.simulated.state import NO_ORDER, ON_ITS_WAY, STANDING, STOP_SLOT, TARGET_SLOT, WAITING
from exchange.simulated.trades import begin_trade, fold_path
from play_engine.compiled import inner


@inner
def slipped(books: Any, price: float, side: int) -> float:
    """What a taker pays at path price `price`: worse by the slippage, then snapped to the worse tick."""
    instrument = books.instrument
    worse = price * (1.0 + side * books.settings.slippage_bps / 1e4)
    return snap(worse, instrument.tick_num, instrument.tick_den, UP if side > 0 else DOWN)


@inner
def attach(books: Any, slot: int, kind: int, parent: int, level: float) -> None:
    """Stop or target for the whole position: an order of its own that waits for its level, unless it is there."""
    position = books.position
    order = books.orders[slot]
    if order.kind == kind:
        order.qty = lots(books, order.filled_qty + position.qty)
    elif level > 0.0:
        create_order(books, slot, kind, -position.side, position.qty)
        order.parent = parent
        set_level(books, order, WAITING, level)


@inner
def _affordable(books: Any, order: Any, qty: float, price: float) -> float:
    """What can be paid of an entry fill of `qty`, in quantity steps: its own reserve counts as free."""
    funds = available(books) + order.reserve
    cost = order_cost(order.side, qty, price, books.settings.leverage, books.settings.taker)
    if not margin_short(books, cost, funds):
        return qty
    return max(0.0, lots(books, qty * funds / cost))


@inner
def _fill_order(
    books: Any, order: Any, qty: float, ref_price: float, price: float, liquidity: int, realised: float, reason: int
) -> None:
    """The order's side of a fill, and its rows; an order that is filled has ended."""
    fee = round8(qty * price * fee_rate(books, liquidity))
    book_fill(books, order, order.side, qty, price, ref_price, liquidity, fee, realised, reason)
    books.market.budget = lots(books, books.market.budget - qty)
    order.filled_qty = lots(books, order.filled_qty + qty)
    order.filled_value += qty * price
    order.fees = round8(order.fees + fee)
    if order.filled_qty == order.qty:
        end_order(books, order, FILLED, NO_REASON)


@inner
def open_position(books: Any, order: Any, qty: float, ref_price: float, price: float, liquidity: int) -> None:
    """An entry order fills `qty`, or what can be paid of it, on a flat account or on the side of the position.

    Its stop and target become orders of their own. What cannot be paid is cancelled. Against a position whose close has
    found too little volume an entry waits.
    """
    position = books.position
    if position.side == -order.side:
        return
    paid = _affordable(books, order, qty, price)
    if paid > 0.0:
        if position.side == 0:
            begin_trade(books, order)
        else:
            fold_path(position, books.tally, books.market.last)
        position.qty = lots(books, position.qty + paid)
        position.value += paid * price
        position.entry_qty = lots(books, position.entry_qty + paid)
        position.entry_value += paid * price
        position.max_qty = max(position.max_qty, position.qty)
        _fill_order(books, order, paid, ref_price, price, liquidity, 0.0, FOR_ENTRY)
        attach(books, STOP_SLOT, KIND_STOP_LOSS, order.id, order.stop)
        attach(books, TARGET_SLOT, KIND_TAKE_PROFIT, order.id, order.target)
    if paid < qty:
        end_order(books, order, CANCELLED, INSUFFICIENT_MARGIN)


@inner
def close_position(
    books: Any, order: Any, qty: float, ref_price: float, price: float, liquidity: int, reason: int
) -> None:
    """The order reduces the position by `qty`, at most all of it."""
    position = books.position
    fold_path(position, books.tally, ref_price)
    whole = qty == position.qty
    released = position.value if whole else position.value * qty / position.qty
    realised = round8(position.side * (qty * price - released))
    position.qty = 0.0 if whole else lots(books, position.qty - qty)
    position.value = 0.0 if whole else position.value - released
    position.exit_qty += qty
    position.exit_value += qty * price
    position.exit_reason = reason
    if order.note:
        position.exit_note = order.note
    _fill_order(books, order, qty, ref_price, price, liquidity, realised, reason)
    if not whole:
        attach(books, STOP_SLOT, KIND_STOP_LOSS, NO_ID, math.nan)
        attach(books, TARGET_SLOT, KIND_TAKE_PROFIT, NO_ID, math.nan)


@inner
def take_over(books: Any, mark: float) -> None:
    """The exchange takes the position at its bankruptcy price: the loss is the bucket, no more and no less."""
    account = books.account
    position = books.position
    settings = books.settings
    side, qty, value = position.side, position.qty, position.value
    fold_path(position, books.tally, mark)
    end_children(books, LIQUIDATION)
    cancel_entries(books, ON_ITS_WAY if settings.liquidation_halts else STANDING, LIQUIDATION)
    price = bankruptcy_price(side, value / qty, settings.leverage)
    realised = round8(-value / settings.leverage)
    fee = round8(close_fee_reserve(side, value, settings.leverage, settings.taker))
    position.qty = 0.0
    position.value = 0.0
    position.exit_qty += qty
    position.exit_value += qty * price
    position.exit_reason = EXIT_LIQUIDATION
    book_fill(books, books.orders[NO_ORDER], -side, qty, price, price, TAKER, fee, realised, EXIT_LIQUIDATION)
    books.tally.liquidations += 1
    if settings.liquidation_halts:
        account.halted = 1
        account.stop_reason = STOP_LIQUIDATION
