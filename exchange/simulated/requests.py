"""What is asked of the exchange and is no order: cancels, amendments, levels of a position, leverage, margin.

A request waits on its desk until it arrives. Of requests for the same instant the one sent first comes first. One of a
client is answered, with a reason if it is refused; then nothing has changed.
"""

import math
from typing import Any

from exchange.grid import DOWN, UP, snap
from exchange.margin import TIER_FITS, position_margin, tier_check
from exchange.policy import TOO_MANY_ORDERS as POLICY_TOO_MANY
from exchange.simulated.acceptance import opening_value, refusal
from exchange.simulated.arrivals import activate
from exchange.simulated.balance import available, margin_short, reserve_of
from exchange.simulated.children import end_trailing, place_child, set_trailing
from exchange.simulated.codes import (
    INSUFFICIENT_MARGIN,
    KIND_STOP_LOSS,
    KIND_TAKE_PROFIT,
    KIND_TARGET,
    LEVERAGE_TIER,
    NO_POSITION,
    NO_REASON,
    NOT_MODIFIED,
    ORDER_NOT_LIVE,
    QTY_TOO_SMALL,
    SL_SIDE,
    TP_SIDE,
    TYPE_LIMIT,
    UNSUPPORTED,
    USER,
    WOULD_LIQUIDATE,
)
from exchange.simulated.draws import arrival_ms
from exchange.simulated.orders import is_child, lots, send_close, set_level, wait_for, withdraw
from exchange.simulated.state import (
    ENDED,
    NO_SLOT,
    REQUEST_AMEND,
    REQUEST_CANCEL_ALL,
    REQUEST_LEVERAGE,
    REQUEST_MARGIN,
    REQUEST_MOVE_STOP,
    REQUEST_SLOTS,
    REQUEST_STOPS,
    STANDING,
    STOP_SLOT,
    TARGET_SLOT,
    WAITING,
)
from play_engine.compiled import inner


@inner
def send_request(books: Any, desk: Any, kind: int, order_id: int) -> int:
    """A request of the policy about an order, on its way; its index, or NO_SLOT if too many are on their way."""
    index = desk.request_count
    if index == REQUEST_SLOTS:
        books.seats[desk.position.seat].refusals[POLICY_TOO_MANY] += 1
        return NO_SLOT
    request = desk.requests[index]
    request.id = 0
    request.kind = kind
    request.order_id = order_id
    request.trade_id = desk.position.trade_id
    request.arrival_ms = arrival_ms(books, order_id)
    request.qty = request.price = request.trigger = request.stop = request.target = math.nan
    desk.request_count += 1
    books.account.due_ms = min(books.account.due_ms, request.arrival_ms)
    return index


@inner
def next_request(desk: Any) -> int:
    """The request that arrives first; NO_SLOT if there is none."""
    found = NO_SLOT
    for index in range(desk.request_count):
        if found == NO_SLOT or desk.requests[index].arrival_ms < desk.requests[found].arrival_ms:
            found = index
    return found


@inner
def carry_out(books: Any, desk: Any, index: int, reach: int) -> None:
    """The request arrives: it is carried out or refused, answered if it is a client's, and gone.

    `reach` is the first state of an order that it can have to do with: WAITING, or ON_ITS_WAY.
    """
    request = desk.requests[index]
    reason = _carry_out(books, desk, request, reach)
    if request.id:
        row = books.answer_rows[books.used.answers]
        row.request_id = request.id
        row.ts = books.account.clock_ms
        row.instrument_id = desk.id
        row.reason = reason
        books.used.answers += 1
    for later in range(index + 1, desk.request_count):
        _copy(desk.requests[later - 1], desk.requests[later])
    desk.request_count -= 1
    books.account.is_unsettled = 1


@inner
def _copy(into: Any, request: Any) -> None:
    into.id = request.id
    into.kind = request.kind
    into.order_id = request.order_id
    into.trade_id = request.trade_id
    into.arrival_ms = request.arrival_ms
    into.mover = request.mover
    into.stop_by = request.stop_by
    into.target_by = request.target_by
    into.qty = request.qty
    into.price = request.price
    into.trigger = request.trigger
    into.stop = request.stop
    into.target = request.target
    into.trailing = request.trailing
    into.trailing_activation = request.trailing_activation


@inner
def _carry_out(books: Any, desk: Any, request: Any, reach: int) -> int:
    kind = request.kind
    if kind == REQUEST_MOVE_STOP:
        return _move_stop(books, desk, request)
    if kind == REQUEST_STOPS:
        return _set_stops(books, desk, request)
    if kind == REQUEST_LEVERAGE:
        return _set_leverage(books, desk, request.qty)
    if kind == REQUEST_MARGIN:
        return _add_margin(books, desk, request.qty)
    if kind == REQUEST_CANCEL_ALL:
        for slot in range(desk.slots):
            order = desk.orders[slot]
            if order.kind and order.state >= reach:
                withdraw(books, desk, order, USER)
        return NO_REASON
    for slot in range(desk.slots):
        order = desk.orders[slot]
        if order.id == request.order_id and order.kind and order.state >= reach:
            if kind == REQUEST_AMEND:
                return _amend(books, desk, order, request)
            withdraw(books, desk, order, request.mover or USER)
            return NO_REASON
    return ORDER_NOT_LIVE


@inner
def _move_stop(books: Any, desk: Any, request: Any) -> int:
    """The stop goes where the policy wants it; if the price is there already, the policy closes at market at once."""
    position = desk.position
    if position.side == 0 or position.trade_id != request.trade_id:
        return NO_POSITION
    if position.side * (desk.market.last - request.stop) > 0.0:
        order = desk.orders[STOP_SLOT]
        if order.kind == 0:
            place_child(
                books,
                desk,
                STOP_SLOT,
                KIND_STOP_LOSS,
                position.entry_order,
                request.stop,
                request.stop_by,
                position.qty,
            )
            position.stop_mover = request.mover
        elif order.state == WAITING:
            order.amendments += order.trigger != request.stop
            set_level(books, desk, order, WAITING, request.stop)
            position.stop_mover = request.mover
        return NO_REASON
    seat = books.seats[position.seat]
    if not seat.closing:
        slot = send_close(books, desk, position.qty, request.mover)
        if slot == NO_SLOT:
            seat.refusals[POLICY_TOO_MANY] += 1
        else:
            # Policy and exchange agree at this instant: the close is there at once.
            desk.orders[slot].arrival_ms = books.account.clock_ms
            books.account.due_ms = min(books.account.due_ms, books.account.clock_ms)
    return SL_SIDE


@inner
def _snapped(desk: Any, level: float, mode: int) -> float:
    return snap(level, desk.instrument.tick_num, desk.instrument.tick_den, mode)


@inner
def _set_level_of(books: Any, desk: Any, slot: int, kind: int, level: float, by: int) -> None:
    """Stop or target of the whole position: set, moved, or taken away (0)."""
    order = desk.orders[slot]
    position = desk.position
    if math.isnan(level):
        return
    if level == 0.0:
        if order.kind and order.state == WAITING:
            withdraw(books, desk, order, USER)
    elif order.kind == 0 or order.state == ENDED:
        place_child(books, desk, slot, kind, 0, level, by, position.qty)
    elif order.state == WAITING:
        order.amendments += 1
        wait_for(books, desk, order, level, order.direction, by)


@inner
def _set_stops(books: Any, desk: Any, request: Any) -> int:
    """Stop, target and trailing stop of the position; all of them or none."""
    position = desk.position
    side = position.side
    if side == 0:
        return NO_POSITION
    nearer, farther = (DOWN, UP) if side < 0 else (UP, DOWN)
    stop, target = _snapped(desk, request.stop, nearer), _snapped(desk, request.target, farther)
    last = desk.market.last
    if stop > 0.0 and side * (last - stop) <= 0.0:
        return SL_SIDE
    if target > 0.0 and side * (target - last) <= 0.0:
        return TP_SIDE
    if not math.isnan(target) and desk.orders[TARGET_SLOT].kind == KIND_TARGET:
        return UNSUPPORTED
    _set_level_of(books, desk, STOP_SLOT, KIND_STOP_LOSS, stop, request.stop_by)
    _set_level_of(books, desk, TARGET_SLOT, KIND_TAKE_PROFIT, target, request.target_by)
    if request.trailing == 0.0:
        end_trailing(books, desk)
    elif request.trailing > 0.0:
        set_trailing(books, desk, 0, request.trailing, request.trailing_activation)
    return NO_REASON


@inner
def _set_leverage(books: Any, desk: Any, leverage: float) -> int:
    """A new leverage, also with an open position: margins and reserves are worked out again."""
    settings = desk.settings
    if leverage < 1.0 or leverage > desk.instrument.tiers[0].max_leverage:
        return LEVERAGE_TIER
    if leverage == settings.leverage:
        return NOT_MODIFIED
    for side in (1, -1):
        value = opening_value(desk, side)
        if value > 0.0 and tier_check(value, leverage, desk.instrument) != TIER_FITS:
            return LEVERAGE_TIER
    if margin_short(books, _margin_change(books, desk, leverage), available(books)):
        return INSUFFICIENT_MARGIN
    settings.leverage = leverage
    for number in range(books.seat_count):
        if books.seats[number].desk == desk.id:
            books.seats[number].settings.leverage = leverage
    return NO_REASON


@inner
def _margin_change(books: Any, desk: Any, leverage: float) -> float:
    """How much more position and standing orders bind at this leverage."""
    position = desk.position
    settings = desk.settings
    before = settings.leverage
    change = 0.0
    if position.side != 0:
        change -= position_margin(position.side, position.value, before, settings.taker, 0.0)
        change += position_margin(position.side, position.value, leverage, settings.taker, 0.0)
        if books.settings.cross:
            # In cross margin the position itself counts at the mark price.
            change += (position.qty * desk.market.mark - position.value) * (1.0 / leverage - 1.0 / before)
    settings.leverage = leverage
    for slot in range(desk.slots):
        order = desk.orders[slot]
        if order.state == STANDING:
            change += reserve_of(desk, order) - order.reserve
    settings.leverage = before
    return change


@inner
def _add_margin(books: Any, desk: Any, amount: float) -> int:
    """Margin into the bucket of the position, or out of it."""
    position = desk.position
    if position.side == 0:
        return NO_POSITION
    if books.settings.cross:
        return UNSUPPORTED
    if amount < 0.0 and position.extra + amount < 0.0:
        return WOULD_LIQUIDATE
    if amount > 0.0 and margin_short(books, amount, available(books)):
        return INSUFFICIENT_MARGIN
    position.extra += amount
    return NO_REASON


@inner
def _amend(books: Any, desk: Any, order: Any, request: Any) -> int:
    """New quantity (the total), limit, trigger or levels of a live order; refused as a new order like this would be."""
    if is_child(order):
        return UNSUPPORTED
    if order.type != TYPE_LIMIT and not math.isnan(request.price):
        return UNSUPPORTED
    if order.state != WAITING and not math.isnan(request.trigger):
        return UNSUPPORTED
    if lots(desk, request.qty) <= order.filled_qty:
        return QTY_TOO_SMALL
    qty, price, trigger, stop, target = order.qty, order.price, order.trigger, order.stop, order.target
    _write_changes(desk, order, request)
    reason = _amended_refusal(books, desk, order, not math.isnan(request.trigger))
    if reason != 0:
        order.qty, order.price, order.trigger, order.stop, order.target = qty, price, trigger, stop, target
        return reason
    order.amendments += 1
    order.active_ms = books.account.minute_ms
    if order.state == WAITING:
        wait_for(books, desk, order, order.trigger, order.direction, order.trigger_by)
    elif order.state == STANDING:
        activate(books, desk, order, desk.market.last)
    return NO_REASON


@inner
def _write_changes(desk: Any, order: Any, request: Any) -> None:
    favour, against = (DOWN, UP) if order.side > 0 else (UP, DOWN)
    if not math.isnan(request.qty):
        order.qty = lots(desk, request.qty)
    if not math.isnan(request.price):
        order.price = _snapped(desk, request.price, favour)
    if not math.isnan(request.trigger):
        order.trigger = _snapped(desk, request.trigger, UP if order.direction > 0 else DOWN)
    if not math.isnan(request.stop):
        order.stop = _snapped(desk, request.stop, against) if request.stop > 0.0 else math.nan
    if not math.isnan(request.target):
        order.target = _snapped(desk, request.target, favour) if request.target > 0.0 else math.nan


@inner
def _amended_refusal(books: Any, desk: Any, order: Any, trigger_is_new: bool) -> int:
    """Why the amended order cannot be; its own reserve counts as free."""
    account = books.account
    waits = order.conditional
    if order.state == STANDING:
        # Its trigger has been met: only its limit counts now.
        order.conditional = 0
    account.order_reserve -= order.reserve
    reason = refusal(books, desk, order, math.nan, trigger_is_new)
    account.order_reserve += order.reserve
    order.conditional = waits
    return reason
