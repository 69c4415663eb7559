"""Metrics of daily series beside those of quantstats and empyrical: equal, and undefined where they know no number.

The libraries' numbers were recorded by `library_metrics.py`, since neither library can be had with few packages.
"""

import json
import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from play_engine.intervals import DAY_MS
from results.benchmark import benchmark_metrics
from results.curve_metrics import drawdown_metrics, result_metrics
from results.daily_ratios import daily_ratios
from results.equity_curve import EquityCurve
from results.measure import Measures, number
from tests.conformance.library_metrics import FILE
from tests.results.rows import equity

RECORDED: dict[str, dict[str, Any]] = json.loads(FILE.read_text())
LIBRARIES = ("quantstats", "empyrical")
TOLERANCE = 1e-9

# Where a library has another convention: (series, library, metric) → why.
TIES = "every return at the quantile is in the tail, also those beyond the worst twentieth"
ZERO = "0 stands for unknown"
OTHERWISE = {
    ("mostly flat", "quantstats", "cvar_95"): TIES,
    ("against a flat market", "quantstats", "beta"): ZERO,
    ("against a flat market", "quantstats", "alpha"): ZERO,
    ("the market itself", "quantstats", "information_ratio"): ZERO,
}


def equal(mine: float | None, theirs: float | None) -> bool:
    """Whether both are the same number up to TOLERANCE, or both unknown."""
    if mine is None or theirs is None:
        return mine is theirs
    return math.isclose(mine, theirs, rel_tol=TOLERANCE, abs_tol=1e-12)


@cache
def ours(name: str) -> Measures:
    """Every metric that the daily series decides; a point a day."""
    days, growth = (np.array(RECORDED[name][column]) for column in ("days", "benchmark"))
    curve = EquityCurve()
    curve.add(equity(days, step_ms=DAY_MS))
    result = result_metrics(curve, deposits=0.0, gross_pnl=0.0)
    total = number(result["total_return"]) or 0.0
    return {
        **result,
        **drawdown_metrics(curve),
        **daily_ratios(curve.daily(), whole_day=True),
        **benchmark_metrics(curve.daily(), growth, total_return=total, whole_day=True),
    }


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("name", RECORDED)
def test_equal_or_undefined_in_both(name: str, library: str) -> None:
    found = {metric: (number(ours(name)[metric]), theirs) for metric, theirs in RECORDED[name][library].items()}
    assert len(found) > 10
    apart = {metric: pair for metric, pair in found.items() if not equal(*pair)}
    assert set(apart) == {metric for one, by, metric in OTHERWISE if (one, by) == (name, library)}, apart
