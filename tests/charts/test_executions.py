"""Entries, exits, stops and targets from the tables of a run."""

from types import SimpleNamespace
from typing import Any

import pyarrow as pa

from charts.executions import Executions, executions_of

TRADE = {
    "trade_id": 4,
    "side": -1,
    "entry_ts": 60_000,
    "exit_ts": 160_000,
    "entry_price": 100.0,
    "exit_price": 90.0,
    "net_pnl": 9.5,
    "r_multiple": 2.0,
    "stop_loss": 105.0,
    "take_profit": None,
    "metadata": '{"zone":"premium"}',
    "exit_metadata": None,
}
ENTRY = {
    "order_id": 11,
    "trade_id": 4,
    "ts": 60_000,
    "side": -1,
    "price": 100.0,
    "qty": 1.0,
    "closing": False,
    "realised_pnl": 0.0,
    "position_after": -1.0,
    "reason": "entry",
    "metadata": None,
}
EXIT = {
    **ENTRY,
    "order_id": 12,
    "ts": 160_000,
    "side": 1,
    "price": 90.0,
    "closing": True,
    "realised_pnl": 10.0,
    "position_after": 0.0,
    "reason": "signal",
}
STOP = {"kind": "stop_loss", "parent_id": 11, "amendments": 0, "trigger_price": 105.0}


def read(**changes: Any) -> Executions:
    stop = {**STOP, **changes}
    tables = {"trades": [TRADE], "fills": [ENTRY, EXIT], "orders": [stop]}
    result: Any = SimpleNamespace(**{name: pa.Table.from_pylist(rows) for name, rows in tables.items()})
    return executions_of(result)


def test_sides_are_those_of_the_position() -> None:
    entry, exit_ = read().fills
    assert (entry.side, entry.is_entry, entry.ts_ms, entry.price) == (-1, True, 60_000, 100.0)
    assert (exit_.side, exit_.is_entry, exit_.ts_ms, exit_.price) == (-1, False, 160_000, 90.0)
    assert "entry short 1 at 100" in entry.text
    assert "zone: premium" in entry.text
    assert "reason signal, PnL +10.00 USDT before fees, trade 4: net +9.50 USDT, +2.00 R" in exit_.text


def test_levels_last_as_long_as_the_position() -> None:
    (stop,) = read().levels
    assert (stop.kind, stop.price, stop.start_ms, stop.end_ms) == ("stop", 105.0, 60_000, 160_000)


def test_a_moved_stop_is_shown_where_it_stood_at_last() -> None:
    first, last = read(amendments=3, trigger_price=98.0).levels
    assert (first.price, last.price, last.start_ms, last.end_ms) == (105.0, 98.0, 140_000, 160_000)
    assert "moved 3 times" in last.text


def test_a_position_is_a_line_between_its_average_prices() -> None:
    (passage,) = read().passages
    assert (passage.start_price, passage.end_price, passage.pnl) == (100.0, 90.0, 9.5)
