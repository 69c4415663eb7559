"""How long and how far a market has been going one way: Aroon, vortex."""

from math import isnan, nan

from play_engine.bars import Floats
from play_engine.compiled import compiled, inner
from play_engine.declaration import Indicator, Output
from play_engine.indicators.building_blocks import window_sums
from play_engine.indicators.parameters import bars_parameter
from play_engine.indicators.ranges import true_ranges


@compiled
def aroon_kernel(
    high: Floats, low: Floats, length: int, up: Floats, down: Floats, osc: Floats, start: int, stop: int
) -> None:
    """up = 100·(length − bars since the highest high) / length, down of the lowest low, osc = up − down."""
    _recency(high, 1.0, length, up, start, stop)
    _recency(low, -1.0, length, down, start, stop)
    for t in range(start, stop):
        osc[t] = up[t] - down[t]


@inner
def _recency(x: Floats, side: float, length: int, value: Floats, start: int, stop: int) -> None:
    """How recent the largest value of side·x in the last length + 1 rows is, the latest on ties: 0 to 100."""
    place = start - length - 1
    for t in range(start, stop):
        if isnan(x[t - length]):
            value[t] = nan
            continue
        if place < t - length:
            place = t - length
            for k in range(t - length + 1, t):
                if side * x[k] >= side * x[place]:
                    place = k
        if side * x[t] >= side * x[place]:
            place = t
        value[t] = 100.0 * (length - (t - place)) / length


@compiled
def vortex_kernel(
    high: Floats,
    low: Floats,
    close: Floats,
    length: int,
    vip: Floats,
    vim: Floats,
    rises: Floats,
    falls: Floats,
    ranges: Floats,
    total: Floats,
    start: int,
    stop: int,
) -> None:
    """vip = Σ|high − low[1]| / ΣTR, vim = Σ|low − high[1]| / ΣTR; 0 where nothing moved."""
    true_ranges(high, low, close, ranges, start, stop)
    highs, lows = high[start - 1 : stop], low[start - 1 : stop]
    rise, fall = rises[start:stop], falls[start:stop]
    for i in range(stop - start):
        rise[i] = abs(highs[i + 1] - lows[i])
        fall[i] = abs(lows[i + 1] - highs[i])
    window_sums(rises, length, vip, start, stop)
    window_sums(falls, length, vim, start, stop)
    window_sums(ranges, length, total, start, stop)
    up, down, totals = vip[start:stop], vim[start:stop], total[start:stop]
    for i in range(stop - start):
        up[i] = 0.0 if totals[i] == 0.0 else up[i] / totals[i]
        down[i] = 0.0 if totals[i] == 0.0 else down[i] / totals[i]


_AROON_OUTPUTS = (
    Output(name="up", meaning="recency of the highest high, 0 (length bars ago) to 100 (this bar)"),
    Output(name="down", meaning="recency of the lowest low, 0 (length bars ago) to 100 (this bar)"),
    Output(name="osc", primary=True, meaning="up − down, −100 to 100"),
)

AROON = Indicator(
    name="aroon",
    summary="Aroon: how recent the extremes of a window are",
    formula="Chande, A Time Price Oscillator, 1995",
    inputs=("high", "low"),
    parameters=(bars_parameter("length", 14, "bars in the window, this one not counted"),),
    outputs=_AROON_OUTPUTS,
    lookback=lambda p: p["length"],
    first=lambda p, _: {output.name: p["length"] for output in _AROON_OUTPUTS},
    warmup=lambda p, _: {output.name: p["length"] for output in _AROON_OUTPUTS},
    kernel=aroon_kernel,
)

VORTEX = Indicator(
    name="vortex",
    summary="Vortex: upward and downward reach against the true range",
    formula="Botes and Siepman, The Vortex Indicator, 2010",
    inputs=("high", "low", "close"),
    parameters=(bars_parameter("length", 14),),
    outputs=(
        Output(name="vip", primary=True, meaning="upward reach, as a multiple of the true ranges"),
        Output(name="vim", meaning="downward reach, as a multiple of the true ranges"),
    ),
    hidden=("rises", "falls", "ranges", "total"),
    lookback=lambda p: max(p["length"] - 1, 1),
    first=lambda p, _: {"vip": p["length"], "vim": p["length"]},
    warmup=lambda p, _: {"vip": p["length"], "vim": p["length"]},
    kernel=vortex_kernel,
)

TRENDS = (AROON, VORTEX)
