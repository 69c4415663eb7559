"""What a fill does to the position: opening, reducing, takeover, and the trade that ends when it is flat."""

from typing import Any

import numpy as np

from exchange.grid import DOWN, UP, round8, snap
from exchange.margin import bankruptcy_price, close_fee_reserve, liquidation_price, position_margin
from exchange.simulated.codes import (
    EXIT_LIQUIDATION,
    FILLED,
    FOR_ENTRY,
    KIND_STOP_LOSS,
    KIND_TAKE_PROFIT,
    LIQUIDATION,
    NO_ID,
    NO_REASON,
    POSITION_CLEARED,
    STOP_LIQUIDATION,
)
from exchange.simulated.ledger import book_fill, make_good
from exchange.simulated.orders import cancel_entries, create_order, end_children, end_order
from exchange.simulated.state import INSTRUMENT_ID, STOP_SLOT, TARGET_SLOT
from play_engine.compiled import inner


@inner
def slipped(books: Any, price: float, side: int) -> float:
    """What a taker pays at path price `price`: worse by the slippage, then snapped to the worse tick."""
    instrument = books.instrument
    worse = price * (1.0 + side * books.settings.slippage_bps / 1e4)
    return snap(worse, instrument.tick_num, instrument.tick_den, UP if side > 0 else DOWN)


@inner
def set_bounds(books: Any) -> None:
    """The nearest prices below and above at which a stop, a target or the takeover waits."""
    position = books.position
    stop = books.orders[STOP_SLOT].trigger
    target = books.orders[TARGET_SLOT].trigger
    position.below, position.above = -np.inf, np.inf
    if position.side > 0:
        position.below = max(position.liquidation, stop)
        if not np.isnan(target):
            position.above = target
    elif position.side < 0:
        position.above = min(position.liquidation, stop)
        if not np.isnan(target):
            position.below = target


@inner
def _refresh(books: Any) -> None:
    """Bucket, liquidation price and bounds after a change of the position."""
    position = books.position
    position.margin = 0.0
    position.liquidation = 0.0
    if position.side != 0:
        leverage = books.settings.leverage
        taker = books.settings.taker
        position.margin = position_margin(position.side, position.value, leverage, taker)
        position.liquidation = liquidation_price(
            position.side, position.qty, position.value, leverage, books.tier_rows[: books.tier_count]
        )
        wallet = books.account.wallet
        if wallet > 0.0:
            books.tally.max_margin_usage = max(books.tally.max_margin_usage, position.margin / wallet)
    set_bounds(books)


@inner
def touch(position: Any, price: float) -> None:
    """The path of the held position has been at `price`."""
    position.lowest = min(position.lowest, price)
    position.highest = max(position.highest, price)


@inner
def fold_path(position: Any, tally: Any) -> None:
    """Excursions, and the distance to liquidation, of the path since quantity or entry price last changed."""
    side = position.side
    entry = position.value / position.qty
    worst = position.lowest if side > 0 else position.highest
    best = position.highest if side > 0 else position.lowest
    position.mae = max(position.mae, side * (entry - worst) / entry)
    position.mfe = max(position.mfe, side * (best - entry) / entry)
    position.mae_usdt = max(position.mae_usdt, side * (entry - worst) * position.qty)
    position.mfe_usdt = max(position.mfe_usdt, side * (best - entry) * position.qty)
    if position.liquidation > 0.0:
        tally.closest_liquidation = min(tally.closest_liquidation, side * (worst - position.liquidation) / worst)


@inner
def _begin_trade(books: Any, order: Any, ts: int) -> None:
    account = books.account
    position = books.position
    position.side = order.side
    position.trade_id = account.next_trade
    account.next_trade += 1
    position.entry_ms = ts
    position.entry_qty = 0.0
    position.entry_value = 0.0
    position.exit_qty = 0.0
    position.exit_value = 0.0
    position.max_qty = 0.0
    position.gross = 0.0
    position.fees = 0.0
    position.slippage = 0.0
    position.first_stop = order.stop
    position.first_target = order.target
    position.mae = 0.0
    position.mfe = 0.0
    position.mae_usdt = 0.0
    position.mfe_usdt = 0.0
    position.stop_operand = order.stop_operand
    position.target_operand = order.target_operand
    position.bars_held = 0
    position.fills = 0
    position.ambiguous = 0
    position.anchor_due = books.rules.anchor_fill


@inner
def _attach(books: Any, slot: int, kind: int, parent: int, level: float, ts: int) -> None:
    if not np.isnan(level):
        position = books.position
        create_order(books, slot, kind, -position.side, position.qty, ts)
        books.orders[slot].parent = parent
        books.orders[slot].trigger = level


@inner
def open_position(books: Any, slot: int, ref_price: float, price: float, ts: int) -> None:
    """The entry order in `slot` fills whole on a flat account; its stop and target become orders of their own."""
    position = books.position
    order = books.orders[slot]
    qty = order.qty
    value = qty * price
    fee = round8(value * books.settings.taker)
    _begin_trade(books, order, ts)
    position.qty = qty
    position.value = value
    position.entry_qty = qty
    position.entry_value = value
    position.max_qty = qty
    position.lowest = position.highest = ref_price
    book_fill(books, ts, order.id, order.side, qty, price, ref_price, fee, 0.0, FOR_ENTRY)
    order.filled_qty = qty
    order.filled_value = value
    order.fees = fee
    _attach(books, STOP_SLOT, KIND_STOP_LOSS, order.id, order.stop, ts)
    _attach(books, TARGET_SLOT, KIND_TAKE_PROFIT, order.id, order.target, ts)
    end_order(books, slot, FILLED, NO_REASON, ts)
    _refresh(books)
    make_good(books, ts)


@inner
def close_position(books: Any, slot: int, qty: float, ref_price: float, price: float, ts: int, reason: int) -> None:
    """The order in `slot` reduces the position by `qty`, at most all of it, and is filled with that."""
    position = books.position
    instrument = books.instrument
    order = books.orders[slot]
    touch(position, ref_price)
    fold_path(position, books.tally)
    whole = qty == position.qty
    released = position.value if whole else position.value * qty / position.qty
    realised = round8(position.side * (qty * price - released))
    fee = round8(qty * price * books.settings.taker)
    position.qty = 0.0 if whole else snap(position.qty - qty, instrument.step_num, instrument.step_den, DOWN)
    position.value = 0.0 if whole else position.value - released
    position.exit_qty += qty
    position.exit_value += qty * price
    position.lowest = position.highest = ref_price
    book_fill(books, ts, order.id, order.side, qty, price, ref_price, fee, realised, reason)
    order.qty = qty
    order.filled_qty = qty
    order.filled_value = qty * price
    order.fees = fee
    end_order(books, slot, FILLED, NO_REASON, ts)
    if whole:
        end_children(books, POSITION_CLEARED, ts)
        _end_trade(books, ts, reason)
    else:
        books.orders[STOP_SLOT].qty = position.qty
        books.orders[TARGET_SLOT].qty = position.qty
    _refresh(books)
    make_good(books, ts)


@inner
def take_over(books: Any, mark: float, ts: int) -> None:
    """The exchange takes the position at its bankruptcy price: the loss is the bucket, no more and no less."""
    account = books.account
    position = books.position
    settings = books.settings
    side, qty, value = position.side, position.qty, position.value
    touch(position, mark)
    fold_path(position, books.tally)
    end_children(books, LIQUIDATION, ts)
    price = bankruptcy_price(side, value / qty, settings.leverage)
    realised = round8(-value / settings.leverage)
    fee = round8(close_fee_reserve(side, value, settings.leverage, settings.taker))
    position.qty = 0.0
    position.value = 0.0
    position.exit_qty += qty
    position.exit_value += qty * price
    book_fill(books, ts, NO_ID, -side, qty, price, price, fee, realised, EXIT_LIQUIDATION)
    _end_trade(books, ts, EXIT_LIQUIDATION)
    _refresh(books)
    books.tally.liquidations += 1
    if settings.liquidation_halts:
        cancel_entries(books, LIQUIDATION, ts)
        account.halted = 1
        account.stop_reason = STOP_LIQUIDATION
    make_good(books, ts)


@inner
def _end_trade(books: Any, ts: int, reason: int) -> None:
    """The position is flat: its trade is written, and its result joins the account's."""
    account = books.account
    position = books.position
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
    row.exit_reason = reason
    books.used.trades += 1
    account.trades_net += net
    books.tally.ambiguous_exits += position.ambiguous
    if position.side > 0:
        books.tally.exposure_long_ms += ts - position.entry_ms
    else:
        books.tally.exposure_short_ms += ts - position.entry_ms
    position.side = 0
    position.anchor_due = 0
