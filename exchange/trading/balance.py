"""What positions and standing orders bind, what is left to trade with, and the points of the equity curve.

All from the account's own ledger, with the expressions of the simulator in the same order.
"""

import math

from exchange.trading.margins import bound_at_mark, bound_by_order, bound_by_position, taken_over_at
from exchange.trading.orders import OwnOrder
from exchange.trading.state import Books, Desk, Position


def margin_of(books: Books, desk: Desk) -> float:
    """What the position of a desk binds, in USDT; in cross margin at the mark price."""
    held = desk.position
    if held is None:
        return 0.0
    if books.cross:
        return float(bound_at_mark(held.side, held.qty, desk.mark, held.value, desk.leverage, desk.taker))
    return float(bound_by_position(held.side, held.value, desk.leverage, desk.taker))


def reserve_of(books: Books, desk: Desk) -> float:
    """What the standing orders of a desk keep."""
    reserve = 0.0
    for order in books.orders.live():
        gone = order.reduce_only or order.is_cancelled_at(books.clock_ms)
        if order.desk == desk.number and order.is_standing and not gone:
            reserve += _cost_of(desk, order)
    return reserve


def available(books: Books) -> float:
    """The balance that neither positions nor standing orders bind."""
    bound = reserve = 0.0
    for desk in books.desks:
        bound += margin_of(books, desk)
        reserve += reserve_of(books, desk)
    if not books.cross:
        return books.wallet - bound - reserve
    free = books.wallet - reserve
    for desk in books.desks:
        if desk.position is not None:
            free += desk.position.unrealised(desk.mark) - margin_of(books, desk)
    return free


def available_without(books: Books, own: Desk) -> float:
    """The available balance as if this desk held and ordered nothing."""
    free = books.wallet
    for desk in books.desks:
        if desk is own:
            continue
        free -= reserve_of(books, desk)
        if desk.position is not None:
            free += desk.position.unrealised(desk.mark) if books.cross else 0.0
            free -= margin_of(books, desk)
    return free


def note_usage(books: Books) -> None:
    """Positions or standing orders have changed: how much of the wallet they bind."""
    bound = reserve = 0.0
    for desk in books.desks:
        bound += margin_of(books, desk)
        reserve += reserve_of(books, desk)
    if books.wallet > 0.0:
        usage = (bound + reserve) / books.wallet
        books.tally["max_margin_usage"] = max(books.tally["max_margin_usage"], usage)


def liquidation_of(books: Books, desk: Desk, position: Position) -> float:
    """The mark price at which the position would be taken over; 0 for none, and in cross margin."""
    if books.cross:
        return 0.0
    return float(taken_over_at(position.side, position.qty, position.value, desk.leverage, desk.filters))


def mark_minute(books: Books) -> None:
    """A minute has ended: lowest and highest equity, and how much of it is at stake."""
    equity, gross = books.wallet, 0.0
    for desk in books.desks:
        held = desk.position
        if held is not None:
            equity += held.unrealised(desk.mark)
            gross += held.qty * desk.mark
    tally = books.tally
    if gross > 0.0 and equity > 0.0:
        tally["leverage_sum"] += gross / equity
        tally["max_gross_exposure"] = max(tally["max_gross_exposure"], gross / equity)
    books.equity_low = min(books.equity_low, equity)
    books.equity_high = max(books.equity_high, equity)


def write_equity(books: Books) -> None:
    """An equity point at the mark prices. Lowest and highest equity count from here anew."""
    profit = gross = net = margin = reserve = 0.0
    for desk in books.desks:
        held = desk.position
        reserve += reserve_of(books, desk)
        if held is not None:
            value = held.qty * desk.mark
            profit += held.unrealised(desk.mark)
            gross += value
            net += held.side * value
            margin += margin_of(books, desk)
    equity = books.wallet + profit
    books.peak_equity = max(books.peak_equity, equity)
    books.rows.write(
        "equity",
        {
            "ts": books.clock_ms,
            "equity": equity,
            "wallet": books.wallet,
            "unrealised_pnl": profit,
            "position_margin": margin,
            "order_reserve": reserve,
            "available": max(0.0, available(books)),
            "gross_value": gross,
            "net_value": net,
            "equity_low": min(books.equity_low, equity),
            "equity_high": max(books.equity_high, equity),
            "drawdown": (books.peak_equity - equity) / books.peak_equity,
        },
    )
    books.equity_low, books.equity_high = math.inf, -math.inf


def _cost_of(desk: Desk, order: OwnOrder) -> float:
    """The cost of what a standing order may open, at its limit."""
    opening, held = desk.lots(order.qty - order.filled_qty), desk.position
    if held is not None and held.side == -order.side:
        opening = max(0.0, opening - held.qty)
    return float(bound_by_order(order.side, opening, order.price, desk.leverage, desk.taker))
