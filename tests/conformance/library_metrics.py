"""What quantstats and empyrical make of some daily series, recorded beside this file as `library_metrics.json`.

Neither library is a dependency: one brings a client for web downloads and a plotting stack, the other a version of a
package that is only to be had as source; together they take half a gigabyte. To record anew:

    python3.11 -m venv /tmp/libraries
    /tmp/libraries/bin/pip install quantstats==0.0.86 empyrical-reloaded==0.7.1
    /tmp/libraries/bin/python -m tests.conformance.library_metrics

The file holds, for each series, the daily equity (n + 1 samples), those of a benchmark, and by library the metrics
under our names, null where the library has no finite number. Where a library scales otherwise, `_quantstats` and
`_empyrical` say how its number becomes ours.
"""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).with_suffix(".json")
DAYS_A_YEAR = 365
GOLDEN = [10000, 10100, 10050, 10200, 9900, 9950, 10300, 10250, 10400, 10380, 10600]
GOLDEN_BENCHMARK = [100, 101, 100.5, 102, 99, 99.8, 102, 101, 103, 103.5, 105]
# Seed → days, mean and deviation of the logarithmic returns of a day.
DRAWN = {
    1: (2, 0.001, 0.02),
    2: (3, 0.001, 0.02),
    3: (4, -0.001, 0.02),
    4: (7, 0.0, 0.05),
    5: (20, -0.002, 0.01),
    6: (21, 0.002, 0.04),
    7: (41, 0.003, 0.005),
    8: (180, -0.001, 0.03),
    9: (365, 0.0005, 0.02),
    10: (500, 0.0, 0.01),
}


def series() -> dict[str, tuple[list[float], list[float]]]:
    """Daily equity and benchmark by name: the published one, drawn ones, and those at an edge."""
    made = {"golden": (GOLDEN, GOLDEN_BENCHMARK)}
    for seed, (days, mean, deviation) in DRAWN.items():
        draw = np.random.default_rng(seed)
        both = [draw.normal(mean, deviation, days) for _ in range(2)]
        steps = [both[0], 0.6 * both[0] + 0.8 * both[1]]
        made[f"seed {seed}"] = tuple(np.round(1e4 * np.exp(np.cumsum([0, *step])), 2).tolist() for step in steps)
    made["always up"] = [100.0, 101.0, 103.0, 104.0, 108.0, 109.5], [100.0, 99.0, 98.0, 99.5, 101.0, 100.5]
    made["always down"] = [100.0, 98.0, 97.5, 96.0, 91.0, 90.0], [100.0, 99.0, 98.0, 99.5, 101.0, 100.5]
    made["mostly flat"] = [100.0] * 30 + [99.0] + [101.0] * 10, [100.0 + day % 3 for day in range(41)]
    made["against a flat market"] = [100.0, 101.0, 99.0, 102.0, 98.0], [100.0] * 5
    made["the market itself"] = GOLDEN_BENCHMARK, GOLDEN_BENCHMARK
    return made


def recorded() -> dict[str, Any]:
    """The document of the file."""
    return {name: _entry(*one) for name, one in series().items()}


def _entry(days: list[float], benchmark: list[float]) -> dict[str, Any]:
    import pandas as pd

    index = pd.date_range("2023-01-02", periods=len(days) - 1, freq="D")
    r, b = (pd.Series(np.array(levels[1:]) / np.array(levels[:-1]) - 1.0, index=index) for levels in (days, benchmark))
    return {
        "days": days,
        "benchmark": benchmark,
        "quantstats": {name: _finite(of) for name, of in _quantstats(r, b).items()},
        "empyrical": {name: _finite(of) for name, of in _empyrical(r, b).items()},
    }


def _finite(compute: Callable[[], float]) -> float | None:
    try:
        with np.errstate(all="ignore"):
            value = float(compute())
    except ZeroDivisionError:
        return None
    return value if math.isfinite(value) else None


def _quantstats(r: Any, b: Any) -> dict[str, Callable[[], float]]:
    import quantstats.stats as qs

    n = len(r)
    return {
        "total_return": lambda: qs.comp(r),
        "cagr": lambda: qs.cagr(r, periods=DAYS_A_YEAR),
        "max_drawdown": lambda: -qs.max_drawdown(r),
        "volatility": lambda: qs.volatility(r, periods=DAYS_A_YEAR),
        "sharpe": lambda: qs.sharpe(r, periods=DAYS_A_YEAR),
        "sortino": lambda: qs.sortino(r, periods=DAYS_A_YEAR),
        "calmar": lambda: qs.calmar(r, periods=DAYS_A_YEAR),
        "omega": lambda: qs.omega(r, periods=DAYS_A_YEAR),
        # It divides by n − 1.
        "ulcer_index": lambda: qs.ulcer_index(r) * math.sqrt((n - 1) / n),
        "skew": lambda: qs.skew(r),
        "kurtosis": lambda: qs.kurtosis(r),
        "tail_ratio": lambda: qs.tail_ratio(r),
        "cvar_95": lambda: -qs.cvar(r, method="historical"),
        "best_day": lambda: qs.best(r),
        "worst_day": lambda: qs.worst(r),
        "beta": lambda: qs.greeks(r, b, periods=DAYS_A_YEAR)["beta"],
        "alpha": lambda: qs.greeks(r, b, periods=DAYS_A_YEAR)["alpha"],
        "r_squared": lambda: qs.r_squared(r, b),
        # It is not annualised.
        "information_ratio": lambda: qs.information_ratio(r, b) * math.sqrt(DAYS_A_YEAR),
    }


def _empyrical(r: Any, b: Any) -> dict[str, Callable[[], float]]:
    import empyrical as ep

    year = {"annualization": DAYS_A_YEAR}

    def alpha() -> float:
        # It compounds the alpha of a day over a year; ours is the sum of a year's.
        return ((1 + ep.alpha(r, b, **year)) ** (1 / DAYS_A_YEAR) - 1) * DAYS_A_YEAR

    return {
        "total_return": lambda: ep.cum_returns_final(r),
        "cagr": lambda: ep.annual_return(r, **year),
        "max_drawdown": lambda: -ep.max_drawdown(r),
        "volatility": lambda: ep.annual_volatility(r, **year),
        "sharpe": lambda: ep.sharpe_ratio(r, **year),
        "sortino": lambda: ep.sortino_ratio(r, **year),
        "calmar": lambda: ep.calmar_ratio(r, **year),
        "omega": lambda: ep.omega_ratio(r, **year),
        "tail_ratio": lambda: ep.tail_ratio(r),
        "stability": lambda: ep.stability_of_timeseries(r),
        "var_95": lambda: -ep.value_at_risk(r),
        "cvar_95": lambda: -ep.conditional_value_at_risk(r),
        "beta": lambda: ep.beta(r, b),
        "alpha": alpha,
        "information_ratio": lambda: ep.excess_sharpe(r, b) * math.sqrt(DAYS_A_YEAR),
    }


if __name__ == "__main__":
    lines = (f"{json.dumps(name)}: {json.dumps(entry, allow_nan=False)}" for name, entry in recorded().items())
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
