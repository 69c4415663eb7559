"""The schema of the section `account`."""

from play_engine.play.model import Account
from play_engine.play.ranges import NOT_NEGATIVE, POSITIVE, Range
from play_engine.play.schema.keys import (
    Schema,
    choice,
    default_of,
    link,
    mapping,
    number,
    or_null,
    words_of,
)


def account_schemas() -> dict[str, Schema]:
    """The account and its fees."""
    return {"account": _account(), "fee_model": _fee_model()}


def _account() -> Schema:
    keys = {
        "starting_equity_usdt": _number("starting_equity_usdt", "Equity at the start, USDT.", POSITIVE),
        "max_leverage": _number("max_leverage", "Leverage of every position, a factor.", POSITIVE),
        "max_drawdown_pct": _number(
            "max_drawdown_pct", "Fall of the equity from its peak, in percent, after which no entry follows.", POSITIVE
        ),
        "margin_mode": choice("How margin is kept.", ("isolated_usdt",), "isolated_usdt"),
        "fee_model": or_null("Rates of the exchange's fees.", link("fee_model")),
        "slippage_bps": _number("slippage_bps", "Slippage of market orders, bps of the price.", NOT_NEGATIVE),
        "min_trade_notional_usdt": _number(
            "min_trade_notional_usdt", "Smallest order that is sent, USDT.", NOT_NEGATIVE
        ),
        "maintenance_margin_rate": _number(
            "maintenance_margin_rate",
            "Maintenance margin as a share of the position's value.",
            Range(0, 1, open_high=True),
        ),
        "mm_deduction": _number("mm_deduction", "Deduction from the maintenance margin, USDT.", NOT_NEGATIVE),
        "on_sl_beyond_liq": choice(
            "What becomes of an entry whose stop lies beyond its liquidation price.",
            words_of(Account, "on_sl_beyond_liq"),
            default_of(Account, "on_sl_beyond_liq"),
        ),
        "risk_per_trade_pct": number(
            "Size in percent of equity of a Play without risk model, 1.0 unless written; else without effect.", POSITIVE
        ),
    }
    schema = mapping("Account", "Money, leverage and costs.", keys)
    return schema | {"minProperties": 1}


def _fee_model() -> Schema:
    keys = {
        "taker_bps": _number("taker_bps", "Fee of orders that take liquidity, bps of their value.", NOT_NEGATIVE),
        "maker_bps": _number("maker_bps", "Fee of orders that make liquidity, bps of their value.", NOT_NEGATIVE),
    }
    return mapping("Fees", "Rates of fees; each has its own default.", keys)


def _number(name: str, meaning: str, within: Range) -> Schema:
    return number(meaning, within, default_of(Account, name))
