"""What happens at an instant of decision: the equity point, the drawdown test, and one decision of the policy."""

from typing import Any

import numpy as np

from exchange.policy import (
    ENTRY_LONG,
    ENTRY_SHORT,
    HALTED,
    TOO_MANY_ORDERS,
    close_qty,
    may_enter,
    may_exit,
    plan_entry,
)
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
from exchange.simulated.standing import available
from exchange.simulated.state import NO_SLOT, ON_ITS_WAY
from play_engine.compiled import inner


@inner
def unrealised(position: Any, price: float) -> float:
    """Result of the open position at `price`; 0 when flat."""
    return position.side * (position.qty * price - position.value)


@inner
def write_equity(books: Any, row: Any) -> None:
    """An equity point at the last price, into a row of EQUITY. Lowest and highest equity count from here anew."""
    account = books.account
    position = books.position
    last = books.market.last
    profit = unrealised(position, last)
    equity = account.wallet + profit
    gross_value = position.qty * last
    account.peak_before = account.peak_equity
    account.peak_equity = max(account.peak_equity, equity)
    row.ts = account.clock_ms
    row.equity = equity
    row.wallet = account.wallet
    row.unrealised_pnl = profit
    row.position_margin = position.margin
    row.order_reserve = account.reserve
    row.available = max(0.0, available(books))
    row.gross_value = gross_value
    row.net_value = position.side * gross_value
    row.equity_low = min(account.equity_low, equity)
    row.equity_high = max(account.equity_high, equity)
    row.drawdown = (account.peak_equity - equity) / account.peak_equity
    account.equity_low, account.equity_high = np.inf, -np.inf
    books.used.equity += 1


@inner
def exec_close(books: Any, point: Any) -> None:
    """Entries that have lived long enough expire; equity point, and the drawdown test: beyond the limit no entry is
    decided any more."""
    account = books.account
    position = books.position
    settings = books.settings
    if account.entry_working and books.rules.expire_after_bars:
        _expire(books)
    if position.side != 0:
        position.bars_held += 1
    write_equity(books, point)
    equity = account.wallet + unrealised(position, books.market.last)
    drawdown_pct = (account.peak_equity - equity) / account.peak_equity * 100.0
    if not account.halted and drawdown_pct >= settings.max_drawdown_pct:
        account.halted = 1
        account.stop_reason = STOP_DRAWDOWN
        cancel_entries(books, ON_ITS_WAY, USER)
    flatten = settings.flatten and account.stop_reason == STOP_DRAWDOWN
    if flatten and position.side != 0 and not account.full_close_working:
        send_close(books, position.qty, EXIT_MAX_DRAWDOWN)


@inner
def _expire(books: Any) -> None:
    """The working entry is one bar older; at its last one, what is unfilled of it is cancelled."""
    for slot in range(books.account.slots):
        order = books.orders[slot]
        if order.kind == KIND_ENTRY and order.bars_left > 0:
            order.bars_left -= 1
            if order.bars_left == 0:
                end_order(books, order, CANCELLED, EXPIRED)


@inner
def decide(books: Any, action: int, percent: float) -> bool:
    """Whether the intent at hand (`books.instant`, `action`, `percent`) is actionable; if it is, it is carried out."""
    account = books.account
    position = books.position
    if action in (ENTRY_LONG, ENTRY_SHORT):
        if not may_enter(books.rules, action, position.side, account.entry_working, account.full_close_working):
            return False
        _enter(books, 1 if action == ENTRY_LONG else -1)
        return True
    if not may_exit(action, position.side, account.full_close_working):
        return False
    cancel_entries(books, ON_ITS_WAY, USER)
    slot = send_close(books, close_qty(books.instrument, position.qty, percent), EXIT_SIGNAL)
    _take_note(books, slot)
    return True


@inner
def _take_note(books: Any, slot: int) -> None:
    """The order in `slot` carries the metadata of its intent, by a number under which they are written down elsewhere.
    Without a slot the intent is refused."""
    if slot == NO_SLOT:
        books.tally.refusals[TOO_MANY_ORDERS] += 1
    elif books.rules.has_notes:
        account = books.account
        books.orders[slot].note = account.next_note
        note = books.note_rows[books.used.notes]
        note.note = account.next_note
        note.row = books.instant.row
        note.intent = books.instant.intent
        account.next_note += 1
        books.used.notes += 1


@inner
def _enter(books: Any, side: int) -> None:
    """An entry; against an open position its close goes first, and goes out even if the entry is then refused."""
    account = books.account
    position = books.position
    tally = books.tally
    instant = books.instant
    price = instant.price
    equity = account.wallet + unrealised(position, price)
    free = min(equity, account.wallet) if position.side == 0 else equity
    if position.side != 0:
        cancel_entries(books, ON_ITS_WAY, USER)
        if send_close(books, position.qty, EXIT_FLIP) == NO_SLOT:
            tally.refusals[TOO_MANY_ORDERS] += 1
            return
    if account.halted:
        tally.refusals[HALTED] += 1
        return
    rules = books.rules
    stop_operand = instant.stop_long if side > 0 else instant.stop_short
    plan = plan_entry(rules, books.settings, books.instrument, side, price, stop_operand, instant.target, equity, free)
    tally.sl_beyond_liquidation_warnings += plan.warned
    if plan.refusal != 0:
        tally.refusals[plan.refusal] += 1
        return
    slot = send_order(books, KIND_ENTRY, side, plan.qty)
    _take_note(books, slot)
    if slot == NO_SLOT:
        return
    order = books.orders[slot]
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
    account.entry_working = 1
