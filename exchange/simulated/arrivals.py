"""An order arrives: it is accepted or rejected, takes what it can, and its terms decide about the rest."""

import math
from typing import Any

from exchange.margin import order_cost
from exchange.policy import STALE_CLOSE
from exchange.simulated.acceptance import refusal
from exchange.simulated.balance import available, margin_short
from exchange.simulated.children import end_pair
from exchange.simulated.codes import (
    CANCELLED,
    FOK_NOT_FULL,
    INSUFFICIENT_MARGIN,
    IOC_REMAINDER,
    KIND_CLOSE,
    KIND_TARGET,
    MAKER,
    NO_IMMEDIATE_QTY,
    NO_LIQUIDITY,
    NO_REASON,
    POST_ONLY_WOULD_TAKE,
    REDUCE_ONLY_NO_POSITION,
    REJECTED,
    TAKER,
    TIF_FOK,
    TIF_GTC,
    TIF_POST_ONLY,
    TYPE_LIMIT,
)
from exchange.simulated.fills import closing_part, fill, slipped
from exchange.simulated.orders import end_order, is_child, leaves, lots, set_level, wait_for
from exchange.simulated.state import ENDED, STANDING, WORKING
from play_engine.compiled import inner


@inner
def _taking_price(desk: Any, order: Any, price: float) -> float:
    """What an order pays that takes at path price `price`: slipped, but never beyond its limit; NaN for a limit that
    does not cross."""
    worse = slipped(desk, order, price)
    if order.type != TYPE_LIMIT:
        return worse
    if order.side * (order.price - price) <= 0.0:
        return math.nan
    return min(worse, order.price) if order.side > 0 else max(worse, order.price)


@inner
def _broken_term(desk: Any, order: Any, crosses: bool) -> int:
    """Why an accepted order ends by its own terms before it trades; 0 if it does not."""
    if order.type != TYPE_LIMIT:
        return NO_REASON
    if order.tif == TIF_POST_ONLY and crosses:
        return POST_ONLY_WOULD_TAKE
    if order.tif != TIF_GTC and order.tif != TIF_POST_ONLY and not crosses:
        return NO_IMMEDIATE_QTY
    if order.tif == TIF_FOK and desk.market.budget < order.qty:
        return FOK_NOT_FULL
    return NO_REASON


@inner
def _take(books: Any, desk: Any, order: Any, price: float, fill_price: float) -> None:
    """A market or crossing order fills what the minute's volume allows."""
    order.blocked_ms = books.account.minute_ms
    qty = min(leaves(desk, order), desk.market.budget)
    if qty > 0.0:
        fill(books, desk, order, qty, price, fill_price, TAKER)


@inner
def activate(books: Any, desk: Any, order: Any, price: float) -> None:
    """The order is active at path price `price`: it takes what it crosses, and the rest stands, works on or ends."""
    fill_price = _taking_price(desk, order, price)
    crosses = not math.isnan(fill_price)
    reason = _broken_term(desk, order, crosses)
    if reason == 0 and crosses:
        _take(books, desk, order, price, fill_price)
        if order.state == ENDED:
            return
        if order.type != TYPE_LIMIT:
            reason = NO_LIQUIDITY
        elif order.tif != TIF_GTC:
            reason = IOC_REMAINDER
    if reason == NO_LIQUIDITY and is_child(order):
        order.state = WORKING
        books.account.is_unsettled = 1
    elif reason != 0:
        _keep_rest(desk, order)
        end_order(books, desk, order, CANCELLED, reason)
    else:
        set_level(books, desk, order, STANDING, order.price)


@inner
def _keep_rest(desk: Any, order: Any) -> None:
    """What a Play's close found no volume for: the policy sends it again when the minute has ended."""
    position = desk.position
    if order.kind == KIND_CLOSE and position.qty > 0.0:
        position.rest_qty = lots(desk, position.rest_qty + leaves(desk, order))
        position.rest_reason = order.exit_reason
        position.rest_note = order.note


@inner
def arrive(books: Any, desk: Any, order: Any) -> None:
    """The order reaches the exchange, at the last price."""
    position = desk.position
    price = desk.market.last
    is_gone = position.side == 0 or position.trade_id != order.trade_id
    if is_gone and order.kind in (KIND_CLOSE, KIND_TARGET):
        books.seats[order.seat].refusals[STALE_CLOSE] += 1
        end_order(books, desk, order, REJECTED, REDUCE_ONLY_NO_POSITION)
        return
    fill_price = math.nan if order.conditional else _taking_price(desk, order, price)
    reason = refusal(books, desk, order, fill_price, True)
    if reason != 0:
        end_order(books, desk, order, REJECTED, reason)
    elif order.conditional:
        wait_for(books, desk, order, order.trigger, order.direction, order.trigger_by)
    else:
        if order.reduce_only:
            order.qty = min(order.qty, lots(desk, order.filled_qty + position.qty))
        activate(books, desk, order, price)


@inner
def trigger(books: Any, desk: Any, order: Any, price: float) -> None:
    """The price that the order waits for is there; `price` is the last price of that instant."""
    position = desk.position
    end_pair(books, desk, order)
    order.active_ms = books.account.minute_ms
    if order.reduce_only:
        if position.side != -order.side:
            end_order(books, desk, order, CANCELLED, REDUCE_ONLY_NO_POSITION)
            return
        held = lots(desk, order.filled_qty + position.qty)
        order.qty = held if order.qty == 0.0 else min(order.qty, held)
    else:
        opening = lots(desk, order.qty - closing_part(desk, order, order.qty))
        fill_price = _taking_price(desk, order, price)
        at = order.price if order.type == TYPE_LIMIT else fill_price
        cost = order_cost(order.side, opening, at, desk.settings.leverage, desk.settings.taker)
        if opening > 0.0 and margin_short(books, cost, available(books)):
            end_order(books, desk, order, CANCELLED, INSUFFICIENT_MARGIN)
            return
    activate(books, desk, order, price)


@inner
def meet(books: Any, desk: Any, order: Any, price: float) -> None:
    """A live order is met at path price `price`: a standing limit fills at its own price as maker, a trigger fires, the
    rest of a stop goes on at the open. What finds no volume goes on in the next minute."""
    if order.state == STANDING:
        if order.reduce_only:
            order.qty = min(order.qty, lots(desk, order.filled_qty + desk.position.qty))
        order.blocked_ms = books.account.minute_ms
        qty = min(leaves(desk, order), desk.market.budget)
        if qty > 0.0:
            fill(books, desk, order, qty, order.price, order.price, MAKER)
    elif order.state == WORKING:
        order.qty = min(order.qty, lots(desk, order.filled_qty + desk.position.qty))
        _take(books, desk, order, price, slipped(desk, order, price))
    else:
        trigger(books, desk, order, price)
    books.account.is_unsettled = 1
