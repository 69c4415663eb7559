"""What arrives with the open of a minute: a stop move first, then closes, then entries, each in id order.

The open is the last price of the market while they arrive.
"""

import math
from typing import Any

from exchange.policy import STALE_CLOSE, TOO_MANY_ORDERS
from exchange.simulated.acceptance import entry_refusal
from exchange.simulated.codes import (
    CANCELLED,
    FOK_NOT_FULL,
    IOC_REMAINDER,
    KIND_ENTRY,
    KIND_STOP_LOSS,
    NO_IMMEDIATE_QTY,
    NO_LIQUIDITY,
    NO_REASON,
    POST_ONLY_WOULD_TAKE,
    QTY_TOO_LARGE,
    QTY_TOO_SMALL,
    REDUCE_ONLY_NO_POSITION,
    REJECTED,
    TAKER,
    TIF_FOK,
    TIF_GTC,
    TIF_POST_ONLY,
    TYPE_LIMIT,
)
from exchange.simulated.fills import attach, close_position, open_position, slipped
from exchange.simulated.orders import end_order, lots, send_close, set_level
from exchange.simulated.state import ENDED, NO_SLOT, ON_ITS_WAY, STANDING, STOP_SLOT, WAITING
from play_engine.compiled import inner


@inner
def next_arrival(books: Any) -> int:
    """Slot of the next order that arrives, closes before entries, then by id; NO_SLOT if none is on its way."""
    found, key = NO_SLOT, (False, 0)
    for slot in range(books.account.slots):
        order = books.orders[slot]
        candidate = (order.kind == KIND_ENTRY, order.id)
        if order.state == ON_ITS_WAY and (found == NO_SLOT or candidate < key):
            found, key = slot, candidate
    return found


@inner
def move_stop(books: Any) -> None:
    """The stop goes where the policy wants it; if the price is there already, the policy closes at market at once."""
    account = books.account
    position = books.position
    level, mover = position.next_stop, position.next_mover
    position.next_stop = math.nan
    if position.side * (books.market.last - level) > 0.0:
        attach(books, STOP_SLOT, KIND_STOP_LOSS, position.entry_order, level)
        order = books.orders[STOP_SLOT]
        if order.state == WAITING:
            order.amendments += order.trigger != level
            set_level(books, order, WAITING, level)
            position.stop_mover = mover
    elif not account.full_close_working and send_close(books, position.qty, mover) == NO_SLOT:
        books.tally.refusals[TOO_MANY_ORDERS] += 1


@inner
def _taking_price(books: Any, order: Any) -> float:
    """What an order pays that takes at the last price: slipped, but never beyond its limit; NaN for a limit that does
    not cross."""
    price = books.market.last
    worse = slipped(books, price, order.side)
    if order.type != TYPE_LIMIT:
        return worse
    if order.side * (order.price - price) <= 0.0:
        return math.nan
    return min(worse, order.price) if order.side > 0 else max(worse, order.price)


@inner
def arrive_close(books: Any, order: Any) -> None:
    """Cut to the position; void if the trade that it was raised for has ended.

    A market order takes what the minute's volume allows, and the policy sends the rest again when the minute has ended;
    a limit that does not cross stands.
    """
    position = books.position
    reason = _close_refusal(books, order)
    if reason != 0:
        end_order(books, order, REJECTED, reason)
        return
    order.qty = min(order.qty, lots(books, order.filled_qty + position.qty))
    leaves = lots(books, order.qty - order.filled_qty)
    fill_price = _taking_price(books, order)
    qty = 0.0 if math.isnan(fill_price) else min(leaves, books.market.budget)
    if order.type == TYPE_LIMIT:
        set_level(books, order, STANDING, order.price)
        if not math.isnan(fill_price):
            order.blocked_ms = books.account.minute_ms
    elif qty < leaves:
        position.rest_qty = lots(books, position.rest_qty + leaves - qty)
        position.rest_reason = order.exit_reason
        position.rest_note = order.note
    if qty > 0.0:
        close_position(books, order, qty, books.market.last, fill_price, TAKER, order.exit_reason)
    if order.state == ON_ITS_WAY:
        end_order(books, order, CANCELLED, NO_LIQUIDITY)


@inner
def _close_refusal(books: Any, order: Any) -> int:
    """Why a reducing order is rejected on arrival; 0 if it is not. Closing the whole position has no bounds."""
    position = books.position
    if position.side == 0 or position.trade_id != order.trade_id:
        books.tally.refusals[STALE_CLOSE] += 1
        return REDUCE_ONLY_NO_POSITION
    if order.qty >= position.qty or order.type == TYPE_LIMIT:
        return NO_REASON
    if order.qty < books.instrument.min_qty:
        return QTY_TOO_SMALL
    return QTY_TOO_LARGE if order.qty > books.instrument.max_market_qty else NO_REASON


@inner
def arrive_entry(books: Any, order: Any) -> None:
    """Accepted or rejected; then it takes what it can at once, and its time in force decides about the rest."""
    fill_price = _taking_price(books, order)
    crosses = not math.isnan(fill_price)
    reason = entry_refusal(books, order, fill_price, crosses)
    if reason != 0:
        end_order(books, order, REJECTED, reason)
        return
    reason = _broken_term(books, order, crosses)
    if reason == 0 and crosses:
        order.blocked_ms = books.account.minute_ms
        qty = min(order.qty, books.market.budget)
        if qty > 0.0:
            open_position(books, order, qty, books.market.last, fill_price, TAKER)
        if order.tif != TIF_GTC:
            reason = IOC_REMAINDER if order.type == TYPE_LIMIT else NO_LIQUIDITY
    if order.state == ENDED:
        return
    if reason != 0:
        end_order(books, order, CANCELLED, reason)
    else:
        set_level(books, order, STANDING, order.price)


@inner
def _broken_term(books: Any, order: Any, crosses: bool) -> int:
    """Why an accepted order ends by its own terms before it trades; 0 if it does not."""
    if order.tif == TIF_POST_ONLY and crosses:
        return POST_ONLY_WOULD_TAKE
    if order.tif != TIF_GTC and order.tif != TIF_POST_ONLY and not crosses:
        return NO_IMMEDIATE_QTY
    if order.tif == TIF_FOK and books.market.budget < order.qty:
        return FOK_NOT_FULL
    return NO_REASON
