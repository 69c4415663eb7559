"""What the venue says about a contract, as one plain document: its order filters, its state, and its risk tiers.

The document is made to be kept for years: its names say what they mean, numbers are decimal texts as the venue wrote
them, and nothing of the venue's own layout is left.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import attrs

from exchange.bybit.errors import Refused, WrongAnswer
from feeds.bybit.decoding import decode_list

# What the venue calls each field, and where it keeps it.
_TEXTS = {
    "contract": ("contractType",),
    "status": ("status",),
    "base_coin": ("baseCoin",),
    "quote_coin": ("quoteCoin",),
    "settle_coin": ("settleCoin",),
}
_NUMBERS = {
    "tick_size": ("priceFilter", "tickSize"),
    "min_price": ("priceFilter", "minPrice"),
    "max_price": ("priceFilter", "maxPrice"),
    "qty_step": ("lotSizeFilter", "qtyStep"),
    "min_qty": ("lotSizeFilter", "minOrderQty"),
    "max_qty": ("lotSizeFilter", "maxOrderQty"),
    "max_market_qty": ("lotSizeFilter", "maxMktOrderQty"),
    "min_notional": ("lotSizeFilter", "minNotionalValue"),
    "min_leverage": ("leverageFilter", "minLeverage"),
    "max_leverage": ("leverageFilter", "maxLeverage"),
    "leverage_step": ("leverageFilter", "leverageStep"),
}
# initial margin rate × largest leverage: 1 if the rate is a fraction, 100 if it is in percent. The venue has both.
_FRACTION, _PERCENT = (0.5, 2.0), (50.0, 200.0)


@attrs.frozen(kw_only=True)
class ListedTier:
    """A risk tier in decimal texts: position values up to `limit` (quote currency), rates as fractions."""

    limit: str
    maintenance_rate: str
    initial_rate: str
    max_leverage: str
    deduction: str | None


@attrs.frozen(kw_only=True)
class Listing:
    """A contract's filters: decimal texts by name, and what stands beside them. Times are in ms."""

    symbol: str
    fields: dict[str, str]
    launch_ms: int
    delivery_ms: int
    funding_interval_min: int


def decode_listing(body: bytes, symbol: str) -> tuple[Listing, int]:
    """A contract of an instruments answer, and the venue's time of the answer.

    Raises Refused when the venue has no such contract, what `open_envelope` raises, and WrongAnswer for another shape.
    """
    rows, time_ms = decode_list(body, symbol)
    if not rows:
        raise Refused(0, f"the venue has no linear contract {symbol}; check the name, for example BTCUSDT")
    row = rows[0]
    fields = {name: _text(row, path) for name, path in _TEXTS.items()}
    fields |= {name: _decimal(row, path) for name, path in _NUMBERS.items()}
    listing = Listing(
        symbol=symbol,
        fields=fields,
        launch_ms=_milliseconds(row, "launchTime"),
        delivery_ms=_milliseconds(row, "deliveryTime"),
        funding_interval_min=_whole(row.get("fundingInterval")),
    )
    return listing, time_ms


def decode_tiers(body: bytes, symbol: str) -> tuple[ListedTier, ...]:
    """A contract's risk tiers, by rising limit. Raises what `open_envelope` raises, and WrongAnswer for another shape
    or for a contract without tiers."""
    rows, _ = decode_list(body, symbol)
    if not rows:
        raise WrongAnswer(f"the answer has no risk tier of {symbol}")
    return tuple(sorted((_tier(row) for row in rows), key=lambda tier: float(tier.limit)))


def instrument_document(listing: Listing, tiers: Sequence[ListedTier]) -> dict[str, object]:
    """The document that the store keeps."""
    return {
        "symbol": listing.symbol,
        **listing.fields,
        "launch_ms": listing.launch_ms,
        "delivery_ms": listing.delivery_ms,
        "funding_interval_min": listing.funding_interval_min,
        "tiers": [attrs.asdict(tier) for tier in tiers],
    }


def _tier(row: dict[str, Any]) -> ListedTier:
    initial, maintenance = _decimal(row, ("initialMargin",)), _decimal(row, ("maintenanceMargin",))
    max_leverage = _decimal(row, ("maxLeverage",))
    product = float(initial) * float(max_leverage)
    if _PERCENT[0] <= product <= _PERCENT[1]:
        initial, maintenance = _hundredth(initial), _hundredth(maintenance)
    elif not _FRACTION[0] <= product <= _FRACTION[1]:
        raise WrongAnswer(
            f"a risk tier has initial margin {initial} at leverage {max_leverage}; one is the other's inverse"
        )
    return ListedTier(
        limit=_decimal(row, ("riskLimitValue",)),
        maintenance_rate=maintenance,
        initial_rate=initial,
        max_leverage=max_leverage,
        deduction=_decimal(row, ("mmDeduction",)) if row.get("mmDeduction") else None,
    )


def _hundredth(text: str) -> str:
    return f"{Decimal(text).scaleb(-2):f}"


def _text(row: dict[str, Any], path: tuple[str, ...]) -> str:
    value = _at(row, path)
    if not isinstance(value, str):
        raise WrongAnswer(f"{'.'.join(path)} is {value!r}, not a text")
    return value


def _decimal(row: dict[str, Any], path: tuple[str, ...]) -> str:
    """A plain decimal number above or at 0 as text; some numbers come as numbers of JSON."""
    value = _at(row, path)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    text = f"{Decimal(str(value)):f}" if is_number else value
    if not isinstance(text, str) or not text.replace(".", "", 1).isdecimal() or not text.isascii():
        raise WrongAnswer(f"{'.'.join(path)} is {value!r}, not a decimal number")
    return text


def _milliseconds(row: dict[str, Any], name: str) -> int:
    text = _decimal(row, (name,))
    if not text.isdecimal():
        raise WrongAnswer(f"{name} is {text!r}, not a whole number of ms")
    return int(text)


def _at(row: dict[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = row
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise WrongAnswer(f"fundingInterval is {value!r}, not a whole number of minutes above 0")
    return value
