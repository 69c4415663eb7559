"""What the exchange refuses of an entry when it arrives."""

from typing import Any

from exchange.margin import TIER_LEVERAGE, TIER_LIMIT, liquidation_price, order_cost, tier_check
from exchange.simulated.codes import (
    INSUFFICIENT_MARGIN,
    LEVERAGE_TIER,
    NOTIONAL_TOO_SMALL,
    PRICE_OUT_OF_RANGE,
    QTY_TOO_LARGE,
    QTY_TOO_SMALL,
    RISK_LIMIT,
    SL_SIDE,
    TP_SIDE,
    TYPE_LIMIT,
    WOULD_LIQUIDATE,
)
from exchange.simulated.standing import available, margin_short
from play_engine.compiled import inner


@inner
def entry_refusal(books: Any, order: Any, fill_price: float, fills_at_once: bool) -> int:
    """Why the entry is rejected, the first reason in the exchange's order; 0 if it is accepted.

    Levels and value are judged at the limit of a limit order, at the last price of a market order, which costs what it
    would be filled at: `fill_price`.
    """
    is_limit = order.type == TYPE_LIMIT
    last = books.market.last
    price = order.price if is_limit else last
    reason = _static_refusal(books.instrument, order, price)
    if reason != 0:
        return reason
    leverage = books.settings.leverage
    tier = tier_check(order.qty * price, leverage, books.instrument)
    if tier == TIER_LIMIT:
        return RISK_LIMIT
    if tier == TIER_LEVERAGE:
        return LEVERAGE_TIER
    side = order.side
    liquidation = liquidation_price(side, order.qty, order.qty * fill_price, leverage, books.instrument)
    if fills_at_once and side * (last - liquidation) <= 0.0:
        return WOULD_LIQUIDATE
    cost = order_cost(side, order.qty, order.price if is_limit else fill_price, leverage, books.settings.taker)
    return INSUFFICIENT_MARGIN if margin_short(books, cost, available(books)) else 0


@inner
def _static_refusal(instrument: Any, order: Any, price: float) -> int:
    """What is wrong with quantity, prices and sides of the levels by themselves; 0 if nothing."""
    if order.qty < instrument.min_qty:
        return QTY_TOO_SMALL
    if order.qty > (instrument.max_qty if order.type == TYPE_LIMIT else instrument.max_market_qty):
        return QTY_TOO_LARGE
    for level in (order.price, order.stop, order.target):
        if level < instrument.min_price or level > instrument.max_price:
            return PRICE_OUT_OF_RANGE
    if order.qty * price < instrument.min_notional:
        return NOTIONAL_TOO_SMALL
    if order.side * (price - order.stop) <= 0.0:
        return SL_SIDE
    if order.side * (order.target - price) <= 0.0:
        return TP_SIDE
    return 0
