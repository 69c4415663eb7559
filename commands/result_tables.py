"""Results as tables: one row for each account, one row for each of the last trades."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table

from commands.presentation import NOTHING, fits, number, percent, plain_table, show
from commands.times import show_instant

if TYPE_CHECKING:
    from actors.messages import Outcome
    from results.result import Result

_SIDES = {1: "long", -1: "short"}
_LEFT = ("account", "mode", "stopped by", "hash", "artefacts")
_HEADINGS = (
    "account",
    "mode",
    "trades",
    "win rate",
    "net PnL",
    "return",
    "max DD",
    "Sharpe",
    "fees",
    "equity",
    "stopped by",
    "hash",
    "artefacts",
)
_TRADE_HEADINGS = ("entry", "exit", "side", "qty", "entry price", "exit price", "net PnL", "return", "exit reason")


def show_outcomes(outcomes: "Sequence[Outcome]") -> None:
    """The table of a run; where the terminal is too narrow for it, a column for each account and the paths below."""
    rows = [_outcome_row(outcome) for outcome in outcomes]
    table = plain_table(_HEADINGS, rows, left=_LEFT)
    if fits(table):
        show(table)
        return
    at_once = next((count for count in range(len(rows), 1, -1) if fits(_turned(rows[:count]))), 1)
    for first in range(0, len(rows), at_once):
        show(_turned(rows[first : first + at_once]))
    for row in rows:
        show(f"{row[0]}: {row[-1]}")


def show_last_trades(result: "Result", count: int) -> None:
    """The last trades of a run, with prices in USDT and times in UTC; nothing when there was no trade."""
    trades = result.trades
    rows = [_trade_row(trade) for trade in trades.slice(max(0, trades.num_rows - count)).to_pylist()]
    if rows:
        of_all = f"last {len(rows)} of {trades.num_rows:,} trades" if trades.num_rows > len(rows) else "trades"
        show(of_all)
        show(plain_table(_TRADE_HEADINGS, rows, left=("entry", "exit", "side", "exit reason")))


def _outcome_row(outcome: "Outcome") -> list[str]:
    result = outcome.result
    if result is None:
        return [outcome.account, *[NOTHING] * 9, "failed", NOTHING, NOTHING]
    values = result.metrics["values"]
    return [
        outcome.account,
        result.run["mode"],
        f"{values['trades']:,}",
        percent(values["win_rate"]),
        number(values["net_pnl"], sign="+"),
        percent(values["total_return"], sign="+"),
        percent(values["max_drawdown"]),
        number(values["sharpe"]),
        number(values["fees_total"]),
        number(values["final_equity"]),
        result.stop_reason,
        result.result_hash[:12],
        str(result.path) if result.path else NOTHING,
    ]


def _turned(rows: Sequence[Sequence[str]]) -> Table:
    """A column for each row, without the artefacts."""
    accounts, *facts = zip(*rows, strict=True)
    lines = [[heading, *cells] for heading, cells in zip(_HEADINGS[1:-1], facts[:-1], strict=True)]
    return plain_table([_HEADINGS[0], *accounts], lines, left=_HEADINGS[:1])


def _trade_row(trade: dict[str, Any]) -> list[str]:
    return [
        show_instant(trade["entry_ts"]),
        show_instant(trade["exit_ts"]),
        _SIDES[trade["side"]],
        f"{trade['qty']:,.8g}",
        f"{trade['entry_price']:,.8g}",
        f"{trade['exit_price']:,.8g}",
        number(trade["net_pnl"], sign="+"),
        percent(trade["return_on_value"], sign="+"),
        str(trade["exit_reason"]),
    ]
