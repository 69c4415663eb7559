"""Metrics that only the simulator can count while it runs: exposure, and how honest the prices were."""

import math
from collections.abc import Mapping
from typing import Any

from results.measure import Measure, Measures, Undefined, ratio

# What the simulator may count. A counter that it leaves out makes its metric undefined.
COUNTERS = {
    "minutes": "minutes processed",
    "exposure_long_ms": "ms with a long position",
    "exposure_short_ms": "ms with a short position",
    "leverage_sum": "sum over the minutes of gross position value / equity",
    "max_gross_exposure": "greatest gross position value / equity of a minute",
    "max_margin_usage": "greatest (position margins + order reserves) / wallet",
    "closest_liquidation": "least distance of a held price to the liquidation price, as its fraction; inf: none",
    "gate_refusals": "refused intents, by name of the reason",
    "ambiguous_minutes": "minutes whose range held both the stop and the target of an open position",
    "unprotected_minutes": "minutes that closed with a position whose stop its sibling had deactivated",
    "gap_minutes": "minutes without a bar",
    "synthetic_fills": "fills on bars that a gap filler made",
    "off_grid_prices": "prices off the tick grid",
    "funding_missing": "settlement instants without a rate",
    "sl_beyond_liquidation_warnings": "entries sent although the stop lay beyond the liquidation price",
}
Counters = Mapping[str, Any]
_NOT_COUNTED = Undefined("not counted")
_TOTALS = (
    *("ambiguous_minutes", "unprotected_minutes", "gap_minutes", "synthetic_fills"),
    *("off_grid_prices", "funding_missing", "sl_beyond_liquidation_warnings"),
)


def exposure_metrics(counters: Counters, span_ms: int) -> Measures:
    """How long and how much was at risk over a run of `span_ms`; shares and multiples of the equity."""
    long = _share(counters, "exposure_long_ms", span_ms)
    short = _share(counters, "exposure_short_ms", span_ms)
    return {
        # An account holds one position at a time, so the two never overlap.
        "exposure_time": long if isinstance(long, Undefined) or isinstance(short, Undefined) else long + short,
        "exposure_long": long,
        "exposure_short": short,
        "avg_leverage": _share(counters, "leverage_sum", counters.get("minutes", 0)),
        "max_gross_exposure": _counted(counters, "max_gross_exposure"),
        "max_margin_usage": _counted(counters, "max_margin_usage"),
        "closest_liquidation": _closest(counters),
    }


def honesty_metrics(counters: Counters) -> Measures:
    """Counts of what makes a simulated result less certain."""
    refusals = counters.get("gate_refusals")
    return {
        "gate_refusals": _NOT_COUNTED if refusals is None else sum(int(count) for count in refusals.values()),
        **{name: _counted(counters, name) for name in _TOTALS},
    }


def _counted(counters: Counters, name: str) -> Measure:
    value = counters.get(name)
    if value is None:
        return _NOT_COUNTED
    return int(value) if name in _TOTALS else float(value)


def _share(counters: Counters, name: str, of: float) -> Measure:
    value = _counted(counters, name)
    return value if isinstance(value, Undefined) else ratio(value, of, Undefined("the run has no length"))


def _closest(counters: Counters) -> Measure:
    value = _counted(counters, "closest_liquidation")
    if isinstance(value, Undefined) or math.isfinite(value):
        return value
    return Undefined("no position with a liquidation price")
