"""A candle with a large body and small wicks: the marubozu of candlestick charting, measured in ATR.

Steve Nison, Japanese Candlestick Charting Techniques, 1991.
"""

from math import nan
from typing import Any

from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.compiled import compiled, inner
from play_engine.declaration import Parameter, Params, Structure, StructureInputs, StructureOutputs
from play_engine.structures.outputs import bar_number, flag, level, number
from play_engine.structures.stateless import no_state


@inner
def candle_shape(open_: float, high: float, low: float, close: float, atr: float) -> tuple[float, float]:
    """The body in ATRs and the sum of both wicks in bodies; NaN where the ATR or the body is missing."""
    if not atr > 0.0:
        return nan, nan
    body = abs(close - open_)
    if body == 0.0:
        return 0.0, nan
    wicks = (high - max(open_, close)) + (min(open_, close) - low)
    return body / atr, wicks / body


@inner
def displacement_direction(
    open_: float, close: float, shape: tuple[float, float], body_atr_min: float, wick_ratio_max: float
) -> int:
    """1 a displacement up, −1 one down, 0 none; `shape` is that of the candle."""
    if shape[0] >= body_atr_min and shape[1] <= wick_ratio_max:
        return 1 if close > open_ else -1
    return 0


@compiled
def displacement_kernel(
    bar: Ints,
    open_: Floats,
    high: Floats,
    low: Floats,
    close: Floats,
    atr: Floats,
    body_atr_min: float,
    wick_ratio_max: float,
    out: NDArray[Any],
    start: int,
    stop: int,
) -> None:
    """Fill output rows start … stop − 1."""
    for t in range(start, stop):
        out[t] = out[t - 1]
        row = out[t]
        shape = candle_shape(open_[t], high[t], low[t], close[t], atr[t])
        row.body_atr_ratio, row.wick_ratio = shape
        row.direction = displacement_direction(open_[t], close[t], shape, body_atr_min, wick_ratio_max)
        row.is_displacement = row.direction != 0
        if row.is_displacement:
            row.last_idx = bar[t]
            row.last_direction = row.direction
            row.version += 1
        row.last_age_bars = bar[t] - row.last_idx if row.last_idx >= 0 else -1


def _advance(
    inputs: StructureInputs, params: Params, out: StructureOutputs, _state: NDArray[Any], start: int, stop: int
) -> None:
    displacement_kernel(
        inputs.bar,
        inputs.open,
        inputs.high,
        inputs.low,
        inputs.close,
        inputs.atr,
        params["body_atr_min"],
        params["wick_ratio_max"],
        out.rows,
        start,
        stop,
    )


ATR_KEY = Parameter(name="atr_key", kind="key", meaning="the ATR it measures in; by default the feature `atr`")

THRESHOLDS = (
    Parameter(
        name="body_atr_min",
        kind="number",
        default=1.5,
        minimum=0,
        open_minimum=True,
        meaning="smallest body of a displacement, in ATRs",
    ),
    Parameter(
        name="wick_ratio_max",
        kind="number",
        default=0.4,
        minimum=0,
        meaning="greatest sum of a displacement's wicks, in bodies",
    ),
)

DISPLACEMENT = Structure(
    name="displacement",
    summary="A candle with a large body and small wicks",
    formula="Nison, Japanese Candlestick Charting Techniques, 1991 (marubozu)",
    parameters=(ATR_KEY, *THRESHOLDS),
    outputs=(
        flag("is_displacement", "this bar is a displacement"),
        number("direction", "of this bar's displacement: 1 up, −1 down, 0 none"),
        level("body_atr_ratio", "body of this bar's candle, in ATRs"),
        level("wick_ratio", "sum of the wicks of this bar's candle, in bodies"),
        bar_number("last_idx", "bar of the last displacement"),
        number("last_direction", "of the last displacement: 1 up, −1 down"),
        number("version", "displacements so far"),
        bar_number("last_age_bars", "bars since the last displacement"),
    ),
    uses={},
    atr="default",
    lookback=lambda _: 1,
    warmup=lambda _params, _used: 1,
    initial_state=no_state,
    advance=_advance,
)
