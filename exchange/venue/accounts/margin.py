"""What positions bind and need, as a venue shows it; all of it at the mark price."""

from exchange.instruments import Instrument
from exchange.reports import PositionReport

# Bybit reckons a break-even price with at least this fee.
_LEAST_TAKER = 0.00055
_NAN = float("nan")


def close_fee(side: int, value: float, leverage: float, taker: float) -> float:
    """The reserve for the fee of a close at the bankruptcy price: F = V_E·(1 − s/L)·t."""
    return value * (1.0 - side / leverage) * taker


def maintenance_margin(position: PositionReport, instrument: Instrument) -> float:
    """MM = max over tiers of (V_M·m − d), and the close-fee reserve; 0 when flat."""
    if position.side == 0:
        return 0.0
    value = position.qty * position.mark
    most = max(value * tier.maintenance_rate - tier.deduction for tier in instrument.tiers)
    return most + close_fee(position.side, position.value, position.leverage, instrument.taker)


def risk_limit(position: PositionReport, instrument: Instrument) -> float:
    """The limit of the risk tier that the position is in."""
    value = position.qty * position.mark
    return next((tier.limit for tier in instrument.tiers if value <= tier.limit), instrument.tiers[-1].limit)


def break_even(position: PositionReport, realised: float, taker: float) -> float:
    """The price at which closing leaves nothing, everything realised so far and the closing fee included:
    (V_E − s·realised)/(q·(1 − s·t)); NaN when flat."""
    if position.side == 0:
        return _NAN
    fee = max(taker, _LEAST_TAKER)
    return (position.value - position.side * realised) / (position.qty * (1.0 - position.side * fee))
