"""Ratios of the daily returns: volatility, Sharpe and its relatives, and the tail of losses.

Formulas are those of quantstats 0.0.86 and empyrical-reloaded 0.7.1 with 365 periods a year; skew and kurtosis are
bias-corrected as in pandas.
"""

import math

import numpy as np

from play_engine.bars import Floats
from results.measure import FEW_DAYS, NO_DRAWDOWN, NO_LOSS, ZERO_VARIANCE, Measure, Measures, Undefined, ratio

DAYS_A_YEAR = 365
_OF_TWO_DAYS = (
    *("volatility", "sharpe", "sortino", "calmar", "omega", "ulcer_index"),
    *("skew", "kurtosis", "tail_ratio", "stability"),
)
_NO_DAY = Undefined("no daily return")


def daily_returns(days: Floats) -> Floats:
    """r_i = d_i / d_(i−1) − 1 of the daily samples."""
    return days[1:] / days[:-1] - 1.0


def daily_ratios(days: Floats, *, whole_day: bool) -> Measures:
    """The metrics of n daily returns, from n + 1 samples (USDT) of which only the last may be 0 or less.

    `whole_day` says that the run was a day or longer; a shorter one has no ratios, however many midnights it saw.
    """
    returns = daily_returns(days)
    measures: Measures = dict.fromkeys(_OF_TWO_DAYS, FEW_DAYS)
    if whole_day and len(returns) >= 2:
        measures = _ratios(days, returns)
    return {**measures, **_best_and_worst(returns), **tail_loss(returns)}


def _ratios(days: Floats, returns: Floats) -> Measures:
    deviation = standard_deviation(returns)
    mean, year = float(np.mean(returns)), math.sqrt(DAYS_A_YEAR)
    losses = np.minimum(returns, 0.0)
    shortfall = math.sqrt(float(np.mean(losses**2)))
    low, high = np.percentile(returns, (5, 95))
    return {
        "volatility": deviation * year,
        "sharpe": ratio(mean * year, deviation, ZERO_VARIANCE),
        "sortino": ratio(mean * year, shortfall, NO_LOSS),
        "calmar": _calmar(days),
        "omega": ratio(float(np.sum(np.maximum(returns, 0.0))), -float(np.sum(losses)), NO_LOSS),
        "ulcer_index": math.sqrt(float(np.mean(_drawdowns(days)[1:] ** 2))),
        "skew": _skew(returns),
        "kurtosis": _kurtosis(returns),
        "tail_ratio": ratio(abs(float(high)), abs(float(low)), Undefined("the 5th percentile is 0")),
        "stability": _stability(returns),
    }


def standard_deviation(values: Floats) -> float:
    """σ with n − 1; exactly 0 when all values are equal, whatever the rounding of their mean."""
    return 0.0 if np.ptp(values) == 0 else float(np.std(values, ddof=1))


def _drawdowns(days: Floats) -> Floats:
    return 1.0 - days / np.maximum.accumulate(days)


def _calmar(days: Floats) -> Measure:
    growth = max(float(days[-1] / days[0]), 0.0) ** (DAYS_A_YEAR / (len(days) - 1)) - 1.0
    return ratio(growth, float(np.max(_drawdowns(days))), NO_DRAWDOWN)


def _skew(returns: Floats) -> Measure:
    """G₁ = √(n(n−1)) / (n−2) · m₃ / m₂^1.5."""
    n = len(returns)
    if n < 3:
        return Undefined("fewer than 3 days")
    if np.ptp(returns) == 0:
        return ZERO_VARIANCE
    apart = returns - np.mean(returns)
    m2, m3 = float(np.mean(apart**2)), float(np.mean(apart**3))
    return math.sqrt(n * (n - 1)) / (n - 2) * m3 / m2**1.5


def _kurtosis(returns: Floats) -> Measure:
    """G₂ = (n−1) / ((n−2)(n−3)) · ((n+1)·m₄/m₂² − 3(n−1)), the excess over a normal distribution."""
    n = len(returns)
    if n < 4:
        return Undefined("fewer than 4 days")
    if np.ptp(returns) == 0:
        return ZERO_VARIANCE
    apart = returns - np.mean(returns)
    m2, m4 = float(np.mean(apart**2)), float(np.mean(apart**4))
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * m4 / m2**2 - 3 * (n - 1))


def _stability(returns: Floats) -> Measure:
    """R² of a straight line through the running sum of ln(1 + r)."""
    if np.min(returns) <= -1.0:
        return Undefined("the equity was lost")
    path = np.cumsum(np.log1p(returns))
    if np.ptp(path) == 0:
        return ZERO_VARIANCE
    return correlation(np.arange(len(path), dtype=np.float64), path) ** 2


def correlation(a: Floats, b: Floats) -> float:
    """Pearson's correlation of two columns that both vary."""
    return float(np.corrcoef(a, b)[0, 1])


def _best_and_worst(returns: Floats) -> Measures:
    if len(returns) == 0:
        return {"best_day": _NO_DAY, "worst_day": _NO_DAY, "positive_days": 0}
    return {
        "best_day": float(np.max(returns)),
        "worst_day": float(np.min(returns)),
        "positive_days": int(np.count_nonzero(returns > 0)),
    }


def tail_loss(returns: Floats) -> Measures:
    """Historical value at risk and expected shortfall of a day at 95 %, as fractions; a loss is positive."""
    if len(returns) == 0:
        return {"var_95": _NO_DAY, "cvar_95": _NO_DAY}
    count = int(0.05 * (len(returns) - 1)) + 1
    worst = np.sort(returns)[:count]
    # Subtracted, so that no loss is 0 and not −0.
    return {"var_95": 0.0 - float(np.percentile(returns, 5)), "cvar_95": 0.0 - float(np.mean(worst))}
