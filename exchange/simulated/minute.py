"""One minute in which something may happen, on all desks of the account together.

At the open come funding, the takeover test, what has arrived, and the jump from the previous close; then the three legs
of the path. The next event is looked for among all desks each time, because every event may change what they can do.
"""

from typing import Any

import numpy as np

from exchange.grid import DOWN, snap
from exchange.simulated.arrivals import arrive, meet
from exchange.simulated.balance import margin_buffer
from exchange.simulated.codes import KIND_CLIENT, KIND_ENTRY
from exchange.simulated.funding import settle_funding
from exchange.simulated.identities import HOLDS, broken_identity
from exchange.simulated.path import (
    ARRIVAL,
    FUNDING_DUE,
    LAST_LEG,
    NEVER,
    REQUEST_ARRIVAL,
    TAKEOVER,
    begin_leg,
    choose_path,
    clock_on_leg,
    cross_takeover_at,
    end_leg,
    meet_price,
    next_in_jump,
    next_on_leg,
    pass_time,
    price_in_jump,
)
from exchange.simulated.requests import carry_out, next_request
from exchange.simulated.standing import settle
from exchange.simulated.state import NO_SLOT, NO_TIME_MS, ON_ITS_WAY, STOP_SLOT, TARGET_SLOT, WAITING
from exchange.simulated.takeover import take_over, take_over_account
from exchange.simulated.trades import touch
from play_engine.compiled import constant, inner

# What a minute goes through before the three legs of its path, which have the numbers 0 to 2.
_FUNDING, _ARRIVALS, _STOPS, _OTHERS, _DONE = map(constant, (-5, -4, -3, -1, 3))
_RANK_OF_STOPS = 3


@inner
def play_minute(books: Any) -> None:
    """All events of the minute `account.minute_ms` before its closing instant, on the desks that have a bar of it."""
    account = books.account
    for number in range(books.desk_count):
        if books.desks[number].minute.playing:
            _open_market(books.desks[number])
    account.clock_ms = account.minute_ms
    account.leg = _FUNDING
    account.done = 0.0
    while account.leg < _DONE:
        at, event, price = _next_event(books)
        if event == NO_SLOT:
            _next_leg(books)
            continue
        desk = books.desks[at]
        _happen(books, desk, event, price)
        settle(books, desk)
        if books.checks and account.broken == HOLDS:
            account.broken = broken_identity(books)
    for number in range(books.desk_count):
        books.desks[number].market.budget = 0.0
    account.leg = 0
    account.done = 0.0
    _find_due(books)


@inner
def _open_market(desk: Any) -> None:
    market = desk.market
    minute = desk.minute
    minute.previous, minute.mark_previous = market.last, market.mark
    if market.last == 0.0:
        # In the first minute of a series the jump is empty.
        minute.previous, minute.mark_previous = minute.open, minute.mark_open
    market.last, market.mark = minute.open, minute.mark_open
    market.budget = np.inf
    if desk.settings.participation_rate < np.inf:
        share = desk.settings.participation_rate * minute.volume
        market.budget = snap(share, desk.instrument.step_num, desk.instrument.step_den, DOWN)


@inner
def _happen(books: Any, desk: Any, event: int, price: float) -> None:
    if event == TAKEOVER and books.settings.cross:
        take_over_account(books)
        for number in range(books.desk_count):
            settle(books, books.desks[number])
    elif event == TAKEOVER:
        take_over(books, desk)
    elif event == FUNDING_DUE:
        settle_funding(books, desk)
    elif event == REQUEST_ARRIVAL:
        carry_out(books, desk, next_request(desk), WAITING)
    elif event == ARRIVAL:
        arrive(books, desk, desk.orders[_arrived(desk, books.account.clock_ms)])
    else:
        meet(books, desk, desk.orders[event], price)


@inner
def _next_event(books: Any) -> tuple[int, int, float]:
    """The next event in this part of the minute: the number of its desk, what it is, and its path price. Time moves on
    to it."""
    account = books.account
    if account.leg >= 0:
        return _next_on_path(books)
    for number in range(books.desk_count):
        if account.leg > _FUNDING and books.desks[number].minute.playing and _is_taken(books, books.desks[number]):
            return number, TAKEOVER, books.desks[number].minute.open
    for number in range(books.desk_count):
        desk = books.desks[number]
        if not desk.minute.playing:
            continue
        event = _at_open(books, desk)
        if event >= 0 and account.leg > _ARRIVALS:
            return number, event, price_in_jump(desk, desk.orders[event])
        if event != NO_SLOT:
            return number, event, desk.minute.open
    return 0, NO_SLOT, 0.0


@inner
def _at_open(books: Any, desk: Any) -> int:
    """What the desk has to do in this part of the open; NO_SLOT if it is through with it."""
    account = books.account
    if account.leg == _FUNDING:
        minute = desk.minute
        if minute.funded < minute.fundings and desk.fundings[minute.funded].ts <= account.minute_ms:
            return FUNDING_DUE
    elif account.leg == _ARRIVALS:
        if account.due_ms <= account.minute_ms:
            index = next_request(desk)
            if index != NO_SLOT and desk.requests[index].arrival_ms <= account.minute_ms:
                return REQUEST_ARRIVAL
            if _arrived(desk, account.minute_ms) != NO_SLOT:
                return ARRIVAL
    else:
        return next_in_jump(books, desk, account.leg - _STOPS + _RANK_OF_STOPS)
    return NO_SLOT


@inner
def _is_taken(books: Any, desk: Any) -> bool:
    """Whether the position of the desk is taken over at the open; in cross margin, whether all are."""
    position = desk.position
    if books.settings.cross:
        return books.account.open_positions > 0 and margin_buffer(books) <= 0.0
    return position.side != 0 and position.side * (desk.market.mark - position.liquidation) <= 0.0


@inner
def _arrived(desk: Any, now_ms: int) -> int:
    """The slot of the order that is next to arrive of those that are due, closes before entries, then by id."""
    found, key = NO_SLOT, (False, 0)
    for slot in range(desk.slots):
        order = desk.orders[slot]
        if order.state == ON_ITS_WAY and order.kind and order.arrival_ms <= now_ms:
            opens = order.kind == KIND_ENTRY or (order.kind == KIND_CLIENT and not order.reduce_only)
            candidate = (opens or order.conditional != 0, order.id)
            if found == NO_SLOT or candidate < key:
                found, key = slot, candidate
    return found


@inner
def _next_on_path(books: Any) -> tuple[int, int, float]:
    account = books.account
    at, event, key = 0, NO_SLOT, (NEVER, 0)
    if books.settings.cross:
        share = cross_takeover_at(books)
        if share < NEVER:
            event, key = TAKEOVER, (share, 1)
    for number in range(books.desk_count):
        desk = books.desks[number]
        if desk.minute.playing:
            share, rank, found = next_on_leg(books, desk)
            if found != NO_SLOT and (share, rank) < key:
                at, event, key = number, found, (share, rank)
    if event == NO_SLOT:
        return 0, NO_SLOT, 0.0
    done, share = account.done, key[0]
    if share > done:
        for number in range(books.desk_count):
            if books.desks[number].minute.playing:
                pass_time(books.desks[number], share)
    desk = books.desks[at]
    price = desk.market.last if books.settings.cross and event == TAKEOVER else meet_price(desk, event, share, done)
    account.done = share
    account.clock_ms = clock_on_leg(books)
    position = desk.position
    if position.side != 0 and position.trade_id == desk.minute.ambiguous_trade:
        position.ambiguous |= event in (TAKEOVER, STOP_SLOT, TARGET_SLOT)
    return at, event, price


@inner
def _next_leg(books: Any) -> None:
    """The minute goes on to what comes next in it."""
    account = books.account
    for number in range(books.desk_count):
        desk = books.desks[number]
        if not desk.minute.playing:
            continue
        if account.leg >= 0:
            end_leg(desk)
        elif account.leg == _OTHERS:
            if desk.position.side != 0:
                touch(desk, desk.minute.open, desk.minute.mark_open)
            choose_path(books, desk)
    account.leg += 1
    account.done = 0.0
    if 0 <= account.leg <= LAST_LEG:
        for number in range(books.desk_count):
            if books.desks[number].minute.playing:
                begin_leg(books, books.desks[number])


@inner
def _find_due(books: Any) -> None:
    """When the next thing arrives that is on its way."""
    due_ms = NO_TIME_MS
    for number in range(books.desk_count):
        desk = books.desks[number]
        index = next_request(desk)
        if index != NO_SLOT:
            due_ms = min(due_ms, desk.requests[index].arrival_ms)
        for slot in range(desk.slots):
            if desk.orders[slot].state == ON_ITS_WAY:
                due_ms = min(due_ms, desk.orders[slot].arrival_ms)
    books.account.due_ms = due_ms
