"""Requests that change orders, positions or settings of an account in USDT linear perpetuals, one-way mode."""

import math
from collections.abc import Sequence
from typing import TypeVar

from exchange.bybit.decimals import money_text
from exchange.bybit.order_fields import Fields, amended_fields, name_fields, order_fields, stop_fields
from exchange.bybit.request import Kind, Request, post
from exchange.instruments import Instrument
from exchange.orders import Amendment, NewOrder, OrderName, TradingStop

CATEGORY: Fields = {"category": "linear"}
# Longer batches are refused.
MOST_IN_A_BATCH = 10

_Row = TypeVar("_Row")


def create_order(instrument: Instrument, order: NewOrder) -> Request:
    """Send an order. Raises ValueError for a trailing stop: one is set for a position, with `trading_stop`."""
    return post("/v5/order/create", CATEGORY | _new(instrument, order), Kind.CREATE, closes=_reduces(order))


def amend_order(instrument: Instrument, name: OrderName, changes: Amendment) -> Request:
    """Change a live order."""
    return post("/v5/order/amend", CATEGORY | amended_fields(instrument, name, changes), Kind.AMEND)


def cancel_order(symbol: str, name: OrderName) -> Request:
    """Cancel a live order."""
    fields = {**CATEGORY, "symbol": symbol, **name_fields(name)}
    return post("/v5/order/cancel", fields, Kind.CANCEL, closes=True)


def cancel_all(symbol: str) -> Request:
    """Cancel every order of a symbol, stops and targets included."""
    return post("/v5/order/cancel-all", {**CATEGORY, "symbol": symbol}, Kind.CANCEL, closes=True)


def create_batch(instrument: Instrument, orders: Sequence[NewOrder]) -> Request:
    """Send several orders of one symbol at once; each has an answer of its own. Raises ValueError for too many."""
    fields = {**CATEGORY, "request": [_new(instrument, order) for order in _bounded(orders)]}
    return post("/v5/order/create-batch", fields, Kind.CREATE, closes=all(map(_reduces, orders)))


def amend_batch(instrument: Instrument, changes: Sequence[tuple[OrderName, Amendment]]) -> Request:
    """Change several live orders of one symbol at once; as `create_batch` in all else."""
    rows = [amended_fields(instrument, name, change) for name, change in _bounded(changes)]
    return post("/v5/order/amend-batch", {**CATEGORY, "request": rows}, Kind.AMEND)


def cancel_batch(symbol: str, names: Sequence[OrderName]) -> Request:
    """Cancel several live orders of one symbol at once; as `create_batch` in all else."""
    rows = [{"symbol": symbol, **name_fields(name)} for name in _bounded(names)]
    return post("/v5/order/cancel-batch", {**CATEGORY, "request": rows}, Kind.CANCEL, closes=True)


def trading_stop(instrument: Instrument, stop: TradingStop) -> Request:
    """Set, move or take away levels of the open position."""
    return post("/v5/position/trading-stop", CATEGORY | stop_fields(instrument, stop), Kind.SETTING, closes=True)


def set_leverage(symbol: str, leverage: float) -> Request:
    """Another leverage, for both sides."""
    text = money_text(leverage)
    fields = {**CATEGORY, "symbol": symbol, "buyLeverage": text, "sellLeverage": text}
    return post("/v5/position/set-leverage", fields, Kind.SETTING)


def switch_mode(symbol: str, *, hedge: bool) -> Request:
    """One-way or hedge mode for a symbol."""
    fields = {**CATEGORY, "symbol": symbol, "mode": 3 if hedge else 0}
    return post("/v5/position/switch-mode", fields, Kind.SETTING)


def add_margin(symbol: str, margin_usdt: float) -> Request:
    """Move money into (or, below 0, out of) an isolated position."""
    fields = {**CATEGORY, "symbol": symbol, "margin": money_text(margin_usdt), "positionIdx": 0}
    return post("/v5/position/add-margin", fields, Kind.SETTING)


def set_margin_mode(mode: str) -> Request:
    """`ISOLATED_MARGIN`, `REGULAR_MARGIN` (cross) or `PORTFOLIO_MARGIN`, for the whole account."""
    return post("/v5/account/set-margin-mode", {"setMarginMode": mode}, Kind.SETTING)


def set_disconnect_cancel(window_s: int) -> Request:
    """Have the venue cancel all derivative orders when it has not heard from the account for so many seconds."""
    fields = {"product": "DERIVATIVES", "timeWindow": window_s}
    return post("/v5/order/disconnected-cancel-all", fields, Kind.SETTING)


def apply_demo_money(amount_usdt: float) -> Request:
    """Ask for more (or, below 0, less) play money on a demo account."""
    row = {"coin": "USDT", "amountStr": money_text(abs(amount_usdt))}
    fields = {"adjustType": 0 if amount_usdt >= 0 else 1, "utaDemoApplyMoney": [row]}
    return post("/v5/account/demo-apply-money", fields, Kind.SETTING)


def _new(instrument: Instrument, order: NewOrder) -> Fields:
    if not (math.isnan(order.trailing) and math.isnan(order.trailing_activation)):
        raise ValueError("an order has no trailing stop at Bybit; set it for the position with trading_stop")
    return order_fields(instrument, order)


def _reduces(order: NewOrder) -> bool:
    return order.reduce_only or order.close_on_trigger


def _bounded(rows: Sequence[_Row]) -> Sequence[_Row]:
    if not 1 <= len(rows) <= MOST_IN_A_BATCH:
        raise ValueError(f"a batch has {len(rows)} orders; allowed: 1 to {MOST_IN_A_BATCH}")
    return rows
