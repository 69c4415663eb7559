"""What arrives between two minutes, while the prices stand still: a venue whose clock runs works it off at once."""

from typing import Any

import numpy as np

from exchange.grid import DOWN, snap
from exchange.simulated.arrivals import arrive
from exchange.simulated.codes import DEPOSIT, STOP_BANKRUPT
from exchange.simulated.ledger import book_cash
from exchange.simulated.requests import carry_out
from exchange.simulated.standing import settle
from exchange.simulated.state import AT_ONCE_MS, NO_FILL, ON_ITS_WAY
from play_engine.compiled import inner


@inner
def arrive_at_once(books: Any) -> None:
    """Money, requests and orders that do not wait for the next minute, in this order, at the present prices.

    Orders trade at the last price, with the share of the last minute's volume that the settings allow; a limit that
    stays stands before the next open. Requests may name orders that are still on their way.
    """
    _take_money(books)
    for number in range(books.desk_count):
        desk = books.desks[number]
        _open_budget(desk)
        while desk.request_count > 0 and desk.requests[desk.request_count - 1].arrival_ms == AT_ONCE_MS:
            carry_out(books, desk, desk.request_count - 1, ON_ITS_WAY)
            settle(books, desk)
        for slot in range(desk.slots):
            order = desk.orders[slot]
            if order.state == ON_ITS_WAY and order.arrival_ms == AT_ONCE_MS:
                order.arrival_ms = books.account.clock_ms
                arrive(books, desk, order)
                settle(books, desk)
        desk.market.budget = 0.0


@inner
def _take_money(books: Any) -> None:
    account = books.account
    if account.transfer != 0.0:
        account.deposits += account.transfer
        book_cash(books, DEPOSIT, account.transfer, 0.0, books.fill_rows[NO_FILL])
        account.transfer = 0.0
        if account.stop_reason == STOP_BANKRUPT and account.wallet > 0.0:
            account.stop_reason = account.stopped = account.overdrawn = 0


@inner
def _open_budget(desk: Any) -> None:
    market = desk.market
    market.budget = np.inf
    if desk.settings.participation_rate < np.inf:
        share = desk.settings.participation_rate * desk.minute.volume
        market.budget = snap(share, desk.instrument.step_num, desk.instrument.step_den, DOWN)
