"""The path that prices take through a minute, and what is met on it.

With a position the path meets the adverse extreme first: a long sees open, low, high, close, a short open, high, low,
close. Without one, or if the settings say so, it meets the nearer extreme first. The mark price moves on its own four
points in the same order. Path time φ orders the events of a minute; it is a convention, no evidence about real times.
"""

import math
from typing import Any

import numpy as np

from exchange.margin import maintenance_tier
from exchange.simulated.balance import close_fee, margin_buffer, unrealised
from exchange.simulated.codes import KIND_TAKE_PROFIT, KIND_TARGET, TYPE_LIMIT
from exchange.simulated.orders import by_mark
from exchange.simulated.requests import next_request
from exchange.simulated.state import NO_SLOT, ON_ITS_WAY, STANDING, STOP_SLOT, TARGET_SLOT, WAITING, WORKING
from exchange.simulated.trades import touch
from play_engine.compiled import constant, inner

NEVER = 2.0
# An event is about the order in a slot, or one of these.
TAKEOVER, ARRIVAL, REQUEST_ARRIVAL, FUNDING_DUE = map(constant, (-2, -3, -4, -5))
LAST_LEG = constant(2)


@inner
def choose_path(books: Any, desk: Any) -> None:
    """Which extreme comes first, chosen once when everything at the open is over; and whether the minute holds both the
    stop and the target of the position."""
    minute = desk.minute
    position = desk.position
    minute.high_first = position.side < 0
    if position.side == 0 or desk.settings.nearest_first:
        minute.high_first = abs(minute.open - minute.high) < abs(minute.open - minute.low)
    minute.ambiguous_trade = position.trade_id if position.side != 0 and _is_ambiguous(desk) else 0
    books.tally.ambiguous_minutes += minute.ambiguous_trade != 0


@inner
def _is_ambiguous(desk: Any) -> bool:
    minute = desk.minute
    order = desk.orders[TARGET_SLOT]
    stop, target = desk.orders[STOP_SLOT].trigger, order.price if order.kind == KIND_TARGET else order.trigger
    return minute.low <= stop <= minute.high and minute.low <= target <= minute.high


@inner
def begin_leg(books: Any, desk: Any) -> None:
    """The leg `account.leg` of the path begins where the prices are."""
    minute = desk.minute
    minute.start, minute.mark_start = desk.market.last, desk.market.mark
    if books.account.leg == LAST_LEG:
        minute.end, minute.mark_end = minute.close, minute.mark_close
    elif (books.account.leg == 0) == (minute.high_first != 0):
        minute.end, minute.mark_end = minute.high, minute.mark_high
    else:
        minute.end, minute.mark_end = minute.low, minute.mark_low
    if not desk.market.has_mark:
        minute.mark_end = minute.end


@inner
def end_leg(desk: Any) -> None:
    """The prices have come to the end of the leg."""
    minute = desk.minute
    desk.market.last, desk.market.mark = minute.end, minute.mark_end
    if desk.position.side != 0:
        touch(desk, minute.end, minute.mark_end)


@inner
def pass_time(desk: Any, share: float) -> None:
    """The prices move on to the share `share` of the leg."""
    minute = desk.minute
    market = desk.market
    market.last = minute.start + (minute.end - minute.start) * share
    market.mark = market.last
    if market.has_mark:
        market.mark = minute.mark_start + (minute.mark_end - minute.mark_start) * share


@inner
def meet_price(desk: Any, event: int, share: float, done: float) -> float:
    """The exact last price of an event of this desk, at the share of the leg to which its prices have come."""
    market = desk.market
    if share > done and event == TAKEOVER:
        market.mark = desk.position.liquidation
        if not market.has_mark:
            market.last = market.mark
    elif share > done and event >= 0:
        order = desk.orders[event]
        if by_mark(order):
            market.mark = order.level
        if not by_mark(order) or not market.has_mark:
            market.last = order.level
        if not market.has_mark:
            market.mark = market.last
    return market.last


@inner
def next_in_jump(books: Any, desk: Any, rank: int) -> int:
    """What is met between the previous close and the open, of what stood before and has this rank: a slot.

    The level nearest to the previous close first, then the lower id.
    """
    minute = desk.minute
    t0 = books.account.minute_ms
    event, key = NO_SLOT, (0.0, 0)
    for slot in range(desk.slots):
        order = desk.orders[slot]
        if order.rank != rank or order.state < WAITING or order.active_ms == t0 or order.blocked_ms == t0:
            continue
        distance = 0.0
        if order.state != WORKING:
            previous, now = minute.previous, minute.open
            if by_mark(order):
                previous, now = minute.mark_previous, minute.mark_open
            passed_before = order.state == WAITING and order.direction * (previous - order.level) >= 0.0
            if not order.direction * (now - order.level) >= 0.0 and not passed_before:
                continue
            distance = abs(order.level - previous)
        candidate = (distance, order.id)
        if event == NO_SLOT or candidate < key:
            event, key = slot, candidate
    return event


@inner
def price_in_jump(desk: Any, order: Any) -> float:
    """The path price at which an order is met in the jump: the open, or a target's own level if the settings say so."""
    is_target = order.kind == KIND_TAKE_PROFIT and order.state == WAITING and order.type != TYPE_LIMIT
    at_level = desk.settings.tp_gap_at_level and is_target and not by_mark(order)
    return order.trigger if at_level else desk.minute.open


@inner
def next_on_leg(books: Any, desk: Any) -> tuple[float, int, int]:
    """What the desk meets first on the rest of the leg: the share of the leg, the rank and the event.

    On a tie funding, takeover, arrivals, stop, target, all others, each in id order.
    """
    minute = desk.minute
    market = desk.market
    position = desk.position
    done = books.account.done
    event, key = NO_SLOT, (NEVER, 0, 0)
    if position.side != 0 and not books.settings.cross:
        level, start, end = position.liquidation, minute.mark_start, minute.mark_end
        share = _reached_at(-position.side, start, end, market.mark, done, level)
        if share < NEVER:
            event, key = TAKEOVER, (share, 1, 0)
    for slot in range(desk.slots):
        order = desk.orders[slot]
        if order.state < WAITING or order.state == WORKING or order.blocked_ms == books.account.minute_ms:
            continue
        # A standing limit fills only while the price moves towards it.
        if order.state == STANDING and order.direction * (minute.end - minute.start) <= 0.0:
            continue
        if by_mark(order):
            share = _reached_at(order.direction, minute.mark_start, minute.mark_end, market.mark, done, order.level)
        else:
            share = _reached_at(order.direction, minute.start, minute.end, market.last, done, order.level)
        candidate = (share, order.rank, order.id)
        if share < NEVER and candidate < key:
            event, key = slot, candidate
    share, kind = next_arrival_on_leg(books, desk)
    if kind != NO_SLOT and (share, 0 if kind == FUNDING_DUE else 2, 0) < key:
        return share, 0 if kind == FUNDING_DUE else 2, kind
    return key[0], key[1], event


@inner
def next_arrival_on_leg(books: Any, desk: Any) -> tuple[float, int]:
    """Funding, a request or an order that arrives inside the minute before the leg ends: its share of the leg, and
    what it is; NO_SLOT if none does."""
    account = books.account
    found_ms, kind = account.minute_ms + account.interval_ms, NO_SLOT
    if desk.minute.funded < desk.minute.fundings:
        found_ms, kind = min(found_ms, desk.fundings[desk.minute.funded].ts), FUNDING_DUE
    if account.due_ms < account.minute_ms + account.interval_ms:
        index = next_request(desk)
        if index != NO_SLOT and desk.requests[index].arrival_ms < found_ms:
            found_ms, kind = desk.requests[index].arrival_ms, REQUEST_ARRIVAL
        for slot in range(desk.slots):
            order = desk.orders[slot]
            if order.state == ON_ITS_WAY and order.arrival_ms < found_ms:
                found_ms, kind = order.arrival_ms, ARRIVAL
    if kind == NO_SLOT:
        return NEVER, NO_SLOT
    share = 3.0 * (found_ms - account.minute_ms) / account.interval_ms - account.leg
    return (max(share, account.done), kind) if share <= 1.0 else (NEVER, NO_SLOT)


@inner
def _reached_at(direction: int, start: float, end: float, now: float, done: float, level: float) -> float:
    """Share of the leg at which a level above (+1) or below (−1) is reached; `done` for what holds already."""
    if direction * (now - level) >= 0.0:
        return done
    if direction * (end - level) >= 0.0:
        return (level - start) / (end - start)
    return NEVER


@inner
def cross_takeover_at(books: Any) -> float:
    """Cross margin: the share of the leg at which W + ΣU reaches ΣMM; each position keeps its tier until then."""
    account = books.account
    if account.open_positions == 0:
        return NEVER
    now = margin_buffer(books)
    if now <= 0.0:
        return account.done
    end = account.wallet
    for number in range(books.desk_count):
        desk = books.desks[number]
        position = desk.position
        if position.side != 0:
            mark = desk.minute.mark_end if desk.minute.playing else desk.market.mark
            tier = desk.instrument.tiers[maintenance_tier(position.qty * desk.market.mark, desk.instrument)]
            end += unrealised(position, mark)
            end -= position.qty * mark * tier.rate - tier.deduction + close_fee(desk)
    if end > 0.0 or math.isnan(end):
        return NEVER
    return account.done + (1.0 - account.done) * now / (now - end)


@inner
def clock_on_leg(books: Any) -> int:
    """The time of the share of the leg that has been reached, in ms."""
    account = books.account
    elapsed_ms = np.int64(np.floor((account.leg + account.done) / 3.0 * account.interval_ms + 0.001))
    return account.minute_ms + min(elapsed_ms, account.interval_ms - 1)
