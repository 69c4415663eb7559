"""When a minute has ended: marks, and what the policy decides about the levels of the open position."""

import math
from typing import Any

from exchange.policy import TOO_MANY_ORDERS, levels
from exchange.simulated.codes import (
    EXIT_BREAK_EVEN,
    EXIT_TAKE_PROFIT,
    EXIT_TRAILING_STOP,
    KIND_STOP_LOSS,
    KIND_TARGET,
    TIF_GTC,
    TYPE_LIMIT,
)
from exchange.simulated.orders import create_order, lots, send_close, set_level
from exchange.simulated.standing import settle
from exchange.simulated.state import NO_SLOT, ON_ITS_WAY, STANDING, STOP_SLOT, TARGET_SLOT, WAITING
from exchange.simulated.trades import best_price
from exchange.stop_moves import break_even_stop, trail_is_active, trailing_stop
from play_engine.compiled import inner


@inner
def closing_instant(books: Any, interval_ms: int, close: float) -> None:
    """The minute ends: the position is marked at its close."""
    account = books.account
    position = books.position
    tally = books.tally
    t0 = account.minute_ms
    tally.minutes += 1
    if t0 != account.next_bar_ms:
        tally.gap_minutes += (t0 - account.next_bar_ms) // interval_ms
    account.clock_ms = account.next_bar_ms = t0 + interval_ms
    books.market.last = close
    equity = account.wallet
    if position.side != 0:
        equity += position.side * (position.qty * close - position.value)
        if equity > 0.0:
            leverage = position.qty * close / equity
            tally.leverage_sum += leverage
            tally.max_gross_exposure = max(tally.max_gross_exposure, leverage)
    account.equity_low = min(account.equity_low, equity)
    account.equity_high = max(account.equity_high, equity)


@inner
def look_after(books: Any) -> None:
    """After an instant at which position or orders have changed: levels that follow the fills, and what a close or a
    target still has to do."""
    position = books.position
    if position.side != 0:
        if position.anchor_due:
            _anchor_levels(books)
        if position.rest_qty > 0.0:
            _send_rest(books)
        if position.limit_target > 0.0:
            _place_target(books)
    settle(books)


@inner
def _anchor_levels(books: Any) -> None:
    """Stop and target are computed again from the average fill price, and amended at this closing instant.

    A new level on the wrong side of the last price is refused by the exchange; the old one stays. A stop that has been
    moved already does not go back.
    """
    position = books.position
    position.anchor_due = 0
    side, last = position.side, books.market.last
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
    moved_back = position.stop_mover != 0 and side * (stop - books.orders[STOP_SLOT].trigger) <= 0.0
    _amend(books, STOP_SLOT, stop, side * (last - stop) > 0.0 and not moved_back)
    if books.rules.limit_target:
        if target > 0.0:
            position.limit_target = target
    else:
        _amend(books, TARGET_SLOT, target, side * (target - last) > 0.0)


@inner
def _amend(books: Any, slot: int, level: float, accepted: bool) -> None:
    order = books.orders[slot]
    if order.kind and order.state == WAITING and accepted and level != order.trigger and level > 0.0:
        set_level(books, order, WAITING, level)
        order.amendments += 1


@inner
def _send_rest(books: Any) -> None:
    """What a close found no volume for is sent again."""
    position = books.position
    slot = send_close(books, min(position.rest_qty, position.qty), position.rest_reason)
    position.rest_qty = 0.0
    if slot == NO_SLOT:
        books.tally.refusals[TOO_MANY_ORDERS] += 1
        books.account.full_close_working = 0
    else:
        books.orders[slot].note = position.rest_note
    position.rest_note = 0


@inner
def _place_target(books: Any) -> None:
    """The limit target is placed, or amended to the position and its level."""
    position = books.position
    order = books.orders[TARGET_SLOT]
    price = position.limit_target
    qty = lots(books, order.filled_qty + position.qty)
    if order.kind == 0:
        create_order(books, TARGET_SLOT, KIND_TARGET, -position.side, qty)
        order.type = TYPE_LIMIT
        order.tif = TIF_GTC
        order.parent = position.entry_order
        order.trade_id = position.trade_id
        order.exit_reason = EXIT_TAKE_PROFIT
    elif order.price == price and order.qty == qty:
        return
    else:
        order.amendments += 1
    if order.price != price:
        set_level(books, order, STANDING, price)
        # A limit that the price has passed already takes at the next open; any other stands from now on.
        if order.side * (price - books.market.last) > 0.0:
            order.state = ON_ITS_WAY
            books.account.is_due = 1
    order.qty = qty


@inner
def decide_stop(books: Any, atr: float) -> None:
    """Trailing and break-even stop, from the minute that ended; a better level is on its way to the next one."""
    position = books.position
    rules, instrument = books.rules, books.instrument
    side = position.side
    entry = position.value / position.qty
    stop = books.orders[STOP_SLOT]
    if stop.kind == KIND_STOP_LOSS and stop.state != WAITING:
        return
    best = stop.trigger
    peak = max(best_price(position), entry) if side > 0 else min(best_price(position), entry)
    if position.trail_active or trail_is_active(rules, side, entry, peak):
        position.trail_active = 1
        best = _tighter(books, best, trailing_stop(rules, instrument, side, peak, atr), EXIT_TRAILING_STOP)
    if not position.broke_even:
        level = break_even_stop(rules, instrument, side, entry, books.market.last)
        position.broke_even = not math.isnan(level)
        _tighter(books, best, level, EXIT_BREAK_EVEN)


@inner
def _tighter(books: Any, best: float, level: float, mover: int) -> float:
    """`level` if it is nearer to the price than `best`, and then it is where the stop goes; else `best`."""
    position = books.position
    if level > 0.0 and (math.isnan(best) or position.side * (level - best) > 0.0):
        position.next_stop = level
        position.next_mover = mover
        books.account.is_due = 1
        return level
    return best
