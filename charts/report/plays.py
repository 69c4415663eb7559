"""The Plays of a shared account side by side."""

from collections.abc import Mapping
from typing import Any

from charts.report.markup import table
from charts.report.metric_names import metrics_of

_SHOWN = {
    "trades": "trades",
    "win_rate": "win rate",
    "net_pnl": "net PnL, USDT",
    "profit_factor": "profit factor",
    "expectancy": "expectancy, USDT",
    "expectancy_r": "expectancy, R",
    "fees_total": "fees, USDT",
    "exposure_time": "time in market",
    "largest_loss": "largest loser, USDT",
    "gate_refusals": "refused",
}


def plays_table(per_play: Mapping[str, Mapping[str, Any]]) -> str:
    """A row for each Play; figures that the run does not have of any Play are left out."""
    plays = {name: metrics_of(document) for name, document in per_play.items()}
    shown = [name for name in _SHOWN if any(name in metrics.values for metrics in plays.values())]
    rows = [(instance, *(metrics.cell(name) for name in shown)) for instance, metrics in plays.items()]
    return table(("Play", *(_SHOWN[name] for name in shown)), rows)
