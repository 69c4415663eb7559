"""Endpoints about several orders at once, and the operations of the trade socket."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from exchange.venue.wire.endpoint import Endpoint, Visit
from exchange.venue.wire.params import Params
from exchange.venue.wire.refusal import VenueRefusal
from exchange.venue.wire.replies import Reply
from exchange.venue.wire.rest_trade import amend, cancel, create

MOST_IN_BATCH = 20
_THROTTLED = 10006


def create_batch(visit: Visit) -> Reply:
    """POST /v5/order/create-batch."""
    return _batch(visit, create, {"createAt": str(visit.account.clock_ms)})


def amend_batch(visit: Visit) -> Reply:
    """POST /v5/order/amend-batch."""
    return _batch(visit, amend, {})


def cancel_batch(visit: Visit) -> Reply:
    """POST /v5/order/cancel-batch."""
    return _batch(visit, cancel, {})


def _batch(visit: Visit, carry_out: Callable[[Visit], Reply], also: Mapping[str, str]) -> Reply:
    """Each item by itself; those beyond the budget are refused as a single request would be."""
    visit.check_linear()
    rows: list[dict[str, Any]] = []
    codes: list[dict[str, Any]] = []
    for place, item in enumerate(visit.params.objects("request", MOST_IN_BATCH)):
        single = attrs.evolve(visit, params=Params({**item.values, "category": "linear"}))
        reply = _carried_out(carry_out, single) if place < visit.granted else _over_budget()
        done = reply.code == 0
        ids = reply.result if done else {"orderId": "", "orderLinkId": item.text("orderLinkId")}
        rows.append({"category": "linear", "symbol": item.text("symbol"), **ids})
        rows[-1] |= also if done else dict.fromkeys(also, "")
        codes.append({"code": reply.code, "msg": reply.message})
    return Reply(result={"list": rows}, extra={"list": codes})


def _carried_out(carry_out: Callable[[Visit], Reply], visit: Visit) -> Reply:
    try:
        return carry_out(visit)
    except VenueRefusal as refusal:
        return Reply(code=refusal.code, message=refusal.message)


def _over_budget() -> Reply:
    return Reply(code=_THROTTLED, message="Too many visits!")


def _items(params: Params) -> int:
    items = params.values.get("request")
    return len(items) if isinstance(items, list) and items else 1


BATCH_ENDPOINTS = {
    ("POST", "/v5/order/create-batch"): Endpoint(handle=create_batch, per_second=10, units=_items),
    ("POST", "/v5/order/amend-batch"): Endpoint(handle=amend_batch, per_second=10, units=_items),
    ("POST", "/v5/order/cancel-batch"): Endpoint(handle=cancel_batch, per_second=10, units=_items),
}
# Operations of the trade socket, with the path of the endpoint that does the same.
TRADE_OPERATIONS = {
    f"order.{name}": f"/v5/order/{name}"
    for name in ("create", "amend", "cancel", "create-batch", "amend-batch", "cancel-batch")
}
