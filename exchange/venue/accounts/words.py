"""The venue's words and codes for what happens in the simulator."""

from exchange.reports import Rejected

# What the frames of an order say where nothing has ended or refused it.
NO_CANCEL, NO_REJECT = "UNKNOWN", "EC_NoError"
LINK_USED, BAD_PARAMETER, NOT_FOUND = 110072, 10001, 110001
NOT_MODIFIED_STOPS, NOT_MODIFIED_LEVERAGE, NOT_MODIFIED_MODE, NOT_MODIFIED_MARGIN = 34040, 110043, 110026, 110027
# Refusals that say that everything stands as it was asked for.
NOT_MODIFIED_CODES = frozenset((NOT_MODIFIED_STOPS, NOT_MODIFIED_LEVERAGE, NOT_MODIFIED_MODE, NOT_MODIFIED_MARGIN))
CANNOT_SWITCH_MODE = 3400045

# Reason of the simulator → code and message of the refusal.
_REFUSALS = {
    "QTY_TOO_SMALL": (BAD_PARAMETER, "The quantity is below the minimum"),
    "QTY_TOO_LARGE": (BAD_PARAMETER, "The quantity is above the maximum"),
    "PRICE_OUT_OF_RANGE": (110003, "Order price exceeds the allowable range"),
    "NOTIONAL_TOO_SMALL": (110094, "Order does not meet minimum order value"),
    "DUPLICATE_LINK_ID": (LINK_USED, "OrderLinkedID is duplicate"),
    "TRIGGER_SIDE": (110092, "The trigger price lies on the wrong side of the current price"),
    "SL_SIDE": (BAD_PARAMETER, "StopLoss lies on the wrong side of the price"),
    "TP_SIDE": (BAD_PARAMETER, "TakeProfit lies on the wrong side of the price"),
    "REDUCE_ONLY_NO_POSITION": (110017, "Reduce-only rule not satisfied: there is no position to reduce"),
    "RISK_LIMIT": (110090, "The order exceeds the largest position that the risk limit allows"),
    "LEVERAGE_TIER": (110013, "Cannot set leverage due to risk limit level"),
    "TOO_MANY_ORDERS": (110020, "Not allowed to have more than 500 active orders"),
    "TOO_MANY_CONDITIONALS": (110009, "The number of stop orders exceeds the maximum"),
    "TOO_MANY_TPSL": (110061, "Not allowed to have more than 20 TP/SLs under Partial tpSlMode"),
    "WOULD_LIQUIDATE": (110011, "The order would be liquidated at once"),
    "INSUFFICIENT_MARGIN": (110007, "Available balance is insufficient"),
    "UNSUPPORTED": (BAD_PARAMETER, "The request has a parameter that cannot be changed or is not supported"),
    "POST_ONLY_WOULD_TAKE": (BAD_PARAMETER, "PostOnly will take liquidity"),
    "ORDER_NOT_LIVE": (NOT_FOUND, "Order not exists or too late to replace"),
    "NOT_MODIFIED": (NOT_MODIFIED_LEVERAGE, "Set leverage has not been modified"),
    "NO_POSITION": (BAD_PARAMETER, "Can not set tp/sl/ts for zero position"),
}
_FALLING = (110093, "The trigger price lies on the wrong side of the current price")

# How an order ended → its cancel type and reject reason.
_ENDS = {
    "POST_ONLY_WOULD_TAKE": (NO_CANCEL, "EC_PostOnlyWillTakeLiquidity"),
    "NO_IMMEDIATE_QTY": (NO_CANCEL, "EC_NoImmediateQtyToFill"),
    "IOC_REMAINDER": (NO_CANCEL, "EC_NoImmediateQtyToFill"),
    "NO_LIQUIDITY": (NO_CANCEL, "EC_NoImmediateQtyToFill"),
    "FOK_NOT_FULL": (NO_CANCEL, "EC_CancelForNoFullFill"),
    "USER": ("CancelByUser", "EC_PerCancelRequest"),
    "EXPIRED": ("CancelByUser", "EC_PerCancelRequest"),
    "REPLACED": ("CancelByUser", "EC_PerCancelRequest"),
    "REDUCE_ONLY": ("CancelByReduceOnly", NO_REJECT),
    "REDUCE_ONLY_NO_POSITION": ("CancelByReduceOnly", "EC_Others"),
    "POSITION_CLEARED": ("CancelByTpSlTsClear", NO_REJECT),
    "LIQUIDATION": ("CancelAllBeforeLiq", NO_REJECT),
    "RUN_END": ("CancelByAdmin", NO_REJECT),
    "DUPLICATE_LINK_ID": (NO_CANCEL, "EC_DuplicatedClOrdID"),
    "PRICE_OUT_OF_RANGE": (NO_CANCEL, "EC_LimitOrderInvalidPrice"),
}
_SIBLINGS = {
    "take_profit": "CancelByOCOTpCanceledBySlTriggered",
    "stop_loss": "CancelByOCOSlCanceledByTpTriggered",
}
_STOP_ORDERS = {"stop_loss": "StopLoss", "take_profit": "TakeProfit", "trailing_stop": "TrailingStop"}
CHILD_KINDS = frozenset(_STOP_ORDERS)


def refusal(reason: str, *, falls: bool = False, reduce_only: bool = False) -> Rejected:
    """The venue's answer to what the simulator refuses for `reason`; `falls` is about a trigger below the price."""
    code, message = _FALLING if falls and reason == "TRIGGER_SIDE" else _REFUSALS[reason]
    if reduce_only and reason == "QTY_TOO_SMALL":
        code = 110017
    return Rejected(code=code, message=message)


def end_words(reason: str, kind: str, status: str) -> tuple[str, str]:
    """Cancel type and reject reason of an order of this kind that has ended with `status` for `reason`."""
    if not reason:
        return NO_CANCEL, NO_REJECT
    if reason == "SIBLING_TRIGGERED":
        return _SIBLINGS[kind], NO_REJECT
    cancel_type, reject_reason = _ENDS.get(reason, (NO_CANCEL, "EC_Others"))
    if status == "Rejected":
        return NO_CANCEL, "EC_Others" if reject_reason == NO_REJECT else reject_reason
    return cancel_type, reject_reason


def stop_order_type(kind: str, *, partial: bool, conditional: bool) -> str:
    """What kind of stop order an order is; empty for one that waits for nothing."""
    if kind in _STOP_ORDERS:
        return f"Partial{_STOP_ORDERS[kind]}" if partial else _STOP_ORDERS[kind]
    return "Stop" if conditional else ""


def create_type(kind: str, *, partial: bool) -> str:
    """Who has made an order."""
    if kind in _STOP_ORDERS:
        return f"CreateBy{'Partial' if partial else ''}{_STOP_ORDERS[kind]}"
    return "CreateByUser"
