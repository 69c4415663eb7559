"""One minute in which something may happen: takeover at the open, arrivals, the jump, and the path.

With a position the path meets the adverse extreme first: a long sees open, low, high, close, a short open, high, low,
close. Without one, or if the settings say so, it meets the nearer extreme first. Path time φ orders the events of a
minute; it is a convention, no evidence about real times.
"""

import math
from typing import Any

import numpy as np

from exchange.grid import DOWN, snap
from exchange.simulated.arrivals import arrive_close, arrive_entry, move_stop, next_arrival
from exchange.simulated.codes import KIND_ENTRY, KIND_TAKE_PROFIT, KIND_TARGET
from exchange.simulated.events import meet
from exchange.simulated.fills import take_over
from exchange.simulated.standing import settle
from exchange.simulated.state import NO_SLOT, ON_ITS_WAY, STANDING, STOP_SLOT, TARGET_SLOT, WAITING, WORKING
from exchange.simulated.trades import touch
from play_engine.compiled import constant, inner

_NEVER = 2.0
# The next event is about the order in a slot, or about the takeover, or there is none.
_TAKEOVER = constant(-2)
# What a minute goes through before the three legs of its path, which have the numbers 0 to 2.
_AT_THE_OPEN, _ARRIVALS, _JUMP, _DONE = map(constant, (-3, -2, -1, 3))


@inner
def play_minute(
    books: Any, interval_ms: int, open_px: float, high: float, low: float, close: float, volume: float
) -> None:
    """All events of the minute `account.minute_ms`, which lasts `interval_ms`, before its closing instant."""
    market = books.market
    minute = books.minute
    minute.interval_ms = interval_ms
    minute.open, minute.high, minute.low, minute.close = open_px, high, low, close
    minute.previous = market.last
    minute.leg = _AT_THE_OPEN
    market.last = open_px
    market.budget = np.inf
    if books.settings.participation_rate < np.inf:
        share = books.settings.participation_rate * volume
        market.budget = snap(share, books.instrument.step_num, books.instrument.step_den, DOWN)
    books.account.clock_ms = books.account.minute_ms
    while True:
        event, price = _next_event(books)
        if event == NO_SLOT:
            break
        order = books.orders[max(event, STOP_SLOT)]
        if event == _TAKEOVER:
            take_over(books, price)
        elif order.state != ON_ITS_WAY:
            meet(books, order, price)
        elif order.kind == KIND_ENTRY:
            arrive_entry(books, order)
        else:
            arrive_close(books, order)
        settle(books)
    market.budget = 0.0


@inner
def _next_event(books: Any) -> tuple[int, float]:
    """The next event of the minute, the slot of an order or the takeover, and its path price; time moves on to it."""
    account = books.account
    minute = books.minute
    position = books.position
    while minute.leg < _DONE:
        event, price = NO_SLOT, minute.open
        if minute.leg == _AT_THE_OPEN:
            if position.side != 0 and position.side * (price - position.liquidation) <= 0.0:
                event = _TAKEOVER
        elif minute.leg == _ARRIVALS:
            if not math.isnan(position.next_stop):
                move_stop(books)
            event = next_arrival(books)
        elif minute.leg == _JUMP:
            event, price = _next_in_jump(books)
        else:
            event, price = _next_on_leg(books)
            books.market.last = price
            elapsed_ms = np.int64(np.floor((minute.leg + minute.done) / 3.0 * minute.interval_ms + 0.001))
            account.clock_ms = account.minute_ms + min(elapsed_ms, minute.interval_ms - 1)
            if event <= TARGET_SLOT and position.side != 0 and position.trade_id == minute.ambiguous_trade:
                position.ambiguous |= event != NO_SLOT
        if event != NO_SLOT:
            return event, price
        _next_leg(books)
    return NO_SLOT, 0.0


@inner
def _next_leg(books: Any) -> None:
    """The minute goes on to what comes next in it; the path is chosen once, when everything at the open is over."""
    minute = books.minute
    position = books.position
    if minute.leg >= _JUMP and position.side != 0:
        touch(position, minute.open if minute.leg == _JUMP else minute.end)
    if minute.leg == _ARRIVALS:
        books.account.is_due = 0
    elif minute.leg == _JUMP:
        minute.end = minute.open
        minute.high_first = position.side < 0
        if position.side == 0 or books.settings.nearest_first:
            minute.high_first = abs(minute.open - minute.high) < abs(minute.open - minute.low)
        minute.ambiguous_trade = position.trade_id if _is_ambiguous(books) else 0
        books.tally.ambiguous_minutes += minute.ambiguous_trade != 0
    minute.leg += 1
    minute.start, minute.done = minute.end, 0.0
    if minute.leg == 2:
        minute.end = minute.close
    else:
        minute.end = minute.high if (minute.leg == 0) == (minute.high_first != 0) else minute.low


@inner
def _is_ambiguous(books: Any) -> bool:
    """Whether the minute holds both the stop and the target of the position."""
    minute = books.minute
    order = books.orders[TARGET_SLOT]
    stop, target = books.orders[STOP_SLOT].trigger, order.price if order.kind == KIND_TARGET else order.trigger
    return minute.low <= stop <= minute.high and minute.low <= target <= minute.high


@inner
def _next_in_jump(books: Any) -> tuple[int, float]:
    """What is met between the previous close and the open, of what stood before: a slot and the price.

    Stop, target, entries; of these the level nearest to the previous close first, then the lower id.
    """
    minute = books.minute
    t0 = books.account.minute_ms
    event, price, key = NO_SLOT, minute.open, (0, 0.0, 0)
    for slot in range(books.account.slots):
        order = books.orders[slot]
        if order.state < WAITING or order.active_ms == t0 or order.blocked_ms == t0:
            continue
        distance = 0.0
        if order.state != WORKING:
            passed_before = order.state == WAITING and order.direction * (minute.previous - order.level) >= 0.0
            if order.direction * (minute.open - order.level) < 0.0 and not passed_before:
                continue
            distance = abs(order.level - minute.previous)
        candidate = (order.rank, distance, order.id)
        if event == NO_SLOT or candidate < key:
            event, key = slot, candidate
            at_level = order.kind == KIND_TAKE_PROFIT and order.state == WAITING and books.settings.tp_gap_at_level
            price = order.trigger if at_level else minute.open
    return event, price


@inner
def _next_on_leg(books: Any) -> tuple[int, float]:
    """What is met first on the rest of the leg: a slot or the takeover, and its path price; the share of the leg that
    lies behind moves on to it. On a tie takeover, stop, target, all others, each in id order."""
    minute = books.minute
    position = books.position
    start, end, done = minute.start, minute.end, minute.done
    now = books.market.last if done > 0.0 else start
    event, price, key = NO_SLOT, now, (_NEVER, 0, 0)
    if position.side != 0:
        share = _reached_at(-position.side, start, end, now, done, position.liquidation)
        if share < _NEVER:
            event, key = _TAKEOVER, (share, 1, 0)
            price = position.liquidation if share > done else now
    for slot in range(books.account.slots):
        order = books.orders[slot]
        if order.state < WAITING or order.state == WORKING or order.blocked_ms == books.account.minute_ms:
            continue
        # A standing limit fills only while the price moves towards it.
        if order.state == STANDING and order.direction * (end - start) <= 0.0:
            continue
        share = _reached_at(order.direction, start, end, now, done, order.level)
        candidate = (share, order.rank, order.id)
        if share < _NEVER and candidate < key:
            event, key = slot, candidate
            price = order.level if share > done else now
    minute.done = min(key[0], 1.0)
    return event, price


@inner
def _reached_at(direction: int, start: float, end: float, now: float, done: float, level: float) -> float:
    """Share of the leg at which a level above (+1) or below (−1) is reached; `done` for what holds already."""
    if direction * (now - level) >= 0.0:
        return done
    if direction * (end - level) >= 0.0:
        return (level - start) / (end - start)
    return _NEVER
