"""Funding: at its instants a position pays or receives a share of its value at the mark price."""

from typing import Any

from exchange.simulated.balance import available
from exchange.simulated.ledger import book_funding
from exchange.simulated.standing import settle
from play_engine.compiled import inner


@inner
def settle_funding(books: Any, desk: Any) -> None:
    """The next settlement of the minute, for the position as it is before anything arrives at that instant.

    One that fell into a gap is settled at the next open, at the last mark price known before. What the account cannot
    pay from its available balance comes out of the position's own margin (isolated).
    """
    minute = desk.minute
    position = desk.position
    market = desk.market
    event = desk.fundings[minute.funded]
    minute.funded += 1
    if position.side == 0:
        return
    mark = market.mark
    if event.ts < books.account.minute_ms:
        market.mark = minute.mark_previous
    book_funding(books, desk, event.rate)
    market.mark = mark
    settle(books, desk)
    if not books.settings.cross and position.side != 0:
        position.extra += min(0.0, available(books))
