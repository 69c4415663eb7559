"""What happened at the edges: exits, refusals, what became of orders, and how often the simulation had to guess."""

from collections.abc import Iterator, Mapping
from typing import Any

from charts.report import wording
from charts.report.markup import Cell, Row, missing, side_by_side, table
from charts.report.metric_names import Metrics
from charts.report.wording import words

# Count → what it means for a reader; those of `_BOOKKEEPING` are no reason for doubt.
HONESTY = {
    "orders": "orders that reached a final state, stops and targets included",
    "filled": "orders that were filled whole",
    "cancelled": "orders that were cancelled",
    "rejected": "orders that the exchange refused",
    "gate_refusals": "intents of the Play that were refused before an order was made",
    "ambiguous_minutes": "minutes whose range held both stop and target of a position; which came first is a guess",
    "ambiguous_exits": "trades that ended in such a minute",
    "unprotected_minutes": "minutes that ended with a position without a live stop",
    "gap_minutes": "minutes without a bar; nothing can happen in them, and the next bar opens with a jump",
    "synthetic_fills": "fills on bars that were made to fill a gap; nobody traded there",
    "off_grid_prices": "prices of the data off the tick grid; they may be another market's",
    "funding_missing": "funding instants without a known rate; nothing was paid there",
    "sl_beyond_liquidation_warnings": "entries whose stop lay beyond the liquidation price",
    "liquidations": "positions that were taken over by the exchange",
}
_BOOKKEEPING = ("orders", "filled", "cancelled")
_REFUSALS = {
    "HALTED": "the Play was halted",
    "SYMBOL_OWNED": "another Play had the symbol",
    "STOP_UNAVAILABLE": "the stop's value was not known",
    "TARGET_UNAVAILABLE": "the target's value was not known",
    "SL_SIDE": "the stop lay on the wrong side of the price",
    "TP_SIDE": "the target lay on the wrong side of the price",
    "SL_BEYOND_LIQUIDATION": "liquidation would have come before the stop",
    "SIZE_TOO_SMALL": "the size came out below the smallest order",
    "STALE_CLOSE": "the position to close was gone",
    "TOO_MANY_ORDERS": "too many orders stood already",
}


def exits_table(by_reason: Mapping[str, Mapping[str, float]]) -> str:
    """Trades, win rate and result by what ended them, the most frequent first."""
    total = sum(one["trades"] for one in by_reason.values())
    ordered = sorted(by_reason.items(), key=lambda item: -item[1]["trades"])
    rows = [_exit_row(name, one, total) for name, one in ordered]
    return table(("exit", "trades", "of all", "win rate", "net PnL, USDT", "mean, USDT"), rows, title="Exits by reason")


def _exit_row(name: str, one: Mapping[str, float], total: float) -> Row:
    trades, net = one["trades"], one["net_pnl"]
    return (
        words(name),
        wording.count(trades),
        Cell(wording.percent(trades / total), share=trades / total),
        wording.percent(one["wins"] / trades),
        Cell(wording.signed_usdt(net), tone=wording.signed(net)),
        Cell(wording.signed_usdt(net / trades), tone=wording.signed(net)),
    )


def honesty_table(metrics: Metrics) -> str:
    """Every count; what should make a reader careful stands out."""
    rows = [
        (Cell(words(name), tone="faint" if not metrics.values.get(name) else ""), _counted(metrics, name), meaning)
        for name, meaning in HONESTY.items()
        if name in metrics.values
    ]
    return table(("count", "", "meaning"), rows, left=(0, 2))


def _counted(metrics: Metrics, name: str) -> Cell:
    value = metrics.values[name]
    if value is None:
        return Cell(wording.NOTHING, metrics.why_not(name), "faint")
    return Cell(wording.count(value), tone="" if name in _BOOKKEEPING else "caution" if value else "faint")


def reasons(by_reason: Mapping[str, Mapping[str, Any]]) -> list[Any]:
    """Why intents were refused, and why orders were not filled."""
    blocks = list(_reason_tables(by_reason))
    if not blocks:
        return missing("Refusals and unfilled orders", "Nothing was refused, and every order was filled.")
    return side_by_side(*([block] for block in blocks))


def _reason_tables(by_reason: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for group, counts in by_reason.items():
        if group == "exits" or not counts:
            continue
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        rows = [(Cell(words(name), _REFUSALS.get(name, "")), wording.count(count)) for name, count in ordered]
        title = "Refused by the gate" if group == "gate_refusals" else words(group).capitalize()
        yield table(("reason", "times"), rows, title=title)
