"""Executions, made from the simulator's rows of fills and of cash."""

from collections.abc import Mapping
from typing import Any

from exchange.reports import ExecutionReport, OrderReport
from exchange.simulated import codes
from exchange.simulated.records import Rows
from exchange.venue.accounts.ids import Names
from exchange.venue.accounts.words import NO_CANCEL, NO_REJECT

_BUST, _MAKER = int(codes.EXEC_BUST), int(codes.MAKER)
# Sums of quantities, which lie on a decimal grid, are rounded to it: no step is finer than this.
QTY_DECIMALS = 10
Row = Mapping[str, Any]


def plain_rows(rows: Rows) -> list[Row]:
    """Rows of a table as plain values by name."""
    names = rows.dtype.names or ()
    return [dict(zip(names, row, strict=True)) for row in rows.tolist()]


def execution_of(fill: Row, order: OrderReport, names: Names) -> ExecutionReport:
    """A fill of an order; `order` as it is afterwards."""
    return ExecutionReport(
        symbol=order.symbol,
        exec_id=names.execution(fill["fill_id"]),
        order_id=order.order_id,
        link_id=order.link_id,
        side=fill["side"],
        price=fill["price"],
        qty=fill["qty"],
        value=fill["value"],
        fee=fill["fee"],
        fee_rate=fill["fee_rate"],
        is_maker=fill["liquidity"] == _MAKER,
        exec_type="BustTrade" if fill["exec_type"] == _BUST else "Trade",
        closed_qty=fill["qty"] if fill["closing"] else 0.0,
        realised_pnl=fill["realised_pnl"],
        leaves_qty=max(0.0, round(order.qty - order.filled_qty, QTY_DECIMALS)),
        order_qty=order.qty,
        order_price=order.price,
        order_type=order.type,
        stop_order_type=order.stop_order_type,
        create_type=order.create_type,
        mark_price=fill["mark_price"],
        ts_ms=fill["ts"],
        seq=fill["seq"],
    )


def takeover(fill: Row, names: Names) -> OrderReport:
    """The venue takes a position over: an order of its own, which is filled at once."""
    return OrderReport(
        symbol=names.symbols[int(fill["instrument_id"])],
        order_id=names.takeover(fill["fill_id"]),
        link_id="",
        side=fill["side"],
        type="Market",
        tif="IOC",
        status="Filled",
        qty=fill["qty"],
        reduce_only=True,
        filled_qty=fill["qty"],
        filled_value=fill["value"],
        avg_price=fill["price"],
        fees=fill["fee"],
        create_type="CreateByTakeOver_PassThrough",
        cancel_type=NO_CANCEL,
        reject_reason=NO_REJECT,
        created_ms=fill["ts"],
        updated_ms=fill["ts"],
    )


def funding_of(row: Row, names: Names) -> ExecutionReport:
    """Funding that a position has paid (fee > 0) or received; its side is not known here."""
    entry = names.entry(row["entry_id"])
    return ExecutionReport(
        symbol=names.symbols[int(row["instrument_id"])],
        exec_id=entry,
        order_id=entry,
        link_id="",
        side=0,
        price=row["price"],
        qty=row["qty"],
        value=row["qty"] * row["price"],
        fee=-row["amount"],
        fee_rate=row["rate"],
        is_maker=False,
        exec_type="Funding",
        closed_qty=0.0,
        realised_pnl=0.0,
        leaves_qty=0.0,
        order_qty=0.0,
        order_type="UNKNOWN",
        mark_price=row["price"],
        ts_ms=row["ts"],
        seq=row["seq"],
    )
