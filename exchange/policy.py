"""From intent to order: the pure functions that a simulated run and a live gateway both call.

They see the Play's rules (RULES), the run's settings (SETTINGS), the instrument's filters and tiers, and plain
numbers; never a simulator, a clock or a network. `side` is +1 long, −1 short. Prices in USDT per base unit, equity
and free margin in USDT. A level of NaN is one that is not wanted or cannot be computed.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from exchange.grid import DOWN, UP, snap
from exchange.margin import cost_factor, liquidation_price, value_limit
from exchange.settings import ADJUST, REJECT
from play_engine.compiled import compiled, inner
from play_engine.intents import ACTION_CODES
from play_engine.play.model import Play

STOP_RULES = {
    "percent": 1,
    "price_percent": 2,
    "atr_multiple": 3,
    "fixed_points": 4,
    "structure": 5,
    # These begin like the plain ones, and move by `Play.trailing`.
    "trailing_pct": 2,
    "trailing_atr": 3,
}
TARGET_RULES = {"percent": 1, "price_percent": 2, "atr_multiple": 3, "fixed_points": 4, "rr_ratio": 6}
# As the rows of orders name them.
TIMES_IN_FORCE = {"IOC": 1, "GTC": 2, "FOK": 3, "PostOnly": 4}
SIZING_MODELS = {"percent_equity": 1, "risk_based": 2, "fixed_usdt": 3}
PERCENT, PRICE_PERCENT, ATR_MULTIPLE, FIXED_POINTS, STRUCTURE, RR_RATIO = 1, 2, 3, 4, 5, 6
PERCENT_EQUITY, RISK_BASED = 1, 2
NO_RULE = 0

ENTRY_LONG, ENTRY_SHORT = ACTION_CODES["entry_long"], ACTION_CODES["entry_short"]
EXIT_LONG, EXIT_SHORT, EXIT_ALL = (ACTION_CODES[name] for name in ("exit_long", "exit_short", "exit_all"))

# Why the gate lets an entry, or an outdated close, not pass.
HALTED, STOP_UNAVAILABLE, TARGET_UNAVAILABLE, SL_SIDE, TP_SIDE = 1, 2, 3, 4, 5
SL_BEYOND_LIQUIDATION, SIZE_TOO_SMALL, STALE_CLOSE, TOO_MANY_ORDERS, SYMBOL_OWNED = 6, 7, 8, 9, 10
REFUSALS = {
    HALTED: "HALTED",
    STOP_UNAVAILABLE: "STOP_UNAVAILABLE",
    TARGET_UNAVAILABLE: "TARGET_UNAVAILABLE",
    SL_SIDE: "SL_SIDE",
    TP_SIDE: "TP_SIDE",
    SL_BEYOND_LIQUIDATION: "SL_BEYOND_LIQUIDATION",
    SIZE_TOO_SMALL: "SIZE_TOO_SMALL",
    STALE_CLOSE: "STALE_CLOSE",
    TOO_MANY_ORDERS: "TOO_MANY_ORDERS",
    SYMBOL_OWNED: "SYMBOL_OWNED",
}

# A stop may use this share of the way to the liquidation price; a close of this percentage is one of the whole.
_LIQUIDATION_SHARE = 0.999
_WHOLE_PERCENT = 99.9999

RULES = np.dtype(
    [
        *[(name, "<i8") for name in ("allow_long", "allow_short", "allow_flip", "anchor_fill", "has_notes")],
        *[(name, "<i8") for name in ("stop_rule", "target_rule", "sizing_model")],
        *[(name, "<f8") for name in ("stop_value", "stop_buffer_pct", "target_value", "sizing_value")],
        *[(name, "<i8") for name in ("limit_entry", "entry_tif", "expire_after_bars", "limit_target")],
        *[(name, "<i8") for name in ("trails", "breaks_even")],
        *[(name, "<f8") for name in ("limit_offset_pct", "trail_atr_multiplier", "trail_pct", "trail_activation_pct")],
        *[(name, "<f8") for name in ("break_even_activation_pct", "break_even_offset_pct")],
    ]
)


class EntryPlan(NamedTuple):
    """What the policy makes of an entry: a refusal (0 none), or quantity and prices to send.

    `limit` is NaN for a market order; `stop` and `target` are NaN where the Play wants none. `warned`: the stop lies
    beyond liquidation and is sent all the same.
    """

    refusal: int
    qty: float
    limit: float
    stop: float
    target: float
    warned: bool


def policy_rules(play: Play) -> NDArray[Any]:
    """What the policy must know of a Play, as one row of RULES."""
    rules = np.zeros(1, dtype=RULES)
    row = rules[0]
    row["allow_long"] = play.policy.mode != "short_only"
    row["allow_short"] = play.policy.mode != "long_only"
    row["allow_flip"] = play.policy.allow_flip
    row["anchor_fill"] = play.anchor == "fill"
    row["sizing_model"] = SIZING_MODELS[play.sizing.model]
    row["sizing_value"] = play.sizing.value
    if play.stop is not None:
        row["stop_rule"] = STOP_RULES[play.stop.type]
        row["stop_value"] = play.stop.value
        row["stop_buffer_pct"] = play.stop.buffer_pct
    if play.target is not None:
        row["target_rule"] = TARGET_RULES[play.target.type]
        row["target_value"] = play.target.value
    row["limit_target"] = play.limit_target and play.target is not None
    row["limit_entry"] = play.entry.type == "LIMIT"
    row["entry_tif"] = TIMES_IN_FORCE[play.entry.time_in_force]
    row["limit_offset_pct"] = play.entry.limit_offset_pct
    row["expire_after_bars"] = play.entry.expire_after_bars if play.entry.type == "LIMIT" else 0
    row["has_notes"] = any(intent.metadata for intent in play.intents)
    _set_stop_moves(row, play)
    return rules


def _set_stop_moves(row: Any, play: Play) -> None:
    if play.trailing is not None:
        row["trails"] = True
        row["trail_atr_multiplier"] = play.trailing.atr_multiplier
        row["trail_pct"] = np.nan if play.trailing.trail_pct is None else play.trailing.trail_pct
        row["trail_activation_pct"] = play.trailing.activation_pct
    if play.break_even is not None:
        row["breaks_even"] = True
        row["break_even_activation_pct"] = play.break_even.activation_pct
        row["break_even_offset_pct"] = play.break_even.offset_pct


@compiled
def may_enter(rules: Any, action: int, side: int, entry_working: int, closing: int) -> bool:
    """Whether an entry is actionable: `mode` allows its side, and we are flat with no entry order working, or hold
    the other side, no full close of which is under way, and may turn it over (what still works of the order that
    opened it is then cancelled)."""
    if action == ENTRY_LONG:
        wanted, allowed = 1, rules.allow_long
    else:
        wanted, allowed = -1, rules.allow_short
    if not allowed:
        return False
    if side == 0:
        return not entry_working
    return rules.allow_flip != 0 and side == -wanted and not closing


@compiled
def may_exit(action: int, side: int, closing: int) -> bool:
    """Whether an exit is actionable: it names the side held, and no full close is under way."""
    if side == 0 or closing:
        return False
    return action == EXIT_ALL or (action == EXIT_LONG if side > 0 else action == EXIT_SHORT)


@compiled
def close_qty(instrument: Any, qty: float, percent: float) -> float:
    """Quantity that closes `percent` of `qty`, snapped down; all of it where less than the minimum would stay."""
    if percent >= _WHOLE_PERCENT:
        return qty
    part = snap(qty * percent / 100.0, instrument.step_num, instrument.step_den, DOWN)
    rest = snap(qty - part, instrument.step_num, instrument.step_den, DOWN)
    return qty if rest < instrument.min_qty else part


@inner
def _stop_distance(rules: Any, leverage: float, price: float, operand: float) -> float:
    """Distance between `price` and the stop without its buffer, in USDT per base unit; NaN where unknown."""
    if rules.stop_rule == PERCENT:
        return price * rules.stop_value / 100.0 / max(1.0, leverage)
    if rules.stop_rule == PRICE_PERCENT:
        return price * rules.stop_value / 100.0
    if rules.stop_rule == ATR_MULTIPLE:
        return operand * rules.stop_value if operand > 0.0 else np.nan
    if rules.stop_rule == FIXED_POINTS:
        return rules.stop_value
    return abs(price - operand)


@inner
def _stop_price(rules: Any, side: int, leverage: float, price: float, operand: float) -> float:
    distance = _stop_distance(rules, leverage, price, operand)
    buffer = price * rules.stop_buffer_pct / 100.0
    if rules.stop_rule == STRUCTURE:
        return operand - side * buffer
    if rules.stop_rule == ATR_MULTIPLE:
        return price - side * (distance + buffer)
    return price - side * distance


@inner
def _target_price(
    rules: Any, side: int, leverage: float, price: float, stop_operand: float, target_operand: float
) -> float:
    if rules.target_rule == PERCENT:
        target = price + side * price * (rules.target_value / 100.0) / max(1.0, leverage)
    elif rules.target_rule == PRICE_PERCENT:
        target = price + side * price * rules.target_value / 100.0
    elif rules.target_rule == ATR_MULTIPLE:
        target = price + side * target_operand * rules.target_value if target_operand > 0.0 else np.nan
    elif rules.target_rule == FIXED_POINTS:
        target = price + side * rules.target_value
    else:
        target = price + side * _stop_distance(rules, leverage, price, stop_operand) * rules.target_value
    return target if target > 0.0 else np.nan


@compiled
def levels(
    rules: Any,
    leverage: float,
    instrument: Any,
    side: int,
    price: float,
    stop_operand: float,
    target_operand: float,
) -> tuple[float, float]:
    """Stop and target of an entry at `price`, snapped towards it; NaN where not wanted or not to be had.

    The operands are what the rules read at the decision: an ATR, or the level of a structure stop.
    """
    stop = target = np.nan
    tick, per_unit = instrument.tick_num, instrument.tick_den
    if rules.stop_rule != NO_RULE:
        stop = _stop_price(rules, side, leverage, price, stop_operand)
        stop = snap(stop, tick, per_unit, UP if side > 0 else DOWN)
    if rules.target_rule != NO_RULE:
        target = _target_price(rules, side, leverage, price, stop_operand, target_operand)
        target = snap(target, tick, per_unit, DOWN if side > 0 else UP)
    return stop, target


@inner
def _level_refusal(rules: Any, side: int, order_price: float, stop: float, target: float) -> int:
    """Why stop and target cannot go with an entry at `order_price`; 0 if they can."""
    if rules.stop_rule != NO_RULE and math.isnan(stop):
        return STOP_UNAVAILABLE
    if rules.target_rule != NO_RULE and (math.isnan(target) or target <= 0.0):
        return TARGET_UNAVAILABLE
    if side * (order_price - stop) <= 0.0:
        return SL_SIDE
    if side * (target - order_price) <= 0.0:
        return TP_SIDE
    return 0


@inner
def _order_qty(
    rules: Any,
    settings: Any,
    instrument: Any,
    side: int,
    order_price: float,
    stop: float,
    equity: float,
    free: float,
) -> float:
    """Quantity of an entry in base units, snapped down; 0 without equity or free margin.

    The target value is capped by a share of the free margin, by what margin and fees at a somewhat worse price leave
    of it, and by the last risk tier that allows the leverage.
    """
    if equity <= 0.0 or free <= 0.0:
        return 0.0
    leverage = settings.leverage
    if rules.sizing_model == PERCENT_EQUITY:
        value = equity * rules.sizing_value / 100.0 * leverage
    elif rules.sizing_model == RISK_BASED:
        value = equity * rules.sizing_value / 100.0 * order_price / abs(order_price - stop)
    else:
        value = rules.sizing_value
    value = min(value, free * settings.max_position_equity_pct / 100.0 * leverage)
    buffer = 1.0 + settings.sizing_price_buffer_bps / 1e4
    value = min(value, free / (buffer * cost_factor(side, leverage, settings.taker)))
    value = min(value, value_limit(leverage, instrument))
    qty = snap(value / order_price, instrument.step_num, instrument.step_den, DOWN)
    return min(qty, instrument.max_qty if rules.limit_entry else min(instrument.max_qty, instrument.max_market_qty))


@inner
def _limit_price(rules: Any, instrument: Any, side: int, price: float) -> float:
    """The limit of an entry decided at `price`, never more aggressive than asked; NaN for a market entry."""
    if not rules.limit_entry:
        return np.nan
    limit = price * (1.0 - side * rules.limit_offset_pct / 100.0)
    return snap(limit, instrument.tick_num, instrument.tick_den, DOWN if side > 0 else UP)


@compiled
def plan_entry(
    rules: Any,
    settings: Any,
    instrument: Any,
    side: int,
    price: float,
    stop_operand: float,
    target_operand: float,
    equity: float,
    free: float,
) -> EntryPlan:
    """The entry decided at `price`, or why there is none; the first refusal in the order of REFUSALS wins."""
    stop, target = levels(rules, settings.leverage, instrument, side, price, stop_operand, target_operand)
    limit = _limit_price(rules, instrument, side, price)
    order_price = limit if rules.limit_entry else price * (1.0 + side * settings.slippage_bps / 1e4)
    refusal = _level_refusal(rules, side, order_price, stop, target)
    if refusal == 0 and order_price <= 0.0:
        refusal = SIZE_TOO_SMALL
    if refusal != 0:
        return EntryPlan(refusal, 0.0, limit, stop, target, False)
    qty = _order_qty(rules, settings, instrument, side, order_price, stop, equity, free)
    warned = False
    if qty > 0.0 and not math.isnan(stop):
        liquidation = liquidation_price(side, qty, qty * order_price, settings.leverage, 0.0, instrument)
        room = _LIQUIDATION_SHARE * abs(order_price - liquidation)
        within = liquidation <= 0.0 or abs(order_price - stop) <= room
        if stop <= 0.0 or (not within and settings.on_sl_beyond_liq == REJECT):
            return EntryPlan(SL_BEYOND_LIQUIDATION, 0.0, limit, stop, target, False)
        if not within and settings.on_sl_beyond_liq == ADJUST:
            stop = snap(order_price - side * room, instrument.tick_num, instrument.tick_den, UP if side > 0 else DOWN)
        elif not within:
            warned = True
    least = max(instrument.min_notional, settings.min_trade_notional_usdt)
    if qty < instrument.min_qty or qty * order_price < least:
        return EntryPlan(SIZE_TOO_SMALL, 0.0, limit, stop, target, False)
    return EntryPlan(0, qty, limit, stop, target, warned)
