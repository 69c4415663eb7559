"""What the machine can do at best: the same strategy as one hand-written compiled loop over arrays.

An EMA cross with stop, target and fees: no store, no actors, no Play, no records, no metrics. It trades at the next
open, sees the adverse side of a bar first, and knows one number at the end.
"""

from typing import Any

from numba import njit

FAST, SLOW = 9, 21
STOP, TARGET = 0.02, 0.04
FEE = 0.00055
SHARE_OF_EQUITY = 0.25


@njit(cache=True)
def ema_cross(open_: Any, high: Any, low: Any, close: Any) -> tuple[float, int]:
    """Final equity and number of trades, from an equity of 10,000."""
    equity, trades = 10_000.0, 0
    fast = slow = close[0]
    k_fast, k_slow = 2.0 / (FAST + 1), 2.0 / (SLOW + 1)
    qty = entry = stop = target = 0.0
    enter = leave = False
    for t in range(1, len(close)):
        if leave and qty > 0.0:
            equity += qty * (open_[t] - entry) - qty * open_[t] * FEE
            qty = 0.0
            trades += 1
        if enter and qty == 0.0:
            entry = open_[t]
            qty = equity * SHARE_OF_EQUITY / entry
            equity -= qty * entry * FEE
            stop, target = entry * (1.0 - STOP), entry * (1.0 + TARGET)
        if qty > 0.0:
            price = min(open_[t], stop) if low[t] <= stop else (max(open_[t], target) if high[t] >= target else 0.0)
            if price > 0.0:
                equity += qty * (price - entry) - qty * price * FEE
                qty = 0.0
                trades += 1
        fast_before, slow_before = fast, slow
        fast += k_fast * (close[t] - fast)
        slow += k_slow * (close[t] - slow)
        enter = fast_before <= slow_before and fast > slow
        leave = fast_before >= slow_before and fast < slow
    return equity, trades
