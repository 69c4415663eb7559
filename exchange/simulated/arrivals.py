"""Market orders that arrive with the open of a minute: closes first, then entries, each in id order."""

from typing import Any

import numpy as np

from exchange.margin import TIER_LEVERAGE, TIER_LIMIT, liquidation_price, order_cost, tier_check
from exchange.policy import STALE_CLOSE
from exchange.simulated.codes import (
    INSUFFICIENT_MARGIN,
    KIND_CLOSE,
    KIND_ENTRY,
    LEVERAGE_TIER,
    NOTIONAL_TOO_SMALL,
    PRICE_OUT_OF_RANGE,
    QTY_TOO_LARGE,
    QTY_TOO_SMALL,
    REDUCE_ONLY_NO_POSITION,
    REJECTED,
    RISK_LIMIT,
    SL_SIDE,
    TP_SIDE,
    WOULD_LIQUIDATE,
)
from exchange.simulated.fills import close_position, open_position, slipped
from exchange.simulated.orders import end_order
from exchange.simulated.state import FIRST_ARRIVAL
from play_engine.compiled import inner

# Sums of float64 amounts agree to this share of their size.
TOLERANCE = 1e-9


@inner
def arrive(books: Any, price: float, ts: int) -> None:
    """Every order on its way meets the path price `price`."""
    account = books.account
    last = FIRST_ARRIVAL + account.arrivals
    for kind in (KIND_CLOSE, KIND_ENTRY):
        for slot in range(FIRST_ARRIVAL, last):
            if books.orders[slot].kind == kind:
                if kind == KIND_CLOSE:
                    _arrive_close(books, slot, price, ts)
                else:
                    _arrive_entry(books, slot, price, ts)
    account.arrivals = 0
    account.entry_working = 0
    account.full_close_working = 0


@inner
def _arrive_close(books: Any, slot: int, price: float, ts: int) -> None:
    """Cut to the position; void if the trade that it was raised for has ended."""
    position = books.position
    instrument = books.instrument
    order = books.orders[slot]
    if position.side == 0 or position.trade_id != order.trade_id:
        books.tally.refusals[STALE_CLOSE] += 1
        end_order(books, slot, REJECTED, REDUCE_ONLY_NO_POSITION, ts)
        return
    qty = min(order.qty, position.qty)
    if qty < position.qty and qty < instrument.min_qty:
        end_order(books, slot, REJECTED, QTY_TOO_SMALL, ts)
    elif qty < position.qty and qty > instrument.max_market_qty:
        end_order(books, slot, REJECTED, QTY_TOO_LARGE, ts)
    else:
        fill_price = slipped(books, price, order.side)
        close_position(books, slot, qty, price, fill_price, ts, order.exit_reason)


@inner
def _arrive_entry(books: Any, slot: int, price: float, ts: int) -> None:
    fill_price = slipped(books, price, books.orders[slot].side)
    reason = _static_refusal(books, slot, price)
    if reason == 0:
        reason = _margin_refusal(books, slot, price, fill_price)
    if reason != 0:
        end_order(books, slot, REJECTED, reason, ts)
    else:
        open_position(books, slot, price, fill_price, ts)


@inner
def _static_refusal(books: Any, slot: int, price: float) -> int:
    """What the exchange refuses for quantity, prices and sides of the levels, in its order; 0 if nothing."""
    instrument = books.instrument
    order = books.orders[slot]
    if order.qty < instrument.min_qty:
        return QTY_TOO_SMALL
    if order.qty > instrument.max_market_qty:
        return QTY_TOO_LARGE
    for level in (order.stop, order.target):
        if level < instrument.min_price or level > instrument.max_price:
            return PRICE_OUT_OF_RANGE
    if order.qty * price < instrument.min_notional:
        return NOTIONAL_TOO_SMALL
    if order.side * (price - order.stop) <= 0.0:
        return SL_SIDE
    if order.side * (order.target - price) <= 0.0:
        return TP_SIDE
    return 0


@inner
def _margin_refusal(books: Any, slot: int, price: float, fill_price: float) -> int:
    """What the exchange refuses for risk tiers, liquidation and margin, in its order; 0 if nothing."""
    account = books.account
    settings = books.settings
    order = books.orders[slot]
    side, qty, leverage = order.side, order.qty, settings.leverage
    tier = tier_check(qty * price, leverage, books.tier_rows[: books.tier_count])
    if tier == TIER_LIMIT:
        return RISK_LIMIT
    if tier == TIER_LEVERAGE:
        return LEVERAGE_TIER
    if (
        side * (price - liquidation_price(side, qty, qty * fill_price, leverage, books.tier_rows[: books.tier_count]))
        <= 0.0
    ):
        return WOULD_LIQUIDATE
    cost = order_cost(side, qty, fill_price, leverage, settings.taker)
    available = account.wallet - books.position.margin
    if cost > available + TOLERANCE * max(1.0, np.abs(account.wallet)):
        return INSUFFICIENT_MARGIN
    return 0
