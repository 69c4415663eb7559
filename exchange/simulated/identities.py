"""What must hold whatever happens: nothing is lost between wallet, ledger, trades and position."""

from typing import Any

import numpy as np

from exchange.grid import UP, steps
from exchange.simulated.codes import STOP_BANKRUPT
from exchange.simulated.standing import TOLERANCE
from exchange.simulated.state import STOP_SLOT, TARGET_SLOT
from play_engine.compiled import inner

HOLDS, LEDGER_SUM, TRADE_SUM, POSITION_SUM, FLAT_LEFTOVER, MARGIN_SHORT, RESERVE_SUM = 0, 1, 2, 3, 4, 5, 6
IDENTITIES = {
    LEDGER_SUM: "wallet = sum of the ledger",
    TRADE_SUM: "net of ended trades + booked part of the open one + credits = wallet − deposits",
    POSITION_SUM: "signed position = sum of signed fills",
    FLAT_LEFTOVER: "a flat account has no value, margin, stop or target",
    MARGIN_SHORT: "wallet ≥ position margin + order reserve",
    RESERVE_SUM: "order reserve = sum of the reserves of live orders",
}


@inner
def broken_identity(books: Any) -> int:
    """The first identity that does not hold, by its code in IDENTITIES; HOLDS (0) if all do."""
    account = books.account
    position = books.position
    instrument = books.instrument
    wallet = account.wallet
    size = max(1.0, abs(wallet), abs(account.deposits))
    tolerance = TOLERANCE * size
    if abs(wallet - account.ledger_sum) > tolerance:
        return LEDGER_SUM
    booked = account.trades_net + account.credit
    if position.side != 0:
        booked += position.gross - position.fees
    if abs(booked - (wallet - account.deposits)) > tolerance:
        return TRADE_SUM
    held = position.side * steps(position.qty, instrument.step_num, instrument.step_den, UP)
    if np.int64(held) != books.market.net_steps:
        return POSITION_SUM
    children = books.orders[STOP_SLOT].kind + books.orders[TARGET_SLOT].kind
    if position.side == 0 and (position.value != 0.0 or position.margin != 0.0 or children != 0):
        return FLAT_LEFTOVER
    reserve = 0.0
    for slot in range(account.slots):
        reserve += books.orders[slot].reserve
    if abs(reserve - account.reserve) > tolerance:
        return RESERVE_SUM
    if wallet - position.margin - reserve < -tolerance and account.stop_reason != STOP_BANKRUPT:
        return MARGIN_SHORT
    return HOLDS
