"""What happens at an instant of decision: the drawdown test, and what the policy makes of the Play's intents."""

import math

import attrs
import numpy as np

from exchange.policy import (
    ENTRY_LONG,
    ENTRY_SHORT,
    HALTED,
    SYMBOL_OWNED,
    close_qty,
    may_enter,
    may_exit,
    plan_entry,
)
from exchange.simulated import codes
from exchange.simulated.state import NOTE
from exchange.trading.balance import available_without
from exchange.trading.orders import OwnOrder
from exchange.trading.sending import cancel_entries, new_order, send_close, send_entry
from exchange.trading.state import Books, Place
from play_engine.intents import IntentBatch


@attrs.frozen(kw_only=True, eq=False)
class Instant:
    """A row of a batch of intents: the decision price, and what the Play's stop and target rules read."""

    batch: IntentBatch
    row: int
    price: float
    stop_long: float
    stop_short: float
    target: float


def instant_of(batch: IntentBatch, row: int) -> Instant:
    """The instant in a row of a batch."""
    return Instant(
        batch=batch,
        row=row,
        price=float(batch.price[row]),
        stop_long=float(batch.stop_long[row]),
        stop_short=float(batch.stop_short[row]),
        target=float(batch.target[row]),
    )


def place_equity(place: Place, price: float) -> float:
    """What the Play's capital has become, its open position valued at `price`."""
    held = place.desk.held_by(place.number)
    return place.cash if held is None else place.cash + held.unrealised(price)


def exec_close(books: Books, place: Place) -> None:
    """The Play's position and entries are one bar older; those that have lived long enough expire."""
    if place.rules["expire_after_bars"]:
        for order in books.orders.entries_of(place.number):
            order.bars_left = max(0, order.bars_left - 1)
            if order.bars_left == 0:
                cancel_entries(books, place, codes.EXPIRED)
    held = place.desk.held_by(place.number)
    if held is not None:
        held.trade.bars_held += 1


def check_drawdown(books: Books, place: Place) -> None:
    """Beyond its limit the Play decides no entry any more, and closes if it is set so."""
    settings = place.seat.settings
    equity = place_equity(place, place.desk.last)
    place.peak = max(place.peak, equity)
    drawdown_pct = (place.peak - equity) / place.peak * 100.0
    if not place.halted and drawdown_pct >= settings.max_drawdown_pct:
        place.drawn_down = True
        halt(books, place, codes.STOP_DRAWDOWN)
    held = place.desk.held_by(place.number)
    if settings.on_drawdown == "flatten" and place.drawn_down and held is not None and not place.closing:
        send_close(books, place.desk, held, held.qty, codes.EXIT_MAX_DRAWDOWN, "ri")


def halt(books: Books, place: Place, reason: int) -> None:
    """The Play takes no new entries, and those that it has sent end."""
    books.stop_reason = reason
    place.halted = True
    cancel_entries(books, place, codes.USER)


def decide(books: Books, place: Place, instant: Instant) -> None:
    """The first actionable intent of the instant is carried out, the rest is dropped."""
    batch = instant.batch
    for k in range(int(batch.first[instant.row]), int(batch.first[instant.row + 1])):
        if _carry_out(books, place, instant, int(batch.action[k]), float(batch.percent[k]), int(batch.intent[k])):
            return


def _carry_out(books: Books, place: Place, instant: Instant, action: int, percent: float, intent: int) -> bool:
    """Whether the intent is actionable; if it is, it is carried out."""
    desk = place.desk
    held = desk.held_by(place.number)
    side = 0 if held is None else held.side
    if action in (ENTRY_LONG, ENTRY_SHORT):
        if not may_enter(place.rules, action, side, int(has_entry(books, place)), int(place.closing)):
            return False
        _enter(books, place, instant, 1 if action == ENTRY_LONG else -1, intent)
        return True
    if held is None or not may_exit(action, side, int(place.closing)):
        return False
    cancel_entries(books, place, codes.USER)
    qty = float(close_qty(desk.filters, held.qty, percent))
    _take_note(books, place, instant, intent, send_close(books, desk, held, qty, codes.EXIT_SIGNAL, "ex"))
    return True


def has_entry(books: Books, place: Place) -> bool:
    """Whether an entry order of the Play works; one that is being cancelled at this very instant does not."""
    return any(not order.is_cancelled_at(books.clock_ms) for order in books.orders.entries_of(place.number))


def _is_owned(books: Books, place: Place) -> bool:
    """Whether somebody else has a position or an entry order on the desk."""
    held = place.desk.position
    if held is not None and held.trade.place != place.number:
        return True
    return any(other.desk is place.desk and has_entry(books, other) for other in books.places if other is not place)


def _enter(books: Books, place: Place, instant: Instant, side: int, intent: int) -> None:
    """An entry; against an open position its close goes first, and goes out even if the entry is then refused."""
    desk, price = place.desk, instant.price
    if _is_owned(books, place):
        place.refusals[HALTED if place.halted else SYMBOL_OWNED] += 1
        return
    equity = place_equity(place, price)
    free = available_without(books, desk)
    held = desk.position
    if held is not None:
        free += held.unrealised(price)
        cancel_entries(books, place, codes.USER)
        send_close(books, desk, held, held.qty, codes.EXIT_FLIP, "ex")
    if place.halted:
        place.refusals[HALTED] += 1
        return
    stop_operand = instant.stop_long if side > 0 else instant.stop_short
    free = min(equity, free)
    plan = plan_entry(
        place.rules, place.settings, desk.filters, side, price, stop_operand, instant.target, equity, free
    )
    books.tally["sl_beyond_liquidation_warnings"] += plan.warned
    if plan.refusal != 0:
        place.refusals[plan.refusal] += 1
        return
    order = new_order(books, desk, place.number, codes.KIND_ENTRY, side, float(plan.qty), "en")
    _set_terms(place, order, float(plan.limit))
    order.stop = float(plan.stop)
    order.limit_target, order.target = math.nan, float(plan.target)
    if place.rules["limit_target"]:
        order.limit_target, order.target = order.target, math.nan
    order.stop_operand, order.target_operand = stop_operand, instant.target
    _take_note(books, place, instant, intent, [order])
    send_entry(books, desk, order)


def _set_terms(place: Place, order: OwnOrder, limit: float) -> None:
    """A limit entry stands at its limit for as long as the Play says."""
    if place.rules["limit_entry"]:
        order.type = codes.TYPE_LIMIT
        order.tif = int(place.rules["entry_tif"])
        order.price = limit
        order.bars_left = int(place.rules["expire_after_bars"])


def _take_note(books: Books, place: Place, instant: Instant, intent: int, orders: list[OwnOrder]) -> None:
    """The orders carry the metadata of their intent, by a number under which they are written down."""
    if not place.rules["has_notes"]:
        return
    for order in orders:
        order.note = books.next_note
    batches = [instant.batch] * len(books.places)
    books.notebook.write(np.array([(books.next_note, place.number, instant.row, intent)], dtype=NOTE), batches)
    books.next_note += 1
