"""What the exchange refuses of an order when it arrives, in the exchange's order of reasons."""

import math
from typing import Any

from exchange.margin import TIER_LEVERAGE, TIER_LIMIT, liquidation_price, order_cost, tier_check
from exchange.simulated.balance import available, margin_short
from exchange.simulated.codes import (
    BY_MARK,
    DUPLICATE_LINK_ID,
    INSUFFICIENT_MARGIN,
    LEVERAGE_TIER,
    NO_REASON,
    NOTIONAL_TOO_SMALL,
    PRICE_OUT_OF_RANGE,
    QTY_TOO_LARGE,
    QTY_TOO_SMALL,
    REDUCE_ONLY_NO_POSITION,
    RISK_LIMIT,
    SL_SIDE,
    TIF_POST_ONLY,
    TOO_MANY_CONDITIONALS,
    TOO_MANY_ORDERS,
    TOO_MANY_TPSL,
    TP_SIDE,
    TPSL_PARTIAL,
    TRIGGER_SIDE,
    TYPE_LIMIT,
    WOULD_LIQUIDATE,
)
from exchange.simulated.fills import closing_part
from exchange.simulated.orders import is_child, leaves, lots
from exchange.simulated.state import (
    MOST_CONDITIONALS,
    MOST_LIVE,
    MOST_PARTIAL,
    ON_ITS_WAY,
    STANDING,
    WAITING,
)
from play_engine.compiled import inner


@inner
def refusal(books: Any, desk: Any, order: Any, fill_price: float, trigger_is_new: bool) -> int:
    """Why the order is rejected; 0 if it is accepted. `fill_price` is what it would take at now, NaN if it would not.
    A trigger that stands already may have been reached by now, and is about to be met.

    Levels and value are judged at the limit, the trigger, or the last price; a market order costs what it would be
    filled at.
    """
    waits = order.conditional != 0
    price = desk.market.last
    if waits:
        price = order.trigger
    if order.type == TYPE_LIMIT:
        price = order.price
    reason = _static_refusal(desk, order, price)
    if reason != 0:
        return reason
    if order.link and _is_linked_twice(desk, order):
        return DUPLICATE_LINK_ID
    if waits and trigger_is_new and not _is_ahead(desk, order):
        return TRIGGER_SIDE
    if order.side * (price - order.stop) <= 0.0:
        return SL_SIDE
    if order.side * (order.target - price) <= 0.0:
        return TP_SIDE
    if order.reduce_only and not waits and desk.position.side != -order.side:
        return REDUCE_ONLY_NO_POSITION
    opening = 0.0 if order.reduce_only else lots(desk, order.qty - closing_part(desk, order, order.qty))
    if opening > 0.0:
        reason = _tier_refusal(desk, order, opening * price)
    if reason == 0:
        reason = _count_refusal(desk, order)
    if reason != 0 or waits or opening == 0.0:
        return reason
    return _funds_refusal(books, desk, order, opening, fill_price)


@inner
def _is_ahead(desk: Any, order: Any) -> bool:
    """Whether the trigger lies strictly ahead of the price that it watches."""
    source = desk.market.mark if order.trigger_by == BY_MARK else desk.market.last
    return order.direction * (order.trigger - source) > 0.0


@inner
def _static_refusal(desk: Any, order: Any, price: float) -> int:
    """What is wrong with quantity and prices by themselves; 0 if nothing. Closing a whole position has no bounds."""
    instrument = desk.instrument
    whole = order.reduce_only and desk.position.side == -order.side and order.qty >= desk.position.qty
    whole = whole or (order.close_on_trigger and order.qty == 0.0)
    if not whole and order.qty < instrument.min_qty:
        return QTY_TOO_SMALL
    if not whole and order.qty > (instrument.max_qty if order.type == TYPE_LIMIT else instrument.max_market_qty):
        return QTY_TOO_LARGE
    for level in (order.price, order.trigger, order.stop, order.target, order.stop_limit, order.target_limit):
        if level < instrument.min_price or level > instrument.max_price:
            return PRICE_OUT_OF_RANGE
    if not order.reduce_only and order.qty * price < instrument.min_notional:
        return NOTIONAL_TOO_SMALL
    return NO_REASON


@inner
def _tier_refusal(desk: Any, order: Any, value: float) -> int:
    """Whether the risk tiers allow the opening value, with the position and the orders of its side."""
    value += opening_value(desk, order.side)
    if order.state == STANDING:
        value -= _opening_value_of(desk, order)
    tier = tier_check(value, desk.settings.leverage, desk.instrument)
    if tier == TIER_LIMIT:
        return RISK_LIMIT
    return LEVERAGE_TIER if tier == TIER_LEVERAGE else NO_REASON


@inner
def _opening_value_of(desk: Any, order: Any) -> float:
    rest = leaves(desk, order)
    return 0.0 if order.reduce_only else lots(desk, rest - closing_part(desk, order, rest)) * order.price


@inner
def opening_value(desk: Any, side: int) -> float:
    """What a side has at the mark price, and what its standing orders may add, in USDT."""
    value = desk.position.qty * desk.market.mark if desk.position.side == side else 0.0
    for slot in range(desk.slots):
        other = desk.orders[slot]
        if other.state == STANDING and other.side == side:
            value += _opening_value_of(desk, other)
    return value


@inner
def _is_linked_twice(desk: Any, order: Any) -> bool:
    """Whether a live order has the same name already."""
    for slot in range(desk.slots):
        other = desk.orders[slot]
        if other.link == order.link and other.kind and other.state > ON_ITS_WAY and other.id != order.id:
            return True
    return False


@inner
def _count_refusal(desk: Any, order: Any) -> int:
    """Whether too many orders are live already."""
    live = conditionals = partial = 0
    for slot in range(desk.slots):
        other = desk.orders[slot]
        if other.kind == 0 or other.state <= ON_ITS_WAY or other.id == order.id:
            continue
        child = is_child(other)
        live += not child
        conditionals += not child and other.state == WAITING
        partial += child and other.tpsl_mode == TPSL_PARTIAL
    if live >= MOST_LIVE:
        return TOO_MANY_ORDERS
    if order.conditional and conditionals >= MOST_CONDITIONALS:
        return TOO_MANY_CONDITIONALS
    paired = order.stop_limit > 0.0 or order.target_limit > 0.0
    children = (order.stop > 0.0) + (order.target > 0.0)
    return TOO_MANY_TPSL if paired and partial + children > MOST_PARTIAL else NO_REASON


@inner
def _funds_refusal(books: Any, desk: Any, order: Any, opening: float, fill_price: float) -> int:
    """Whether the opening quantity would be taken over at once, or cannot be paid."""
    position = desk.position
    settings = desk.settings
    fills_at_once = not math.isnan(fill_price) and order.tif != TIF_POST_ONLY
    if fills_at_once and not books.settings.cross:
        qty, value, extra = opening, opening * fill_price, 0.0
        if position.side == order.side:
            qty, value, extra = position.qty + qty, position.value + value, position.extra
        liquidation = liquidation_price(order.side, qty, value, settings.leverage, extra, desk.instrument)
        if order.side * (desk.market.mark - liquidation) <= 0.0:
            return WOULD_LIQUIDATE
    price = order.price if order.type == TYPE_LIMIT else fill_price
    cost = order_cost(order.side, opening, price, settings.leverage, settings.taker)
    return INSUFFICIENT_MARGIN if margin_short(books, cost, available(books)) else NO_REASON
