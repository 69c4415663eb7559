"""An account as bytes, and back: the simulator's state, and what its reports are made from."""

import base64
import binascii
import json
import zlib
from collections import deque
from typing import Any

import attrs

from exchange.reports import ExecutionReport, OrderReport
from exchange.simulated.served import ServedExchange
from exchange.venue.accounts.changes import Seen
from exchange.venue.accounts.history import MOST_ROWS
from exchange.venue.accounts.positions import Holding
from exchange.venue.accounts.reporting import AccountReports
from exchange.venue.accounts.values import ClosedPnl, Transaction
from play_engine.errors import DataError

_FORMAT = 1


def write_state(exchange: ServedExchange, reports: AccountReports, margin_mode: str) -> bytes:
    """The account as text: JSON, in which a number that is not there is NaN."""
    history = reports.history
    state = {
        "format": _FORMAT,
        "uid": reports.names.uid,
        "symbols": list(reports.names.symbols),
        "margin_mode": margin_mode,
        "exchange": base64.b64encode(zlib.compress(exchange.snapshot())).decode(),
        "links": list(reports.link_of.items()),
        "seen": [
            [number, attrs.asdict(seen.report), seen.told, seen.arrival_ms] for number, seen in reports.seen.items()
        ],
        "holdings": [attrs.asdict(holding) for holding in reports.holdings.values()],
        "orders": [attrs.asdict(order) for order in history.orders.values()],
        "closed": [attrs.asdict(closed) for closed in history.closed.values()],
        "executions": [attrs.asdict(execution) for execution in history.executions],
        "transactions": [attrs.asdict(transaction) for transaction in history.transactions],
    }
    return json.dumps(state, separators=(",", ":")).encode()


def read_state(snapshot: bytes, exchange: ServedExchange, reports: AccountReports) -> str:
    """Bring simulator and reports to the state of a snapshot; the margin mode of then.

    Raises DataError, and changes nothing, for a snapshot that is damaged or of another account.
    """
    try:
        state: dict[str, Any] = json.loads(snapshot)
        owner = state["format"], state["uid"], tuple(state["symbols"])
        if owner != (_FORMAT, reports.names.uid, reports.names.symbols):
            raise DataError(
                f"a snapshot of account {state['uid']} with {', '.join(state['symbols'])}, format {state['format']}, "
                f"cannot be given to account {reports.names.uid} with {', '.join(reports.names.symbols)}"
            )
        past = _read_past(state)
        exchange.restore(zlib.decompress(base64.b64decode(state["exchange"])))
    except (ValueError, KeyError, TypeError, binascii.Error, zlib.error) as error:
        raise DataError(f"a snapshot of account {reports.names.uid} cannot be read: {error!r}") from error
    _put(past, reports)
    return past["margin_mode"]


def _read_past(state: dict[str, Any]) -> dict[str, Any]:
    """The values of the snapshot, made again."""
    return {
        "margin_mode": str(state["margin_mode"]),
        "link_of": {int(number): str(link) for number, link in state["links"]},
        "seen": {
            int(number): Seen(report=OrderReport(**report), told=told, arrival_ms=arrival_ms)
            for number, report, told, arrival_ms in state["seen"]
        },
        "holdings": [Holding(**values) for values in state["holdings"]],
        "orders": [OrderReport(**values) for values in state["orders"]],
        "closed": [ClosedPnl(**values) for values in state["closed"]],
        "executions": [ExecutionReport(**values) for values in state["executions"]],
        "transactions": [Transaction(**values) for values in state["transactions"]],
    }


def _put(past: dict[str, Any], reports: AccountReports) -> None:
    reports.link_of.clear()
    reports.link_of.update(past["link_of"])
    reports.links = {link: number for number, link in reports.link_of.items()}
    reports.seen = past["seen"]
    reports.holdings = {holding.symbol: holding for holding in past["holdings"]}
    history = reports.history
    history.orders = {order.order_id: order for order in past["orders"]}
    history.closed = {closed.order_id: closed for closed in past["closed"]}
    history.executions = deque(past["executions"], maxlen=MOST_ROWS)
    history.transactions = deque(past["transactions"], maxlen=MOST_ROWS)
    reports.settle()
