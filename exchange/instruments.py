"""What an exchange says about an instrument: grids, order bounds, fees, risk tiers."""

import itertools
import math
from decimal import Decimal
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from exchange.grid import MAX_STEPS, step_ratio
from exchange.margin import TIER
from play_engine.play.model import Account

# More risk tiers than any contract has.
MOST_TIERS = 128
# What compiled functions know of an instrument.
INSTRUMENT = np.dtype(
    [
        *[(name, "<f8") for name in ("tick_num", "tick_den", "step_num", "step_den")],
        *[(name, "<f8") for name in ("min_qty", "max_qty", "max_market_qty", "min_notional")],
        *[(name, "<f8") for name in ("min_price", "max_price")],
        ("tier_count", "<i8"),
        ("tiers", TIER, (MOST_TIERS,)),
    ]
)
_MAX_DEDUCTION_ERROR_USDT = 0.01
_TIER_MAX_LEVERAGE = 100.0


@attrs.frozen(kw_only=True)
class Tier:
    """A risk tier: position values up to `limit` (USDT) need `maintenance_rate` of the value less `deduction` (USDT),
    and allow a leverage of at most `max_leverage`. `initial_rate` is its inverse."""

    limit: float = math.inf
    maintenance_rate: float
    initial_rate: float
    max_leverage: float
    deduction: float = 0.0


def _check_steps(instrument: "Instrument", _attribute: object, _value: object) -> None:
    for step, largest, name in (
        (instrument.tick_size, instrument.max_price, "max_price"),
        (instrument.qty_step, instrument.max_qty, "max_qty"),
    ):
        numerator, denominator = step_ratio(step)
        if largest * denominator / numerator > MAX_STEPS:
            raise ValueError(f"{instrument.symbol}: {name} {largest} is more than {MAX_STEPS:.0e} steps of {step}")


def _check_tiers(instrument: "Instrument", _attribute: object, tiers: tuple[Tier, ...]) -> None:
    if not tiers:
        raise ValueError(f"{instrument.symbol}: an instrument needs at least one risk tier")
    if len(tiers) > MOST_TIERS:
        raise ValueError(f"{instrument.symbol}: {len(tiers)} risk tiers, at most {MOST_TIERS} are allowed")
    for lower, upper in itertools.pairwise(tiers):
        expected = lower.deduction + lower.limit * (upper.maintenance_rate - lower.maintenance_rate)
        if upper.limit <= lower.limit:
            raise ValueError(f"{instrument.symbol}: tier limits do not ascend at {upper.limit}")
        if abs(upper.deduction - expected) > _MAX_DEDUCTION_ERROR_USDT:
            raise ValueError(f"{instrument.symbol}: tier {upper.limit}: deduction {upper.deduction}, not {expected}")


@attrs.frozen(kw_only=True)
class Instrument:
    """One USDT linear perpetual. Steps are decimal text as the exchange writes them; prices in USDT, quantities in base
    units, `min_notional` in USDT, fees as fractions of the executed value. `source` says where the numbers are from.

    Raises ValueError for a step that is no decimal number, bounds beyond 1e9 steps, and tiers that do not fit together.
    """

    symbol: str
    tick_size: str
    qty_step: str
    min_qty: float
    max_qty: float
    max_market_qty: float
    min_notional: float
    min_price: float
    max_price: float
    max_leverage: float
    leverage_step: float = 0.01
    taker: float
    maker: float
    tiers: tuple[Tier, ...] = attrs.field(validator=[_check_steps, _check_tiers])
    source: str

    def to_record(self) -> NDArray[Any]:
        """The numbers that compiled functions need, as one row of INSTRUMENT."""
        tick, step = step_ratio(self.tick_size), step_ratio(self.qty_step)
        bounds = (self.min_qty, self.max_qty, self.max_market_qty, self.min_notional, self.min_price, self.max_price)
        tiers = np.zeros(MOST_TIERS, dtype=TIER)
        tiers[: len(self.tiers)] = self.tier_table()
        return np.array([(*tick, *step, *bounds, len(self.tiers), tiers)], dtype=INSTRUMENT)

    def tier_table(self) -> NDArray[Any]:
        """The risk tiers as rows of TIER, ascending."""
        rows = [(tier.limit, tier.maintenance_rate, tier.deduction, tier.max_leverage) for tier in self.tiers]
        return np.array(rows, dtype=TIER)


@attrs.frozen
class _Filters:
    """Order filters of a well-known contract, in the order in which an instrument page shows them."""

    tick_size: str
    qty_step: str
    min_qty: float
    max_qty: float
    max_market_qty: float
    max_price: float


# Filters as Bybit publishes them (linear perpetuals); the bounds of the smaller ones are rounded.
_KNOWN = {
    "BTCUSDT": _Filters("0.10", "0.001", 0.001, 1190.0, 500.0, 1999999.8),
    "ETHUSDT": _Filters("0.01", "0.01", 0.01, 7240.0, 1448.0, 199999.98),
    "SOLUSDT": _Filters("0.010", "0.1", 0.1, 79770.0, 11760.0, 19999.98),
    "BNBUSDT": _Filters("0.10", "0.01", 0.01, 13000.0, 2600.0, 199999.8),
    "XRPUSDT": _Filters("0.0001", "0.1", 0.1, 4_000_000.0, 800_000.0, 1999.9998),
    "DOGEUSDT": _Filters("0.00001", "1", 1.0, 30_000_000.0, 6_000_000.0, 199.99998),
    "ADAUSDT": _Filters("0.0001", "1", 1.0, 10_000_000.0, 2_000_000.0, 1999.9998),
    "AVAXUSDT": _Filters("0.001", "0.1", 0.1, 200_000.0, 40_000.0, 1999.998),
    "LINKUSDT": _Filters("0.001", "0.1", 0.1, 300_000.0, 60_000.0, 1999.998),
    "LTCUSDT": _Filters("0.01", "0.1", 0.1, 50_000.0, 10_000.0, 19999.98),
    "BCHUSDT": _Filters("0.05", "0.01", 0.01, 10_000.0, 2_000.0, 99999.9),
}


def known_instrument(symbol: str, account: Account) -> Instrument | None:
    """The instrument of a major contract with the filters that its exchange publishes; None for any other symbol."""
    return _instrument(symbol, account, _KNOWN[symbol], "built-in filters") if symbol in _KNOWN else None


def instrument_at_price(symbol: str, account: Account, price: float) -> Instrument:
    """An instrument for a symbol without known filters that trades near `price` (USDT).

    Its grid is fine enough not to matter: prices have five digits or six, the smallest quantity is worth about a
    cent. It ends where float64 stops to tell the steps apart: at some ten thousand times the price, and at orders of
    some million USDT.
    """
    magnitude = math.floor(math.log10(price))
    tick, step = Decimal(10) ** (magnitude - 4), Decimal(10) ** (-magnitude - 2)
    most_steps = Decimal(MAX_STEPS) - 1
    filters = _Filters(
        tick_size=f"{tick:f}",
        qty_step=f"{step:f}",
        min_qty=float(step),
        max_qty=float(step * most_steps),
        max_market_qty=float(step * most_steps),
        max_price=float(tick * most_steps),
    )
    return _instrument(symbol, account, filters, f"generic grid for prices near {price:g}")


def _instrument(symbol: str, account: Account, filters: _Filters, source: str) -> Instrument:
    """Fees come from the Play's `account`, and so does the one risk tier, which has no limit."""
    tick, denominator = step_ratio(filters.tick_size)
    tier = Tier(
        maintenance_rate=account.maintenance_margin_rate,
        initial_rate=1.0 / _TIER_MAX_LEVERAGE,
        max_leverage=_TIER_MAX_LEVERAGE,
        deduction=account.mm_deduction,
    )
    return Instrument(
        symbol=symbol,
        **attrs.asdict(filters),
        min_notional=5.0,
        min_price=tick / denominator,
        max_leverage=_TIER_MAX_LEVERAGE,
        taker=account.taker_bps / 1e4,
        maker=account.maker_bps / 1e4,
        tiers=(tier,),
        source=source,
    )
