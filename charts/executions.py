"""What a run did, as a chart shows it: entries, exits, and how long each stop and target stood where."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import attrs

from charts.wording import price_text, time_text

if TYPE_CHECKING:
    from results.result import Result


@attrs.frozen(kw_only=True)
class Execution:
    """A fill: `side` is that of the position (1 long, −1 short)."""

    ts_ms: float
    price: float
    side: int
    is_entry: bool
    text: str


@attrs.frozen(kw_only=True)
class Level:
    """Where a stop or target stood over the life of a position, or from `start_ms` on if it was moved there."""

    kind: Literal["stop", "target"]
    start_ms: float
    end_ms: float
    price: float
    text: str


@attrs.frozen(kw_only=True)
class Passage:
    """A position from its entry to its exit, at average prices; `pnl` is net, USDT."""

    start_ms: float
    start_price: float
    end_ms: float
    end_price: float
    pnl: float


@attrs.frozen(kw_only=True)
class Executions:
    """Everything about trades that is drawn."""

    fills: tuple[Execution, ...] = ()
    levels: tuple[Level, ...] = ()
    passages: tuple[Passage, ...] = ()


Row = dict[str, Any]
# Share of a position's life over which the last place of a moved stop is drawn.
_LAST_PART = 0.2


def executions_of(result: "Result") -> Executions:
    """Read them from the tables of a run."""
    trades: dict[int, Row] = {row["trade_id"]: row for row in result.trades.to_pylist()}
    fills: list[Row] = result.fills.to_pylist()
    moved = _moved_stops(fills, result.orders.to_pylist())
    return Executions(
        fills=tuple(_execution(fill, trades.get(fill["trade_id"])) for fill in fills),
        levels=tuple(level for id_, trade in trades.items() for level in _levels(trade, moved.get(id_, []))),
        passages=tuple(_passage(trade) for trade in trades.values()),
    )


def _execution(fill: Row, trade: Row | None) -> Execution:
    side = -fill["side"] if fill["closing"] else fill["side"]
    name = f"{'exit' if fill['closing'] else 'entry'} {'long' if side == 1 else 'short'}"
    facts = [f"{name} {fill['qty']:g} at {price_text(fill['price'])}", time_text(fill["ts"])]
    if fill["closing"]:
        facts += [f"reason {fill['reason']}", f"PnL {fill['realised_pnl']:+,.2f} USDT before fees"]
    if trade is not None:
        facts += _facts_of(trade, closing=fill["closing"] and fill["position_after"] == 0.0)
    facts += _noted(fill["metadata"])
    return Execution(
        ts_ms=fill["ts"], price=fill["price"], side=side, is_entry=not fill["closing"], text=", ".join(facts)
    )


def _facts_of(trade: Row, *, closing: bool) -> list[str]:
    facts = [f"trade {trade['trade_id']}: net {trade['net_pnl']:+,.2f} USDT"]
    facts += [f"{trade['r_multiple']:+.2f} R"] if trade["r_multiple"] is not None else []
    return [*facts, *_noted(trade["exit_metadata"] if closing else trade["metadata"])]


def _noted(metadata: str | None) -> list[str]:
    """The metadata of an intent, a JSON object, as a fact for each entry."""
    noted: dict[str, object] = json.loads(metadata) if metadata else {}
    return [f"{name}: {value}" for name, value in noted.items()]


def _moved_stops(fills: list[Row], orders: list[Row]) -> dict[int, list[Row]]:
    """The stop orders that were moved, by the trade whose entry brought them along."""
    trade_of = {fill["order_id"]: fill["trade_id"] for fill in fills if not fill["closing"]}
    moved: dict[int, list[Row]] = {}
    for order in orders:
        if order["kind"] == "stop_loss" and order["amendments"] and order["parent_id"] in trade_of:
            moved.setdefault(trade_of[order["parent_id"]], []).append(order)
    return moved


def _levels(trade: Row, moved: list[Row]) -> Iterator[Level]:
    """First stop and first target over the whole life; of a stop that was moved also the end, where it stood at last.

    The records do not say when a stop was moved.
    """
    start_ms, end_ms = trade["entry_ts"], trade["exit_ts"]
    name = f"of trade {trade['trade_id']}"
    stop, target = trade["stop_loss"], trade["take_profit"]
    if stop is not None:
        text = f"first stop {name}: {price_text(stop)}"
        yield Level(kind="stop", start_ms=start_ms, end_ms=end_ms, price=stop, text=text)
    if target is not None:
        text = f"target {name}: {price_text(target)}"
        yield Level(kind="target", start_ms=start_ms, end_ms=end_ms, price=target, text=text)
    for order in moved:
        last_part_ms = end_ms - (end_ms - start_ms) * _LAST_PART
        text = f"stop {name} at last: {price_text(order['trigger_price'])}, moved {order['amendments']} times"
        yield Level(kind="stop", start_ms=last_part_ms, end_ms=end_ms, price=order["trigger_price"], text=text)


def _passage(trade: Row) -> Passage:
    return Passage(
        start_ms=trade["entry_ts"],
        start_price=trade["entry_price"],
        end_ms=trade["exit_ts"],
        end_price=trade["exit_price"],
        pnl=trade["net_pnl"],
    )
