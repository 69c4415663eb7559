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
    LIQUIDATION_FEE,
    NO_ID,
    REALISED_PNL,
    STOP_BANKRUPT,
    TAKER,
)
from exchange.simulated.state import INSTRUMENT_ID
from play_engine.compiled import inner


@inner
def book_cash(
    books: Any,
    ts: int,
    reason: int,
    amount: float,
    trade_id: int,
    order_id: int,
    fill_id: int,
    qty: float,
    price: float,
    rate: float,
) -> None:
    """One ledger row: the wallet moves by `amount`, which is already rounded."""
    account = books.account
    account.wallet = round8(account.wallet + amount)
    account.ledger_sum += amount
    row = books.ledger_rows[books.used.ledger]
    row.entry_id = account.next_entry
    row.seq = account.seq
    row.ts = ts
    row.instrument_id = INSTRUMENT_ID if fill_id else -1
    row.trade_id = trade_id
    row.order_id = order_id
    row.fill_id = fill_id
    row.reason = reason
    row.amount = amount
    row.wallet = account.wallet
    row.qty = qty
    row.price = price
    row.rate = rate
    account.next_entry += 1
    account.seq += 1
    books.used.ledger += 1


@inner
def book_fill(
    books: Any,
    ts: int,
    order_id: int,
    side: int,
    qty: float,
    price: float,
    ref_price: float,
    fee: float,
    realised: float,
    reason: int,
) -> None:
    """One fill row and its ledger rows, result before fee. The position's quantity has been changed already.

    `ref_price` is the path price from which `price` slipped.
    """
    account = books.account
    position = books.position
    rate = books.settings.taker
    instrument = books.instrument
    row = books.fill_rows[books.used.fills]
    fill_id = account.next_fill
    slippage = abs(price - ref_price) * qty
    row.fill_id = fill_id
    row.order_id = order_id
    row.trade_id = position.trade_id
    row.instrument_id = INSTRUMENT_ID
    row.ts = ts
    row.seq = account.seq
    row.side = side
    row.price = price
    row.qty = qty
    row.value = qty * price
    row.fee = fee
    row.fee_rate = rate
    row.liquidity = TAKER
    row.exec_type = EXEC_TRADE if order_id else EXEC_BUST
    row.closing = reason != FOR_ENTRY
    row.realised_pnl = realised
    row.ref_price = ref_price
    row.slippage_cost = slippage
    row.mark_price = position.last
    row.position_after = position.side * position.qty
    row.reason = reason
    account.next_fill += 1
    account.seq += 1
    books.used.fills += 1
    position.net_steps += np.int64(side * steps(qty, instrument.step_num, instrument.step_den, UP))
    position.fees = round8(position.fees + fee)
    position.gross = round8(position.gross + realised)
    position.slippage += slippage
    position.fills += 1
    if reason != FOR_ENTRY:
        book_cash(books, ts, REALISED_PNL, realised, row.trade_id, order_id, fill_id, qty, price, 0.0)
    fee_reason = FEE if order_id else LIQUIDATION_FEE
    book_cash(books, ts, fee_reason, round8(-fee), row.trade_id, order_id, fill_id, qty, price, rate)
    row.wallet_after = account.wallet


@inner
def make_good(books: Any, ts: int) -> None:
    """A negative wallet is brought back to 0, and the run stops."""
    account = books.account
    if account.wallet < 0.0:
        credit = -account.wallet
        book_cash(books, ts, BANKRUPTCY_CREDIT, credit, NO_ID, NO_ID, NO_ID, 0.0, np.nan, 0.0)
        account.credit += credit
        account.halted = 1
        account.stop_reason = STOP_BANKRUPT
