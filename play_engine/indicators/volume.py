"""Volume that is counted by the direction of the price."""

from math import isnan

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output
from play_engine.indicators.building_blocks import sign, window_sums
from play_engine.indicators.parameters import bars_parameter


@compiled
def obv_kernel(x: Floats, volume: Floats, value: Floats, level: Floats, start: int, stop: int) -> None:
    """value = value[1] + volume if x rose, − volume if it fell; the level is kept over bars without a change of x."""
    xs, before, volumes, values = x[start:stop], x[start - 1 : stop - 1], volume[start:stop], value[start:stop]
    for i in range(stop - start):
        values[i] = sign(xs[i], before[i]) * volumes[i]
    previous = level[start - 1]
    for t in range(start, stop):
        if not isnan(value[t]):
            previous = (0.0 if isnan(previous) else previous) + value[t]
            value[t] = previous
        level[t] = previous


@compiled
def cmf_kernel(
    high: Floats,
    low: Floats,
    close: Floats,
    volume: Floats,
    length: int,
    value: Floats,
    flow: Floats,
    total: Floats,
    start: int,
    stop: int,
) -> None:
    """value = Σ flow / Σ volume, flow = volume·((close − low) − (high − close)) / (high − low); 0 without volume."""
    highs, lows, closes = high[start:stop], low[start:stop], close[start:stop]
    volumes, flows = volume[start:stop], flow[start:stop]
    for i in range(stop - start):
        span = highs[i] - lows[i]
        balance = (closes[i] - lows[i]) - (highs[i] - closes[i])
        flows[i] = 0.0 if span == 0.0 else volumes[i] * balance / span
    window_sums(flow, length, value, start, stop)
    window_sums(volume, length, total, start, stop)
    values, totals = value[start:stop], total[start:stop]
    for i in range(stop - start):
        values[i] = 0.0 if totals[i] == 0.0 else values[i] / totals[i]


OBV = Indicator(
    name="obv",
    summary="On balance volume; its level is relative to the first bar of the table",
    formula="Granville, New Key to Stock Market Profits, 1963",
    inputs=("x", "volume"),
    source="close",
    outputs=(Output(name="value", primary=True, meaning="volume of rises less that of falls, in base currency"),),
    hidden=("level",),
    lookback=lambda _: 1,
    first=lambda _, s: {"value": s + 1},
    warmup=lambda _, w: {"value": w + 1},
    kernel=obv_kernel,
)

CMF = Indicator(
    name="cmf",
    summary="Chaikin money flow",
    formula="Chaikin; Murphy, Technical Analysis of the Financial Markets, 1999",
    inputs=("high", "low", "close", "volume"),
    parameters=(bars_parameter("length", 20),),
    outputs=(Output(name="value", primary=True, meaning="−1 (closes at the lows) to 1 (closes at the highs)"),),
    hidden=("flow", "total"),
    lookback=lambda p: p["length"] - 1,
    first=lambda p, _: {"value": p["length"] - 1},
    warmup=lambda p, _: {"value": p["length"] - 1},
    kernel=cmf_kernel,
)

VOLUME = (OBV, CMF)
