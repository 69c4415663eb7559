"""One set of Plays over the same bars twice: as a backtest, and as a demo session at the local venue."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from actors.instance import Instance
from actors.performance import run_prepared
from actors.preparing import prepare_accounts
from actors.session import run_sessions
from actors.venue_plan import VenuePlan
from feeds.provider import MemoryProvider
from play_engine.bars import BarSeries
from play_engine.play.model import Play
from results.result import Result

# Amounts agree to a hundredth of the smallest unit of money that a venue writes.
TOLERANCE = 1e-10


def backtest_and_session(
    plays: Mapping[str, Play],
    series: Sequence[BarSeries],
    start_ms: int,
    end_ms: int,
    *,
    account: str = "",
    settings: Mapping[str, object] | None = None,
    orders_over: str = "rest",
) -> list[tuple[Result, Result]]:
    """The results of both, of Plays by the name of their instance: on one `account`, or each on its own."""
    feeds = {"bars": MemoryProvider(series)}
    instances = [
        Instance(
            id=name,
            play=play,
            feed="bars",
            start_ms=start_ms,
            end_ms=end_ms,
            account=account,
            overrides=settings or {},
        )
        for name, play in plays.items()
    ]
    accounts = prepare_accounts(instances, feeds)
    backtests = run_prepared(accounts, feeds, runs_dir=None)
    plan = VenuePlan(name="replay", speed=None)
    sessions = run_sessions(
        accounts, feeds, {one.name: plan for one in accounts}, runs_dir=None, orders_over=orders_over
    )
    assert {outcome.error for outcome in (*backtests, *sessions)} == {""}
    return [
        (backtest.result, session.result)
        for backtest, session in zip(backtests, sessions, strict=True)
        if backtest.result is not None and session.result is not None
    ]


def differences(backtest: Result, session: Result) -> list[str]:
    """Where the two differ in trades, orders, fills, ledger and equity; what ended with the backtest is left out."""
    found: list[str] = []
    for table, columns in COMPARED.items():
        mine, its = _rows(backtest, table, columns), _rows(session, table, columns)
        if len(mine) != len(its):
            found.append(f"{table}: {len(mine)} in the backtest, {len(its)} in the session")
        found += [
            f"{table} {number}: {one} in the backtest, {other} in the session"
            for number, (one, other) in enumerate(zip(mine, its, strict=False))
            if not _same(one, other)
        ]
    return found


COMPARED: Mapping[str, Sequence[str]] = {
    "trades": (
        *("symbol", "play", "side", "entry_ts", "exit_ts", "entry_price", "exit_price", "qty", "gross_pnl", "fees"),
        *("net_pnl", "stop_loss", "take_profit", "exit_reason", "bars_held", "fills"),
    ),
    "orders": (
        *("symbol", "play", "kind", "side", "type", "tif", "qty", "filled_qty", "avg_price", "price", "trigger_price"),
        *("reduce_only", "stop_loss", "take_profit", "status", "created_ts", "updated_ts", "fees"),
    ),
    "fills": (
        *("symbol", "play", "ts", "side", "price", "qty", "value", "fee", "liquidity", "closing", "realised_pnl"),
        *("position_after", "wallet_after", "reason"),
    ),
    "ledger": ("ts", "reason", "amount", "wallet"),
    "equity": ("ts", "equity", "wallet", "unrealised_pnl"),
}


def _rows(result: Result, table: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows of a table, without those that the end of a backtest has made."""
    whole: pa.Table = getattr(result, table)
    rows = whole.to_pylist()
    kept = [row for row in rows if not _is_left_out(table, row, result.run["end_ms"])]
    if table == "orders":
        # Of orders that end at one instant, one may be told before the other.
        kept.sort(key=lambda row: (row["updated_ts"], row["symbol"], row["created_ts"], row["kind"]))
    return [tuple(row[name] for name in columns) for row in kept]


def _is_left_out(table: str, row: Mapping[str, Any], end_ms: int) -> bool:
    """Whether a row is not compared, because it belongs to the end: the backtest closes what is open there, and what
    was decided last never fills; the session fills it, because its venue goes on."""
    if table == "trades":
        return row["exit_reason"] == "end_of_data" or row["exit_ts"] >= end_ms
    if table == "orders":
        # A close of nothing is rejected by the simulated exchange, and not sent by a live account.
        return bool(row["updated_ts"] >= end_ms) or row["qty"] == 0.0
    return bool(row["ts"] >= end_ms)


def _same(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return all(_equal(mine, its) for mine, its in zip(one, other, strict=True))


def _equal(mine: Any, its: Any) -> bool:
    if isinstance(mine, float) and isinstance(its, float):
        return bool(np.isclose(mine, its, rtol=TOLERANCE, atol=1e-9, equal_nan=True))
    return bool(mine == its)
