"""What has happened to an account between two looks at it, as the sequence of reports that a venue sends of it.

The simulator leaves rows of fills, of ended orders and of cash, and shows which orders are live. What happened to an
order in between follows from its state before and after, its fills and its end. All of it is put in the order of time
and of the simulator's sequence numbers.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from exchange.reports import ExecutionReport, OrderReport
from exchange.simulated import codes
from exchange.simulated.records import Records
from exchange.venue.accounts.executions import (
    QTY_DECIMALS,
    Row,
    execution_of,
    funding_of,
    plain_rows,
    takeover,
)
from exchange.venue.accounts.ids import Names
from exchange.venue.accounts.orders import CREATED, UNTRIGGERED, OrderState, ended, ended_states, first_report, moved

_FUNDING = int(codes.FUNDING)
# What comes first of the same instant and sequence number.
_APPEARS, _TRIGGERS, _FILLS, _FOLLOWS, _ENDS = range(5)
_Key = tuple[int, float, int, int]


@attrs.frozen(kw_only=True)
class Change:
    """One thing that happened: an order's new state, or an execution. `fill` is the row of FILL or LEDGER behind an
    execution; `number` that of the order, 0 for none."""

    at: _Key
    number: int
    report: OrderReport | ExecutionReport
    fill: Row = attrs.field(factory=dict[str, Any])


@attrs.frozen(kw_only=True)
class Seen:
    """A live order as it was reported last; `told` is whether it has been reported at all."""

    report: OrderReport
    told: bool
    arrival_ms: int


def changes(
    before: Mapping[int, Seen], after: Sequence[OrderState], records: Records, names: Names, now_ms: int
) -> list[Change]:
    """Everything that happened since `before`, in order; `after` are the orders that are live now.

    Executions of funding name no side, and orders do not say what they have made of a position: whoever knows the
    position has to add that.
    """
    fills = plain_rows(records.fills)
    of_order: dict[int, list[Row]] = {}
    for fill in fills:
        of_order.setdefault(fill["order_id"], []).append(fill)
    found: list[Change] = []
    for order in (*ended_states(records.orders), *after):
        if order.state != CREATED:
            story = _Story(order, before.get(order.id), of_order.get(order.id, []), names, now_ms)
            found += story.tell(of_order.get(order.parent, []))
    for fill in of_order.get(0, []):
        order = takeover(fill, names)
        at = (fill["ts"], fill["seq"], _FILLS, 0)
        found.append(Change(at=at, number=0, report=order))
        found.append(Change(at=at, number=0, report=execution_of(fill, order, names), fill=fill))
    for row in plain_rows(records.ledger):
        if row["reason"] == _FUNDING:
            at = (row["ts"], row["seq"], _FILLS, 0)
            found.append(Change(at=at, number=0, report=funding_of(row, names), fill=row))
    return sorted(found, key=lambda change: change.at)


class _Story:
    """What happened to one order."""

    def __init__(self, order: OrderState, seen: Seen | None, fills: Sequence[Row], names: Names, now_ms: int) -> None:
        self._order, self._fills, self._names, self._now_ms = order, fills, names, now_ms
        self._told = seen is not None and seen.told
        self._arrival_ms = order.created_ms if seen is None else seen.arrival_ms
        self._report = first_report(order, names) if seen is None else seen.report
        self._changes: list[Change] = []

    def tell(self, fills_of_parent: Sequence[Row]) -> list[Change]:
        """The changes, each with its place in time."""
        # Nothing but its owner can end an order that is still on its way.
        never_there = not self._told and self._order.reason == "USER"
        if self._order.state == "Rejected" or never_there:
            self._end()
            return self._changes
        if not self._told:
            self._appear(fills_of_parent)
        if self._report.status == UNTRIGGERED and self._order.state not in (UNTRIGGERED, "Deactivated"):
            self._trigger()
        if not self._order.is_over:
            self._move()
        for number, fill in enumerate(self._fills, 1):
            self._fill(fill, last=number == len(self._fills))
        if self._order.is_over and self._order.state != "Filled":
            self._end()
        return self._changes

    def _add(
        self, ts: int, seq: float, rank: int, report: OrderReport | ExecutionReport, fill: Row | None = None
    ) -> None:
        at = (ts, seq, rank, self._order.id)
        self._changes.append(Change(at=at, number=self._order.id, report=report, fill=fill or {}))
        if isinstance(report, OrderReport):
            self._report = report

    def _appear(self, fills_of_parent: Sequence[Row]) -> None:
        """The order is at the exchange. One that does not rest is first heard of when it trades or ends."""
        order, ts = self._order, self._arrival_ms
        waits = self._report.status == UNTRIGGERED
        if not waits and (not order.rests or order.reason == "POST_ONLY_WOULD_TAKE"):
            return
        seq, rank = -1.0, _APPEARS
        causes = [fill["seq"] for fill in fills_of_parent if fill["ts"] == order.created_ms]
        if order.is_child and causes:
            seq, rank = causes[0], _FOLLOWS
        elif self._fills and self._fills[0]["ts"] == ts:
            seq = self._fills[0]["seq"]
        self._add(ts, seq, rank, attrs.evolve(self._report, updated_ms=ts))

    def _trigger(self) -> None:
        order = self._order
        ts, seq = order.ended_ms if order.is_over else self._now_ms, math.inf
        if self._fills:
            ts, seq = self._fills[0]["ts"], self._fills[0]["seq"]
        self._add(ts, seq, _TRIGGERS, attrs.evolve(self._report, status="Triggered", updated_ms=ts))
        self._report = attrs.evolve(self._report, status="New")
        if order.rests and not (order.is_over and order.reason == "POST_ONLY_WOULD_TAKE"):
            self._add(ts, seq, _TRIGGERS, self._report)

    def _move(self) -> None:
        """The order has other levels or another quantity than before."""
        report = moved(self._report, self._order, self._now_ms)
        if report is self._report:
            return
        if self._fills:
            self._report = attrs.evolve(report, updated_ms=self._report.updated_ms)
        else:
            self._add(self._now_ms, math.inf, _ENDS, report)

    def _fill(self, fill: Row, *, last: bool) -> None:
        before, order = self._report, self._order
        filled_qty = order.filled_qty if last else round(before.filled_qty + fill["qty"], QTY_DECIMALS)
        filled_value = before.filled_value + fill["value"]
        is_done = last and order.state == "Filled"
        report = attrs.evolve(
            before,
            status="Filled" if is_done else "PartiallyFilled",
            qty=order.qty,
            filled_qty=filled_qty,
            filled_value=filled_value,
            avg_price=filled_value / filled_qty,
            fees=order.fees if last else before.fees + fill["fee"],
            updated_ms=fill["ts"],
        )
        self._add(fill["ts"], fill["seq"], _FILLS, report)
        execution = execution_of(fill, report, self._names)
        at = (fill["ts"], fill["seq"], _FILLS, order.id)
        self._changes.append(Change(at=at, number=order.id, report=execution, fill=fill))

    def _end(self) -> None:
        report = ended(self._report, self._order)
        if report.status == "Cancelled" and self._report.status == UNTRIGGERED:
            report = attrs.evolve(report, status="Deactivated")
        self._add(self._order.ended_ms, math.inf, _ENDS, report)
