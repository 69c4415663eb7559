"""What happens at an instant of decision: the equity point, the drawdown test, and one decision of the policy."""

from typing import Any

import numpy as np

from exchange.policy import (
    ENTRY_LONG,
    ENTRY_SHORT,
    HALTED,
    TOO_MANY_ORDERS,
    close_qty,
    levels,
    may_enter,
    may_exit,
    plan_entry,
)
from exchange.simulated.codes import EXIT_FLIP, EXIT_MAX_DRAWDOWN, EXIT_SIGNAL, KIND_ENTRY, STOP_DRAWDOWN, USER
from exchange.simulated.fills import set_bounds
from exchange.simulated.orders import cancel_entries, send_close, send_order
from exchange.simulated.state import STOP_SLOT, TARGET_SLOT
from play_engine.compiled import inner


@inner
def unrealised(position: Any, price: float) -> float:
    """Result of the open position at `price`; 0 when flat."""
    return position.side * (position.qty * price - position.value)


@inner
def write_equity(books: Any, curve: Any, ts: int) -> None:
    """An equity point at the last price. Lowest and highest equity count from here anew."""
    account = books.account
    position = books.position
    profit = unrealised(position, position.last)
    equity = account.wallet + profit
    gross_value = position.qty * position.last
    account.peak_before = account.peak_equity
    account.peak_equity = max(account.peak_equity, equity)
    row = curve[books.used.equity]
    row.ts = ts
    row.equity = equity
    row.wallet = account.wallet
    row.unrealised_pnl = profit
    row.position_margin = position.margin
    row.order_reserve = 0.0
    row.available = max(0.0, account.wallet - position.margin)
    row.gross_value = gross_value
    row.net_value = position.side * gross_value
    row.equity_low = min(account.equity_low, equity)
    row.equity_high = max(account.equity_high, equity)
    row.drawdown = (account.peak_equity - equity) / account.peak_equity
    account.equity_low, account.equity_high = np.inf, -np.inf
    books.used.equity += 1


@inner
def exec_close(books: Any, curve: Any, ts: int) -> None:
    """Equity point, and the drawdown test: beyond the limit no entry is decided any more."""
    account = books.account
    position = books.position
    settings = books.settings
    if position.side != 0:
        position.bars_held += 1
    write_equity(books, curve, ts)
    equity = account.wallet + unrealised(position, position.last)
    drawdown_pct = (account.peak_equity - equity) / account.peak_equity * 100.0
    if not account.halted and drawdown_pct >= settings.max_drawdown_pct:
        account.halted = 1
        account.stop_reason = STOP_DRAWDOWN
        cancel_entries(books, USER, ts)
    flatten = settings.flatten and account.stop_reason == STOP_DRAWDOWN
    if flatten and position.side != 0 and not account.full_close_working:
        send_close(books, position.qty, EXIT_MAX_DRAWDOWN, ts)


@inner
def decide(books: Any, rows: Any, row: int) -> None:
    """The first actionable intent of the row is the decision, the rest is dropped."""
    account = books.account
    position = books.position
    for k in range(rows.first[row], rows.first[row + 1]):
        action = rows.action[k]
        if action in (ENTRY_LONG, ENTRY_SHORT):
            if may_enter(books.rules, action, position.side, account.entry_working, account.full_close_working):
                _enter(books, rows, row, 1 if action == ENTRY_LONG else -1)
                return
        elif may_exit(action, position.side, account.full_close_working):
            qty = close_qty(books.instrument, position.qty, rows.percent[k])
            if not send_close(books, qty, EXIT_SIGNAL, rows.ts[row]):
                books.tally.refusals[TOO_MANY_ORDERS] += 1
            return


@inner
def _enter(books: Any, rows: Any, row: int, side: int) -> None:
    """An entry; against an open position its close goes first, and goes out even if the entry is then refused."""
    account = books.account
    position = books.position
    tally = books.tally
    ts, price = rows.ts[row], rows.price[row]
    equity = account.wallet + unrealised(position, price)
    free = min(equity, account.wallet) if position.side == 0 else equity
    if position.side != 0 and not send_close(books, position.qty, EXIT_FLIP, ts):
        tally.refusals[TOO_MANY_ORDERS] += 1
        return
    if account.halted:
        tally.refusals[HALTED] += 1
        return
    stop_operand = rows.stop_long[row] if side > 0 else rows.stop_short[row]
    rules, settings, instrument = books.rules, books.settings, books.instrument
    target_operand = rows.target[row]
    plan = plan_entry(
        rules,
        settings,
        instrument,
        books.tier_rows[: books.tier_count],
        side,
        price,
        stop_operand,
        target_operand,
        equity,
        free,
    )
    tally.sl_beyond_liquidation_warnings += plan.warned
    if plan.refusal != 0:
        tally.refusals[plan.refusal] += 1
        return
    slot = send_order(books, KIND_ENTRY, side, plan.qty, ts)
    if slot < 0:
        tally.refusals[TOO_MANY_ORDERS] += 1
        return
    order = books.orders[slot]
    order.stop = plan.stop
    order.target = plan.target
    order.stop_operand = stop_operand
    order.target_operand = target_operand
    account.entry_working = 1


@inner
def anchor_levels(books: Any) -> None:
    """Stop and target are computed again from the average fill price, and amended at this closing instant.

    A new level on the wrong side of the last price is refused by the exchange; the old one stays.
    """
    position = books.position
    position.anchor_due = 0
    side, last = position.side, position.last
    entry = position.value / position.qty
    stop, target = levels(
        books.rules,
        books.settings.leverage,
        books.instrument,
        side,
        entry,
        position.stop_operand,
        position.target_operand,
    )
    _amend(books, STOP_SLOT, stop, side * (last - stop) > 0.0)
    _amend(books, TARGET_SLOT, target, side * (target - last) > 0.0)
    set_bounds(books)


@inner
def _amend(books: Any, slot: int, level: float, accepted: bool) -> None:
    order = books.orders[slot]
    if order.kind and accepted and level != order.trigger and level > 0.0:
        order.trigger = level
        order.amendments += 1
