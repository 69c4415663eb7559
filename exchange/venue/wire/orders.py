"""Orders as the venue writes them, over HTTP and on the topic `order`; the private sockets have a few keys more."""

from typing import Any

from exchange.instruments import Instrument
from exchange.reports import LIVE_STATUSES, OrderReport
from exchange.venue.wire.text import level_text, money_text

SIDES = {1: "Buy", -1: "Sell", 0: ""}
# Words of the wire for the price that is watched; it knows "" for none, but no other word.
_WATCHED = {"Last": "LastPrice", "Mark": "MarkPrice", "Index": "IndexPrice"}


def order_row(order: OrderReport, instrument: Instrument) -> dict[str, Any]:
    """An order as GET /v5/order/realtime and /v5/order/history list it."""
    tick, step = instrument.tick_size, instrument.qty_step
    leaves = max(order.qty - order.filled_qty, 0.0) if order.status in LIVE_STATUSES else 0.0
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderLinkId": order.link_id,
        "parentOrderLinkId": order.parent_link_id,
        "side": SIDES[order.side],
        "orderType": order.type,
        "timeInForce": order.tif,
        "orderStatus": order.status,
        "price": level_text(order.price, tick, "0"),
        "qty": level_text(order.qty, step),
        "avgPrice": money_text(order.avg_price),
        "leavesQty": level_text(leaves, step),
        "leavesValue": _leaves_value(order, leaves),
        "cumExecQty": level_text(order.filled_qty, step),
        "cumExecValue": money_text(order.filled_value),
        "cumExecFee": money_text(order.fees),
        "createType": order.create_type,
        "cancelType": order.cancel_type or "UNKNOWN",
        "rejectReason": order.reject_reason or "EC_NoError",
        "createdTime": str(order.created_ms),
        "updatedTime": str(order.updated_ms),
        "reduceOnly": order.reduce_only,
        "closeOnTrigger": order.close_on_trigger,
        **_levels(order, tick),
        **_UNUSED,
        # A fresh one each time: whoever takes the row may write into it.
        "cumFeeDetail": {},
    }


def order_push(order: OrderReport, instrument: Instrument) -> dict[str, Any]:
    """An order as a frame of the topic `order` holds it."""
    row = order_row(order, instrument)
    row["category"] = "linear"
    row["closedPnl"] = money_text(order.closed_pnl)
    row["feeCurrency"] = ""
    return row


def _levels(order: OrderReport, tick: str) -> dict[str, Any]:
    return {
        "stopOrderType": order.stop_order_type,
        "triggerPrice": level_text(order.trigger, tick),
        "triggerDirection": order.trigger_direction,
        "triggerBy": _WATCHED.get(order.trigger_by, ""),
        "takeProfit": level_text(order.take_profit, tick),
        "stopLoss": level_text(order.stop_loss, tick),
        "tpTriggerBy": _WATCHED.get(order.target_by, ""),
        "slTriggerBy": _WATCHED.get(order.stop_by, ""),
        "tpLimitPrice": level_text(order.target_limit, tick, "0"),
        "slLimitPrice": level_text(order.stop_limit, tick, "0"),
        "tpslMode": order.tpsl_mode or "UNKNOWN",
    }


def _leaves_value(order: OrderReport, leaves: float) -> str:
    return "0" if not leaves or order.price != order.price else money_text(leaves * order.price)


# What a linear order of this venue never has, but clients look for.
_UNUSED: dict[str, Any] = {
    "blockTradeId": "",
    "positionIdx": 0,
    "isLeverage": "",
    "orderIv": "",
    "marketUnit": "",
    "placeType": "",
    "lastPriceOnCreated": "",
    "basePrice": "",
    "ocoTriggerBy": "",
    "smpType": "None",
    "smpGroup": 0,
    "smpOrderId": "",
    "slippageToleranceType": "UNKNOWN",
    "slippageTolerance": "0",
    "extraFees": "",
    "rpiTakerAccess": False,
    "rpiMatchedQty": "0",
}
