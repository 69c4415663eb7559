"""Endpoints about orders: POST and GET /v5/order/…, GET /v5/execution/list. Batches are elsewhere."""

from collections.abc import Callable

from exchange.orders import OrderName
from exchange.reports import LIVE_STATUSES, ExecutionReport, OrderReport
from exchange.venue.wire.endpoint import (
    Endpoint,
    Visit,
    belongs,
    check_scope,
    listing,
    order_reply,
    page_of,
    time_window,
)
from exchange.venue.wire.executions import FUNDING, execution_row
from exchange.venue.wire.order_params import amendment, new_order, order_name
from exchange.venue.wire.orders import order_row
from exchange.venue.wire.params import Params, bad_parameter
from exchange.venue.wire.replies import Reply

_DAY_MS = 86_400_000
_ORDERS_LISTED = {"usual": 20, "most": 50}
_STOP_FILTERS = ("StopOrder", "tpslOrder")


def create(visit: Visit) -> Reply:
    """POST /v5/order/create."""
    instrument = visit.instrument
    order = new_order(visit.params, instrument)
    return order_reply(visit.account.submit(instrument.symbol, order, at_once=visit.at_once))


def amend(visit: Visit) -> Reply:
    """POST /v5/order/amend."""
    symbol = visit.instrument.symbol
    return order_reply(visit.account.amend(symbol, order_name(visit.params), amendment(visit.params)))


def cancel(visit: Visit) -> Reply:
    """POST /v5/order/cancel."""
    return order_reply(visit.account.cancel(visit.instrument.symbol, order_name(visit.params)))


def cancel_all(visit: Visit) -> Reply:
    """POST /v5/order/cancel-all."""
    visit.check_linear()
    check_scope(visit)
    spares = _spared(visit.params)
    ended = [
        order
        for symbol in visit.account.instruments
        if belongs(symbol, visit.params)
        for order in visit.account.cancel_all(symbol, keep=spares)
    ]
    named = [{"orderId": order.order_id, "orderLinkId": order.link_id} for order in ended]
    return Reply(result={"list": named, "success": "1"})


def realtime(visit: Visit) -> Reply:
    """GET /v5/order/realtime: open orders, the latest closed ones, or one by its id."""
    visit.check_linear()
    params, account = visit.params, visit.account
    if params.text("orderId") or params.text("orderLinkId"):
        return _orders_page(visit, _one_order(visit))
    check_scope(visit)
    closed = params.whole("openOnly", 0) == 1
    orders = account.order_history() if closed else account.open_orders()
    return _orders_page(visit, [order for order in orders if _listed(order, params)])


def history(visit: Visit) -> Reply:
    """GET /v5/order/history: closed orders of a week. After a day only those with fills are told of."""
    visit.check_linear()
    params, account = visit.params, visit.account
    if params.text("orderId") or params.text("orderLinkId"):
        return _orders_page(visit, [order for order in _one_order(visit) if order.status not in LIVE_STATUSES])
    start_ms, end_ms = time_window(params, account.clock_ms)
    recent_ms = account.clock_ms - _DAY_MS
    orders = account.order_history(since_ms=start_ms, until_ms=end_ms)
    status = params.text("orderStatus")
    kept = [
        order
        for order in orders
        if _listed(order, params)
        and (order.updated_ms >= recent_ms or order.filled_qty)
        and (not status or order.status == status)
    ]
    return _orders_page(visit, kept)


def executions(visit: Visit) -> Reply:
    """GET /v5/execution/list: everything that was executed in a week, settlements included."""
    visit.check_linear()
    params = visit.params
    start_ms, end_ms = time_window(params, visit.account.clock_ms)
    rows = visit.account.executions(since_ms=start_ms, until_ms=end_ms)
    wanted = [row for row in rows if _is_wanted(row, params, lists_funding=visit.member.lists_funding)]
    instruments = visit.account.instruments
    return page_of(params, wanted, lambda row: execution_row(row, instruments[row.symbol]), usual=50, most=100)


def pre_check(visit: Visit) -> Reply:
    """POST /v5/order/pre-check: what share of the equity margins take before and after an order, in 1/10,000."""
    instrument = visit.instrument
    order = new_order(visit.params, instrument)
    if visit.account.margin_mode != "cross":
        raise bad_parameter("pre-check is for cross margin only")
    details, position = visit.account.account_details(), visit.account.position(instrument.symbol)
    value = order.qty * (order.price if order.type == "Limit" else visit.account.details(instrument.symbol).last)
    equity = details.report.equity
    rates = [details.initial_margin, details.maintenance_margin]
    added = [value / position.leverage, value * instrument.tiers[0].maintenance_rate]
    before, after = rates, [rate + more for rate, more in zip(rates, added, strict=True)]
    named = {"orderId": "", "orderLinkId": order.link_id}
    figures = zip(("preImrE4", "preMmrE4", "postImrE4", "postMmrE4"), (*before, *after), strict=True)
    return Reply(result=named | {name: round(margin / equity * 10_000) if equity else 0 for name, margin in figures})


def _orders_page(visit: Visit, orders: list[OrderReport]) -> Reply:
    instruments = visit.account.instruments
    orders.sort(key=lambda order: order.created_ms)
    return page_of(visit.params, orders, lambda order: order_row(order, instruments[order.symbol]), **_ORDERS_LISTED)


def _one_order(visit: Visit) -> list[OrderReport]:
    """The order with the id or link id that is asked for, whether it is live or not."""
    params = visit.params
    name = OrderName(order_id=params.text("orderId"), link_id=params.text("orderLinkId"))
    symbols = [params.text("symbol")] if params.text("symbol") else list(visit.account.instruments)
    found = [visit.account.find_order(visit.instrument_of(symbol).symbol, name) for symbol in symbols]
    return [order for order in found if order is not None]


def _listed(order: OrderReport, params: Params) -> bool:
    wanted = params.text("orderFilter")
    stops = bool(order.stop_order_type)
    fits = not wanted or (stops if wanted in _STOP_FILTERS else not stops)
    return fits and belongs(order.symbol, params)


def _spared(params: Params) -> Callable[[OrderReport], bool] | None:
    """Which live orders a cancel-all leaves alone; None for none."""
    wanted, kind = params.text("orderFilter"), params.text("stopOrderType")
    if not wanted:
        return None
    if wanted in _STOP_FILTERS:
        return lambda order: not order.stop_order_type or (kind == "Stop" and order.stop_order_type != "Stop")
    return lambda order: bool(order.stop_order_type)


def _is_wanted(row: ExecutionReport, params: Params, *, lists_funding: bool) -> bool:
    order_id, link_id, exec_type = params.text("orderId"), params.text("orderLinkId"), params.text("execType")
    if order_id or link_id:
        return row.order_id == order_id if order_id else row.link_id == link_id
    kind = row.exec_type == exec_type if exec_type else lists_funding or row.exec_type != FUNDING
    return kind and belongs(row.symbol, params)


TRADE_ENDPOINTS = {
    ("POST", "/v5/order/create"): Endpoint(handle=create, per_second=10),
    ("POST", "/v5/order/amend"): Endpoint(handle=amend, per_second=10),
    ("POST", "/v5/order/cancel"): Endpoint(handle=cancel, per_second=10),
    ("POST", "/v5/order/cancel-all"): Endpoint(handle=cancel_all, per_second=10),
    ("POST", "/v5/order/pre-check"): Endpoint(handle=pre_check, per_second=10),
    ("GET", "/v5/order/realtime"): Endpoint(handle=listing(realtime), per_second=50),
    ("GET", "/v5/order/history"): Endpoint(handle=listing(history), per_second=50),
    ("GET", "/v5/execution/list"): Endpoint(handle=listing(executions), per_second=50),
}
