"""Executions as the venue writes them, over HTTP and on the topics `execution` and `execution.fast`."""

from typing import Any

from exchange.instruments import Instrument
from exchange.reports import ExecutionReport
from exchange.venue.wire.orders import SIDES
from exchange.venue.wire.text import level_text, money_text

FUNDING = "Funding"


def execution_row(execution: ExecutionReport, instrument: Instrument) -> dict[str, Any]:
    """An execution as GET /v5/execution/list lists it. A settlement has no currency of its fee, as at Bybit."""
    tick, step = instrument.tick_size, instrument.qty_step
    return {
        "symbol": execution.symbol,
        "orderId": execution.order_id,
        "orderLinkId": execution.link_id,
        "side": SIDES[execution.side],
        "orderPrice": level_text(execution.order_price, tick, "0"),
        "orderQty": level_text(execution.order_qty, step, "0"),
        "leavesQty": level_text(execution.leaves_qty, step, "0"),
        "createType": execution.create_type,
        "orderType": execution.order_type or "UNKNOWN",
        "stopOrderType": execution.stop_order_type or "UNKNOWN",
        "execId": execution.exec_id,
        "execType": execution.exec_type,
        "execPrice": level_text(execution.price, tick),
        "execQty": level_text(execution.qty, step),
        "execValue": money_text(execution.value),
        "execFee": money_text(execution.fee),
        "execTime": str(execution.ts_ms),
        "feeRate": money_text(execution.fee_rate),
        "feeCurrency": "" if execution.exec_type == FUNDING else "USDT",
        "isMaker": execution.is_maker,
        "markPrice": level_text(execution.mark_price, tick),
        "closedSize": level_text(execution.closed_qty, step, "0"),
        "seq": execution.seq,
        **_UNUSED,
    }


def execution_push(execution: ExecutionReport, instrument: Instrument) -> dict[str, Any]:
    """An execution as a frame of the topic `execution` holds it."""
    row = execution_row(execution, instrument)
    row["category"] = "linear"
    row["execPnl"] = money_text(execution.realised_pnl) or "0"
    row["isLeverage"] = "0"
    row["marketUnit"] = ""
    return row


def fast_execution_push(execution: ExecutionReport, instrument: Instrument) -> dict[str, Any]:
    """An execution as a frame of the topic `execution.fast` holds it; a maker's fill comes without its link id."""
    return {
        "category": "linear",
        "symbol": execution.symbol,
        "execId": execution.exec_id,
        "execPrice": level_text(execution.price, instrument.tick_size),
        "execQty": level_text(execution.qty, instrument.qty_step),
        "orderId": execution.order_id,
        "orderLinkId": "" if execution.is_maker else execution.link_id,
        "side": SIDES[execution.side],
        "execTime": str(execution.ts_ms),
        "isMaker": execution.is_maker,
        "seq": execution.seq,
    }


# What an execution of this venue never has, but clients look for.
_UNUSED: dict[str, Any] = {
    "tradeIv": "",
    "markIv": "",
    "indexPrice": "",
    "underlyingPrice": "",
    "blockTradeId": "",
    "extraFees": "",
}
