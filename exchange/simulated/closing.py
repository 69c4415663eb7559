"""When a minute has ended: marks, and what the policy decides about the levels of the open positions."""

import math
from typing import Any

from exchange.policy import TOO_MANY_ORDERS, levels
from exchange.simulated.balance import unrealised
from exchange.simulated.children import move_trailing
from exchange.simulated.codes import (
    BY_LAST,
    EXIT_BREAK_EVEN,
    EXIT_TAKE_PROFIT,
    EXIT_TRAILING_STOP,
    KIND_STOP_LOSS,
    KIND_TARGET,
    TIF_GTC,
    TYPE_LIMIT,
)
from exchange.simulated.draws import arrival_ms
from exchange.simulated.orders import create_order, lots, send, send_close, set_level
from exchange.simulated.requests import send_request
from exchange.simulated.standing import settle
from exchange.simulated.state import (
    ENDED,
    NO_SLOT,
    REQUEST_AMEND,
    REQUEST_MOVE_STOP,
    STANDING,
    STOP_SLOT,
    TARGET_SLOT,
    WAITING,
)
from exchange.simulated.trades import best_price
from exchange.stop_moves import break_even_stop, trail_is_active, trailing_stop
from play_engine.compiled import inner


@inner
def closing_instant(books: Any) -> None:
    """The minute ends: positions are marked at its close."""
    account = books.account
    tally = books.tally
    t0, interval_ms = account.minute_ms, account.interval_ms
    tally.minutes += 1
    account.clock_ms = t0 + interval_ms
    equity, gross = account.wallet, 0.0
    for number in range(books.desk_count):
        desk = books.desks[number]
        market = desk.market
        position = desk.position
        if desk.minute.playing:
            if t0 != market.next_bar_ms:
                tally.gap_minutes += (t0 - market.next_bar_ms) // interval_ms
            market.next_bar_ms = t0 + interval_ms
            market.last, market.mark = desk.minute.close, desk.minute.mark_close
            if position.side != 0:
                tally.unprotected_minutes += position.unprotected
                if position.trail_distance > 0.0:
                    move_trailing(books, desk)
        if position.side != 0:
            equity += unrealised(position, market.mark)
            gross += position.qty * market.mark
    if gross > 0.0 and equity > 0.0:
        leverage = gross / equity
        tally.leverage_sum += leverage
        tally.max_gross_exposure = max(tally.max_gross_exposure, leverage)
    account.equity_low = min(account.equity_low, equity)
    account.equity_high = max(account.equity_high, equity)


@inner
def look_after(books: Any) -> None:
    """After an instant at which positions or orders have changed: levels that follow the fills, and what a close or a
    target still has to do."""
    for number in range(books.seat_count):
        desk = books.desks[books.seats[number].desk]
        position = desk.position
        if position.side != 0 and position.seat == number:
            if position.anchor_due:
                _anchor_levels(books, desk)
            if position.rest_qty > 0.0:
                _send_rest(books, desk)
            if position.limit_target > 0.0:
                _place_target(books, desk)
    for number in range(books.desk_count):
        settle(books, books.desks[number])


@inner
def has_to_follow(books: Any) -> bool:
    """Whether `look_after` has anything to do."""
    if books.account.is_unsettled:
        return True
    for number in range(books.desk_count):
        position = books.desks[number].position
        if position.side != 0 and (position.anchor_due or position.rest_qty > 0.0 or position.limit_target > 0.0):
            return True
    return False


@inner
def _anchor_levels(books: Any, desk: Any) -> None:
    """Stop and target are computed again from the average fill price, and amended at this closing instant.

    A new level on the wrong side of the last price is refused by the exchange; the old one stays. A stop that has been
    moved already does not go back.
    """
    position = desk.position
    rules = books.seats[position.seat].rules
    position.anchor_due = 0
    side, last = position.side, desk.market.last
    entry = position.value / position.qty
    leverage = desk.settings.leverage
    stop, target = levels(rules, leverage, desk.instrument, side, entry, position.stop_operand, position.target_operand)
    moved_back = position.stop_mover != 0 and side * (stop - desk.orders[STOP_SLOT].trigger) <= 0.0
    _amend(books, desk, STOP_SLOT, stop, side * (last - stop) > 0.0 and not moved_back)
    if rules.limit_target:
        if target > 0.0:
            position.limit_target = target
    else:
        _amend(books, desk, TARGET_SLOT, target, side * (target - last) > 0.0)


@inner
def _amend(books: Any, desk: Any, slot: int, level: float, accepted: bool) -> None:
    order = desk.orders[slot]
    if order.kind and order.state == WAITING and accepted and level != order.trigger and level > 0.0:
        set_level(books, desk, order, WAITING, level)
        order.amendments += 1


@inner
def _send_rest(books: Any, desk: Any) -> None:
    """What a close found no volume for is sent again."""
    position = desk.position
    seat = books.seats[position.seat]
    slot = send_close(books, desk, min(position.rest_qty, position.qty), position.rest_reason)
    position.rest_qty = 0.0
    if slot == NO_SLOT:
        seat.refusals[TOO_MANY_ORDERS] += 1
        seat.closing = 0
    else:
        desk.orders[slot].note = position.rest_note
    position.rest_note = 0


@inner
def _place_target(books: Any, desk: Any) -> None:
    """The limit target is placed, or amended to the position and its level.

    Without latency it is there at this closing instant, and stands before the next open; unless the price has passed
    it, then it takes at that open.
    """
    position = desk.position
    order = desk.orders[TARGET_SLOT]
    price = position.limit_target
    settings = books.settings
    late = settings.latency_ms + settings.latency_jitter_ms > 0
    passed = position.side * (desk.market.last - price) > 0.0
    if order.kind == 0 or order.state == ENDED:
        create_order(books, desk, TARGET_SLOT, KIND_TARGET, -position.side, position.qty)
        order.type = TYPE_LIMIT
        order.tif = TIF_GTC
        order.parent = position.entry_order
        order.trade_id = position.trade_id
        order.exit_reason = EXIT_TAKE_PROFIT
        order.price = price
        if late or passed:
            send(books, order, arrival_ms(books, order.id))
        else:
            set_level(books, desk, order, STANDING, price)
        return
    qty = lots(desk, order.filled_qty + position.qty)
    if order.price == price and order.qty == qty:
        return
    if late:
        _amend_target_later(books, desk, order, price, qty)
        return
    order.amendments += 1
    order.qty = qty
    if order.price != price:
        order.price = price
        if passed:
            send(books, order, books.account.clock_ms)
        else:
            set_level(books, desk, order, STANDING, price)


@inner
def _amend_target_later(books: Any, desk: Any, order: Any, price: float, qty: float) -> None:
    """The amendment of a target is on its way, unless the same one is already."""
    for index in range(desk.request_count):
        request = desk.requests[index]
        same = request.order_id == order.id and request.qty == qty and request.price == price
        if request.kind == REQUEST_AMEND and same:
            return
    index = send_request(books, desk, REQUEST_AMEND, order.id)
    if index != NO_SLOT:
        desk.requests[index].qty = qty
        desk.requests[index].price = price


@inner
def decide_stop(books: Any, desk: Any, atr: float) -> None:
    """Trailing and break-even stop, from the minute that ended; a better level is on its way to the next one."""
    position = desk.position
    seat = books.seats[position.seat]
    rules, instrument = seat.rules, desk.instrument
    side = position.side
    entry = position.value / position.qty
    stop = desk.orders[STOP_SLOT]
    if stop.kind == KIND_STOP_LOSS and stop.state != WAITING:
        return
    best = stop.trigger
    if not math.isnan(position.sent_stop) and not side * (best - position.sent_stop) >= 0.0:
        best = position.sent_stop
    before = best
    mover = 0
    peak = max(best_price(position), entry) if side > 0 else min(best_price(position), entry)
    if position.trail_active or trail_is_active(rules, side, entry, peak):
        position.trail_active = 1
        level = trailing_stop(rules, instrument, side, peak, atr)
        if _is_tighter(side, level, best):
            best, mover = level, EXIT_TRAILING_STOP
    if not position.broke_even:
        level = break_even_stop(rules, instrument, side, entry, desk.market.last)
        position.broke_even = not math.isnan(level)
        if _is_tighter(side, level, best):
            best, mover = level, EXIT_BREAK_EVEN
    if mover != 0 and best != before:
        _send_stop(books, desk, best, mover)


@inner
def _is_tighter(side: int, level: float, best: float) -> bool:
    """Whether `level` is nearer to the price than `best`, or the only one."""
    return level > 0.0 and (math.isnan(best) or side * (level - best) > 0.0)


@inner
def _send_stop(books: Any, desk: Any, level: float, mover: int) -> None:
    position = desk.position
    index = send_request(books, desk, REQUEST_MOVE_STOP, desk.orders[STOP_SLOT].id)
    if index == NO_SLOT:
        return
    request = desk.requests[index]
    request.stop = level
    request.stop_by = BY_LAST
    request.mover = mover
    # The policy sends the moves of a stop one after the other: none overtakes the one before.
    request.arrival_ms = books.account.clock_ms + books.settings.latency_ms
    books.account.due_ms = min(books.account.due_ms, request.arrival_ms)
    position.sent_stop = level
