"""Result and drawdown metrics of an equity curve."""

import numpy as np

from play_engine.bars import Floats, Ints
from play_engine.intervals import DAY_MS
from results.daily_ratios import DAYS_A_YEAR
from results.equity_curve import EquityCurve
from results.measure import NO_DRAWDOWN, Measure, Measures, Undefined


def result_metrics(curve: EquityCurve, *, deposits: float, gross_pnl: float) -> Measures:
    """What came out: `deposits` after the start and `gross_pnl` of the closed trades, both in USDT."""
    return {
        "initial_equity": curve.first_equity,
        "final_equity": curve.last_equity,
        "net_pnl": curve.last_equity - curve.first_equity - deposits,
        "gross_pnl": gross_pnl,
        "total_return": total_return(curve),
        "cagr": _cagr(curve),
    }


def total_return(curve: EquityCurve) -> float:
    """Last equity over first, less 1; −1 when nothing is left."""
    return curve.last_equity / curve.first_equity - 1.0 if curve.last_equity > 0 else -1.0


def _cagr(curve: EquityCurve) -> Measure:
    if curve.span_ms < DAY_MS:
        return Undefined("shorter than 1 day")
    if curve.last_equity <= 0:
        return -1.0
    exponent = DAYS_A_YEAR * DAY_MS / curve.span_ms
    with np.errstate(over="ignore"):
        return float(np.power(curve.last_equity / curve.first_equity, exponent)) - 1.0


def drawdown_metrics(curve: EquityCurve) -> Measures:
    """Depths as fractions of the peak, lengths in ms and in points, and when the deepest one happened."""
    deepest = curve.deepest
    recovery = deepest.recovery_ts if deepest else None
    return {
        "max_drawdown": curve.max_drawdown,
        "max_drawdown_abs": curve.max_drawdown_abs,
        "max_drawdown_minute": curve.max_drawdown_minute,
        "max_drawdown_duration_ms": curve.longest_ms,
        "max_drawdown_duration_bars": curve.longest_bars,
        "max_drawdown_peak_ts": deepest.peak_ts if deepest else NO_DRAWDOWN,
        "max_drawdown_valley_ts": deepest.valley_ts if deepest else NO_DRAWDOWN,
        "max_drawdown_recovery_ts": _recovery(recovery) if deepest else NO_DRAWDOWN,
        "avg_drawdown": curve.avg_drawdown,
        "time_under_water": curve.points_under_water / curve.points,
    }


def _recovery(ts: int | None) -> Measure:
    return Undefined("not recovered") if ts is None else ts


def month_metrics(days: Floats, ts: Ints) -> Measures:
    """Best and worst return of a calendar month, UTC, from daily samples; the first and last month may be partial."""
    if len(days) < 2:
        why = Undefined("no monthly return")
        return {"best_month": why, "worst_month": why}
    # A midnight belongs to the month that it ends, hence the millisecond less.
    month = (ts - 1).astype("datetime64[ms]").astype("datetime64[M]")
    ends = np.flatnonzero(month[1:-1] != month[2:]) + 1
    points = days[np.concatenate(([0], ends, [len(days) - 1]))]
    returns = points[1:] / points[:-1] - 1.0
    return {"best_month": float(np.max(returns)), "worst_month": float(np.min(returns))}
