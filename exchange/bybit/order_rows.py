"""An order as the venue writes it, in answers and pushes alike."""

import math

import msgspec

from exchange.bybit.decimals import amount, level, number, whole
from exchange.bybit.wire import Whole, known, named, side_of
from exchange.reports import OrderReport

_TRIGGERS = {"LastPrice": "Last", "MarkPrice": "Mark", "IndexPrice": "Index"}


class OrderRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The fields of an order that we read. Those without a default must be there."""

    symbol: str
    order_id: str
    side: str
    order_type: str
    order_status: str
    qty: str
    cum_exec_qty: str
    created_time: str
    updated_time: str
    category: str | None = None
    order_link_id: str | None = None
    parent_order_link_id: str | None = None
    time_in_force: str | None = None
    price: str | None = None
    trigger_price: str | None = None
    trigger_direction: Whole | None = None
    trigger_by: str | None = None
    stop_loss: str | None = None
    take_profit: str | None = None
    sl_trigger_by: str | None = None
    tp_trigger_by: str | None = None
    tpsl_mode: str | None = None
    sl_limit_price: str | None = None
    tp_limit_price: str | None = None
    reduce_only: bool = False
    close_on_trigger: bool = False
    cum_exec_value: str | None = None
    cum_exec_fee: str | None = None
    avg_price: str | None = None
    create_type: str | None = None
    cancel_type: str | None = None
    reject_reason: str | None = None
    stop_order_type: str | None = None
    closed_pnl: str | None = None


def order_report(row: OrderRow) -> OrderReport:
    """The order. Raises ValueError for numbers that are none, an order without id, and more filled than ordered."""
    qty, filled_qty = number(row.qty), number(row.cum_exec_qty)
    # The quantity of an order that closes whatever there is may stand as 0.
    if min(qty, filled_qty) < 0.0 or 0.0 < qty < filled_qty:
        raise ValueError(f"an order of {row.qty} cannot have {row.cum_exec_qty} filled")
    return OrderReport(
        symbol=named(row.symbol, "symbol"),
        order_id=named(row.order_id, "orderId"),
        link_id=row.order_link_id or "",
        parent_link_id=row.parent_order_link_id or "",
        side=side_of(row.side),
        type=row.order_type,
        tif=row.time_in_force or "",
        status=named(row.order_status, "orderStatus"),
        qty=qty,
        price=level(row.price),
        trigger=level(row.trigger_price),
        trigger_direction=row.trigger_direction or 0,
        trigger_by=_watched(row.trigger_by),
        stop_loss=level(row.stop_loss),
        take_profit=level(row.take_profit),
        stop_by=_watched(row.sl_trigger_by),
        target_by=_watched(row.tp_trigger_by),
        tpsl_mode=known(row.tpsl_mode),
        stop_limit=level(row.sl_limit_price),
        target_limit=level(row.tp_limit_price),
        reduce_only=row.reduce_only,
        close_on_trigger=row.close_on_trigger,
        filled_qty=filled_qty,
        filled_value=amount(row.cum_exec_value),
        avg_price=_average(row, filled_qty),
        fees=amount(row.cum_exec_fee),
        create_type=row.create_type or "",
        cancel_type=row.cancel_type or "",
        reject_reason=row.reject_reason or "",
        stop_order_type=known(row.stop_order_type),
        created_ms=whole(row.created_time),
        updated_ms=whole(row.updated_time),
        closed_pnl=amount(row.closed_pnl),
    )


def _average(row: OrderRow, filled_qty: float) -> float:
    """The venue's own average; there is none before a fill, whatever stands there."""
    average = level(row.avg_price)
    return average if filled_qty > 0.0 else math.nan


def _watched(word: str | None) -> str:
    text = known(word)
    return _TRIGGERS.get(text, text)
