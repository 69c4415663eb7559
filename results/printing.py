"""A result as a short text for terminals and as a small table for notebooks."""

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from play_engine.intervals import MINUTE_MS, interval_name
from results.assumed import assumed

_NONE = "–"
# Counters that a reader should see when they are not 0.
_CAUTIONS = {
    "gate_refusals": "intents refused",
    "rejected": "orders rejected",
    "liquidations": "liquidations",
    "ambiguous_exits": "exits whose bar held both stop and target",
    "unprotected_minutes": "minutes without a live stop",
    "gap_minutes": "minutes without a bar",
    "synthetic_fills": "fills on synthetic bars",
    "off_grid_prices": "prices off the tick grid",
    "funding_missing": "funding settlements without a rate, at which nothing was paid or received",
    "sl_beyond_liquidation_warnings": "entries with the stop beyond the liquidation price",
}
# Counters whose reasons stand in a group of `by_reason`.
_REASONS = {"gate_refusals": "gate_refusals", "rejected": "orders_rejected"}


def result_text(run: Mapping[str, Any], metrics: Mapping[str, Any], path: Path | None) -> str:
    """A title line and one line for each fact, in two columns."""
    facts = _facts(run, metrics, path)
    width = max(len(name) for name, _ in facts)
    return "\n".join([_title(run), *(f"  {name:<{width}}  {value}" for name, value in facts)])


def result_html(run: Mapping[str, Any], metrics: Mapping[str, Any], path: Path | None) -> str:
    """The same as an HTML table; every text is escaped."""
    cells = "".join(
        f"<tr><th style='text-align:left'>{escape(name)}</th><td style='text-align:left'>{escape(value)}</td></tr>"
        for name, value in _facts(run, metrics, path)
    )
    return f"<table><caption>{escape(_title(run))}</caption>{cells}</table>"


def _title(run: Mapping[str, Any]) -> str:
    bar_ms = run["fill_bar_ms"]
    coarse = f"  (fills on {interval_name(bar_ms)} bars, not on minutes)" if bar_ms > MINUTE_MS else ""
    return f"{run['play_id']}  {', '.join(run['symbols'])}  {run['mode']}{coarse}"


def _facts(run: Mapping[str, Any], metrics: Mapping[str, Any], path: Path | None) -> list[tuple[str, str]]:
    values = metrics["values"]
    stopped = run["stop_reason"]
    if stopped != "completed":
        stopped += f" at {_time(run['stop_ts'])}"
    facts = [
        ("window", f"{_time(run['start_ms'])} to {_time(run['end_ms'])} UTC, {interval_name(run['exec_ms'])}"),
        ("trades", f"{values['trades']:,}"),
        ("win rate", _percent(values["win_rate"])),
        ("return", _percent(values["total_return"], sign="+")),
        ("max drawdown", _percent(values["max_drawdown"])),
        ("sharpe", _number(values["sharpe"])),
        ("profit factor", _number(values["profit_factor"])),
        ("fees", f"{_number(values['fees_total'])} USDT"),
        *_funding(values),
        ("final equity", f"{_number(values['final_equity'])} USDT"),
        ("stop reason", stopped),
        ("assumed", assumed(run)),
        ("result hash", run["hashes"]["result_hash"][:12]),
        *_plays(metrics["per_play"]),
    ]
    facts += [("error", run["error"])] if run["error"] else []
    facts += [("caution", text) for text in _cautions(metrics)]
    facts += [("warning", text) for text in run["warnings"]]
    return facts + ([("path", str(path))] if path else [])


def _funding(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    if not values["funding_paid"] and not values["funding_received"]:
        return []
    return [("funding", f"{_number(values['net_funding'], sign='+')} USDT")]


def _plays(per_play: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A line for each of several Plays on the account."""
    if len(per_play) < 2:
        return []
    return [("play", f"{instance}: {_play(metrics['values'])}") for instance, metrics in per_play.items()]


def _play(values: Mapping[str, Any]) -> str:
    net = _number(values["net_pnl"], sign="+")
    trades = values["trades"]
    return f"{trades:,} trade{'' if trades == 1 else 's'}, win rate {_percent(values['win_rate'])}, net {net} USDT"


def _cautions(metrics: Mapping[str, Any]) -> list[str]:
    values, by_reason = metrics["values"], metrics["by_reason"]
    texts = [
        f"{values[name]:,} {text}{_because(by_reason.get(_REASONS.get(name, ''), {}))}"
        for name, text in _CAUTIONS.items()
        if values.get(name)
    ]
    if values.get("bankruptcy_credit"):
        texts.append(f"{_number(values['bankruptcy_credit'])} USDT below 0 in the wallet, made good by the exchange")
    return texts


def _because(reasons: Mapping[str, int]) -> str:
    counts = sorted(reasons.items(), key=lambda reason: -reason[1])
    return f" ({', '.join(f'{name} {count:,}' for name, count in counts)})" if counts else ""


def _time(ts_ms: int) -> str:
    return f"{datetime.fromtimestamp(ts_ms / 1000, UTC):%Y-%m-%d %H:%M}"


def _percent(value: float | None, sign: str = "") -> str:
    return _NONE if value is None else f"{value * 100:{sign}.2f} %"


def _number(value: float | None, sign: str = "") -> str:
    return _NONE if value is None else f"{value:{sign},.2f}"
