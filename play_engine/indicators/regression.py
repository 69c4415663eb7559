"""The straight line that lies nearest to the last values."""

import numpy as np

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output
from play_engine.indicators.building_blocks import weighted_sums, window_means
from play_engine.indicators.parameters import bars_parameter
from play_engine.indicators.settling import whole_window


@compiled
def window_regressions(x: Floats, n: int, out: Floats, start: int, stop: int) -> None:
    """Newest end of the least-squares line through the last n values of x, on rows start … stop − 1, into `out`."""
    if n == 1:
        for t in range(start, stop):
            out[t] = x[t]
        return
    middle, squares = (n - 1) / 2.0, 0.0
    places, slopes = np.empty(n), np.empty(stop)
    for i in range(n):
        places[i] = i - middle
        squares += places[i] * places[i]
    weighted_sums(x, places, slopes, start, stop)
    window_means(x, n, out, start, stop)
    line, slope = out[start:stop], slopes[start:stop]
    for i in range(stop - start):
        line[i] += middle * slope[i] / squares


@compiled
def linreg_kernel(x: Floats, length: int, value: Floats, start: int, stop: int) -> None:
    """value = newest end of the least-squares line through the last `length` values."""
    window_regressions(x, length, value, start, stop)


LINREG = Indicator(
    name="linreg",
    summary="End of the regression line",
    formula="least squares; Pine Script reference manual, ta.linreg",
    inputs=("x",),
    source="close",
    parameters=(bars_parameter("length", 14, "bars that the line is laid through"),),
    outputs=(Output(name="value", primary=True, meaning="the line at the newest bar, in units of the source"),),
    lookback=lambda p: p["length"] - 1,
    first=whole_window,
    warmup=whole_window,
    kernel=linreg_kernel,
)
