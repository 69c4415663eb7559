"""The life of orders: created in a slot of a desk's table, sent, ended, and written in a row."""

from typing import Any

import numpy as np

from exchange.grid import DOWN, UP, snap, steps
from exchange.simulated.codes import (
    BY_LAST,
    BY_MARK,
    CANCELLED,
    DEACTIVATED,
    FALL,
    FILLED,
    KIND_CLOSE,
    KIND_ENTRY,
    KIND_STOP_LOSS,
    KIND_TAKE_PROFIT,
    KIND_TARGET,
    KIND_TRAILING,
    REJECTED,
    RISE,
    TIF_IOC,
    TPSL_FULL,
    TPSL_PARTIAL,
    TYPE_MARKET,
)
from exchange.simulated.draws import arrival_ms
from exchange.simulated.state import ENDED, FIRST_SLOT, NEVER_MS, NO_SLOT, ON_ITS_WAY, ORDER_SLOTS, WAITING
from play_engine.compiled import inner


@inner
def lots(desk: Any, qty: float) -> float:
    """A sum of quantities, which all lie on the grid, exactly on it."""
    return snap(qty, desk.instrument.step_num, desk.instrument.step_den, DOWN)


@inner
def leaves(desk: Any, order: Any) -> float:
    """What is still to be filled."""
    return lots(desk, order.qty - order.filled_qty)


@inner
def is_child(order: Any) -> bool:
    """Whether the order is a stop, target or trailing stop that belongs to a position."""
    return order.kind == KIND_STOP_LOSS or order.kind == KIND_TAKE_PROFIT or order.kind == KIND_TRAILING


@inner
def create_order(books: Any, desk: Any, slot: int, kind: int, side: int, qty: float) -> None:
    """A new market order in `slot`, with the next id and without levels; it is there already."""
    account = books.account
    order = desk.orders[slot]
    order.id = account.next_order
    order.parent = order.trade_id = order.note = order.link = 0
    order.seat = desk.position.seat
    order.pair = NO_SLOT
    order.created_ms = order.arrival_ms = account.clock_ms
    order.active_ms = order.blocked_ms = NEVER_MS
    order.kind = kind
    order.type = TYPE_MARKET
    order.tif = TIF_IOC
    order.state = ON_ITS_WAY
    order.side = side
    order.exit_reason = order.amendments = order.bars_left = order.conditional = order.tpsl_mode = 0
    order.trigger_by = order.stop_by = order.target_by = BY_LAST
    order.reduce_only = kind != KIND_ENTRY
    order.close_on_trigger = 0
    order.qty = qty
    order.filled_qty = order.filled_value = order.fees = 0.0
    order.price = order.trigger = order.level = np.nan
    order.stop = order.target = order.limit_target = order.stop_limit = order.target_limit = np.nan
    order.trailing = order.trailing_activation = np.nan
    # A stop is met where the price moves against the position, everything else where it moves towards a profit or a
    # better entry. On a tie the stop is first, the target second.
    against = kind in (KIND_STOP_LOSS, KIND_TRAILING)
    order.direction = side if against else -side
    order.rank = 3 if against else 4 if kind in (KIND_TAKE_PROFIT, KIND_TARGET) else 5
    account.next_order += 1
    desk.slots = max(desk.slots, slot + 1)
    books.tally.orders += 1


@inner
def set_level(books: Any, desk: Any, order: Any, state: int, price: float) -> None:
    """The order is live at `price`, for what the price does from now on: it waits there for its trigger (WAITING), or
    stands there as a limit (STANDING)."""
    order.state = state
    order.active_ms = books.account.minute_ms
    order.level = price
    if state == WAITING:
        order.trigger = price
    else:
        order.price = price
        order.direction = -order.side
        if desk.settings.limit_through:
            instrument = desk.instrument
            ticks = steps(price, instrument.tick_num, instrument.tick_den, UP)
            order.level = (ticks + order.direction) * instrument.tick_num / instrument.tick_den
    books.account.is_unsettled = 1


@inner
def end_order(books: Any, desk: Any, order: Any, status: int, reason: int) -> None:
    """The order reaches its final state; its row is written when the desk is settled."""
    account = books.account
    order.state = ENDED
    order.status = status
    order.reason = reason
    order.ended_ms = account.clock_ms
    desk.reserve -= order.reserve
    account.order_reserve -= order.reserve
    order.reserve = 0.0
    account.is_unsettled = 1
    if order.kind == KIND_ENTRY:
        seat = books.seats[order.seat]
        seat.entry_working = 0
        if seat.rules.anchor_fill and desk.position.side != 0 and desk.position.entry_order == order.id:
            desk.position.anchor_due = 1


@inner
def withdraw(books: Any, desk: Any, order: Any, reason: int) -> None:
    """The order ends from outside: deactivated while it waits for its trigger, else cancelled."""
    end_order(books, desk, order, DEACTIVATED if order.state == WAITING else CANCELLED, reason)


@inner
def cancel_entries(books: Any, desk: Any, seat_id: int, reason: int) -> None:
    """The entry orders of a Play end, also those that are still on their way."""
    for slot in range(desk.slots):
        order = desk.orders[slot]
        if order.kind == KIND_ENTRY and order.seat == seat_id and order.state >= ON_ITS_WAY:
            end_order(books, desk, order, CANCELLED, reason)


@inner
def send(books: Any, order: Any, at_ms: int) -> None:
    """The order is on its way and arrives at `at_ms`."""
    order.state = ON_ITS_WAY
    order.arrival_ms = at_ms
    books.account.due_ms = min(books.account.due_ms, at_ms)


@inner
def free_slot(desk: Any) -> int:
    """A slot for a new order, or NO_SLOT if too many are live."""
    for slot in range(FIRST_SLOT, ORDER_SLOTS):
        if desk.orders[slot].kind == 0:
            return slot
    return NO_SLOT


@inner
def send_order(books: Any, desk: Any, seat_id: int, kind: int, side: int, qty: float) -> int:
    """A market order that is on its way; its slot, or NO_SLOT if too many are live."""
    slot = free_slot(desk)
    if slot != NO_SLOT:
        create_order(books, desk, slot, kind, side, qty)
        order = desk.orders[slot]
        order.seat = seat_id
        send(books, order, arrival_ms(books, order.id))
    return slot


@inner
def send_close(books: Any, desk: Any, qty: float, exit_reason: int) -> int:
    """A reduce-only market order against the open trade; its slot, or NO_SLOT if too many are live."""
    position = desk.position
    slot = send_order(books, desk, position.seat, KIND_CLOSE, -position.side, qty)
    if slot != NO_SLOT:
        order = desk.orders[slot]
        order.trade_id = position.trade_id
        order.exit_reason = exit_reason
        if qty == position.qty:
            books.seats[position.seat].closing = 1
    return slot


@inner
def _write_row(books: Any, desk: Any, order: Any) -> None:
    row = books.order_rows[books.used.orders]
    row.order_id = order.id
    row.parent_id = order.parent
    row.instrument_id = desk.id
    row.play = order.seat
    row.kind = order.kind
    row.side = order.side
    row.type = order.type
    row.tif = order.tif
    row.qty = order.qty
    row.filled_qty = order.filled_qty
    row.avg_price = order.filled_value / order.filled_qty if order.filled_qty > 0.0 else np.nan
    row.price = order.price
    row.trigger_price = order.trigger
    row.trigger_direction = 0
    row.trigger_by = 0
    if order.conditional:
        row.trigger_direction = order.conditional
        row.trigger_by = order.trigger_by
    row.reduce_only = order.reduce_only
    row.close_on_trigger = order.close_on_trigger
    row.tpsl_mode = order.tpsl_mode
    if order.stop_limit > 0.0 or order.target_limit > 0.0:
        row.tpsl_mode = TPSL_PARTIAL
    elif order.stop > 0.0 or order.target > 0.0:
        row.tpsl_mode = TPSL_FULL
    row.stop_loss = order.stop
    row.take_profit = order.target
    row.status = order.status
    row.reason = order.reason
    row.fees = order.fees
    row.created_ts = order.created_ms
    row.arrival_ts = order.arrival_ms
    row.updated_ts = order.ended_ms
    row.amendments = order.amendments
    row.metadata = order.note
    books.used.orders += 1


@inner
def release(books: Any, desk: Any, order: Any) -> None:
    """An order that has ended is written down, and its slot is free."""
    tally = books.tally
    _write_row(books, desk, order)
    tally.filled += order.status == FILLED
    tally.cancelled += order.status == CANCELLED
    tally.rejected += order.status == REJECTED
    order.id = order.kind = order.state = order.note = 0
    order.price = order.trigger = np.nan


@inner
def write_ended(books: Any, desk: Any) -> None:
    """All orders that have ended are written down."""
    for slot in range(desk.slots):
        if desk.orders[slot].state == ENDED:
            release(books, desk, desk.orders[slot])
    while desk.slots > 0 and desk.orders[desk.slots - 1].kind == 0:
        desk.slots -= 1


@inner
def wait_for(books: Any, desk: Any, order: Any, trigger: float, direction: int, by: int) -> None:
    """The order waits for the price that `by` names (BY_LAST, BY_MARK) to come to `trigger`, moving in `direction`."""
    order.direction = direction
    order.conditional = RISE if direction > 0 else FALL
    order.trigger_by = by
    set_level(books, desk, order, WAITING, trigger)


@inner
def by_mark(order: Any) -> bool:
    """Whether the order waits for the mark price."""
    return order.state == WAITING and order.trigger_by == BY_MARK
