"""Results of closed positions and movements of money as the venue lists them."""

from typing import Any

from exchange.instruments import Instrument
from exchange.venue.accounts.values import ClosedPnl, Transaction
from exchange.venue.wire.orders import SIDES
from exchange.venue.wire.text import level_text, money_text


def closed_pnl_row(closed: ClosedPnl, instrument: Instrument) -> dict[str, Any]:
    """A row of GET /v5/position/closed-pnl."""
    tick, step = instrument.tick_size, instrument.qty_step
    return {
        "symbol": closed.symbol,
        "orderId": closed.order_id,
        "side": SIDES[closed.side],
        "qty": level_text(closed.order_qty, step),
        "orderPrice": level_text(closed.order_price, tick, "0"),
        "orderType": closed.order_type,
        "execType": closed.exec_type,
        "closedSize": level_text(closed.closed_qty, step),
        "cumEntryValue": money_text(closed.entry_value),
        "avgEntryPrice": money_text(closed.entry_value / closed.closed_qty),
        "cumExitValue": money_text(closed.exit_value),
        "avgExitPrice": money_text(closed.exit_value / closed.closed_qty),
        "closedPnl": money_text(closed.closed_pnl),
        "openFee": money_text(closed.open_fee),
        "closeFee": money_text(closed.close_fee),
        "fillCount": str(closed.fill_count),
        "leverage": money_text(closed.leverage),
        "createdTime": str(closed.created_ms),
        "updatedTime": str(closed.updated_ms),
    }


def transaction_row(transaction: Transaction) -> dict[str, Any]:
    """A row of GET /v5/account/transaction-log."""
    settles = transaction.type == "SETTLEMENT"
    # Of a settlement the rate has the sign of who receives: that of a short is turned round.
    rate = -transaction.fee_rate if settles and transaction.side < 0 else transaction.fee_rate
    return {
        "id": transaction.id,
        "symbol": transaction.symbol,
        "category": "linear" if transaction.symbol else "",
        "side": SIDES[transaction.side] or "None",
        "transactionTime": str(transaction.ts_ms),
        "type": transaction.type,
        "transSubType": "",
        "qty": money_text(transaction.qty) or "0",
        "size": money_text(transaction.position_qty) or "0",
        "currency": "USDT",
        "tradePrice": money_text(transaction.price) or "0",
        "funding": money_text(transaction.funding) if settles else "",
        "fee": money_text(transaction.fee) or "0",
        "cashFlow": money_text(transaction.cash_flow) or "0",
        "change": money_text(transaction.change),
        "cashBalance": money_text(transaction.balance),
        "feeRate": money_text(rate) or "0",
        "bonusChange": "",
        "tradeId": transaction.trade_id,
        "orderId": transaction.order_id,
        "orderLinkId": transaction.link_id,
        "extraFees": "",
    }
