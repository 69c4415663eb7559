"""Movements of the wallet, each with its cause, as rows of the ledger."""

import attrs

from exchange.grid import round8
from exchange.simulated import codes
from exchange.simulated.state import CLIENT
from exchange.trading.state import Books

_NAN = float("nan")


@attrs.frozen(kw_only=True)
class Cause:
    """What moved cash: numbers of an instrument, a place, a trade, an order and a fill, 0 or −1 where there is none."""

    ts_ms: int
    instrument: int = -1
    place: int = CLIENT
    trade: int = 0
    order: int = 0
    fill: int = 0
    qty: float = 0.0
    price: float = _NAN
    rate: float = 0.0


def book_deposit(books: Books, amount_usdt: float) -> None:
    """The money that the account begins with: nobody's result."""
    book_cash(books, codes.DEPOSIT, amount_usdt, Cause(ts_ms=books.clock_ms))


def book_cash(books: Books, reason: int, amount: float, cause: Cause) -> None:
    """One ledger row: the wallet, and the cash of the Play that it concerns, move by `amount`, which is rounded."""
    books.wallet = float(round8(books.wallet + amount))
    place = books.place_of(cause.place)
    if place is not None:
        place.cash = float(round8(place.cash + amount))
    books.rows.write(
        "ledger",
        {
            "entry_id": books.next_entry,
            "seq": books.seq,
            "ts": cause.ts_ms,
            "instrument_id": cause.instrument,
            "play": cause.place,
            "trade_id": cause.trade,
            "order_id": cause.order,
            "fill_id": cause.fill,
            "reason": reason,
            "amount": amount,
            "wallet": books.wallet,
            "qty": cause.qty,
            "price": cause.price,
            "rate": cause.rate,
        },
    )
    books.next_entry += 1
    books.seq += 1
