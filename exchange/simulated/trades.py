"""A trade, from the first fill that opens a position to the one that leaves it flat."""

import math
from typing import Any

import numpy as np

from exchange.grid import round8
from exchange.simulated.state import INSTRUMENT_ID
from play_engine.compiled import inner


@inner
def touch(position: Any, price: float) -> None:
    """The path of the held position has been at `price`."""
    position.lowest = min(position.lowest, price)
    position.highest = max(position.highest, price)


@inner
def best_price(position: Any) -> float:
    """The most favourable price that the held position has seen, that of its first fill included."""
    if position.side > 0:
        return max(position.peak, position.highest)
    return min(position.peak, position.lowest)


@inner
def fold_path(position: Any, tally: Any, price: float) -> None:
    """Excursions, and the distance to liquidation, of the path since quantity or entry price last changed.

    It ends at `price`, where it begins anew.
    """
    touch(position, price)
    side = position.side
    entry = position.value / position.qty
    worst = position.lowest if side > 0 else position.highest
    best = position.highest if side > 0 else position.lowest
    position.peak = best_price(position)
    position.mae = max(position.mae, side * (entry - worst) / entry)
    position.mfe = max(position.mfe, side * (best - entry) / entry)
    position.mae_usdt = max(position.mae_usdt, side * (entry - worst) * position.qty)
    position.mfe_usdt = max(position.mfe_usdt, side * (best - entry) * position.qty)
    if position.liquidation > 0.0:
        tally.closest_liquidation = min(tally.closest_liquidation, side * (worst - position.liquidation) / worst)
    position.lowest = position.highest = price


@inner
def begin_trade(books: Any, order: Any) -> None:
    """The first fill of `order` on a flat account."""
    account = books.account
    position = books.position
    position.side = order.side
    position.trade_id = account.next_trade
    position.entry_order = order.id
    position.entry_ms = account.clock_ms
    position.note = order.note
    position.exit_note = 0
    position.qty = 0.0
    position.value = 0.0
    position.entry_qty = 0.0
    position.entry_value = 0.0
    position.exit_qty = 0.0
    position.exit_value = 0.0
    position.max_qty = 0.0
    position.gross = 0.0
    position.fees = 0.0
    position.slippage = 0.0
    position.first_stop = order.stop
    position.first_target = order.target if math.isnan(order.limit_target) else order.limit_target
    position.limit_target = order.limit_target
    position.stop_operand = order.stop_operand
    position.target_operand = order.target_operand
    position.lowest = position.highest = position.peak = books.market.last
    position.mae = 0.0
    position.mfe = 0.0
    position.mae_usdt = 0.0
    position.mfe_usdt = 0.0
    position.bars_held = 0
    position.fills = 0
    position.ambiguous = 0
    position.trail_active = 0
    position.broke_even = 0
    position.stop_mover = 0
    account.next_trade += 1


@inner
def end_trade(books: Any) -> None:
    """The position is flat: its trade is written, and its result joins the account's."""
    account = books.account
    position = books.position
    ts = account.clock_ms
    leverage = books.settings.leverage
    net = round8(position.gross - position.fees)
    entry_price = position.entry_value / position.entry_qty
    initial_risk = abs(entry_price - position.first_stop) * position.entry_qty
    row = books.trade_rows[books.used.trades]
    row.trade_id = position.trade_id
    row.instrument_id = INSTRUMENT_ID
    row.side = position.side
    row.entry_ts = position.entry_ms
    row.exit_ts = ts
    row.entry_price = entry_price
    row.exit_price = position.exit_value / position.exit_qty
    row.qty = position.entry_qty
    row.max_qty = position.max_qty
    row.entry_value = position.entry_value
    row.exit_value = position.exit_value
    row.leverage = leverage
    row.gross_pnl = position.gross
    row.fees = position.fees
    row.funding = 0.0
    row.net_pnl = net
    row.slippage_cost = position.slippage
    row.return_on_value = net / position.entry_value
    row.return_on_margin = net / (position.entry_value / leverage)
    row.stop_loss = position.first_stop
    row.take_profit = position.first_target
    row.initial_risk = initial_risk
    row.r_multiple = net / initial_risk if initial_risk > 0.0 else np.nan
    row.mae = position.mae
    row.mfe = position.mfe
    row.mae_usdt = position.mae_usdt
    row.mfe_usdt = position.mfe_usdt
    row.fills = position.fills
    row.bars_held = position.bars_held
    row.duration_ms = ts - position.entry_ms
    row.ambiguous = position.ambiguous
    row.metadata = position.note
    row.exit_metadata = position.exit_note
    row.exit_reason = position.exit_reason
    books.used.trades += 1
    account.trades_net += net
    account.full_close_working = 0
    books.tally.ambiguous_exits += position.ambiguous
    if position.side > 0:
        books.tally.exposure_long_ms += ts - position.entry_ms
    else:
        books.tally.exposure_short_ms += ts - position.entry_ms
    position.side = 0
    position.note = 0
    position.exit_note = 0
    position.anchor_due = 0
    position.rest_qty = 0.0
    position.rest_note = 0
    position.next_stop = np.nan
    position.limit_target = np.nan
