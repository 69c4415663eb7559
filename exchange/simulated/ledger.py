"""Movements of the wallet, and the fill rows that cause them."""

from typing import Any

import numpy as np

from exchange.grid import UP, round8, steps
from exchange.simulated.codes import (
    BANKRUPTCY_CREDIT,
    EXEC_BUST,
    EXEC_TRADE,
    FEE,
    FOR_ENTRY,
    FUNDING,
    LIQUIDATION_FEE,
    MAKER,
    REALISED_PNL,
    STOP_BANKRUPT,
)
from exchange.simulated.state import NO_FILL
from play_engine.compiled import inner


@inner
def book_cash(books: Any, reason: int, amount: float, rate: float, fill: Any) -> None:
    """One ledger row: the wallet moves by `amount`, which is already rounded.

    `fill` is a row of FILL that says what moved it; the blank one if nothing did.
    """
    account = books.account
    account.wallet = round8(account.wallet + amount)
    account.ledger_sum += amount
    seat = books.seats[fill.play]
    seat.cash = round8(seat.cash + amount)
    row = books.ledger_rows[books.used.ledger]
    row.entry_id = account.next_entry
    row.seq = account.seq
    row.ts = account.clock_ms
    row.instrument_id = fill.instrument_id if fill.trade_id else -1
    row.play = fill.play
    row.trade_id = fill.trade_id
    row.order_id = fill.order_id
    row.fill_id = fill.fill_id
    row.reason = reason
    row.amount = amount
    row.wallet = account.wallet
    row.qty = fill.qty
    row.price = fill.price
    row.rate = rate
    account.next_entry += 1
    account.seq += 1
    books.used.ledger += 1


@inner
def fee_rate(desk: Any, liquidity: int) -> float:
    """Fee as a fraction of the value."""
    return desk.settings.maker if liquidity == MAKER else desk.settings.taker


@inner
def book_fill(
    books: Any,
    desk: Any,
    order: Any,
    side: int,
    qty: float,
    price: float,
    ref_price: float,
    liquidity: int,
    fee: float,
    realised: float,
    reason: int,
) -> None:
    """One fill row and its ledger rows, result before fee. The position's quantity has been changed already.

    `order` is the blank one for a takeover. `ref_price` is the path price from which `price` slipped; a maker's price
    is its own.
    """
    account = books.account
    position = desk.position
    rate = fee_rate(desk, liquidity)
    instrument = desk.instrument
    row = books.fill_rows[books.used.fills]
    slippage = abs(price - ref_price) * qty
    row.fill_id = account.next_fill
    row.order_id = order.id
    row.trade_id = position.trade_id
    row.instrument_id = desk.id
    row.play = position.seat
    row.ts = account.clock_ms
    row.seq = account.seq
    row.side = side
    row.price = price
    row.qty = qty
    row.value = qty * price
    row.fee = fee
    row.fee_rate = rate
    row.liquidity = liquidity
    row.exec_type = EXEC_TRADE if order.id else EXEC_BUST
    row.closing = reason != FOR_ENTRY
    row.realised_pnl = realised
    row.ref_price = ref_price
    row.slippage_cost = slippage
    row.mark_price = desk.market.mark
    row.position_after = position.side * position.qty
    row.reason = reason
    row.synthetic = desk.minute.synthetic
    row.metadata = order.note
    account.next_fill += 1
    account.seq += 1
    account.is_unsettled = 1
    books.used.fills += 1
    books.tally.synthetic_fills += desk.minute.synthetic
    desk.market.net_steps += np.int64(side * steps(qty, instrument.step_num, instrument.step_den, UP))
    position.fees = round8(position.fees + fee)
    position.gross = round8(position.gross + realised)
    position.slippage += slippage
    position.fills += 1
    if reason != FOR_ENTRY:
        book_cash(books, REALISED_PNL, realised, 0.0, row)
    book_cash(books, FEE if order.id else LIQUIDATION_FEE, round8(-fee), rate, row)
    row.wallet_after = account.wallet


@inner
def book_funding(books: Any, desk: Any, rate: float) -> None:
    """The open position pays or receives funding at the mark price: −s·q·M·rate."""
    position = desk.position
    mark = desk.market.mark
    amount = round8(-position.side * position.qty * mark * rate)
    # The row behind the last fill is no fill: it is overwritten by the next one.
    cause = books.fill_rows[books.used.fills]
    cause.fill_id = cause.order_id = 0
    cause.trade_id = position.trade_id
    cause.instrument_id = desk.id
    cause.play = position.seat
    cause.qty = position.qty
    cause.price = mark
    book_cash(books, FUNDING, amount, rate, cause)
    position.funding = round8(position.funding + amount)
    books.account.is_unsettled = 1


@inner
def make_good(books: Any) -> None:
    """A negative wallet is brought back to 0, and the run stops. In cross margin open positions may outweigh it."""
    account = books.account
    if account.wallet < 0.0 and not (books.settings.cross and account.open_positions):
        credit = -account.wallet
        book_cash(books, BANKRUPTCY_CREDIT, credit, 0.0, books.fill_rows[NO_FILL])
        account.credit += credit
        account.stop_reason = STOP_BANKRUPT
        account.halted_seats = books.seat_count
        for number in range(books.seat_count):
            books.seats[number].halted = 1
