"""The true strength index: smoothed changes by the smoothed sizes of the changes."""

from math import ceil

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output, Params
from play_engine.indicators.building_blocks import smooth
from play_engine.indicators.parameters import bars_parameter
from play_engine.indicators.row_by_row import changes
from play_engine.indicators.settling import THRICE_SMOOTHED, TWICE_SMOOTHED, settling_ema
from play_engine.indicators.side_by_side import smooth_both_twice


@compiled
def tsi_kernel(
    x: Floats,
    fast: int,
    slow: int,
    signal_length: int,
    tsi: Floats,
    signal: Floats,
    change: Floats,
    size: Floats,
    long_change: Floats,
    long_size: Floats,
    smoothed_change: Floats,
    smoothed_size: Floats,
    twice_change: Floats,
    twice_size: Floats,
    smoothed_tsi: Floats,
    start: int,
    stop: int,
) -> None:
    """tsi = 100·EMA(EMA(d, slow), fast) / EMA(EMA(|d|, slow), fast), d the change of x, 0 where nothing moved;
    signal = EMA(tsi)."""
    changes(x, 1, change, start, stop)
    moved, absolute = change[start:stop], size[start:stop]
    for i in range(stop - start):
        absolute[i] = abs(moved[i])
    # Until they get their own values, the columns of tsi and signal hold the two averages of averages.
    outputs, hidden = (long_change, long_size, tsi, signal), (smoothed_change, smoothed_size, twice_change, twice_size)
    smooth_both_twice(change, size, slow, fast, *outputs, *hidden, start, stop)
    direction, strength = tsi[start:stop], signal[start:stop]
    for i in range(stop - start):
        # The quotient first: it is at most 1, so that rounding cannot lift the value over 100.
        direction[i] = 0.0 if strength[i] == 0.0 else 100.0 * (direction[i] / strength[i])
    smooth(tsi, signal_length, 2.0 / (signal_length + 1), smoothed_tsi, signal, start, stop)


def _tsi_first(params: Params, s: int) -> dict[str, int]:
    line = s + params["slow"] + params["fast"] - 1
    return {"tsi": line, "signal": line + params["signal"] - 1}


def _tsi_warmup(params: Params, w: int) -> dict[str, int]:
    first = _tsi_first(params, w)
    line = max(settling_ema(params["slow"]), settling_ema(params["fast"]))
    return {
        "tsi": first["tsi"] + ceil(TWICE_SMOOTHED * line),
        "signal": first["signal"] + ceil(THRICE_SMOOTHED * max(line, settling_ema(params["signal"]))),
    }


TSI = Indicator(
    name="tsi",
    summary="True strength index, −100 to 100",
    formula="Blau, True Strength Index, TASC 11/1991",
    inputs=("x",),
    source="close",
    parameters=(
        bars_parameter("fast", 13, "bars of the second average"),
        bars_parameter("slow", 25, "bars of the first average"),
        bars_parameter("signal", 13, "bars of the signal line"),
    ),
    outputs=(
        Output(name="tsi", primary=True, meaning="smoothed changes in percent of their smoothed sizes, −100 to 100"),
        Output(name="signal", meaning="average of tsi"),
    ),
    hidden=(
        "change",
        "size",
        "long_change",
        "long_size",
        "smoothed_change",
        "smoothed_size",
        "twice_change",
        "twice_size",
        "smoothed_tsi",
    ),
    lookback=lambda p: max(p["fast"], p["slow"], p["signal"], 2) - 1,
    first=_tsi_first,
    warmup=_tsi_warmup,
    kernel=tsi_kernel,
)
