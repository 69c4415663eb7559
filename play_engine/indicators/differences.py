"""Differences of averages: of two lengths, and of one average from bar to bar."""

from math import ceil, log, nan

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output, Parameter, Params
from play_engine.indicators.building_blocks import smooth, window_means
from play_engine.indicators.parameters import bars_parameter, less
from play_engine.indicators.row_by_row import changes, subtract
from play_engine.indicators.settling import THRICE_SMOOTHED, TWICE_SMOOTHED, settling_ema
from play_engine.indicators.side_by_side import ema_difference, smooth_pair, smooth_thrice


@compiled
def macd_kernel(
    x: Floats,
    fast: int,
    slow: int,
    signal_length: int,
    macd: Floats,
    signal: Floats,
    histogram: Floats,
    smoothed_fast: Floats,
    smoothed_slow: Floats,
    smoothed_macd: Floats,
    start: int,
    stop: int,
) -> None:
    """macd = EMA(x, fast) − EMA(x, slow), signal = EMA(macd), histogram = macd − signal."""
    hidden = (smoothed_fast, smoothed_slow, smoothed_macd)
    ema_difference(x, fast, slow, signal_length, macd, signal, *hidden, start, stop)
    subtract(macd, signal, histogram, start, stop)


@compiled
def ppo_kernel(
    x: Floats,
    fast: int,
    slow: int,
    signal_length: int,
    exponential: int,
    ppo: Floats,
    histogram: Floats,
    signal: Floats,
    smoothed_fast: Floats,
    smoothed_slow: Floats,
    smoothed_ppo: Floats,
    start: int,
    stop: int,
) -> None:
    """ppo = 100·(a − b) / b of the fast and the slow average, missing if b is 0; signal = EMA(ppo), histogram = ppo −
    signal."""
    # Until they get their own values, the columns of ppo and signal hold the two averages.
    if exponential:
        smooth_pair(x, fast, smoothed_fast, ppo, x, slow, smoothed_slow, signal, True, start, stop)
    else:
        window_means(x, fast, ppo, start, stop)
        window_means(x, slow, signal, start, stop)
    short, long = ppo[start:stop], signal[start:stop]
    for i in range(stop - start):
        short[i] = 100.0 * (short[i] - long[i]) / long[i] if long[i] != 0.0 else nan
    smooth(ppo, signal_length, 2.0 / (signal_length + 1), smoothed_ppo, signal, start, stop)
    subtract(ppo, signal, histogram, start, stop)


@compiled
def trix_kernel(
    x: Floats,
    length: int,
    signal_length: int,
    trix: Floats,
    signal: Floats,
    logarithm: Floats,
    average: Floats,
    average_twice: Floats,
    average_thrice: Floats,
    smoothed: Floats,
    smoothed_twice: Floats,
    smoothed_thrice: Floats,
    start: int,
    stop: int,
) -> None:
    """trix = 10,000 times the change of EMA(EMA(EMA(ln x))), missing where x is not positive; signal = SMA(trix)."""
    now, out = x[start:stop], logarithm[start:stop]
    for i in range(stop - start):
        out[i] = log(now[i]) if now[i] > 0.0 else nan
    once, twice, thrice = (smoothed, average), (smoothed_twice, average_twice), (smoothed_thrice, average_thrice)
    smooth_thrice(logarithm, length, *once, *twice, *thrice, start, stop)
    changes(average_thrice, 1, trix, start, stop)
    points = trix[start:stop]
    for i in range(stop - start):
        points[i] *= 10_000.0
    window_means(trix, signal_length, signal, start, stop)


def _line_first(line: str, params: Params, s: int) -> dict[str, int]:
    """First valid bars of a difference of two averages, its signal line and what is left between them."""
    first = s + params["slow"] - 1
    signal = first + params["signal"] - 1
    return {line: first, "signal": signal, "histogram": signal}


def _line_warmup(line: str, params: Params, w: int) -> dict[str, int]:
    """Warm-ups of a difference of two exponential averages, its signal line and what is left between them."""
    first = _line_first(line, params, w)
    slow = settling_ema(params["slow"])
    signal = first["signal"] + ceil(TWICE_SMOOTHED * max(slow, settling_ema(params["signal"])))
    return {line: first[line] + slow, "signal": signal, "histogram": signal}


def _ppo_warmup(params: Params, w: int) -> dict[str, int]:
    if params["ma_type"] == "ema":
        return _line_warmup("ppo", params, w)
    first, signal = _line_first("ppo", params, w), settling_ema(params["signal"])
    return {name: bars + (0 if name == "ppo" else signal) for name, bars in first.items()}


def _trix_first(params: Params, s: int) -> dict[str, int]:
    first = s + 3 * params["length"] - 2
    return {"trix": first, "signal": first + params["signal"] - 1}


def _trix_warmup(params: Params, w: int) -> dict[str, int]:
    settling = ceil(THRICE_SMOOTHED * settling_ema(params["length"]))
    return {name: bars + settling for name, bars in _trix_first(params, w).items()}


_LENGTHS = (
    bars_parameter("fast", 12, "bars of the short average"),
    bars_parameter("slow", 26, "bars of the long average", minimum=2),
    bars_parameter("signal", 9, "bars of the signal line"),
)

MACD = Indicator(
    name="macd",
    summary="Moving average convergence divergence",
    formula="Appel, The Moving Average Convergence-Divergence Method, 1979",
    inputs=("x",),
    source="close",
    parameters=_LENGTHS,
    constraints=(less("fast", "slow"),),
    outputs=(
        Output(name="macd", primary=True, meaning="short less long average, in units of the source"),
        Output(name="signal", meaning="average of macd, in units of the source"),
        Output(name="histogram", meaning="macd less signal, in units of the source"),
    ),
    hidden=("smoothed_fast", "smoothed_slow", "smoothed_macd"),
    lookback=lambda p: max(p["slow"], p["signal"]) - 1,
    first=lambda p, s: _line_first("macd", p, s),
    warmup=lambda p, w: _line_warmup("macd", p, w),
    kernel=macd_kernel,
)

PPO = Indicator(
    name="ppo",
    summary="Percentage price oscillator",
    formula="Appel; StockCharts ChartSchool, Percentage Price Oscillator",
    inputs=("x",),
    source="close",
    parameters=(
        *_LENGTHS,
        Parameter(
            name="ma_type",
            kind="text",
            default="ema",
            choices=("ema", "sma"),
            meaning="whether the two averages are exponential or simple; the signal line is always exponential",
        ),
    ),
    constraints=(less("fast", "slow"),),
    arguments=lambda p, _: (p["fast"], p["slow"], p["signal"], int(p["ma_type"] == "ema")),
    outputs=(
        Output(
            name="ppo", primary=True, meaning="short less long average in percent of the long one; missing if it is 0"
        ),
        Output(name="histogram", meaning="ppo less signal, in percentage points"),
        Output(name="signal", meaning="average of ppo in percent"),
    ),
    hidden=("smoothed_fast", "smoothed_slow", "smoothed_ppo"),
    lookback=lambda p: max(p["slow"], p["signal"]) - 1,
    first=lambda p, s: _line_first("ppo", p, s),
    warmup=_ppo_warmup,
    kernel=ppo_kernel,
)

TRIX = Indicator(
    name="trix",
    summary="Change of a triple exponential average of the logarithm",
    formula="Hutson, Good TRIX, TASC 7/1983",
    inputs=("x",),
    source="close",
    parameters=(
        bars_parameter("length", 18, "bars of each of the three averages"),
        bars_parameter("signal", 9, "bars of the signal line"),
    ),
    outputs=(
        Output(name="trix", primary=True, meaning="change a bar in basis points (1/10,000)"),
        Output(name="signal", meaning="simple average of trix, in basis points"),
    ),
    hidden=(
        "logarithm",
        "average",
        "average_twice",
        "average_thrice",
        "smoothed",
        "smoothed_twice",
        "smoothed_thrice",
    ),
    lookback=lambda p: max(p["length"], p["signal"], 2) - 1,
    first=_trix_first,
    warmup=_trix_warmup,
    kernel=trix_kernel,
)

DIFFERENCES = (MACD, PPO, TRIX)
