"""The life of orders: created in a slot of the order table, ended, and written in a row."""

from typing import Any

import numpy as np

from exchange.grid import DOWN, UP, snap, steps
from exchange.simulated.codes import (
    BY_LAST,
    CANCELLED,
    DEACTIVATED,
    FALL,
    FILLED,
    KIND_CLOSE,
    KIND_ENTRY,
    KIND_STOP_LOSS,
    KIND_TAKE_PROFIT,
    KIND_TARGET,
    POSITION_CLEARED,
    REDUCE_ONLY,
    REJECTED,
    RISE,
    TIF_IOC,
    TPSL_FULL,
    TYPE_MARKET,
)
from exchange.simulated.state import (
    ENDED,
    FIRST_SLOT,
    INSTRUMENT_ID,
    NEVER_MS,
    NO_SLOT,
    ON_ITS_WAY,
    ORDER_SLOTS,
    WAITING,
)
from play_engine.compiled import inner


@inner
def lots(books: Any, qty: float) -> float:
    """A sum of quantities, which all lie on the grid, exactly on it."""
    return snap(qty, books.instrument.step_num, books.instrument.step_den, DOWN)


@inner
def create_order(books: Any, slot: int, kind: int, side: int, qty: float) -> None:
    """A new market order in `slot`, with the next id and without levels; it is on its way."""
    account = books.account
    order = books.orders[slot]
    order.id = account.next_order
    order.parent = 0
    order.trade_id = 0
    order.created_ms = account.clock_ms
    order.active_ms = NEVER_MS
    order.blocked_ms = NEVER_MS
    order.kind = kind
    order.type = TYPE_MARKET
    order.tif = TIF_IOC
    order.state = ON_ITS_WAY
    order.side = side
    order.exit_reason = 0
    order.amendments = 0
    order.bars_left = 0
    order.qty = qty
    order.filled_qty = 0.0
    order.filled_value = 0.0
    order.fees = 0.0
    order.stop = np.nan
    order.target = np.nan
    order.limit_target = np.nan
    # A stop is met where the price moves against the position, everything else where it moves towards a profit or a
    # better entry. On a tie the stop is first, the target second.
    order.direction = side if kind == KIND_STOP_LOSS else -side
    order.rank = 3 if kind == KIND_STOP_LOSS else 5 if kind == KIND_ENTRY else 4
    account.next_order += 1
    account.slots = max(account.slots, slot + 1)
    books.tally.orders += 1


@inner
def set_level(books: Any, order: Any, state: int, price: float) -> None:
    """The order is live at `price`, for what the price does from now on: it waits there for its trigger (WAITING), or
    stands there as a limit (STANDING)."""
    order.state = state
    order.active_ms = books.account.minute_ms
    order.level = price
    if state == WAITING:
        order.trigger = price
    else:
        order.price = price
        if books.settings.limit_through:
            instrument = books.instrument
            ticks = steps(price, instrument.tick_num, instrument.tick_den, UP)
            order.level = (ticks + order.direction) * instrument.tick_num / instrument.tick_den
    books.account.is_unsettled = 1


@inner
def end_order(books: Any, order: Any, status: int, reason: int) -> None:
    """The order reaches its final state; its row is written when the books are settled."""
    account = books.account
    order.state = ENDED
    order.status = status
    order.reason = reason
    order.ended_ms = account.clock_ms
    account.reserve -= order.reserve
    order.reserve = 0.0
    account.is_unsettled = 1
    if order.kind == KIND_ENTRY:
        account.entry_working = 0
        if books.rules.anchor_fill and books.position.side != 0 and books.position.entry_order == order.id:
            books.position.anchor_due = 1


@inner
def end_children(books: Any, reason: int) -> None:
    """Stop and target that still wait are deactivated; those that are at work already are cancelled."""
    for slot in range(FIRST_SLOT):
        order = books.orders[slot]
        if order.kind == KIND_TARGET and order.state != ENDED and reason == POSITION_CLEARED:
            end_order(books, order, CANCELLED, REDUCE_ONLY)
        elif order.kind and order.state != ENDED:
            end_order(books, order, DEACTIVATED if order.state == WAITING else CANCELLED, reason)


@inner
def cancel_entries(books: Any, state: int, reason: int) -> None:
    """Entry orders end that have come as far as `state`: those that stand, or all from ON_ITS_WAY on."""
    for slot in range(books.account.slots):
        order = books.orders[slot]
        if order.kind == KIND_ENTRY and order.state >= state:
            end_order(books, order, CANCELLED, reason)


@inner
def send_order(books: Any, kind: int, side: int, qty: float) -> int:
    """A market order that will arrive with the next minute; its slot, or NO_SLOT if too many are on their way."""
    for slot in range(FIRST_SLOT, ORDER_SLOTS):
        if books.orders[slot].kind == 0:
            create_order(books, slot, kind, side, qty)
            books.account.is_due = 1
            return slot
    return NO_SLOT


@inner
def send_close(books: Any, qty: float, exit_reason: int) -> int:
    """A reduce-only market order against the open trade; its slot, or NO_SLOT if too many are on their way."""
    position = books.position
    slot = send_order(books, KIND_CLOSE, -position.side, qty)
    if slot != NO_SLOT:
        order = books.orders[slot]
        order.trade_id = position.trade_id
        order.exit_reason = exit_reason
        if qty == position.qty:
            books.account.full_close_working = 1
    return slot


@inner
def write_ended(books: Any) -> None:
    """A row for each order that has ended, and its slot is free."""
    account = books.account
    tally = books.tally
    for slot in range(account.slots):
        order = books.orders[slot]
        if order.state != ENDED:
            continue
        child = order.kind in (KIND_STOP_LOSS, KIND_TAKE_PROFIT)
        row = books.order_rows[books.used.orders]
        row.order_id = order.id
        row.parent_id = order.parent
        row.instrument_id = INSTRUMENT_ID
        row.kind = order.kind
        row.side = order.side
        row.type = order.type
        row.tif = order.tif
        row.qty = order.qty
        row.filled_qty = order.filled_qty
        row.avg_price = order.filled_value / order.filled_qty if order.filled_qty > 0.0 else np.nan
        row.price = order.price
        row.trigger_price = order.trigger
        row.trigger_direction = (RISE if order.direction > 0 else FALL) if child else 0
        row.trigger_by = BY_LAST if child else 0
        row.reduce_only = order.kind != KIND_ENTRY
        row.close_on_trigger = child
        row.tpsl_mode = TPSL_FULL if child or order.stop > 0.0 or order.target > 0.0 else 0
        row.stop_loss = order.stop
        row.take_profit = order.target
        row.status = order.status
        row.reason = order.reason
        row.fees = order.fees
        row.created_ts = order.created_ms
        row.arrival_ts = order.created_ms
        row.updated_ts = order.ended_ms
        row.amendments = order.amendments
        row.metadata = order.note
        books.used.orders += 1
        tally.filled += order.status == FILLED
        tally.cancelled += order.status == CANCELLED
        tally.rejected += order.status == REJECTED
        order.id = 0
        order.kind = 0
        order.state = 0
        order.note = 0
        order.price = np.nan
        order.trigger = np.nan
    while account.slots > 0 and books.orders[account.slots - 1].kind == 0:
        account.slots -= 1
