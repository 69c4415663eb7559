"""PrivateStream: what happens on an account, as frames of its private topics."""

from collections.abc import Callable
from typing import Any

from exchange.reports import ExecutionReport, OrderReport, PositionReport, Report, WalletReport
from exchange.venue.accounts.account import VenueAccount
from exchange.venue.wire.connection import Connection
from exchange.venue.wire.executions import execution_push, fast_execution_push
from exchange.venue.wire.orders import order_push
from exchange.venue.wire.positions import position_push
from exchange.venue.wire.replies import encoded
from exchange.venue.wire.wallet import wallet_row

_DATA_TOPICS = ("order", "execution", "position", "greeks")
CATEGORIES = ("linear", "inverse", "spot", "option")
DCP_TOPICS = frozenset(("dcp.future", "dcp.spot", "dcp.option"))
# All that a private connection may subscribe to; the ones beside `linear` never have anything to say here.
PRIVATE_TOPICS = frozenset(
    (
        *(f"{topic}.{category}" for topic in (*_DATA_TOPICS, "execution.fast") for category in CATEGORIES),
        *_DATA_TOPICS,
        *("execution.fast", "wallet", "spread.order", "spread.execution"),
        *DCP_TOPICS,
    )
)
_TRADE = "Trade"


class PrivateStream:
    """Turns the reports of an account into frames, and hands them to the connections that have subscribed. A report is
    written once, however many listen, and not at all if nobody does."""

    def __init__(self, account: VenueAccount) -> None:
        self._account = account
        self._listeners: dict[str, list[Connection]] = {}
        self._count = 0
        account.listen(self._publish)

    def subscribe(self, topic: str, connection: Connection) -> None:
        """From now on the connection gets the frames of a topic."""
        self._listeners.setdefault(topic, []).append(connection)

    def unsubscribe(self, topic: str, connection: Connection) -> None:
        """From now on it does not."""
        listeners = self._listeners.get(topic, [])
        if connection in listeners:
            listeners.remove(connection)
        if not listeners:
            self._listeners.pop(topic, None)

    def _publish(self, report: Report) -> None:
        if not self._listeners:
            return
        match report:
            case OrderReport():
                self._send("order", report.symbol, lambda: self._order(report))
            case ExecutionReport():
                if report.exec_type == _TRADE:
                    self._send("execution.fast", "", lambda: self._fast_execution(report))
                self._send("execution", report.symbol, lambda: self._execution(report))
            case PositionReport():
                self._send("position", "position", lambda: self._position(report))
            case WalletReport():
                self._send("wallet", "wallet", lambda: wallet_row(report, self._account.account_details()))
            case _:
                # What a client knows of its own connection is nothing that an account tells.
                return

    def _send(self, topic: str, about: str, row: Callable[[], dict[str, Any]]) -> None:
        """One frame to each topic name under which it is listened to; `about` is a part of its id, "" for no id."""
        names = [name for name in (topic, f"{topic}.linear") if name in self._listeners]
        if not names:
            return
        self._count += 1
        now_ms = self._account.clock_ms
        frame_id = f'"id":"{self._account.uid}_{about}_{self._count}",' if about else ""
        data = encoded(row()).decode()
        for name in names:
            frame = f'{{{frame_id}"topic":"{name}","creationTime":{now_ms},"data":[{data}]}}'
            for connection in self._listeners[name]:
                connection.post(frame)

    def _order(self, report: OrderReport) -> dict[str, Any]:
        return order_push(report, self._account.instruments[report.symbol])

    def _execution(self, report: ExecutionReport) -> dict[str, Any]:
        return execution_push(report, self._account.instruments[report.symbol])

    def _fast_execution(self, report: ExecutionReport) -> dict[str, Any]:
        return fast_execution_push(report, self._account.instruments[report.symbol])

    def _position(self, report: PositionReport) -> dict[str, Any]:
        details = self._account.details(report.symbol)
        return position_push(report, details, self._account.instruments[report.symbol])
