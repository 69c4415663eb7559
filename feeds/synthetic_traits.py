"""What a synthetic symbol is like: its starting price, its tick, how lively it is, how much of it is traded."""

import hashlib
import math

import attrs
import numpy as np

# Symbol: starting price in quote currency, decimals of its tick, volatility of a calm day, base volume of such a day.
_KNOWN: dict[str, tuple[float, int, float, float]] = {
    "BTCUSDT": (40_000.0, 1, 0.022, 60_000.0),
    "ETHUSDT": (2_400.0, 2, 0.028, 700_000.0),
    "SOLUSDT": (100.0, 3, 0.042, 12_000_000.0),
    "BNBUSDT": (300.0, 2, 0.027, 900_000.0),
    "XRPUSDT": (0.6, 4, 0.035, 900_000_000.0),
    "LTCUSDT": (70.0, 2, 0.033, 3_000_000.0),
    "ADAUSDT": (0.5, 4, 0.036, 500_000_000.0),
    "DOGEUSDT": (0.08, 5, 0.040, 5_000_000_000.0),
}
_DAILY_TURNOVER = 200_000_000.0
_SIGNIFICANT_DIGITS = 5


@attrs.frozen(kw_only=True)
class SymbolTraits:
    """One symbol's constants. `key` is its name as an integer, for seeding.

    The tick is 10^−`price_decimals` quote units, the lot 10^−`volume_decimals` base units. `daily_volatility` is the
    standard deviation of the log return of a calm day, `daily_volume` the base volume of such a day.
    """

    key: int
    start_price: float
    price_decimals: int
    volume_decimals: int
    daily_volatility: float
    daily_volume: float


def traits_of(symbol: str, seed: int) -> SymbolTraits:
    """The traits of a symbol: from a small table for well-known ones, else drawn from the seed and the name."""
    key = int.from_bytes(hashlib.sha256(symbol.encode()).digest()[:8], "big")
    if symbol in _KNOWN:
        price, decimals, volatility, volume = _KNOWN[symbol]
    else:
        draws = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, key]))).random(2)
        magnitude = -1.0 + 4.0 * float(draws[0])
        decimals = max(0, _SIGNIFICANT_DIGITS - 1 - math.floor(magnitude))
        price = round(10.0**magnitude, decimals)
        volatility = 0.02 + 0.03 * float(draws[1])
        volume = _DAILY_TURNOVER / price
    # A lot is worth about a tenth of a quote unit or less, so that the volume of no minute rounds to nothing.
    volume_decimals = max(0, math.ceil(math.log10(price)) + 1)
    return SymbolTraits(
        key=key,
        start_price=price,
        price_decimals=decimals,
        volume_decimals=volume_decimals,
        daily_volatility=volatility,
        daily_volume=volume,
    )
