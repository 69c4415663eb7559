"""The life of orders: created in a slot of the order table, ended in a row."""

from typing import Any

import numpy as np

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
    REJECTED,
    RISE,
    TIF_IOC,
    TPSL_FULL,
    TYPE_MARKET,
)
from exchange.simulated.state import FIRST_ARRIVAL, INSTRUMENT_ID, ORDER_SLOTS, STOP_SLOT, TARGET_SLOT
from play_engine.compiled import inner


@inner
def create_order(books: Any, slot: int, kind: int, side: int, qty: float, ts: int) -> None:
    """A new order in `slot`, with the next id and without levels."""
    account = books.account
    order = books.orders[slot]
    order.id = account.next_order
    order.parent = 0
    order.trade_id = 0
    order.created_ms = ts
    order.qty = qty
    order.filled_qty = 0.0
    order.filled_value = 0.0
    order.fees = 0.0
    order.trigger = np.nan
    order.stop = np.nan
    order.target = np.nan
    order.stop_operand = np.nan
    order.target_operand = np.nan
    order.amendments = 0
    order.kind = kind
    order.exit_reason = 0
    order.side = side
    account.next_order += 1
    books.tally.orders += 1


@inner
def end_order(books: Any, slot: int, status: int, reason: int, ts: int) -> None:
    """The order reaches its final state: its row is written and its slot is free."""
    order = books.orders[slot]
    child = order.kind in (KIND_STOP_LOSS, KIND_TAKE_PROFIT)
    # The stop of a long falls and its order is a sell; the target of a long rises.
    rises = (order.side > 0) == (order.kind == KIND_STOP_LOSS)
    row = books.order_rows[books.used.orders]
    row.order_id = order.id
    row.parent_id = order.parent
    row.instrument_id = INSTRUMENT_ID
    row.kind = order.kind
    row.side = order.side
    row.type = TYPE_MARKET
    row.tif = TIF_IOC
    row.qty = order.qty
    row.filled_qty = order.filled_qty
    row.avg_price = order.filled_value / order.filled_qty if order.filled_qty > 0.0 else np.nan
    row.trigger_price = order.trigger
    row.trigger_direction = (RISE if rises else FALL) if child else 0
    row.trigger_by = BY_LAST if child else 0
    row.reduce_only = order.kind != KIND_ENTRY
    row.close_on_trigger = child
    row.tpsl_mode = TPSL_FULL if child or not (np.isnan(order.stop) and np.isnan(order.target)) else 0
    row.stop_loss = order.stop
    row.take_profit = order.target
    row.status = status
    row.reason = reason
    row.fees = order.fees
    row.created_ts = order.created_ms
    row.arrival_ts = order.created_ms
    row.updated_ts = ts
    row.amendments = order.amendments
    books.used.orders += 1
    books.tally.filled += status == FILLED
    books.tally.cancelled += status == CANCELLED
    books.tally.rejected += status == REJECTED
    order.kind = 0
    order.trigger = np.nan


@inner
def end_children(books: Any, reason: int, ts: int) -> None:
    """Stop and target that still wait are deactivated, in id order."""
    for slot in (STOP_SLOT, TARGET_SLOT):
        if books.orders[slot].kind:
            end_order(books, slot, DEACTIVATED, reason, ts)


@inner
def send_order(books: Any, kind: int, side: int, qty: float, ts: int) -> int:
    """A market order that will arrive with the next minute; its slot, or −1 if too many are on their way."""
    account = books.account
    slot = FIRST_ARRIVAL + account.arrivals
    if slot == ORDER_SLOTS:
        return -1
    create_order(books, slot, kind, side, qty, ts)
    account.arrivals += 1
    return slot


@inner
def send_close(books: Any, qty: float, exit_reason: int, ts: int) -> bool:
    """A reduce-only market order against the trade that is open now; False if too many orders are on their way."""
    account = books.account
    position = books.position
    slot = send_order(books, KIND_CLOSE, -position.side, qty, ts)
    if slot < 0:
        return False
    order = books.orders[slot]
    order.trade_id = position.trade_id
    order.exit_reason = exit_reason
    if qty == position.qty:
        account.full_close_working = 1
    return True


@inner
def cancel_entries(books: Any, reason: int, ts: int) -> None:
    """Entry orders on their way end before they arrive."""
    for slot in range(FIRST_ARRIVAL, FIRST_ARRIVAL + books.account.arrivals):
        if books.orders[slot].kind == KIND_ENTRY:
            end_order(books, slot, CANCELLED, reason, ts)
    books.account.entry_working = 0
