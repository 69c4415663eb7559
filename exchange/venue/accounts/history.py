"""What an account remembers of what is over, within bounds: the oldest goes first."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeVar

from exchange.reports import ExecutionReport, OrderReport
from exchange.venue.accounts.values import ClosedPnl, Transaction

# An account is asked for what happened lately. A row takes up to a kB, so that a full history takes some tens of MB.
MOST_ROWS = 20_000
# Names that owners gave their orders: none may come back, so these are kept longer.
MOST_LINKS = 500_000
FOREVER_MS = 2**62

_T = TypeVar("_T")
_K = TypeVar("_K")


def keep(table: dict[_K, _T], key: _K, value: _T, most: int) -> None:
    """Put a value into a table that forgets the oldest of more than `most`."""
    table[key] = value
    if len(table) > most:
        del table[next(iter(table))]


class History:
    """Ended orders, executions, results of closed positions and movements of money, each oldest first."""

    def __init__(self) -> None:
        self.orders: dict[str, OrderReport] = {}
        self.closed: dict[str, ClosedPnl] = {}
        self.executions: deque[ExecutionReport] = deque(maxlen=MOST_ROWS)
        self.transactions: deque[Transaction] = deque(maxlen=MOST_ROWS)

    def end_order(self, order: OrderReport) -> None:
        """An order has reached its final state."""
        keep(self.orders, order.order_id, order, MOST_ROWS)

    def close(self, closed: ClosedPnl) -> None:
        """An order has closed more of a position."""
        keep(self.closed, closed.order_id, closed, MOST_ROWS)

    def find_orders(self, symbol: str, since_ms: int, until_ms: int) -> list[OrderReport]:
        """Ended orders that were created in [since_ms, until_ms]; all symbols if none is given."""
        return _within(self.orders.values(), symbol, since_ms, until_ms, lambda order: order.created_ms)

    def find_executions(self, symbol: str, since_ms: int, until_ms: int) -> list[ExecutionReport]:
        """Executions in [since_ms, until_ms]."""
        return _within(self.executions, symbol, since_ms, until_ms, lambda execution: execution.ts_ms)

    def find_closed(self, symbol: str, since_ms: int, until_ms: int) -> list[ClosedPnl]:
        """Results of orders that closed something last in [since_ms, until_ms]."""
        return _within(self.closed.values(), symbol, since_ms, until_ms, lambda closed: closed.updated_ms)

    def find_transactions(self, symbol: str, since_ms: int, until_ms: int) -> list[Transaction]:
        """Movements of money in [since_ms, until_ms]."""
        return _within(self.transactions, symbol, since_ms, until_ms, lambda moved: moved.ts_ms)


def _within(rows: Iterable[_T], symbol: str, since_ms: int, until_ms: int, time_of: Callable[[_T], int]) -> list[_T]:
    found = [row for row in rows if since_ms <= time_of(row) <= until_ms]
    return [row for row in found if symbol in ("", getattr(row, "symbol", ""))]
