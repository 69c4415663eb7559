"""What a position has cost and brought, fill by fill: what the simulator keeps for a whole trade only."""

import attrs

from exchange.reports import ExecutionReport, OrderReport, PositionReport
from exchange.venue.accounts.values import ClosedPnl

_NAN = float("nan")
# Cash is kept on 8 decimals; quantities lie on grids that are no finer than 10.
_CASH, _QTY = 8, 10


@attrs.define(kw_only=True)
class Holding:
    """The position in one symbol, and what it has brought so far: `realised` since it was opened last, `cumulative`
    ever; both net of fees and funding. `open_fees` is what opening the quantity that is still held has cost."""

    symbol: str
    side: int = 0
    qty: float = 0.0
    value: float = 0.0
    open_fees: float = 0.0
    realised: float = 0.0
    cumulative: float = 0.0
    created_ms: int = 0
    opened_ms: int = 0
    updated_ms: int = 0
    seq: int = 0

    def pay(self, execution: ExecutionReport) -> ExecutionReport:
        """Funding is booked on the position; the same execution with the side of the position."""
        self._book(-execution.fee)
        self._note(execution)
        rate = execution.fee_rate * self.side
        return attrs.evolve(execution, side=self.side, fee_rate=rate)

    def trade(
        self, execution: ExecutionReport, order: OrderReport, before: ClosedPnl | None, leverage: float
    ) -> ClosedPnl | None:
        """A fill changes the position. What its order has closed so far, `before` without this fill; None for
        one that opens."""
        self._note(execution)
        if not execution.closed_qty:
            self._open(execution)
            return None
        share = min(1.0, execution.qty / self.qty)
        entry_value, open_fee = self.value * share, round(self.open_fees * share, _CASH)
        self.qty = round(self.qty - execution.qty, _QTY)
        self.value = self.value - entry_value if self.qty else 0.0
        self.open_fees = round(self.open_fees - open_fee, _CASH) if self.qty else 0.0
        self.side = self.side if self.qty else 0
        self._book(execution.realised_pnl - execution.fee)
        closed = before or _nothing_closed(execution, order, leverage)
        return attrs.evolve(
            closed,
            closed_qty=round(closed.closed_qty + execution.qty, _QTY),
            entry_value=closed.entry_value + entry_value,
            exit_value=closed.exit_value + execution.value,
            open_fee=round(closed.open_fee + open_fee, _CASH),
            close_fee=round(closed.close_fee + execution.fee, _CASH),
            closed_pnl=round(closed.closed_pnl + execution.realised_pnl - execution.fee - open_fee, _CASH),
            fill_count=closed.fill_count + 1,
            updated_ms=execution.ts_ms,
        )

    def _open(self, execution: ExecutionReport) -> None:
        if self.side == 0:
            self.side, self.realised, self.opened_ms = execution.side, 0.0, execution.ts_ms
            self.created_ms = self.created_ms or execution.ts_ms
        self.qty = round(self.qty + execution.qty, _QTY)
        self.value += execution.value
        self.open_fees = round(self.open_fees + execution.fee, _CASH)
        self._book(-execution.fee)

    def _book(self, amount: float) -> None:
        self.realised = round(self.realised + amount, _CASH)
        self.cumulative = round(self.cumulative + amount, _CASH)

    def _note(self, execution: ExecutionReport) -> None:
        self.updated_ms, self.seq = execution.ts_ms, execution.seq

    def report(self, mark: float, leverage: float) -> PositionReport:
        """The position between two fills of one step: what it binds and where its levels are is not known then."""
        return PositionReport(
            symbol=self.symbol,
            side=self.side,
            qty=self.qty,
            value=self.value,
            entry_price=self.value / self.qty if self.qty else 0.0,
            leverage=leverage,
            mark=mark,
            unrealised_pnl=self.side * (self.qty * mark - self.value),
            realised_pnl=self.realised,
            seq=self.seq,
            updated_ms=self.updated_ms,
        )


def _nothing_closed(execution: ExecutionReport, order: OrderReport, leverage: float) -> ClosedPnl:
    return ClosedPnl(
        symbol=execution.symbol,
        order_id=execution.order_id,
        side=execution.side,
        order_qty=execution.order_qty,
        order_price=execution.order_price,
        order_type=execution.order_type,
        exec_type=execution.exec_type,
        closed_qty=0.0,
        entry_value=0.0,
        exit_value=0.0,
        open_fee=0.0,
        close_fee=0.0,
        closed_pnl=0.0,
        fill_count=0,
        leverage=leverage,
        created_ms=order.created_ms,
        updated_ms=execution.ts_ms,
    )
