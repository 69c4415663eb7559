"""What happens at an instant of decision: the equity point, the drawdown test, and the decisions of the policy."""

from typing import Any

import numpy as np

from exchange.policy import (
    ENTRY_LONG,
    ENTRY_SHORT,
    HALTED,
    SYMBOL_OWNED,
    TOO_MANY_ORDERS,
    close_qty,
    may_enter,
    may_exit,
    plan_entry,
)
from exchange.simulated.balance import available, available_without, cross_margin, unrealised
from exchange.simulated.codes import (
    CANCELLED,
    EXIT_FLIP,
    EXIT_MAX_DRAWDOWN,
    EXIT_SIGNAL,
    EXPIRED,
    KIND_ENTRY,
    STOP_DRAWDOWN,
    TYPE_LIMIT,
    USER,
)
from exchange.simulated.orders import cancel_entries, end_order, send_close, send_order
from exchange.simulated.state import NO_SLOT
from exchange.simulated.takeover import halt
from play_engine.compiled import inner


@inner
def write_equity(books: Any, row: Any) -> None:
    """An equity point at the mark prices, into a row of EQUITY. Lowest and highest equity count from here anew."""
    account = books.account
    profit = gross = net = margin = 0.0
    for number in range(books.desk_count):
        desk = books.desks[number]
        position = desk.position
        if position.side != 0:
            value = position.qty * desk.market.mark
            profit += unrealised(position, desk.market.mark)
            gross += value
            net += position.side * value
            margin += cross_margin(desk) if books.settings.cross else position.margin
    equity = account.wallet + profit
    account.peak_before = account.peak_equity
    account.peak_equity = max(account.peak_equity, equity)
    row.ts = account.clock_ms
    row.equity = equity
    row.wallet = account.wallet
    row.unrealised_pnl = profit
    row.position_margin = margin
    row.order_reserve = account.order_reserve
    row.available = max(0.0, available(books))
    row.gross_value = gross
    row.net_value = net
    row.equity_low = min(account.equity_low, equity)
    row.equity_high = max(account.equity_high, equity)
    row.drawdown = (account.peak_equity - equity) / account.peak_equity
    account.equity_low, account.equity_high = np.inf, -np.inf
    books.used.equity += 1


@inner
def seat_equity(desk: Any, seat: Any, price: float) -> float:
    """What the Play's capital has become, its open position valued at `price`."""
    return seat.cash + unrealised(desk.position, price) if desk.position.seat == seat.id else seat.cash


@inner
def exec_close(books: Any, desk: Any, seat: Any) -> None:
    """The Play's position and entries are one bar older; those that have lived long enough expire."""
    if seat.entry_working and seat.rules.expire_after_bars:
        _expire(books, desk, seat)
    if desk.position.side != 0 and desk.position.seat == seat.id:
        desk.position.bars_held += 1


@inner
def _expire(books: Any, desk: Any, seat: Any) -> None:
    """The working entry is one bar older; at its last one, what is unfilled of it is cancelled."""
    for slot in range(desk.slots):
        order = desk.orders[slot]
        if order.kind == KIND_ENTRY and order.seat == seat.id and order.bars_left > 0:
            order.bars_left -= 1
            if order.bars_left == 0:
                end_order(books, desk, order, CANCELLED, EXPIRED)


@inner
def test_drawdown(books: Any, desk: Any, seat: Any) -> None:
    """Beyond its limit the Play decides no entry any more, and closes if it is set so."""
    position = desk.position
    settings = seat.settings
    equity = seat_equity(desk, seat, desk.market.last)
    seat.peak = max(seat.peak, equity)
    drawdown_pct = (seat.peak - equity) / seat.peak * 100.0
    if not seat.halted and drawdown_pct >= settings.max_drawdown_pct:
        halt(books, seat.id, STOP_DRAWDOWN)
        seat.drawn_down = 1
        cancel_entries(books, desk, seat.id, USER)
    own = position.side != 0 and position.seat == seat.id
    if settings.flatten and seat.drawn_down and own and not seat.closing:
        send_close(books, desk, position.qty, EXIT_MAX_DRAWDOWN)


@inner
def decide(books: Any, desk: Any, seat: Any, action: int, percent: float) -> bool:
    """Whether the intent at hand (`seat.instant`, `action`, `percent`) is actionable; if it is, it is carried out."""
    position = desk.position
    side = position.side if position.seat == seat.id else 0
    if action in (ENTRY_LONG, ENTRY_SHORT):
        if not may_enter(seat.rules, action, side, seat.entry_working, seat.closing):
            return False
        _enter(books, desk, seat, 1 if action == ENTRY_LONG else -1)
        return True
    if not may_exit(action, side, seat.closing):
        return False
    cancel_entries(books, desk, seat.id, USER)
    slot = send_close(books, desk, close_qty(desk.instrument, position.qty, percent), EXIT_SIGNAL)
    _take_note(books, desk, seat, slot)
    return True


@inner
def _take_note(books: Any, desk: Any, seat: Any, slot: int) -> None:
    """The order in `slot` carries the metadata of its intent, by a number under which they are written down elsewhere.
    Without a slot the intent is refused."""
    if slot == NO_SLOT:
        seat.refusals[TOO_MANY_ORDERS] += 1
    elif seat.rules.has_notes:
        account = books.account
        desk.orders[slot].note = account.next_note
        note = books.note_rows[books.used.notes]
        note.note = account.next_note
        note.seat = seat.id
        note.row = seat.instant.row
        note.intent = seat.instant.intent
        account.next_note += 1
        books.used.notes += 1


@inner
def _is_owned(books: Any, desk: Any, seat: Any) -> bool:
    """Whether somebody else has a position or an entry order on the desk."""
    if desk.position.side != 0 and desk.position.seat != seat.id:
        return True
    for number in range(books.seat_count):
        other = books.seats[number]
        if other.id != seat.id and other.desk == desk.id and other.entry_working:
            return True
    return False


@inner
def _enter(books: Any, desk: Any, seat: Any, side: int) -> None:
    """An entry; against an open position its close goes first, and goes out even if the entry is then refused."""
    position = desk.position
    instant = seat.instant
    price = instant.price
    if _is_owned(books, desk, seat):
        seat.refusals[HALTED if seat.halted else SYMBOL_OWNED] += 1
        return
    equity = seat_equity(desk, seat, price)
    free = available_without(books, desk.id)
    if position.side != 0:
        free += unrealised(position, price)
        cancel_entries(books, desk, seat.id, USER)
        if send_close(books, desk, position.qty, EXIT_FLIP) == NO_SLOT:
            seat.refusals[TOO_MANY_ORDERS] += 1
            return
    if seat.halted:
        seat.refusals[HALTED] += 1
        return
    rules = seat.rules
    stop_operand = instant.stop_long if side > 0 else instant.stop_short
    free = min(equity, free)
    plan = plan_entry(rules, seat.settings, desk.instrument, side, price, stop_operand, instant.target, equity, free)
    books.tally.sl_beyond_liquidation_warnings += plan.warned
    if plan.refusal != 0:
        seat.refusals[plan.refusal] += 1
        return
    slot = send_order(books, desk, seat.id, KIND_ENTRY, side, plan.qty)
    _take_note(books, desk, seat, slot)
    if slot == NO_SLOT:
        return
    order = desk.orders[slot]
    if rules.limit_entry:
        order.type = TYPE_LIMIT
        order.tif = rules.entry_tif
        order.price = plan.limit
        order.bars_left = rules.expire_after_bars
    order.stop = plan.stop
    if rules.limit_target:
        order.limit_target = plan.target
    else:
        order.target = plan.target
    order.stop_operand = stop_operand
    order.target_operand = instant.target
    seat.entry_working = 1
