"""What is written of fills, trades and orders: the columns of a backtest, NaN where only a simulator can know."""

import math
from typing import Any

import attrs

from exchange.grid import round8
from exchange.reports import ExecutionReport
from exchange.simulated import codes
from exchange.trading.orders import OwnOrder
from exchange.trading.state import Books, Desk, Trade

_NAN = math.nan


@attrs.frozen(kw_only=True, eq=False)
class Fill:
    """A fill as the account has booked it; `realised` is its result before fees, `slippage` its cost of slippage."""

    number: int
    seq: int
    order: OwnOrder
    trade: Trade
    report: ExecutionReport
    qty: float
    fee: float
    realised: float
    slippage: float
    reason: int
    position_after: float


def write_fill(books: Books, desk: Desk, fill: Fill) -> None:
    """A row of fills. What a taker's price had slipped from is not known."""
    report = fill.report
    books.rows.write(
        "fills",
        {
            "fill_id": fill.number,
            "order_id": fill.order.number,
            "trade_id": fill.trade.number,
            "instrument_id": desk.number,
            "play": fill.trade.place,
            "ts": report.ts_ms,
            "seq": fill.seq,
            "side": report.side,
            "price": report.price,
            "qty": fill.qty,
            "value": fill.qty * report.price,
            "fee": fill.fee,
            "fee_rate": report.fee_rate,
            "liquidity": codes.MAKER if report.is_maker else codes.TAKER,
            "exec_type": codes.EXEC_BUST if report.exec_type == "BustTrade" else codes.EXEC_TRADE,
            "closing": fill.reason != codes.FOR_ENTRY,
            "realised_pnl": fill.realised,
            "ref_price": report.price if report.is_maker else _NAN,
            "slippage_cost": fill.slippage,
            "mark_price": report.mark_price,
            "position_after": fill.position_after,
            "wallet_after": books.wallet,
            "reason": fill.reason,
            "synthetic": 0,
            "metadata": fill.order.note,
        },
    )


def write_trade(books: Books, desk: Desk, trade: Trade) -> None:
    """A row of trades, when the position is flat and the minute of its end has closed."""
    net = float(round8(trade.gross - trade.fees + trade.funding))
    entry_price = trade.entry_value / trade.entry_qty
    risk = abs(entry_price - trade.first_stop) * trade.entry_qty
    books.rows.write(
        "trades",
        {
            "trade_id": trade.number,
            "instrument_id": desk.number,
            "play": trade.place,
            "side": trade.side,
            "entry_ts": trade.entry_ms,
            "exit_ts": trade.ended_ms,
            "entry_price": entry_price,
            "exit_price": trade.exit_value / trade.exit_qty,
            "qty": trade.entry_qty,
            "max_qty": trade.max_qty,
            "entry_value": trade.entry_value,
            "exit_value": trade.exit_value,
            "leverage": desk.leverage,
            "gross_pnl": trade.gross,
            "fees": trade.fees,
            "funding": trade.funding,
            "net_pnl": net,
            "slippage_cost": trade.slippage,
            "return_on_value": net / trade.entry_value,
            "return_on_margin": net / (trade.entry_value / desk.leverage),
            "stop_loss": trade.first_stop,
            "take_profit": trade.first_target,
            "initial_risk": risk,
            "r_multiple": net / risk if risk > 0.0 else _NAN,
            "mae": trade.mae,
            "mfe": trade.mfe,
            "mae_usdt": trade.mae_usdt,
            "mfe_usdt": trade.mfe_usdt,
            "fills": trade.fills,
            "bars_held": trade.bars_held,
            "duration_ms": trade.ended_ms - trade.entry_ms,
            "ambiguous": 0,
            "metadata": trade.note,
            "exit_metadata": trade.exit_note,
            "exit_reason": trade.exit_reason,
        },
    )


def write_order(books: Books, order: OwnOrder) -> None:
    """A row of orders, when the order is done."""
    tally = books.tally
    tally["filled"] += order.status == codes.FILLED
    tally["cancelled"] += order.status == codes.CANCELLED
    tally["rejected"] += order.status == codes.REJECTED
    conditional = order.direction != 0
    values: dict[str, Any] = {
        name: getattr(order, name)
        for name in ("kind", "side", "type", "tif", "qty", "filled_qty", "price", "status", "reason", "fees")
    }
    values |= {name: getattr(order, name) for name in ("reduce_only", "close_on_trigger", "amendments")}
    values |= {
        "order_id": order.number,
        "parent_id": order.parent,
        "instrument_id": order.desk,
        "play": order.place,
        "avg_price": order.filled_value / order.filled_qty if order.filled_qty > 0.0 else _NAN,
        "trigger_price": order.trigger,
        "trigger_direction": order.direction,
        "trigger_by": order.trigger_by if conditional else 0,
        "tpsl_mode": _mode_of(order),
        "stop_loss": order.stop,
        "take_profit": order.target,
        "created_ts": order.created_ms,
        "arrival_ts": order.arrival_ms,
        "updated_ts": order.updated_ms,
        "metadata": order.note,
    }
    books.rows.write("orders", values)


def _mode_of(order: OwnOrder) -> int:
    return codes.TPSL_FULL if order.stop > 0.0 or order.target > 0.0 else order.tpsl_mode
