"""The head of the page: what was run, the figures that come first, and what must not be overlooked."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from charts.report import wording
from charts.report.markup import banner
from charts.report.metric_names import Metrics
from play_engine.intervals import MINUTE_MS, interval_name

_STOPS = {
    "max_drawdown": "The run stopped when the drawdown reached its limit",
    "liquidation": "The run stopped after a liquidation",
    "bankrupt": "The run stopped because nothing was left",
    "halted": "The run was halted from outside",
    "failed": "The run failed",
}


def head(run: Mapping[str, Any]) -> str:
    """Title, window and origin of the run."""
    symbols = ", ".join(run["symbols"])
    window = f"{wording.instant(run['start_ms'])} to {wording.instant(run['end_ms'])} UTC"
    days = wording.duration(run["end_ms"] - run["start_ms"])
    bars = f"decides on {interval_name(run['exec_ms'])}, fills on {interval_name(run['fill_bar_ms'])} bars"
    facts = "".join(f"<span>{escape(fact)}</span>" for fact in (window, days, bars))
    stop = run["stop_reason"]
    chip = f"<em class='chip {'' if stop == 'completed' else 'down'}'>{escape(wording.words(stop))}</em>"
    title = f"<h1>{escape(run['play_id'])} <small>{escape(symbols)} · {escape(run['mode'])}</small>{chip}</h1>"
    return f"<header>{title}<p class='facts'>{facts}</p></header>"


def alarms(run: Mapping[str, Any], trades: float) -> Iterator[str]:
    """Boxes for a run that did not come to its end, is coarse or empty, or has warnings."""
    stop = run["stop_reason"]
    if stop != "completed":
        why = [run["error"]] if run["error"] else []
        when = f"{_STOPS.get(stop, f'The run stopped: {stop}')}, at {wording.instant(run['stop_ts'])} UTC."
        yield banner(when, [*why, "Everything below covers the time until then."], "down")
    if run["fill_bar_ms"] > MINUTE_MS:
        name = interval_name(run["fill_bar_ms"])
        text = "What happened within a bar is assumed; finer bars make the result more certain."
        yield banner(f"Fills were simulated on {name} bars, not on minutes.", [text], "caution")
    if not trades:
        yield banner("No trade was closed.", ["Figures that need trades say so."], "caution")
    if run["warnings"]:
        yield banner("Warnings", run["warnings"], "caution")


def tiles(metrics: Metrics) -> str:
    """The figures that come first; one that is undefined says why."""
    shown = (
        ("return", "total_return", _remark(metrics, "cagr", "a year")),
        ("final equity", "final_equity", f"USDT, from {metrics.text('initial_equity')}"),
        (
            "max drawdown",
            "max_drawdown",
            _remark(metrics, "max_drawdown_duration_ms", "longest", after=False),
        ),
        ("Sharpe", "sharpe", _remark(metrics, "sortino", "Sortino", after=False)),
        ("buy and hold", "benchmark_return", _remark(metrics, "excess_return", "excess return", after=False)),
        ("trades", "trades", _remark(metrics, "avg_trade_duration_ms", "on average")),
        ("win rate", "win_rate", _remark(metrics, "payoff_ratio", "winner / loser", after=False)),
        ("profit factor", "profit_factor", f"{metrics.text('gross_profit')} / {metrics.text('gross_loss')}"),
        ("expectancy", "expectancy", _remark(metrics, "expectancy_r", "USDT a trade,", after=False) or "USDT a trade"),
        ("time in market", "exposure_time", _remark(metrics, "max_gross_exposure", "of the equity at most")),
    )
    return f"<div class='tiles'>{''.join(_tile(metrics, *one) for one in shown)}</div>"


def _remark(metrics: Metrics, name: str, words: str, *, after: bool = True) -> str:
    if metrics.why_not(name):
        return ""
    value = metrics.text(name)
    return f"{value} {words}" if after else f"{words} {value}"


def _tile(metrics: Metrics, label: str, name: str, remark: str) -> str:
    cell = metrics.cell(name)
    why = f"undefined: {cell.remark}" if cell.remark else remark
    value = f"<b class='{cell.tone}'>{escape(cell.text)}</b>"
    return f"<div><span>{escape(label)}</span>{value}<small>{escape(why)}</small></div>"
