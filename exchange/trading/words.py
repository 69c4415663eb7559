"""The exchange's words for the states and ends of orders, as the codes that rows hold."""

from exchange.reports import OrderReport
from exchange.simulated import codes

STATES = {name: code for code, name in codes.ORDER_STATES.items()} | {"PartiallyFilledCanceled": codes.CANCELLED}

_CANCELS = {
    "CancelByUser": codes.USER,
    "CancelByReduceOnly": codes.REDUCE_ONLY,
    "CancelByTpSlTsClear": codes.POSITION_CLEARED,
    "CancelByOCOTpCanceledBySlTriggered": codes.SIBLING_TRIGGERED,
    "CancelByOCOSlCanceledByTpTriggered": codes.SIBLING_TRIGGERED,
    "CancelByPrepareLiq": codes.LIQUIDATION,
    "CancelAllBeforeLiq": codes.LIQUIDATION,
}
_REJECTIONS = {
    "EC_NoImmediateQtyToFill": codes.NO_IMMEDIATE_QTY,
    "EC_PostOnlyWillTakeLiquidity": codes.POST_ONLY_WOULD_TAKE,
    "EC_CancelForNoFullFill": codes.FOK_NOT_FULL,
    "EC_NoEnoughQtyToFill": codes.FOK_NOT_FULL,
    "EC_ReachMaxPendingOrders": codes.TOO_MANY_ORDERS,
    "EC_PerCancelRequest": codes.USER,
    "EC_DuplicatedClOrdID": codes.DUPLICATE_LINK_ID,
    "EC_LimitOrderInvalidPrice": codes.PRICE_OUT_OF_RANGE,
}
# The codes of refused requests that name a reason of rows.
_REFUSALS = {
    110003: codes.PRICE_OUT_OF_RANGE,
    110004: codes.INSUFFICIENT_MARGIN,
    110006: codes.INSUFFICIENT_MARGIN,
    110007: codes.INSUFFICIENT_MARGIN,
    110012: codes.INSUFFICIENT_MARGIN,
    110017: codes.REDUCE_ONLY_NO_POSITION,
    110020: codes.TOO_MANY_ORDERS,
    110045: codes.INSUFFICIENT_MARGIN,
    110072: codes.DUPLICATE_LINK_ID,
    110094: codes.NOTIONAL_TOO_SMALL,
}
# The codes with which a stop on the wrong side of the price is refused.
STOP_REFUSALS = frozenset({10001, 110092, 110093})
# Why an execution that no order of ours caused has reduced a position.
LIQUIDATIONS = frozenset({"BustTrade", "AdlTrade", "Settle", "Delivery"})
# Executions that change a position; the others are movements of cash, or not known to us.
SIZE_CHANGING = LIQUIDATIONS | {"Trade", "BlockTrade", "MovePosition"}

STOP_LOSS_WORDS = frozenset({"StopLoss", "PartialStopLoss", "CreateByStopLoss", "CreateByPartialStopLoss"})
TARGET_WORDS = frozenset({"TakeProfit", "PartialTakeProfit", "CreateByTakeProfit", "CreateByPartialTakeProfit"})
FORCED_WORDS = frozenset({"CreateByLiq", "CreateByTakeOver_PassThrough", "CreateByAdl_PassThrough", "CreateBySettle"})
TRAILING_WORDS = frozenset({"TrailingStop", "CreateByTrailingStop"})


def end_reason(report: OrderReport) -> int:
    """Why an order has ended, a code of ORDER_REASONS; 0 if the exchange says nothing that we know."""
    reason = _CANCELS.get(report.cancel_type) or _REJECTIONS.get(report.reject_reason) or codes.NO_REASON
    if reason == codes.NO_IMMEDIATE_QTY and report.type == "Market":
        return codes.NO_LIQUIDITY
    return codes.IOC_REMAINDER if reason == codes.NO_IMMEDIATE_QTY and report.filled_qty > 0.0 else reason


def refusal_reason(code: int) -> int:
    """The same for a request that was refused with a code."""
    return _REFUSALS.get(code, codes.NO_REASON)


def kind_of(stop_order_type: str, create_type: str) -> int:
    """The kind of an order that we have not sent, a code of ORDER_KINDS."""
    words = {stop_order_type, create_type}
    if words & STOP_LOSS_WORDS:
        return codes.KIND_STOP_LOSS
    if words & TARGET_WORDS:
        return codes.KIND_TAKE_PROFIT
    if words & FORCED_WORDS:
        return codes.KIND_FORCED
    return codes.KIND_TRAILING if words & TRAILING_WORDS else codes.KIND_CLIENT
