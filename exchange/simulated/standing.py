"""What follows from live orders and the position: margin, reserves, and the nearest level that the price can meet."""

from typing import Any

import numpy as np

from exchange.margin import liquidation_price, order_cost, position_margin
from exchange.simulated.codes import CANCELLED, INSUFFICIENT_MARGIN, KIND_ENTRY, POSITION_CLEARED
from exchange.simulated.ledger import make_good
from exchange.simulated.orders import end_children, end_order, lots, write_ended
from exchange.simulated.state import ON_ITS_WAY, STANDING, WORKING
from exchange.simulated.trades import end_trade
from play_engine.compiled import inner

# Sums of float64 amounts agree to this share of their size.
TOLERANCE = 1e-9


@inner
def available(books: Any) -> float:
    """The balance that neither the position nor a standing order binds."""
    return books.account.wallet - books.position.margin - books.account.reserve


@inner
def margin_short(books: Any, cost: float, funds: float) -> bool:
    """Whether `cost` is more than `funds`, beyond what rounding explains."""
    return cost > funds + TOLERANCE * max(1.0, abs(books.account.wallet))


@inner
def _reserve_entries(books: Any) -> None:
    """A standing entry keeps the cost of what it may open, at its limit; one that can no longer be paid gives way."""
    account = books.account
    position = books.position
    account.reserve = 0.0
    for slot in range(account.slots):
        order = books.orders[slot]
        if order.kind == KIND_ENTRY and order.state == STANDING:
            opening = lots(books, order.qty - order.filled_qty)
            if position.side == -order.side:
                opening = max(0.0, opening - position.qty)
            order.reserve = order_cost(order.side, opening, order.price, books.settings.leverage, books.settings.taker)
            account.reserve += order.reserve
            if margin_short(books, 0.0, available(books)):
                end_order(books, order, CANCELLED, INSUFFICIENT_MARGIN)


@inner
def _set_bounds(books: Any) -> None:
    """The nearest prices below and above at which something is met: a trigger, a limit, the takeover."""
    market = books.market
    position = books.position
    market.below, market.above = -np.inf, np.inf
    if position.side > 0:
        market.below = position.liquidation
    elif position.side < 0:
        market.above = position.liquidation
    for slot in range(books.account.slots):
        order = books.orders[slot]
        if order.state == WORKING:
            market.below = np.inf
        elif order.state > ON_ITS_WAY and order.direction > 0:
            market.above = min(market.above, order.level)
        elif order.state > ON_ITS_WAY:
            market.below = max(market.below, order.level)


@inner
def settle(books: Any) -> None:
    """Work out what a change of position, orders or wallet entails: the end of a trade and of orders, margin and
    reserves, and the nearest levels."""
    account = books.account
    position = books.position
    if position.side != 0 and position.qty == 0.0:
        end_trade(books)
    position.margin = 0.0
    position.liquidation = 0.0
    if position.side != 0:
        leverage = books.settings.leverage
        position.margin = position_margin(position.side, position.value, leverage, books.settings.taker)
        position.liquidation = liquidation_price(
            position.side, position.qty, position.value, leverage, books.instrument
        )
    else:
        end_children(books, POSITION_CLEARED)
    make_good(books)
    _reserve_entries(books)
    if account.wallet > 0.0:
        usage = (position.margin + account.reserve) / account.wallet
        books.tally.max_margin_usage = max(books.tally.max_margin_usage, usage)
    write_ended(books)
    _set_bounds(books)
    account.is_unsettled = 0
