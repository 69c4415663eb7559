"""What the metrics are called and how each is printed, in groups; one that is not listed here is shown as it is."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from charts.report import wording
from charts.report.markup import Cell, folded, table
from charts.report.wording import NOTHING, Format, words

# Group → metric → (label, format).
Groups = Mapping[str, Mapping[str, tuple[str, Format]]]
GROUPS: Groups = {
    "Result": {
        "initial_equity": ("equity at the start, USDT", wording.usdt),
        "final_equity": ("equity at the end, USDT", wording.usdt),
        "net_pnl": ("net PnL, USDT", wording.signed_usdt),
        "gross_pnl": ("PnL of trades before fees and funding, USDT", wording.signed_usdt),
        "total_return": ("return", wording.signed_percent),
        "cagr": ("return a year, compounded", wording.signed_percent),
    },
    "Drawdown": {
        "max_drawdown": ("deepest, from peak", wording.percent),
        "max_drawdown_abs": ("deepest, USDT", wording.usdt),
        "max_drawdown_minute": ("deepest at any minute's close", wording.percent),
        "max_drawdown_duration_ms": ("longest", wording.duration),
        "max_drawdown_duration_bars": ("longest, exec bars", wording.count),
        "max_drawdown_peak_ts": ("peak before the deepest", wording.instant),
        "max_drawdown_valley_ts": ("bottom of the deepest", wording.instant),
        "max_drawdown_recovery_ts": ("recovery from the deepest", wording.instant),
        "avg_drawdown": ("mean depth of the separate ones", wording.percent),
        "time_under_water": ("share of points below the peak", wording.percent),
        "recovery_factor": ("net PnL / deepest drawdown", wording.ratio),
    },
    "Daily returns": {
        "volatility": ("volatility a year", wording.percent),
        "sharpe": ("Sharpe", wording.ratio),
        "sortino": ("Sortino", wording.ratio),
        "calmar": ("Calmar", wording.ratio),
        "omega": ("Omega", wording.ratio),
        "ulcer_index": ("ulcer index", wording.percent),
        "skew": ("skew", wording.ratio),
        "kurtosis": ("excess kurtosis", wording.ratio),
        "tail_ratio": ("tail ratio", wording.ratio),
        "stability": ("stability, R² of the log curve", wording.ratio),
        "best_day": ("best day", wording.signed_percent),
        "worst_day": ("worst day", wording.signed_percent),
        "positive_days": ("days with a gain", wording.count),
        "best_month": ("best month", wording.signed_percent),
        "worst_month": ("worst month", wording.signed_percent),
        "var_95": ("value at risk, a day, 95 %", wording.percent),
        "cvar_95": ("expected shortfall, a day, 95 %", wording.percent),
    },
    "Against buy and hold": {
        "benchmark_return": ("return of holding", wording.signed_percent),
        "excess_return": ("return above it", wording.signed_percent),
        "beta": ("beta", wording.ratio),
        "alpha": ("alpha a year", wording.signed_percent),
        "correlation": ("correlation", wording.ratio),
        "r_squared": ("R²", wording.ratio),
        "tracking_error": ("tracking error a year", wording.percent),
        "information_ratio": ("information ratio", wording.ratio),
    },
    "Trades": {
        "trades": ("trades", wording.count),
        "wins": ("winners", wording.count),
        "losses": ("losers", wording.count),
        "breakeven": ("at zero", wording.count),
        "win_rate": ("win rate", wording.percent),
        "gross_profit": ("won by winners, USDT", wording.signed_usdt),
        "gross_loss": ("lost by losers, USDT", wording.signed_usdt),
        "profit_factor": ("profit factor", wording.ratio),
        "expectancy": ("expectancy, USDT", wording.signed_usdt),
        "expectancy_r": ("expectancy", wording.in_risk),
        "avg_trade_return": ("mean return on value", wording.signed_percent),
        "avg_win": ("mean winner, USDT", wording.signed_usdt),
        "avg_loss": ("mean loser, USDT", wording.signed_usdt),
        "largest_win": ("largest winner, USDT", wording.signed_usdt),
        "largest_loss": ("largest loser, USDT", wording.signed_usdt),
        "payoff_ratio": ("mean winner / mean loser", wording.ratio),
        "sqn": ("SQN", wording.ratio),
        "kelly": ("Kelly fraction", wording.signed_percent),
        "max_consecutive_wins": ("most winners in a row", wording.count),
        "max_consecutive_losses": ("most losers in a row", wording.count),
    },
    "Length of trades": {
        "avg_trade_duration_ms": ("mean", wording.duration),
        "median_trade_duration_ms": ("median", wording.duration),
        "max_trade_duration_ms": ("longest", wording.duration),
        "avg_win_duration_ms": ("mean of winners", wording.duration),
        "median_win_duration_ms": ("median of winners", wording.duration),
        "max_win_duration_ms": ("longest winner", wording.duration),
        "avg_loss_duration_ms": ("mean of losers", wording.duration),
        "median_loss_duration_ms": ("median of losers", wording.duration),
        "max_loss_duration_ms": ("longest loser", wording.duration),
        "avg_bars_held": ("mean, exec bars", wording.count),
    },
    "Excursions": {
        "mae_avg": ("mean adverse", wording.percent),
        "mae_max": ("greatest adverse", wording.percent),
        "mfe_avg": ("mean favourable", wording.percent),
        "mfe_max": ("greatest favourable", wording.percent),
        "edge_ratio": ("favourable / adverse", wording.ratio),
    },
    **{
        f"{side.capitalize()} trades": {
            f"{side}_trades": ("trades", wording.count),
            f"{side}_win_rate": ("win rate", wording.percent),
            f"{side}_net_pnl": ("net PnL, USDT", wording.signed_usdt),
            f"{side}_gross_pnl": ("PnL before fees and funding, USDT", wording.signed_usdt),
            f"{side}_fees": ("fees, USDT", wording.usdt),
            f"{side}_funding": ("funding received less paid, USDT", wording.signed_usdt),
            f"{side}_profit_factor": ("profit factor", wording.ratio),
        }
        for side in ("long", "short")
    },
    "Costs": {
        "fees_total": ("fees, USDT", wording.usdt),
        "fees_maker": ("maker fees, USDT", wording.usdt),
        "fees_taker": ("taker fees, USDT", wording.usdt),
        "maker_share": ("share of the volume that was maker", wording.percent),
        "funding_paid": ("funding paid, USDT", wording.usdt),
        "funding_received": ("funding received, USDT", wording.usdt),
        "net_funding": ("funding received less paid, USDT", wording.signed_usdt),
        "slippage_cost": ("slippage, USDT", wording.usdt),
        "volume": ("volume, USDT", wording.usdt),
        "turnover": ("volume / mean equity", wording.multiple),
        "cost_share": ("all costs / PnL before costs", wording.percent),
        "bankruptcy_credit": ("made good after bankruptcy, USDT", wording.usdt),
        "liquidation_residue": ("left over by takeovers, USDT", wording.signed_usdt),
    },
    "Exposure": {
        "exposure_time": ("share of time with a position", wording.percent),
        "exposure_long": ("share of time long", wording.percent),
        "exposure_short": ("share of time short", wording.percent),
        "avg_leverage": ("mean gross value / equity", wording.multiple),
        "max_gross_exposure": ("greatest gross value / equity", wording.multiple),
        "max_margin_usage": ("most margin in use, of the wallet", wording.percent),
        "closest_liquidation": ("nearest that liquidation came, of the price", wording.percent),
    },
}


@attrs.frozen
class Metrics:
    """Values of metrics by name, and why those are undefined that are."""

    values: Mapping[str, Any]
    undefined: Mapping[str, str]

    def text(self, name: str) -> str:
        """The metric as text."""
        value = self.values.get(name)
        return NOTHING if value is None else _format_of(name)(value)

    def why_not(self, name: str) -> str:
        """Why there is no such value; empty if there is one."""
        if self.values.get(name) is not None:
            return ""
        return self.undefined.get(name, "not in this run's metrics")

    def cell(self, name: str) -> Cell:
        """The metric, or a dash and the reason why there is none."""
        signed = wording.signed_usdt, wording.signed_percent, wording.in_risk
        value = self.values.get(name)
        tone = wording.signed(value) if _format_of(name) in signed else ""
        return Cell(self.text(name), self.why_not(name), "faint" if value is None else tone)


def metrics_of(document: Mapping[str, Any]) -> Metrics:
    """The metrics out of metrics.json, or of one Play in it."""
    return Metrics(document["values"], document["undefined"])


def metric_tables(metrics: Metrics, elsewhere: frozenset[str]) -> str:
    """All metrics in groups, folded away; those of `elsewhere` have a table of their own on the page."""
    listed = {name for group in GROUPS.values() for name in group}
    others = [name for name in metrics.values if name not in listed and name not in elsewhere]
    groups = [(title, list(_rows(metrics, group))) for title, group in GROUPS.items()]
    groups += [("Others", [(name, metrics.cell(name)) for name in others])] if others else []
    tables = "".join(table((title, ""), rows) for title, rows in groups if rows)
    undefined = sum(value is None for value in metrics.values.values())
    title = f"{len(metrics.values):,} metrics, {undefined:,} of them undefined, with the reason"
    return folded(title, f"<div class='columns'>{tables}</div>")


def _rows(metrics: Metrics, group: Mapping[str, tuple[str, Format]]) -> Iterator[tuple[str, Cell]]:
    for name, (label, _) in group.items():
        if name in metrics.values:
            yield label, metrics.cell(name)


def label_of(name: str) -> str:
    """What a metric is called."""
    return next((group[name][0] for group in GROUPS.values() if name in group), words(name))


def _format_of(name: str) -> Format:
    return next((group[name][1] for group in GROUPS.values() if name in group), wording.plain)
