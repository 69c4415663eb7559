"""An execution as the venue writes it: in full, or the few fields of the fast stream."""

import math

import msgspec

from exchange.bybit.decimals import level, number, optional, whole
from exchange.bybit.wire import Whole, known, named, side_of
from exchange.reports import ExecutionReport


class ExecutionRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The fields of an execution that we read. Those without a default must be there."""

    symbol: str
    exec_id: str
    order_id: str
    side: str
    exec_price: str
    exec_qty: str
    exec_value: str
    exec_fee: str
    exec_type: str
    exec_time: str
    is_maker: bool
    category: str | None = None
    order_link_id: str | None = None
    fee_rate: str | None = None
    closed_size: str | None = None
    exec_pnl: str | None = None
    leaves_qty: str | None = None
    order_qty: str | None = None
    order_price: str | None = None
    order_type: str | None = None
    stop_order_type: str | None = None
    create_type: str | None = None
    mark_price: str | None = None
    seq: Whole = 0


class FastRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The fields of an execution in the fast stream."""

    symbol: str
    exec_id: str
    order_id: str
    side: str
    exec_price: str
    exec_qty: str
    exec_time: str
    is_maker: bool
    category: str | None = None
    order_link_id: str | None = None
    seq: Whole = 0


def execution_report(row: ExecutionRow) -> ExecutionReport:
    """The execution; what the venue left empty is NaN. Raises ValueError for numbers that are none, a missing id, and
    a price or quantity that is not above 0."""
    return ExecutionReport(
        symbol=named(row.symbol, "symbol"),
        exec_id=named(row.exec_id, "execId"),
        order_id=row.order_id,
        link_id=row.order_link_id or "",
        side=side_of(row.side),
        price=_positive(row.exec_price, "execPrice"),
        qty=_positive(row.exec_qty, "execQty"),
        value=number(row.exec_value),
        fee=number(row.exec_fee),
        fee_rate=optional(row.fee_rate),
        is_maker=row.is_maker,
        exec_type=named(row.exec_type, "execType"),
        closed_qty=optional(row.closed_size),
        realised_pnl=optional(row.exec_pnl),
        leaves_qty=optional(row.leaves_qty),
        order_qty=optional(row.order_qty),
        order_price=level(row.order_price),
        order_type=known(row.order_type),
        stop_order_type=known(row.stop_order_type),
        create_type=row.create_type or "",
        mark_price=level(row.mark_price),
        ts_ms=whole(row.exec_time),
        seq=row.seq,
    )


def fast_report(row: FastRow) -> ExecutionReport:
    """The execution; the fast stream has trades alone, and says nothing of fees or of what was closed: NaN."""
    price, qty = _positive(row.exec_price, "execPrice"), _positive(row.exec_qty, "execQty")
    return ExecutionReport(
        symbol=named(row.symbol, "symbol"),
        exec_id=named(row.exec_id, "execId"),
        order_id=row.order_id,
        link_id=row.order_link_id or "",
        side=side_of(row.side),
        price=price,
        qty=qty,
        value=price * qty,
        fee=math.nan,
        fee_rate=math.nan,
        is_maker=row.is_maker,
        exec_type="Trade",
        closed_qty=math.nan,
        realised_pnl=math.nan,
        leaves_qty=math.nan,
        order_qty=math.nan,
        ts_ms=whole(row.exec_time),
        seq=row.seq,
    )


def _positive(text: str, name: str) -> float:
    value = number(text)
    if value <= 0.0:
        raise ValueError(f"{name} is {text}; an execution needs one above 0")
    return value
