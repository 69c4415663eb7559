"""What the venue lists: instruments with their filters, risk tiers and price limits, as it writes them."""

import math
from typing import Any

from exchange.grid import DOWN, UP, snap, step_ratio
from exchange.instruments import Instrument, Tier
from exchange.venue.market.tape import Tape
from exchange.venue.market.text import decimals, padded, rounded, trimmed

# A tier without limit is written with one that no position reaches.
_NO_LIMIT_USDT = 1e12


def instrument_row(tape: Tape) -> dict[str, Any]:
    """An instrument with every key that the venue's listing has."""
    instrument, facts = tape.instrument, tape.facts
    return {
        "symbol": tape.symbol,
        "symbolId": facts.symbol_id,
        "contractType": "LinearPerpetual",
        "status": "Trading",
        "baseCoin": tape.base_coin,
        "quoteCoin": tape.quote_coin,
        "launchTime": str(facts.launch_ms),
        "deliveryTime": "0",
        "deliveryFeeRate": "",
        "priceScale": str(decimals(instrument.tick_size)),
        **_filters(instrument),
        "unifiedMarginTrade": True,
        "fundingInterval": facts.funding_interval_min,
        "settleCoin": tape.quote_coin,
        "copyTrading": "none",
        "upperFundingRate": trimmed(facts.funding_cap, 8),
        "lowerFundingRate": trimmed(-facts.funding_cap, 8),
        "isPreListing": False,
        "preListingInfo": None,
        "riskParameters": {
            "priceLimitRatioX": trimmed(facts.price_limit_x, 8),
            "priceLimitRatioY": trimmed(facts.price_limit_y, 8),
        },
        "symbolType": "",
        "displayName": "",
        "forbidUplWithdrawal": False,
    }


def risk_rows(tape: Tape) -> list[dict[str, Any]]:
    """The risk tiers of an instrument, lowest first."""
    return [_tier_row(tape.symbol, number, tier) for number, tier in enumerate(tape.instrument.tiers, start=1)]


def price_limits(tape: Tape, mark: float) -> tuple[str, str]:
    """The highest price to buy and the lowest to sell at, on the tick towards the mark price."""
    ratio = step_ratio(tape.instrument.tick_size)
    places = decimals(tape.instrument.tick_size)
    buy = snap(mark * (1.0 + tape.facts.price_limit_x), *map(float, ratio), DOWN)
    sell = snap(mark * (1.0 - tape.facts.price_limit_x), *map(float, ratio), UP)
    return padded(buy, places), padded(sell, places)


def _filters(instrument: Instrument) -> dict[str, dict[str, str]]:
    price, qty = decimals(instrument.tick_size), decimals(instrument.qty_step)
    most = padded(instrument.max_qty, qty)
    return {
        "leverageFilter": {
            "minLeverage": "1",
            "maxLeverage": rounded(instrument.max_leverage, 2),
            "leverageStep": rounded(instrument.leverage_step, 2),
        },
        "priceFilter": {
            "minPrice": padded(instrument.min_price, price),
            "maxPrice": padded(instrument.max_price, price),
            "tickSize": instrument.tick_size,
        },
        "lotSizeFilter": {
            "maxOrderQty": most,
            "minOrderQty": padded(instrument.min_qty, qty),
            "qtyStep": instrument.qty_step,
            "postOnlyMaxOrderQty": most,
            "maxMktOrderQty": padded(instrument.max_market_qty, qty),
            "minNotionalValue": trimmed(instrument.min_notional, 8),
        },
    }


def _tier_row(symbol: str, number: int, tier: Tier) -> dict[str, Any]:
    limit = _NO_LIMIT_USDT if math.isinf(tier.limit) else tier.limit
    return {
        "id": number,
        "symbol": symbol,
        "riskLimitValue": trimmed(limit, 8),
        "maintenanceMargin": trimmed(tier.maintenance_rate, 8),
        "initialMargin": trimmed(tier.initial_rate, 8),
        "isLowestRisk": int(number == 1),
        "maxLeverage": rounded(tier.max_leverage, 2),
        "mmDeduction": trimmed(tier.deduction, 8) if tier.deduction else "",
    }
