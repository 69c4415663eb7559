"""Requests that read: orders, executions, positions and money of an account, and public market data."""

from exchange.bybit.order_fields import Fields, name_fields
from exchange.bybit.request import Request, get
from exchange.orders import OrderName

# The longest pages that the venue gives.
ORDERS_A_PAGE, EXECUTIONS_A_PAGE, CLOSED_A_PAGE, POSITIONS_A_PAGE = 50, 100, 100, 200
_LINEAR: Fields = {"category": "linear"}


def open_orders(symbol: str, cursor: str = "") -> Request:
    """Live orders of every kind, newest first."""
    return get("/v5/order/realtime", {**_LINEAR, "symbol": symbol, "limit": ORDERS_A_PAGE, "cursor": cursor})


def order_by_name(symbol: str, name: OrderName) -> Request:
    """One order, live or ended not long ago."""
    return get("/v5/order/realtime", {**_LINEAR, "symbol": symbol, **name_fields(name)})


def old_order_by_name(symbol: str, name: OrderName) -> Request:
    """One order that has ended, out of the history, which may lag behind."""
    return get("/v5/order/history", {**_LINEAR, "symbol": symbol, **name_fields(name)})


def order_history(symbol: str, since_ms: int, until_ms: int, cursor: str = "") -> Request:
    """Orders that have ended, newest first; at most seven days at once."""
    span = {"startTime": since_ms, "endTime": until_ms}
    return get("/v5/order/history", {**_LINEAR, "symbol": symbol, **span, "limit": ORDERS_A_PAGE, "cursor": cursor})


def executions(symbol: str, since_ms: int, until_ms: int, cursor: str = "") -> Request:
    """Executions of every type, newest first; at most seven days at once."""
    span = {"startTime": since_ms, "endTime": until_ms}
    page = {"limit": EXECUTIONS_A_PAGE, "cursor": cursor}
    return get("/v5/execution/list", {**_LINEAR, "symbol": symbol, **span, **page})


def executions_of(symbol: str, name: OrderName, cursor: str = "") -> Request:
    """Executions of one order, newest first."""
    page = {"limit": EXECUTIONS_A_PAGE, "cursor": cursor}
    return get("/v5/execution/list", {**_LINEAR, "symbol": symbol, **name_fields(name), **page})


def position_list(symbol: str) -> Request:
    """The position in a symbol, flat or not."""
    return get("/v5/position/list", {**_LINEAR, "symbol": symbol})


def all_positions(cursor: str = "") -> Request:
    """Every open position that settles in USDT."""
    return get("/v5/position/list", {**_LINEAR, "settleCoin": "USDT", "limit": POSITIONS_A_PAGE, "cursor": cursor})


def closed_pnl(symbol: str, since_ms: int, until_ms: int, cursor: str = "") -> Request:
    """Results of closing orders, newest first; at most seven days at once."""
    span = {"startTime": since_ms, "endTime": until_ms}
    page = {"limit": CLOSED_A_PAGE, "cursor": cursor}
    return get("/v5/position/closed-pnl", {**_LINEAR, "symbol": symbol, **span, **page})


def wallet_balance() -> Request:
    """The account's USDT."""
    return get("/v5/account/wallet-balance", {"accountType": "UNIFIED", "coin": "USDT"})


def account_info() -> Request:
    """The account's kind and margin mode."""
    return get("/v5/account/info", {})


def fee_rate(symbol: str) -> Request:
    """The account's fees for a symbol."""
    return get("/v5/account/fee-rate", {**_LINEAR, "symbol": symbol})


def key_info() -> Request:
    """What the API key may do, and until when."""
    return get("/v5/user/query-api", {})


def disconnect_cancel_info() -> Request:
    """Whether the venue cancels orders when it does not hear from the account."""
    return get("/v5/account/query-dcp-info", {})


def server_time() -> Request:
    """The venue's clock."""
    return get("/v5/market/time", {})


def instruments_info(symbol: str) -> Request:
    """Order filters of a symbol."""
    return get("/v5/market/instruments-info", {**_LINEAR, "symbol": symbol})


def risk_limit(symbol: str) -> Request:
    """Risk tiers of a symbol."""
    return get("/v5/market/risk-limit", {**_LINEAR, "symbol": symbol})


def ticker(symbol: str) -> Request:
    """Last, mark and best prices of a symbol."""
    return get("/v5/market/tickers", {**_LINEAR, "symbol": symbol})


def system_status() -> Request:
    """Maintenance that is announced, under way or over."""
    return get("/v5/system/status", {})
