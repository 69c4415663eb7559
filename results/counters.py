"""Metrics that only the simulator can count while it runs: what was at risk, and how honest the prices were."""

import math
from collections.abc import Mapping
from typing import Any

from results.measure import Measure, Measures, Undefined, ratio

# What the simulator may count. A counter that it leaves out makes its metric undefined.
COUNTERS = {
    "minutes": "minutes processed",
    "leverage_sum": "sum over the minutes of gross position value / equity",
    "max_gross_exposure": "greatest gross position value / equity of a minute",
    "max_margin_usage": "greatest (position margins + order reserves) / wallet",
    "closest_liquidation": "least distance of a held price to the liquidation price, as its fraction; inf: none",
    "gate_refusals": "refused intents, by name of the reason",
    "gate_refusals_by_play": "the same for each Play, in the order of their codes",
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


def risk_metrics(counters: Counters) -> Measures:
    """How much was at risk: multiples of the equity, shares of the wallet, the nearest liquidation."""
    return {
        "avg_leverage": _share(counters, "leverage_sum", counters.get("minutes", 0)),
        "max_gross_exposure": _counted(counters, "max_gross_exposure"),
        "max_margin_usage": _counted(counters, "max_margin_usage"),
        "closest_liquidation": _closest(counters),
    }


def honesty_metrics(counters: Counters) -> Measures:
    """Counts of what makes a simulated result less certain."""
    return {
        "gate_refusals": count_of(refusals(counters)),
        **{name: _counted(counters, name) for name in _TOTALS},
    }


def refusals(counters: Counters) -> dict[str, int] | None:
    """How often the policy refused an intent, by reason; None where it was not counted."""
    return _plain(counters.get("gate_refusals"))


def refusals_of(counters: Counters, play: int, plays: int) -> dict[str, int] | None:
    """The same of one of the `plays` on the account, by its code."""
    each = counters.get("gate_refusals_by_play")
    if each is not None:
        return _plain(each[play])
    return refusals(counters) if plays == 1 else None


def count_of(by_reason: Mapping[str, int] | None) -> Measure:
    """All of them together."""
    return _NOT_COUNTED if by_reason is None else sum(by_reason.values())


def _plain(by_reason: Mapping[str, Any] | None) -> dict[str, int] | None:
    return None if by_reason is None else {name: int(count) for name, count in by_reason.items()}


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
