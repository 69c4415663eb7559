"""Liquidation: the exchange takes a position, or in cross margin all of them."""

from typing import Any

from exchange.grid import round8
from exchange.margin import bankruptcy_price
from exchange.simulated.balance import close_fee, unrealised
from exchange.simulated.codes import (
    EXIT_LIQUIDATION,
    LIQUIDATION,
    LIQUIDATION_RESIDUE,
    STOP_LIQUIDATION,
    TAKER,
)
from exchange.simulated.fills import clear_position
from exchange.simulated.ledger import book_cash, book_fill
from exchange.simulated.orders import cancel_entries, withdraw
from exchange.simulated.state import NO_FILL, NO_ORDER, ON_ITS_WAY
from exchange.simulated.trades import fold_path
from play_engine.compiled import inner


@inner
def _end_orders(books: Any, desk: Any) -> None:
    """All orders that are live at the exchange end."""
    for slot in range(desk.slots):
        order = desk.orders[slot]
        if order.kind and order.state > ON_ITS_WAY:
            withdraw(books, desk, order, LIQUIDATION)


@inner
def halt(books: Any, seat_id: int, reason: int) -> None:
    """A Play takes no new entries, and those that it has sent end."""
    books.account.stop_reason = reason
    if seat_id < 0:
        return
    seat = books.seats[seat_id]
    books.account.halted_seats += seat.halted == 0
    seat.halted = 1


@inner
def _settle_at(books: Any, desk: Any, price: float, realised: float, fee: float) -> None:
    position = desk.position
    seat_id = position.seat
    side, qty = position.side, position.qty
    position.qty = position.value = position.extra = 0.0
    position.exit_qty += qty
    position.exit_value += qty * price
    position.exit_reason = EXIT_LIQUIDATION
    blank = desk.orders[NO_ORDER]
    book_fill(books, desk, blank, -side, qty, price, price, TAKER, fee, realised, EXIT_LIQUIDATION)
    books.tally.liquidations += 1
    if books.settings.liquidation_halts:
        halt(books, seat_id, STOP_LIQUIDATION)
        cancel_entries(books, desk, seat_id, LIQUIDATION)
    clear_position(books, desk)


@inner
def take_over(books: Any, desk: Any) -> None:
    """The exchange takes the position at its bankruptcy price: the loss is the bucket, no more and no less."""
    position = desk.position
    leverage = desk.settings.leverage
    fold_path(books, desk, desk.market.last)
    _end_orders(books, desk)
    price = bankruptcy_price(position.side, position.qty, position.value, leverage, position.extra)
    realised = round8(-position.value / leverage - position.extra)
    _settle_at(books, desk, price, realised, round8(close_fee(desk)))


@inner
def take_over_account(books: Any) -> None:
    """Cross margin: every position is settled, all by the same share of its value, so that the wallet ends at 0."""
    account = books.account
    funds, weight = account.wallet, 0.0
    for number in range(books.desk_count):
        desk = books.desks[number]
        position = desk.position
        _end_orders(books, desk)
        if position.side != 0:
            value = position.qty * desk.market.mark
            fold_path(books, desk, desk.market.last)
            funds += unrealised(position, desk.market.mark) - desk.settings.taker * value
            weight += value * (1.0 - position.side * desk.settings.taker)
    share = funds / weight
    for number in range(books.desk_count):
        desk = books.desks[number]
        position = desk.position
        if position.side != 0:
            price = desk.market.mark * (1.0 - position.side * share)
            realised = round8(position.side * (position.qty * price - position.value))
            _settle_at(books, desk, price, realised, round8(desk.settings.taker * position.qty * price))
    if account.wallet != 0.0:
        residue = -account.wallet
        book_cash(books, LIQUIDATION_RESIDUE, residue, 0.0, books.fill_rows[NO_FILL])
        account.credit += residue
    account.is_unsettled = 1
