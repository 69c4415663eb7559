"""A trade, from the first fill that opens a position to the one that leaves it flat."""

import math
from typing import Any

import numpy as np

from exchange.grid import round8
from play_engine.compiled import inner


@inner
def touch(desk: Any, price: float, mark: float) -> None:
    """The path of the held position has been at `price`, the mark price at `mark`."""
    position = desk.position
    position.lowest = min(position.lowest, price)
    position.highest = max(position.highest, price)
    if position.side > 0:
        position.worst_mark = min(position.worst_mark, mark)
    else:
        position.worst_mark = max(position.worst_mark, mark)


@inner
def best_price(position: Any) -> float:
    """The most favourable price that the held position has seen, that of its first fill included."""
    if position.side > 0:
        return max(position.peak, position.highest)
    return min(position.peak, position.lowest)


@inner
def fold_path(books: Any, desk: Any, price: float) -> None:
    """Excursions, and the distance to liquidation, of the path since quantity or entry price last changed.

    It ends at `price`, where it begins anew.
    """
    position = desk.position
    tally = books.tally
    mark = desk.market.mark if desk.market.has_mark else price
    touch(desk, price, mark)
    side = position.side
    entry = position.value / position.qty
    worst = position.lowest if side > 0 else position.highest
    best = position.highest if side > 0 else position.lowest
    position.peak = best_price(position)
    position.trail_extreme = max(position.trail_extreme, best) if side > 0 else min(position.trail_extreme, best)
    position.mae = max(position.mae, side * (entry - worst) / entry)
    position.mfe = max(position.mfe, side * (best - entry) / entry)
    position.mae_usdt = max(position.mae_usdt, side * (entry - worst) * position.qty)
    position.mfe_usdt = max(position.mfe_usdt, side * (best - entry) * position.qty)
    if position.liquidation > 0.0:
        distance = side * (position.worst_mark - position.liquidation) / position.worst_mark
        tally.closest_liquidation = min(tally.closest_liquidation, distance)
    position.lowest = position.highest = price
    position.worst_mark = mark


@inner
def begin_trade(books: Any, desk: Any, order: Any) -> None:
    """The first fill of `order` on a flat desk."""
    account = books.account
    position = desk.position
    position.side = order.side
    position.seat = order.seat
    position.trade_id = account.next_trade
    position.entry_order = order.id
    position.entry_ms = account.clock_ms
    position.note = order.note
    position.exit_note = 0
    position.qty = position.value = position.extra = 0.0
    position.entry_qty = position.entry_value = position.exit_qty = position.exit_value = position.max_qty = 0.0
    position.gross = position.fees = position.funding = position.slippage = 0.0
    position.first_stop = order.stop
    position.first_target = order.target if math.isnan(order.limit_target) else order.limit_target
    position.limit_target = order.limit_target
    position.stop_operand = order.stop_operand
    position.target_operand = order.target_operand
    position.lowest = position.highest = position.peak = desk.market.last
    position.worst_mark = desk.market.mark
    position.mae = position.mfe = position.mae_usdt = position.mfe_usdt = 0.0
    position.bars_held = position.fills = position.ambiguous = position.unprotected = 0
    position.trail_active = position.broke_even = position.stop_mover = 0
    account.next_trade += 1
    account.open_positions += 1


@inner
def end_trade(books: Any, desk: Any) -> None:
    """The position is flat: its trade is written, and its result joins the account's."""
    account = books.account
    position = desk.position
    ts = account.clock_ms
    leverage = desk.settings.leverage
    net = round8(position.gross - position.fees + position.funding)
    entry_price = position.entry_value / position.entry_qty
    initial_risk = abs(entry_price - position.first_stop) * position.entry_qty
    row = books.trade_rows[books.used.trades]
    row.trade_id = position.trade_id
    row.instrument_id = desk.id
    row.play = position.seat
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
    row.funding = position.funding
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
    account.open_positions -= 1
    books.seats[position.seat].closing = 0
    books.tally.ambiguous_exits += position.ambiguous
    position.side = 0
    position.note = position.exit_note = position.rest_note = 0
    position.anchor_due = position.trail_on = 0
    position.extra = position.rest_qty = 0.0
    position.sent_stop = position.limit_target = np.nan
    position.trail_distance = position.trail_activation = position.trail_extreme = np.nan
