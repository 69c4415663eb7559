"""The codes that the compiled loop writes in place of text, and the names that they stand for.

Code 0 means "does not apply" wherever a table does not name it.
"""

from exchange.policy import TIMES_IN_FORCE as TIF_CODES
from play_engine.compiled import constant

# Order states; only the last four are final.
UNTRIGGERED, TRIGGERED, NEW, PARTIALLY_FILLED, FILLED, CANCELLED, REJECTED, DEACTIVATED = map(
    constant, (1, 2, 3, 4, 5, 6, 7, 8)
)
ORDER_STATES = {
    UNTRIGGERED: "Untriggered",
    TRIGGERED: "Triggered",
    NEW: "New",
    PARTIALLY_FILLED: "PartiallyFilled",
    FILLED: "Filled",
    CANCELLED: "Cancelled",
    REJECTED: "Rejected",
    DEACTIVATED: "Deactivated",
}

# Why an order was rejected, cancelled or deactivated.
NO_REASON = constant(0)
QTY_TOO_SMALL, QTY_TOO_LARGE, PRICE_OUT_OF_RANGE, NOTIONAL_TOO_SMALL = map(constant, (1, 2, 3, 4))
DUPLICATE_LINK_ID, TRIGGER_SIDE = map(constant, (5, 6))
SL_SIDE, TP_SIDE, REDUCE_ONLY_NO_POSITION, RISK_LIMIT, LEVERAGE_TIER = map(constant, (7, 8, 9, 10, 11))
TOO_MANY_ORDERS, TOO_MANY_CONDITIONALS, TOO_MANY_TPSL = map(constant, (12, 13, 14))
WOULD_LIQUIDATE, INSUFFICIENT_MARGIN, UNSUPPORTED = map(constant, (15, 16, 17))
POST_ONLY_WOULD_TAKE, NO_IMMEDIATE_QTY, FOK_NOT_FULL, IOC_REMAINDER, NO_LIQUIDITY = map(constant, (20, 21, 22, 23, 24))
USER, REDUCE_ONLY, POSITION_CLEARED, SIBLING_TRIGGERED, REPLACED = map(constant, (30, 31, 32, 33, 34))
LIQUIDATION, EXPIRED, RUN_END = map(constant, (35, 36, 37))
# Why a request that is no order was not carried out, where no reason above says it.
ORDER_NOT_LIVE, NOT_MODIFIED, NO_POSITION = map(constant, (50, 51, 52))
ORDER_REASONS = {
    QTY_TOO_SMALL: "QTY_TOO_SMALL",
    QTY_TOO_LARGE: "QTY_TOO_LARGE",
    PRICE_OUT_OF_RANGE: "PRICE_OUT_OF_RANGE",
    NOTIONAL_TOO_SMALL: "NOTIONAL_TOO_SMALL",
    DUPLICATE_LINK_ID: "DUPLICATE_LINK_ID",
    TRIGGER_SIDE: "TRIGGER_SIDE",
    SL_SIDE: "SL_SIDE",
    TP_SIDE: "TP_SIDE",
    REDUCE_ONLY_NO_POSITION: "REDUCE_ONLY_NO_POSITION",
    RISK_LIMIT: "RISK_LIMIT",
    LEVERAGE_TIER: "LEVERAGE_TIER",
    TOO_MANY_ORDERS: "TOO_MANY_ORDERS",
    TOO_MANY_CONDITIONALS: "TOO_MANY_CONDITIONALS",
    TOO_MANY_TPSL: "TOO_MANY_TPSL",
    WOULD_LIQUIDATE: "WOULD_LIQUIDATE",
    INSUFFICIENT_MARGIN: "INSUFFICIENT_MARGIN",
    UNSUPPORTED: "UNSUPPORTED",
    POST_ONLY_WOULD_TAKE: "POST_ONLY_WOULD_TAKE",
    NO_IMMEDIATE_QTY: "NO_IMMEDIATE_QTY",
    FOK_NOT_FULL: "FOK_NOT_FULL",
    IOC_REMAINDER: "IOC_REMAINDER",
    NO_LIQUIDITY: "NO_LIQUIDITY",
    USER: "USER",
    REDUCE_ONLY: "REDUCE_ONLY",
    POSITION_CLEARED: "POSITION_CLEARED",
    SIBLING_TRIGGERED: "SIBLING_TRIGGERED",
    REPLACED: "REPLACED",
    LIQUIDATION: "LIQUIDATION",
    EXPIRED: "EXPIRED",
    RUN_END: "RUN_END",
    ORDER_NOT_LIVE: "ORDER_NOT_LIVE",
    NOT_MODIFIED: "NOT_MODIFIED",
    NO_POSITION: "NO_POSITION",
}

KIND_ENTRY, KIND_CLOSE, KIND_TARGET, KIND_STOP_LOSS, KIND_TAKE_PROFIT = map(constant, (1, 2, 3, 4, 5))
KIND_TRAILING, KIND_CLIENT, KIND_FORCED = map(constant, (6, 7, 8))
ORDER_KINDS = {
    KIND_ENTRY: "entry",
    KIND_CLOSE: "close",
    KIND_TARGET: "target",
    KIND_STOP_LOSS: "stop_loss",
    KIND_TAKE_PROFIT: "take_profit",
    KIND_TRAILING: "trailing_stop",
    KIND_CLIENT: "client",
    KIND_FORCED: "forced",
}
SIDES = {1: "Buy", -1: "Sell"}
TYPE_MARKET, TYPE_LIMIT = map(constant, (1, 2))
ORDER_TYPES = {TYPE_MARKET: "Market", TYPE_LIMIT: "Limit"}
TIF_IOC, TIF_GTC, TIF_FOK, TIF_POST_ONLY = (constant(TIF_CODES[name]) for name in ("IOC", "GTC", "FOK", "PostOnly"))
TIMES_IN_FORCE = {code: name for name, code in TIF_CODES.items()}
BY_LAST, BY_MARK = map(constant, (1, 2))
TRIGGER_SOURCES = {BY_LAST: "Last", BY_MARK: "Mark"}
RISE, FALL = map(constant, (1, 2))
TPSL_FULL, TPSL_PARTIAL = map(constant, (1, 2))
TPSL_MODES = {TPSL_FULL: "Full", TPSL_PARTIAL: "Partial"}

# Why a position was reduced; the last reducing fill decides the exit reason of the trade.
EXIT_TAKE_PROFIT, EXIT_STOP_LOSS, EXIT_TRAILING_STOP, EXIT_BREAK_EVEN = map(constant, (1, 2, 3, 4))
EXIT_SIGNAL, EXIT_REDUCE, EXIT_FLIP, EXIT_LIQUIDATION = map(constant, (5, 6, 7, 8))
EXIT_END_OF_DATA, EXIT_MAX_DRAWDOWN, EXIT_HALTED = map(constant, (9, 10, 11))
EXIT_REASONS = {
    EXIT_TAKE_PROFIT: "take_profit",
    EXIT_STOP_LOSS: "stop_loss",
    EXIT_TRAILING_STOP: "trailing_stop",
    EXIT_BREAK_EVEN: "break_even",
    EXIT_SIGNAL: "signal",
    EXIT_REDUCE: "reduce",
    EXIT_FLIP: "flip",
    EXIT_LIQUIDATION: "liquidation",
    EXIT_END_OF_DATA: "end_of_data",
    EXIT_MAX_DRAWDOWN: "max_drawdown",
    EXIT_HALTED: "halted",
}
FOR_ENTRY = constant(0)
FILL_REASONS = {FOR_ENTRY: "entry", **EXIT_REASONS}

# Liquidity and kind of a fill.
MAKER, TAKER = map(constant, (1, 2))
EXEC_TRADE, EXEC_BUST = map(constant, (1, 2))

DEPOSIT, REALISED_PNL, FEE, LIQUIDATION_FEE, BANKRUPTCY_CREDIT = map(constant, (1, 2, 3, 4, 5))
WITHDRAWAL, FUNDING, LIQUIDATION_RESIDUE = map(constant, (6, 7, 8))
LEDGER_REASONS = {
    DEPOSIT: "DEPOSIT",
    REALISED_PNL: "REALISED_PNL",
    FEE: "FEE",
    LIQUIDATION_FEE: "LIQUIDATION_FEE",
    BANKRUPTCY_CREDIT: "BANKRUPTCY_CREDIT",
    WITHDRAWAL: "WITHDRAWAL",
    FUNDING: "FUNDING",
    LIQUIDATION_RESIDUE: "LIQUIDATION_RESIDUE",
}

STOP_COMPLETED, STOP_DRAWDOWN, STOP_LIQUIDATION, STOP_BANKRUPT, STOP_HALTED, STOP_FAILED = map(
    constant, (1, 2, 3, 4, 5, 6)
)
STOP_REASONS = {
    STOP_COMPLETED: "completed",
    STOP_DRAWDOWN: "max_drawdown",
    STOP_LIQUIDATION: "liquidation",
    STOP_BANKRUPT: "bankrupt",
    STOP_HALTED: "halted",
    STOP_FAILED: "failed",
}
