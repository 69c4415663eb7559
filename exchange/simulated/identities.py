"""What must hold whatever happens: nothing is lost between wallet, ledger, trades and positions."""

from typing import Any

import numpy as np

from exchange.grid import UP, steps
from exchange.simulated.balance import TOLERANCE, available
from exchange.simulated.codes import STOP_BANKRUPT
from exchange.simulated.orders import is_child
from play_engine.compiled import inner

HOLDS, LEDGER_SUM, TRADE_SUM, POSITION_SUM, FLAT_LEFTOVER, MARGIN_SHORT, RESERVE_SUM, ORDER_SUM = 0, 1, 2, 3, 4, 5, 6, 7
IDENTITIES = {
    LEDGER_SUM: "wallet = sum of the ledger",
    TRADE_SUM: "net of ended trades + booked part of open ones + credits = wallet − deposits",
    POSITION_SUM: "signed position = sum of signed fills",
    FLAT_LEFTOVER: "a flat desk has no value, margin, stop or target",
    MARGIN_SHORT: "wallet ≥ position margins + order reserves",
    RESERVE_SUM: "order reserve = sum of the reserves of live orders",
    ORDER_SUM: "0 ≤ filled ≤ quantity of a live order",
}


@inner
def broken_identity(books: Any) -> int:
    """The first identity that does not hold, by its code in IDENTITIES; HOLDS (0) if all do."""
    account = books.account
    wallet = account.wallet
    tolerance = TOLERANCE * max(1.0, abs(wallet), abs(account.deposits))
    if abs(wallet - account.ledger_sum) > tolerance:
        return LEDGER_SUM
    booked = account.trades_net + account.credit
    reserve = 0.0
    for number in range(books.desk_count):
        desk = books.desks[number]
        if desk.position.side != 0:
            booked += desk.position.gross - desk.position.fees + desk.position.funding
        broken = _broken_on(desk)
        if broken != HOLDS:
            return broken
        for slot in range(desk.slots):
            reserve += desk.orders[slot].reserve
    if abs(booked - (wallet - account.deposits)) > tolerance:
        return TRADE_SUM
    if abs(reserve - account.order_reserve) > tolerance:
        return RESERVE_SUM
    # A close beyond its bankruptcy price is paid by the rest of the account, and then nothing is left to give way.
    excused = account.overdrawn or books.settings.cross or account.stop_reason == STOP_BANKRUPT
    if not excused and available(books) < -tolerance:
        return MARGIN_SHORT
    return HOLDS


@inner
def _broken_on(desk: Any) -> int:
    """What does not hold on one desk."""
    position = desk.position
    instrument = desk.instrument
    held = position.side * steps(position.qty, instrument.step_num, instrument.step_den, UP)
    if np.int64(held) != desk.market.net_steps:
        return POSITION_SUM
    if position.side == 0 and (position.value != 0.0 or position.margin != 0.0 or position.extra != 0.0):
        return FLAT_LEFTOVER
    for slot in range(desk.slots):
        order = desk.orders[slot]
        if order.kind and position.side == 0 and is_child(order):
            return FLAT_LEFTOVER
        if order.kind and not 0.0 <= order.filled_qty <= order.qty:
            return ORDER_SUM
    return HOLDS
