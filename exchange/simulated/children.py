"""The orders that belong to a position: its stop and target, the pairs of single entries, the trailing stop.

In *full* mode there is one stop and one target for the whole position, at market. If one of them is a limit order, each
entry has a *partial* pair of its own, of its own quantity; when one of a pair triggers, the other one goes.
"""

import math
from typing import Any

import numpy as np

from exchange.grid import DOWN, UP, snap
from exchange.simulated.codes import (
    BY_LAST,
    CANCELLED,
    KIND_STOP_LOSS,
    KIND_TAKE_PROFIT,
    KIND_TARGET,
    KIND_TRAILING,
    POSITION_CLEARED,
    REDUCE_ONLY,
    REPLACED,
    SIBLING_TRIGGERED,
    TIF_GTC,
    TPSL_FULL,
    TPSL_PARTIAL,
    TYPE_LIMIT,
    USER,
)
from exchange.simulated.orders import (
    create_order,
    end_order,
    free_slot,
    is_child,
    lots,
    release,
    set_level,
    wait_for,
    withdraw,
)
from exchange.simulated.state import (
    ENDED,
    FIRST_SLOT,
    NO_SLOT,
    ON_ITS_WAY,
    STANDING,
    STOP_SLOT,
    TARGET_SLOT,
    TRAILING_SLOT,
    WAITING,
)
from exchange.simulated.trades import fold_path
from play_engine.compiled import inner


@inner
def place_child(books: Any, desk: Any, slot: int, kind: int, parent: int, level: float, by: int, qty: float) -> None:
    """A stop or target of the position comes to life: it waits for its level."""
    position = desk.position
    create_order(books, desk, slot, kind, -position.side, qty)
    order = desk.orders[slot]
    order.parent = parent
    order.trade_id = position.trade_id
    order.close_on_trigger = 1
    order.tpsl_mode = TPSL_FULL
    against = kind in (KIND_STOP_LOSS, KIND_TRAILING)
    wait_for(books, desk, order, level, -position.side if against else position.side, by)


@inner
def _attach_full(books: Any, desk: Any, slot: int, kind: int, parent: Any, level: float, by: int) -> None:
    """Stop or target of the whole position: a level of another entry replaces the one that is there."""
    order = desk.orders[slot]
    if order.kind == kind and order.parent == parent.id:
        return
    if level > 0.0 and order.kind != KIND_TARGET:
        if order.kind:
            withdraw(books, desk, order, REPLACED)
            release(books, desk, order)
        place_child(books, desk, slot, kind, parent.id, level, by, desk.position.qty)


@inner
def _place_partial(books: Any, desk: Any, parent: Any, kind: int, level: float, limit: float, by: int) -> int:
    slot = free_slot(desk)
    place_child(books, desk, slot, kind, parent.id, level, by, parent.filled_qty)
    order = desk.orders[slot]
    order.tpsl_mode = TPSL_PARTIAL
    if limit > 0.0:
        order.type = TYPE_LIMIT
        order.tif = TIF_GTC
        order.price = limit
    return slot


@inner
def _attach_pair(books: Any, desk: Any, parent: Any) -> None:
    """The stop and the target of one entry, whose quantity is what that has filled."""
    found = False
    for slot in range(FIRST_SLOT, desk.slots):
        order = desk.orders[slot]
        if order.parent == parent.id and order.tpsl_mode == TPSL_PARTIAL and order.state == WAITING:
            order.qty = parent.filled_qty
            found = True
    if found or parent.pair != NO_SLOT:
        return
    stop = target = NO_SLOT
    if parent.stop > 0.0:
        stop = _place_partial(books, desk, parent, KIND_STOP_LOSS, parent.stop, parent.stop_limit, parent.stop_by)
    if parent.target > 0.0:
        target = _place_partial(
            books, desk, parent, KIND_TAKE_PROFIT, parent.target, parent.target_limit, parent.target_by
        )
    if stop != NO_SLOT and target != NO_SLOT:
        desk.orders[stop].pair = target
        desk.orders[target].pair = stop
    parent.pair = max(stop, target)


@inner
def attach_children(books: Any, desk: Any, parent: Any) -> None:
    """After an opening fill of `parent`: its levels become orders of their own, or grow with it."""
    if parent.stop_limit > 0.0 or parent.target_limit > 0.0:
        _attach_pair(books, desk, parent)
    else:
        _attach_full(books, desk, STOP_SLOT, KIND_STOP_LOSS, parent, parent.stop, parent.stop_by)
        _attach_full(books, desk, TARGET_SLOT, KIND_TAKE_PROFIT, parent, parent.target, parent.target_by)
    trails = desk.position.trail_distance == parent.trailing and desk.orders[TRAILING_SLOT].kind == KIND_TRAILING
    if parent.trailing > 0.0 and not trails:
        set_trailing(books, desk, parent.id, parent.trailing, parent.trailing_activation)
    follow_position(books, desk)


@inner
def follow_position(books: Any, desk: Any) -> None:
    """Children of the whole position have its quantity."""
    for slot in range(FIRST_SLOT):
        order = desk.orders[slot]
        if is_child(order) and order.state > ON_ITS_WAY:
            order.qty = lots(desk, order.filled_qty + desk.position.qty)
            books.account.is_unsettled = 1


@inner
def end_pair(books: Any, desk: Any, order: Any) -> None:
    """One of a pair has triggered: the other goes, even if the first must then wait as a limit order."""
    if order.pair == NO_SLOT or order.tpsl_mode != TPSL_PARTIAL:
        return
    other = desk.orders[order.pair]
    order.pair = NO_SLOT
    if other.parent == order.parent and other.state == WAITING:
        withdraw(books, desk, other, SIBLING_TRIGGERED)
        desk.position.unprotected |= other.kind == KIND_STOP_LOSS


@inner
def clear_children(books: Any, desk: Any) -> None:
    """The desk is flat: all children end, and so do standing limits that could only reduce."""
    for slot in range(desk.slots):
        order = desk.orders[slot]
        if order.kind == 0 or order.state == ENDED:
            continue
        if is_child(order):
            withdraw(books, desk, order, POSITION_CLEARED)
        elif order.reduce_only and (order.state == STANDING or order.kind == KIND_TARGET):
            end_order(books, desk, order, CANCELLED, REDUCE_ONLY)


@inner
def set_trailing(books: Any, desk: Any, parent: int, distance: float, activation: float) -> None:
    """A trailing stop for the position: in force at once, or from its activation price on. The same distance sent again
    keeps the best price seen, and never loosens the stop."""
    position = desk.position
    instrument = desk.instrument
    order = desk.orders[TRAILING_SLOT]
    last = desk.market.last
    fold_path(books, desk, last)
    position.trail_activation = activation
    if order.kind != KIND_TRAILING:
        position.trail_extreme = last
        position.trail_on = math.isnan(activation)
        place_child(books, desk, TRAILING_SLOT, KIND_TRAILING, parent, np.nan, BY_LAST, position.qty)
    else:
        order.amendments += 1
        position.trail_on |= math.isnan(activation)
    position.trail_distance = distance
    if position.trail_on and order.state == WAITING:
        stop = position.trail_extreme - position.side * distance
        stop = snap(stop, instrument.tick_num, instrument.tick_den, DOWN if position.side > 0 else UP)
        if not position.side * (stop - order.trigger) <= 0.0:
            set_level(books, desk, order, WAITING, stop)


@inner
def end_trailing(books: Any, desk: Any) -> None:
    """The trailing stop is taken away."""
    position = desk.position
    order = desk.orders[TRAILING_SLOT]
    if order.kind and order.state == WAITING:
        withdraw(books, desk, order, USER)
    position.trail_on = 0
    position.trail_distance = position.trail_activation = position.trail_extreme = np.nan


@inner
def move_trailing(books: Any, desk: Any) -> None:
    """At a closing instant: the trailing stop follows the best price of the minutes that have ended."""
    position = desk.position
    instrument = desk.instrument
    order = desk.orders[TRAILING_SLOT]
    if order.kind != KIND_TRAILING or order.state != WAITING:
        return
    side = position.side
    best = position.highest if side > 0 else position.lowest
    extreme = max(position.trail_extreme, best) if side > 0 else min(position.trail_extreme, best)
    position.trail_extreme = extreme
    if not position.trail_on and side * (extreme - position.trail_activation) >= 0.0:
        position.trail_on = 1
    if not position.trail_on:
        return
    stop = extreme - side * position.trail_distance
    stop = snap(stop, instrument.tick_num, instrument.tick_den, DOWN if side > 0 else UP)
    if math.isnan(order.trigger) or side * (stop - order.trigger) > 0.0:
        set_level(books, desk, order, WAITING, stop)
