"""An indicator of a Play's own: Ehlers' Laguerre RSI. A Play that names this file runs it."""

from math import isnan

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output, Parameter


@compiled
def laguerre_rsi_kernel(
    x: Floats,
    gamma: float,
    value: Floats,
    l0: Floats,
    l1: Floats,
    l2: Floats,
    l3: Floats,
    start: int,
    stop: int,
) -> None:
    """value = 100·U / (U + D) of the rises and falls between four Laguerre filters of x; 50 where nothing moved."""
    for t in range(start, stop):
        if isnan(l0[t - 1]):
            # The filters begin at the first value, as if it had always been there.
            l0[t] = l1[t] = l2[t] = l3[t] = x[t]
        else:
            l0[t] = (1.0 - gamma) * x[t] + gamma * l0[t - 1]
            l1[t] = -gamma * l0[t] + l0[t - 1] + gamma * l1[t - 1]
            l2[t] = -gamma * l1[t] + l1[t - 1] + gamma * l2[t - 1]
            l3[t] = -gamma * l2[t] + l2[t - 1] + gamma * l3[t - 1]
        up = max(l0[t] - l1[t], 0.0) + max(l1[t] - l2[t], 0.0) + max(l2[t] - l3[t], 0.0)
        down = max(l1[t] - l0[t], 0.0) + max(l2[t] - l1[t], 0.0) + max(l3[t] - l2[t], 0.0)
        value[t] = 50.0 if up + down == 0.0 else 100.0 * (up / (up + down))


LAGUERRE_RSI = Indicator(
    name="laguerre_rsi",
    summary="Relative strength between the stages of a Laguerre filter, 0 to 100",
    formula="Ehlers, Cybernetic Analysis for Stocks and Futures, 2004",
    inputs=("x",),
    source="close",
    parameters=(
        Parameter(
            name="gamma",
            kind="number",
            default=0.7,
            minimum=0.0,
            maximum=0.98,
            meaning="damping of the filter: the nearer to 1, the smoother",
        ),
    ),
    outputs=(Output(name="value", primary=True, meaning="0 to 100"),),
    hidden=("l0", "l1", "l2", "l3"),
    lookback=lambda _: 1,
    first=lambda _, s: {"value": s},
    # Four filters in a row, each forgets by the factor gamma a bar.
    warmup=lambda p, w: {"value": w + (4 if p["gamma"] == 0 else round(60 / (1 - p["gamma"])))},
    kernel=laguerre_rsi_kernel,
)
