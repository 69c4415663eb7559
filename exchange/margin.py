"""Isolated margin of a USDT linear perpetual: what a position costs, and where it is taken over.

`side` is +1 long, −1 short; `qty` in base units; `value` the entry value V_E = qty · average entry price in USDT;
`leverage` a factor L; `taker` the taker fee as a fraction t. `instrument` is a record that holds the risk tiers: as
`tiers`, rows of TIER, of which the first `tier_count` count. The liquidation price is the
mirror of the inverse contract's published formula, closed-form over all tiers, because the deductions make
maintenance a continuous function of the value.
"""

from typing import Any

import numpy as np

from play_engine.compiled import inner

# Bounds of the risk tiers, ascending in `limit` (position value in USDT, inf where open); `rate` is the maintenance
# margin rate m, `deduction` d in USDT.
TIER = np.dtype([("limit", "<f8"), ("rate", "<f8"), ("deduction", "<f8"), ("max_leverage", "<f8")])

TIER_FITS, TIER_LEVERAGE, TIER_LIMIT = 0, 1, 2


@inner
def bankruptcy_price(side: int, qty: float, value: float, leverage: float, extra: float) -> float:
    """Price at which the loss equals the margin without its fee: B′ = E·(1 − s/L) − s·x/q."""
    return value / qty * (1.0 - side / leverage) - side * extra / qty


@inner
def close_fee_reserve(side: int, value: float, leverage: float, taker: float) -> float:
    """Taker fee of a close at the bankruptcy price: F = V_E·(1 − s/L)·t."""
    return value * (1.0 - side / leverage) * taker


@inner
def position_margin(side: int, value: float, leverage: float, taker: float, extra: float) -> float:
    """The bucket that a position binds: P = V_E/L + F + x."""
    return value / leverage + close_fee_reserve(side, value, leverage, taker) + extra


@inner
def cost_factor(side: int, leverage: float, taker: float) -> float:
    """Cost of opening one USDT of value: κ = 1/L + t + t·(1 − s/L)."""
    return 1.0 / leverage + taker + taker * (1.0 - side / leverage)


@inner
def order_cost(side: int, qty: float, price: float, leverage: float, taker: float) -> float:
    """What opening `qty` at `price` takes out of the available balance: initial margin and both fees."""
    return qty * price * cost_factor(side, leverage, taker)


@inner
def liquidation_price(side: int, qty: float, value: float, leverage: float, extra: float, instrument: Any) -> float:
    """Mark price at which the position is taken over, in USDT per base unit; 0 for a long that no price can take.

    long: max over tiers of (V_E·(1 − 1/L) − x − d)/(q·(1 − m)); short: min of (V_E·(1 + 1/L) + x + d)/(q·(1 + m)).
    """
    share = value * (1.0 - side / leverage)
    return _price_at_loss(side, qty, share - side * extra, instrument)


@inner
def cross_liquidation_price(side: int, qty: float, value: float, funds: float, instrument: Any) -> float:
    """The same of the only position of an account in cross margin; for information.

    `funds` is the wallet without the close-fee reserve: long (V_E − W − d + F)/(q·(1 − m)), short
    (W + V_E + d − F)/(q·(1 + m)).
    """
    return _price_at_loss(side, qty, value - side * funds, instrument)


@inner
def _price_at_loss(side: int, qty: float, rest: float, instrument: Any) -> float:
    """Where a position of `qty` is worth `rest` and its maintenance margin: long the highest, short the lowest of all
    tiers."""
    price = 0.0 if side > 0 else np.inf
    for k in range(instrument.tier_count):
        rate = instrument.tiers[k].rate
        deduction = instrument.tiers[k].deduction
        if side > 0:
            price = max(price, (rest - deduction) / (qty * (1.0 - rate)))
        else:
            price = min(price, (rest + deduction) / (qty * (1.0 + rate)))
    return price


@inner
def maintenance(value: float, instrument: Any) -> float:
    """Maintenance margin of a position value without the close-fee reserve: max over tiers of V·m − d."""
    most = 0.0
    for k in range(instrument.tier_count):
        most = max(most, value * instrument.tiers[k].rate - instrument.tiers[k].deduction)
    return most


@inner
def maintenance_tier(value: float, instrument: Any) -> int:
    """The tier whose V·m − d is the largest: that of this position value."""
    best = 0
    for k in range(1, instrument.tier_count):
        tier, held = instrument.tiers[k], instrument.tiers[best]
        if value * tier.rate - tier.deduction > value * held.rate - held.deduction:
            best = k
    return best


@inner
def tier_check(value: float, leverage: float, instrument: Any) -> int:
    """Whether a position value may be held at this leverage: TIER_FITS, TIER_LEVERAGE or TIER_LIMIT (too large)."""
    for k in range(instrument.tier_count):
        if value <= instrument.tiers[k].limit:
            return TIER_LEVERAGE if leverage > instrument.tiers[k].max_leverage else TIER_FITS
    return TIER_LIMIT


@inner
def value_limit(leverage: float, instrument: Any) -> float:
    """The largest position value that this leverage allows, in USDT; inf without a bound, 0 if no tier allows it."""
    limit = 0.0
    for k in range(instrument.tier_count):
        if leverage <= instrument.tiers[k].max_leverage:
            limit = max(limit, instrument.tiers[k].limit)
    return limit
