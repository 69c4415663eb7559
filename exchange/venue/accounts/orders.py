"""Orders of the simulator as the venue reports them.

The simulator shows a live order as plain values by name, and writes one that has ended as a row of ORDER. Both come
here as one shape, `OrderState`, and go on as OrderReports.
"""

import math
from collections.abc import Mapping
from typing import Any

import attrs

from exchange.reports import FINAL_STATUSES, OrderReport
from exchange.simulated import codes
from exchange.simulated.records import Rows
from exchange.venue.accounts.ids import Names
from exchange.venue.accounts.words import CHILD_KINDS, NO_CANCEL, NO_REJECT, create_type, end_words, stop_order_type

_NAN = float("nan")
_SIDES = {name: number for number, name in codes.SIDES.items()}
_FULL, _PARTIAL = int(codes.TPSL_FULL), int(codes.TPSL_PARTIAL)
# States of an order before it is at the exchange, and while it waits for its trigger there.
CREATED, UNTRIGGERED = "Created", "Untriggered"


@attrs.frozen(kw_only=True)
class OrderState:
    """An order as the simulator has it; `state` is a live state or a final one, `reason` says why it ended."""

    id: int
    parent: int
    instrument: int
    kind: str
    state: str
    reason: str
    side: int
    type: str
    tif: str
    qty: float
    price: float
    trigger: float
    conditional: int
    trigger_by: str
    reduce_only: bool
    close_on_trigger: bool
    tpsl_mode: int
    stop: float
    target: float
    stop_limit: float
    target_limit: float
    stop_by: str
    target_by: str
    filled_qty: float
    filled_value: float
    fees: float
    created_ms: int
    arrived_ms: int
    ended_ms: int

    @property
    def is_child(self) -> bool:
        """Whether it is a stop, target or trailing stop that belongs to a position."""
        return self.kind in CHILD_KINDS

    @property
    def is_over(self) -> bool:
        """Whether it has reached its final state."""
        return self.state in FINAL_STATUSES

    @property
    def rests(self) -> bool:
        """Whether it is one that can stand as a limit."""
        return self.type == "Limit" and self.tif in ("GTC", "PostOnly")


def live_state(instrument: int, shown: Mapping[str, Any]) -> OrderState:
    """An order that is live, or on its way."""
    same = ("id", "parent", "kind", "state", "type", "tif", "qty", "price", "trigger", "conditional", "trigger_by")
    amounts = (
        "stop_by",
        "target_by",
        "tpsl_mode",
        "stop",
        "target",
        "stop_limit",
        "target_limit",
        "filled_qty",
        "filled_value",
        "fees",
    )
    return OrderState(
        instrument=instrument,
        reason="",
        side=_SIDES[shown["side"]],
        reduce_only=bool(shown["reduce_only"]),
        close_on_trigger=bool(shown["close_on_trigger"]),
        created_ms=shown["created_ms"],
        arrived_ms=shown["created_ms"],
        ended_ms=0,
        **{name: shown[name] for name in (*same, *amounts)},
    )


def ended_states(rows: Rows) -> list[OrderState]:
    """Orders that have ended, from rows of ORDER."""
    names = rows.dtype.names or ()
    return [_ended_state(dict(zip(names, row, strict=True))) for row in rows.tolist()]


def _ended_state(row: Mapping[str, Any]) -> OrderState:
    filled = row["filled_qty"]
    return OrderState(
        id=row["order_id"],
        parent=row["parent_id"],
        instrument=row["instrument_id"],
        kind=codes.ORDER_KINDS[row["kind"]],
        state=codes.ORDER_STATES[row["status"]],
        reason=codes.ORDER_REASONS.get(row["reason"], ""),
        side=row["side"],
        type=codes.ORDER_TYPES[row["type"]],
        tif=codes.TIMES_IN_FORCE[row["tif"]],
        qty=row["qty"],
        price=row["price"],
        trigger=row["trigger_price"],
        conditional=row["trigger_direction"],
        trigger_by=codes.TRIGGER_SOURCES.get(row["trigger_by"], ""),
        reduce_only=bool(row["reduce_only"]),
        close_on_trigger=bool(row["close_on_trigger"]),
        tpsl_mode=row["tpsl_mode"],
        stop=row["stop_loss"],
        target=row["take_profit"],
        stop_limit=_NAN,
        target_limit=_NAN,
        stop_by="",
        target_by="",
        filled_qty=filled,
        filled_value=row["avg_price"] * filled if filled else 0.0,
        fees=row["fees"],
        created_ms=row["created_ts"],
        arrived_ms=row["arrival_ts"],
        ended_ms=row["updated_ts"],
    )


def first_report(order: OrderState, names: Names) -> OrderReport:
    """The order as it is before anything happens to it."""
    partial = order.is_child and order.tpsl_mode == _PARTIAL
    conditional = order.conditional != 0
    return OrderReport(
        symbol=names.symbols[order.instrument],
        order_id=names.order(order.id),
        link_id=names.link(order.id),
        parent_link_id=names.link(order.parent),
        side=order.side,
        type=order.type,
        tif=order.tif,
        status=UNTRIGGERED if conditional else "New",
        qty=order.qty,
        price=order.price,
        trigger=order.trigger,
        trigger_direction=order.conditional,
        trigger_by=order.trigger_by if conditional else "",
        stop_loss=order.stop,
        take_profit=order.target,
        stop_by=order.stop_by if order.stop > 0.0 else "",
        target_by=order.target_by if order.target > 0.0 else "",
        tpsl_mode=_mode(order),
        stop_limit=order.stop_limit,
        target_limit=order.target_limit,
        reduce_only=order.reduce_only,
        close_on_trigger=order.close_on_trigger,
        create_type=create_type(order.kind, partial=partial),
        cancel_type=NO_CANCEL,
        reject_reason=NO_REJECT,
        stop_order_type=stop_order_type(order.kind, partial=partial, conditional=conditional),
        created_ms=order.created_ms,
        updated_ms=order.created_ms,
    )


def _mode(order: OrderState) -> str:
    if order.is_child:
        return "Partial" if order.tpsl_mode == _PARTIAL else "Full"
    if order.stop_limit > 0.0 or order.target_limit > 0.0 or order.tpsl_mode == _PARTIAL:
        return "Partial"
    return "Full" if order.stop > 0.0 or order.target > 0.0 or order.tpsl_mode == _FULL else ""


def moved(report: OrderReport, order: OrderState, now_ms: int) -> OrderReport:
    """The report with everything that can be changed of an order that is live."""
    levels = {"stop_loss": order.stop, "take_profit": order.target, "price": order.price, "trigger": order.trigger}
    changes = {name: level for name, level in levels.items() if not _same(level, getattr(report, name))}
    if order.qty != report.qty:
        changes["qty"] = order.qty
    return attrs.evolve(report, **changes, updated_ms=now_ms) if changes else report


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def ended(report: OrderReport, order: OrderState) -> OrderReport:
    """The report of an order that has ended, its fills included."""
    cancel_type, reject_reason = end_words(order.reason, order.kind, order.state)
    return attrs.evolve(
        moved(report, order, order.ended_ms),
        status=order.state,
        cancel_type=cancel_type,
        reject_reason=reject_reason,
        updated_ms=order.ended_ms,
    )
