"""A measured value, or the reason why there is none."""

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray


@attrs.frozen
class Undefined:
    """A metric that cannot be computed, and why."""

    why: str


Measure = float | int | Undefined
Measures = dict[str, Measure]

NO_TRADES = Undefined("no trades")
FEW_DAYS = Undefined("fewer than 2 days")
ZERO_VARIANCE = Undefined("zero variance")
NO_LOSS = Undefined("no loss")
NO_DRAWDOWN = Undefined("no drawdown")
NO_BENCHMARK = Undefined("no benchmark")


def ratio(numerator: float, denominator: float, otherwise: Undefined) -> Measure:
    """numerator / denominator; `otherwise` where the denominator is 0."""
    return numerator / denominator if denominator else otherwise


def mean(values: NDArray[Any], otherwise: Undefined = NO_TRADES) -> Measure:
    """The mean; `otherwise` of nothing."""
    return float(np.mean(values)) if len(values) else otherwise


def running_sum(so_far: float, values: NDArray[np.float64]) -> float:
    """so_far + values[0] + values[1] …, added strictly in this order, so that no cut into chunks shows in the sum."""
    if len(values) == 0:
        return so_far
    terms = np.array(values)
    terms[0] += so_far
    return float(np.add.accumulate(terms, out=terms)[-1])


def number(value: Measure) -> float | int | None:
    """The value for a reader without reasons: None where undefined. NaN and infinity count as undefined, too."""
    if isinstance(value, Undefined) or not np.isfinite(value):
        return None
    return value


def split(measures: Mapping[str, Measure]) -> dict[str, dict[str, Any]]:
    """`{"values": {name: number or None}, "undefined": {name: why}}` in the order of `measures`."""
    values = {name: number(value) for name, value in measures.items()}
    undefined = {
        name: value.why if isinstance(value, Undefined) else "not a finite number"
        for name, value in measures.items()
        if values[name] is None
    }
    return {"values": values, "undefined": undefined}
