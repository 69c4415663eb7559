"""Metrics as a reader wants them: shares in percent, money with two digits, the usual ones in the usual order."""

from commands.presentation import NOTHING, number, percent
from commands.times import show_instant

_SHARES = (
    *("total_return", "cagr", "max_drawdown", "max_drawdown_minute", "avg_drawdown", "time_under_water", "volatility"),
    *("win_rate", "long_win_rate", "short_win_rate", "exposure_time", "exposure_long", "exposure_short"),
    *("best_day", "worst_day", "best_month", "worst_month", "var_95", "cvar_95", "benchmark_return", "excess_return"),
    *("avg_trade_return", "mae_avg", "mae_max", "mfe_avg", "mfe_max", "maker_share", "max_margin_usage"),
    *("closest_liquidation", "cost_share", "tracking_error", "alpha"),
)
# What a comparison always shows, in this order.
USUAL = (
    *("final_equity", "net_pnl", "total_return", "cagr", "max_drawdown", "max_drawdown_minute", "volatility"),
    *("sharpe", "sortino", "calmar", "trades", "win_rate", "profit_factor", "expectancy", "avg_win", "avg_loss"),
    *("exposure_time", "max_gross_exposure", "fees_total", "net_funding", "slippage_cost", "liquidations"),
    *("rejected", "gate_refusals", "gap_minutes", "funding_missing"),
)


def value_text(name: str, value: float | None, *, sign: str = "") -> str:
    """The value of the metric `name`, a dash where it is undefined."""
    if value is None:
        return NOTHING
    if name.endswith("_ts") and not sign:
        return show_instant(int(value))
    if name in _SHARES:
        return percent(value, sign=sign)
    return f"{value:{sign},}" if isinstance(value, int) else number(value, sign=sign)


def difference_text(name: str, first: float | None, other: float | None) -> str:
    """By how much `other` is greater, percent in percentage points; nothing where they are equal or one is unknown."""
    if first is None or other is None or first == other:
        return ""
    return value_text(name, other - first, sign="+")
