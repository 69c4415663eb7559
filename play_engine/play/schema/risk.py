"""The schemas of the sections `risk_model` and `risk`."""

from play_engine.play.model import BreakEven, Play, Sizing, Trailing
from play_engine.play.ranges import NOT_NEGATIVE, PERCENT_OF_PRICE, PERCENT_OF_TARGET, POSITIVE
from play_engine.play.rule_operands import ATR_KEY
from play_engine.play.schema.keys import (
    Schema,
    choice,
    default_of,
    described,
    link,
    mapping,
    number,
    or_null,
    without_effect,
    words_of,
)


def risk_schemas() -> dict[str, Schema]:
    """Both forms, sizing, and how stops move."""
    return {
        "risk_model": _model(),
        "risk": _short(),
        "sizing": _sizing(),
        "trailing": _trailing(),
        "break_even": _break_even(),
    }


def _model() -> Schema:
    keys = {
        "stop_loss": described("Where the stop lies.", link("stop")),
        "take_profit": described("Where the target lies.", link("target")),
        "sizing": described("How large a position is.", link("sizing")),
        "trailing": or_null("How the stop follows the best price; no key, no trailing.", link("trailing")),
        "break_even": or_null("When the stop moves to the entry; no key, never.", link("break_even")),
        **_attachment(),
    }
    schema = mapping("Risk model", "The full form of stop, target and size.", keys)
    needed = ["stop_loss", "take_profit", "sizing"]
    return schema | {"if": {"minProperties": 1}, "then": {"required": needed}}


def _short() -> Schema:
    keys = {
        "stop_loss": or_null("Where the stop lies; wins over stop_loss_pct.", link("stop_short")),
        "stop_loss_pct": number("Stop in percent of margin: a rule of type percent.", PERCENT_OF_PRICE),
        "take_profit": or_null("Where the target lies; wins over take_profit_pct.", link("target_short")),
        "take_profit_pct": number("Target in percent of margin: a rule of type percent.", PERCENT_OF_TARGET),
        "max_position_pct": number("Size in percent of equity as margin.", POSITIVE, 10.0),
        "break_even": or_null("When the stop moves to the entry; no key, never.", link("break_even")),
        **_attachment(),
        "risk_per_trade_pct": without_effect({"description": "Without effect: use risk_model.sizing."}),
    }
    meaning = "The short form; what is absent is not placed. Beside a risk model only order types and anchor count."
    return mapping("Risk", meaning, keys)


def _attachment() -> dict[str, Schema]:
    order_types = ("Market", "Limit")
    return {
        "tp_order_type": choice("Order type of the target; Limit rests at its price.", order_types, "Market"),
        "sl_order_type": choice("Order type of the stop; it always executes at the market.", order_types, "Market"),
        "anchor": choice(
            "Price from which stop and target are measured: that of the decision, or of the fill.",
            words_of(Play, "anchor"),
            default_of(Play, "anchor"),
        ),
    }


def _sizing() -> Schema:
    keys = {
        "model": choice(
            "Percent of equity as margin, percent of equity lost at the stop, or a notional in USDT.",
            words_of(Sizing, "model"),
        ),
        "value": number("Percent, or USDT, as the model says.", POSITIVE),
        "max_leverage": number("Leverage, a factor; counts where it is below that of the account.", POSITIVE),
    }
    return mapping("Sizing", "How large a position is.", keys, ("model", "value"))


def _trailing() -> Schema:
    keys = {
        "atr_multiplier": number(
            "Distance from the best price, in ATRs.", POSITIVE, default_of(Trailing, "atr_multiplier")
        ),
        ATR_KEY: described("The ATR: a reference to a numeric output.", link("rule_reference")),
        "trail_pct": number("Distance from the best price, in percent, where there is no ATR.", POSITIVE),
        "activation_pct": number(
            "Move from the entry, in percent, from which the stop follows.",
            NOT_NEGATIVE,
            default_of(Trailing, "activation_pct"),
        ),
    }
    return mapping("Trailing", f"The stop follows the best price; {ATR_KEY} or trail_pct is needed.", keys)


def _break_even() -> Schema:
    keys = {
        "activation_pct": number(
            "Move from the entry, in percent, at which the stop moves; more than offset_pct.",
            POSITIVE,
            default_of(BreakEven, "activation_pct"),
        ),
        "offset_pct": number(
            "How far beyond the entry it moves, in percent.", NOT_NEGATIVE, default_of(BreakEven, "offset_pct")
        ),
    }
    return mapping("Break-even", "The stop moves to the entry once, never back.", keys)
