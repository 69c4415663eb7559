"""What a venue refuses of a request before it reaches the matching engine: what is wrong with it by itself."""

import math

from exchange.grid import step_ratio
from exchange.instruments import Instrument
from exchange.orders import Amendment, NewOrder, TradingStop
from exchange.policy import TIMES_IN_FORCE
from exchange.reports import Rejected
from exchange.venue.accounts.words import BAD_PARAMETER, refusal

_TYPES = ("Market", "Limit")
_SOURCES = ("Last", "Mark")
# A number counts as a multiple of a step within this share of the step.
_TOLERANCE_STEPS = 1e-6


def wrong_order(order: NewOrder, instrument: Instrument, *, last: float, held_qty: float) -> Rejected | None:
    """What is wrong with an order: words, steps, bounds, smallest value; None if nothing is.

    `last` is the last price, 0 if there is none; `held_qty` the position that it would reduce.
    """
    return (
        _wrong_words(order)
        or _wrong_qty(order, instrument, held_qty)
        or _wrong_prices(instrument, _prices(order))
        or _too_little(order, instrument, last)
    )


def wrong_amendment(changes: Amendment, instrument: Instrument) -> Rejected | None:
    """What is wrong with the numbers of an amendment; None if nothing is."""
    if changes.qty <= 0.0 or _off_step(changes.qty, instrument.qty_step):
        return _bad(f"Qty invalid: {changes.qty:g}")
    levels = {"stop loss": changes.stop_loss or math.nan, "take profit": changes.take_profit or math.nan}
    return _wrong_prices(instrument, {"price": changes.price, "trigger price": changes.trigger} | levels)


def wrong_stop(stop: TradingStop, instrument: Instrument) -> Rejected | None:
    """What is wrong with the numbers of a trading stop; None if nothing is."""
    if stop.stop_by not in _SOURCES or stop.target_by not in _SOURCES:
        return refusal("UNSUPPORTED")
    if stop.trailing < 0.0 or _off_step(stop.trailing, instrument.tick_size):
        return _bad(f"trailingStop invalid: {stop.trailing:g}")
    levels = {"stop loss": stop.stop_loss, "take profit": stop.take_profit, "active price": stop.trailing_activation}
    return _wrong_prices(instrument, {name: level or math.nan for name, level in levels.items()})


def wrong_leverage(leverage: float, instrument: Instrument) -> Rejected | None:
    """What is wrong with a leverage by itself; None if nothing is."""
    if leverage > instrument.max_leverage:
        return refusal("LEVERAGE_TIER")
    steps = leverage / instrument.leverage_step
    if not leverage >= 1.0 or abs(steps - round(steps)) > _TOLERANCE_STEPS:
        return _bad(f"leverage invalid: {leverage:g}")
    return None


def _wrong_words(order: NewOrder) -> Rejected | None:
    known = order.type in _TYPES and order.tif in TIMES_IN_FORCE and order.side in (1, -1)
    sources = all(name in _SOURCES for name in (order.trigger_by, order.stop_by, order.target_by))
    waits = order.trigger_direction in (1, 2)
    if not known or not sources or waits != (order.trigger > 0.0):
        return refusal("UNSUPPORTED")
    if order.type == "Limit" and not order.price > 0.0:
        return _bad("price is required for Limit orders")
    if order.reduce_only and (order.stop_loss > 0.0 or order.take_profit > 0.0):
        return _bad("TP/SL cannot be set with reduceOnly")
    return None


def _wrong_qty(order: NewOrder, instrument: Instrument, held_qty: float) -> Rejected | None:
    closes = order.reduce_only or order.close_on_trigger
    if order.qty == 0.0 and closes and order.close_on_trigger:
        return None
    if not order.qty > 0.0 or _off_step(order.qty, instrument.qty_step):
        return _bad(f"Qty invalid: {order.qty:g}")
    if closes and held_qty and order.qty >= held_qty:
        return None
    most = instrument.max_qty if order.type == "Limit" else instrument.max_market_qty
    if order.qty < instrument.min_qty:
        return refusal("QTY_TOO_SMALL", reduce_only=closes)
    return refusal("QTY_TOO_LARGE") if order.qty > most else None


def _prices(order: NewOrder) -> dict[str, float]:
    return {
        "price": order.price if order.type == "Limit" else math.nan,
        "trigger price": order.trigger,
        "stop loss": order.stop_loss,
        "take profit": order.take_profit,
        "stop limit": order.stop_limit,
        "target limit": order.target_limit,
    }


def _wrong_prices(instrument: Instrument, prices: dict[str, float]) -> Rejected | None:
    for name, price in prices.items():
        if price < instrument.min_price or price > instrument.max_price:
            return refusal("PRICE_OUT_OF_RANGE")
        if _off_step(price, instrument.tick_size):
            return _bad(f"{name} {price:g} is no multiple of the tick {instrument.tick_size}")
    return None


def _too_little(order: NewOrder, instrument: Instrument, last: float) -> Rejected | None:
    price = order.price if order.type == "Limit" else order.trigger if order.trigger_direction else last
    if order.reduce_only or order.close_on_trigger or not price > 0.0:
        return None
    return refusal("NOTIONAL_TOO_SMALL") if order.qty * price < instrument.min_notional else None


def _off_step(value: float, step: str) -> bool:
    """Whether a number is no multiple of a step; one that is not given is."""
    if math.isnan(value):
        return False
    numerator, denominator = step_ratio(step)
    steps = value * denominator / numerator
    return not math.isfinite(steps) or abs(steps - round(steps)) > _TOLERANCE_STEPS


def _bad(message: str) -> Rejected:
    return Rejected(code=BAD_PARAMETER, message=message)
