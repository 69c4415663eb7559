"""The squeeze: Bollinger bands inside a Keltner channel, with the momentum that may follow."""

from math import isnan, nan

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output, Parameter, Params
from play_engine.indicators.building_blocks import (
    window_deviations,
    window_highest,
    window_lowest,
    window_means,
)
from play_engine.indicators.parameters import bars_parameter, factor_parameter
from play_engine.indicators.ranges import true_ranges
from play_engine.indicators.regression import window_regressions


@compiled
def squeeze_kernel(
    high: Floats,
    low: Floats,
    close: Floats,
    bb_length: int,
    bb_std: float,
    kc_length: int,
    kc_scalar: float,
    by_regression: bool,
    mom_length: int,
    mom_smooth: int,
    sqz: Floats,
    on: Floats,
    off: Floats,
    no_sqz: Floats,
    ranges: Floats,
    momentum: Floats,
    mean: Floats,
    deviation: Floats,
    center: Floats,
    reach: Floats,
    start: int,
    stop: int,
) -> None:
    """on where mean ± bb_std deviations lie inside center ± kc_scalar mean true ranges, off where they lie outside on
    both sides, else no_sqz; sqz = smoothed momentum, or the regression of close against the middle of its channel."""
    true_ranges(high, low, close, ranges, start, stop)
    window_means(close, bb_length, mean, start, stop)
    window_deviations(close, bb_length, 0, mean, deviation, start, stop)
    window_means(close, kc_length, center, start, stop)
    window_means(ranges, kc_length, reach, start, stop)
    if by_regression:
        # Until they get their own values, the columns of the flags hold the extremes of the window.
        window_highest(high, kc_length, on, start, stop)
        window_lowest(low, kc_length, off, start, stop)
        for t in range(start, stop):
            momentum[t] = close[t] - ((on[t] + off[t]) / 2.0 + center[t]) / 2.0
        window_regressions(momentum, kc_length, sqz, start, stop)
    else:
        for t in range(start, stop):
            momentum[t] = close[t] - close[t - mom_length]
        window_means(momentum, mom_smooth, sqz, start, stop)
    for t in range(start, stop):
        width, span = bb_std * deviation[t], kc_scalar * reach[t]
        below = (mean[t] - width) - (center[t] - span)
        above = (mean[t] + width) - (center[t] + span)
        known = nan if isnan(below) else 0.0
        on[t] = 1.0 if below > 0.0 and above < 0.0 else known
        off[t] = 1.0 if below < 0.0 and above > 0.0 else known
        no_sqz[t] = known + 1.0 - on[t] - off[t]


def _arguments(params: Params, _: int) -> tuple[int, float, int, float, bool, int, int]:
    return (
        params["bb_length"],
        params["bb_std"],
        params["kc_length"],
        params["kc_scalar"],
        params["momentum"] == "linreg",
        params["mom_length"],
        params["mom_smooth"],
    )


def _lookback(params: Params) -> int:
    return max(params["bb_length"] - 1, params["kc_length"] - 1, params["mom_length"], params["mom_smooth"] - 1)


def _first(params: Params, _: int) -> dict[str, int]:
    by_regression = params["momentum"] == "linreg"
    momentum = 2 * params["kc_length"] - 2 if by_regression else params["mom_length"] + params["mom_smooth"] - 1
    flags = max(params["bb_length"] - 1, params["kc_length"])
    return {"sqz": momentum, "on": flags, "off": flags, "no_sqz": flags}


SQUEEZE = Indicator(
    name="squeeze",
    summary="Squeeze: Bollinger bands inside a Keltner channel of simple averages, and momentum",
    formula="Carter, Mastering the Trade, 2005",
    inputs=("high", "low", "close"),
    parameters=(
        bars_parameter("bb_length", 20, "bars in the window of the Bollinger bands"),
        factor_parameter("bb_std", 2.0, "distance of the Bollinger bands from their mean, in standard deviations"),
        bars_parameter("kc_length", 20, "bars in the window of the channel, and of the regression"),
        factor_parameter("kc_scalar", 1.5, "distance of the channel from its mean, in mean true ranges"),
        Parameter(
            name="momentum",
            kind="text",
            default="mom",
            choices=("mom", "linreg"),
            meaning="mom: smoothed change of the close; linreg: regression of the close against the channel's middle",
        ),
        bars_parameter("mom_length", 12, "bars over which mom takes the change"),
        bars_parameter("mom_smooth", 6, "bars over which mom is averaged"),
    ),
    outputs=(
        Output(name="sqz", primary=True, meaning="momentum, in quote currency"),
        Output(name="on", kind="INT", meaning="1 while the bands lie inside the channel, else 0"),
        Output(name="off", kind="INT", meaning="1 while they lie outside on both sides, else 0"),
        Output(name="no_sqz", kind="INT", meaning="1 while neither holds, else 0"),
    ),
    hidden=("ranges", "momentum", "mean", "deviation", "center", "reach"),
    lookback=_lookback,
    arguments=_arguments,
    first=_first,
    warmup=_first,
    kernel=squeeze_kernel,
)
