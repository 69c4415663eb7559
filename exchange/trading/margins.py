"""The formulas of margin that the account needs outside compiled code."""

from typing import Any

from exchange.margin import close_fee_reserve, liquidation_price, order_cost, position_margin
from play_engine.compiled import compiled


@compiled
def bound_by_position(side: int, value: float, leverage: float, taker: float) -> float:
    """What a position of this entry value (USDT) binds in isolated margin."""
    return position_margin(side, value, leverage, taker, 0.0)


@compiled
def bound_at_mark(side: int, qty: float, mark: float, value: float, leverage: float, taker: float) -> float:
    """What a position binds in cross margin: its value at the mark price / leverage, and the close-fee reserve."""
    return qty * mark / leverage + close_fee_reserve(side, value, leverage, taker)


@compiled
def bound_by_order(side: int, qty: float, price: float, leverage: float, taker: float) -> float:
    """What a standing order that opens `qty` at `price` binds."""
    return order_cost(side, qty, price, leverage, taker)


@compiled
def taken_over_at(side: int, qty: float, value: float, leverage: float, instrument: Any) -> float:
    """The mark price at which a position in isolated margin is taken over; 0 for a long that no price can take."""
    return liquidation_price(side, qty, value, leverage, 0.0, instrument)
