"""What follows from live orders and positions: margin, reserves, and the nearest levels that the prices can meet."""

from typing import Any

import numpy as np

from exchange.simulated.balance import available, bind_margin, margin_short, reserve_orders
from exchange.simulated.codes import CANCELLED, INSUFFICIENT_MARGIN
from exchange.simulated.fills import clear_position
from exchange.simulated.ledger import make_good
from exchange.simulated.orders import by_mark, end_order, write_ended
from exchange.simulated.state import ON_ITS_WAY, WORKING
from play_engine.compiled import inner


@inner
def _give_way(books: Any) -> None:
    """While more is bound than there is, the newest order that binds something is cancelled, on whatever desk."""
    while books.account.order_reserve > 0.0 and margin_short(books, 0.0, available(books)):
        newest, at, where = 0, 0, 0
        for number in range(books.desk_count):
            desk = books.desks[number]
            for slot in range(desk.slots):
                order = desk.orders[slot]
                if order.reserve > 0.0 and order.id > newest:
                    newest, at, where = order.id, number, slot
        if newest == 0:
            break
        desk = books.desks[at]
        end_order(books, desk, desk.orders[where], CANCELLED, INSUFFICIENT_MARGIN)
        write_ended(books, desk)
        set_bounds(books, desk)


@inner
def set_bounds(books: Any, desk: Any) -> None:
    """The nearest prices below and above at which something is met: a trigger, a limit, the takeover."""
    market = desk.market
    position = desk.position
    market.below, market.above = -np.inf, np.inf
    market.mark_below, market.mark_above = -np.inf, np.inf
    if not books.settings.cross and position.side > 0:
        market.mark_below = position.liquidation
    elif not books.settings.cross and position.side < 0:
        market.mark_above = position.liquidation
    for slot in range(desk.slots):
        order = desk.orders[slot]
        if order.state == WORKING:
            market.below = np.inf
        elif order.state <= ON_ITS_WAY or np.isnan(order.level):
            continue
        elif by_mark(order):
            if order.direction > 0:
                market.mark_above = min(market.mark_above, order.level)
            else:
                market.mark_below = max(market.mark_below, order.level)
        elif order.direction > 0:
            market.above = min(market.above, order.level)
        else:
            market.below = max(market.below, order.level)


@inner
def settle(books: Any, desk: Any) -> None:
    """Work out what a change of the desk's position and orders, or of the wallet, entails: the end of a trade and of
    orders, margin and reserves, and the nearest levels."""
    account = books.account
    clear_position(books, desk)
    bind_margin(books, desk)
    make_good(books)
    reserve_orders(books, desk)
    _give_way(books)
    if account.wallet > 0.0:
        usage = (account.position_margin + account.order_reserve) / account.wallet
        books.tally.max_margin_usage = max(books.tally.max_margin_usage, usage)
    write_ended(books, desk)
    set_bounds(books, desk)
    account.is_unsettled = 0
