"""Wilder's parabolic stop and reverse."""

from math import ceil, isnan, nan

from play_engine.bars import Floats
from play_engine.compiled import compiled, inner
from play_engine.declaration import Constraint, Indicator, Output, Parameter, Params


@compiled
def psar_kernel(
    high: Floats,
    low: Floats,
    af0: float,
    af_step: float,
    max_af: float,
    long: Floats,
    short: Floats,
    af: Floats,
    reversal: Floats,
    following: Floats,
    extreme: Floats,
    side: Floats,
    start: int,
    stop: int,
) -> None:
    """A stop that moves by the part `af` of its distance to the extreme of the trend, and turns where price meets it.

    side is 1 long, −1 short. While short all prices here are mirrored at 0, those of the hidden columns `following`
    (the stop of the next bar, kept behind the last two bars) and `extreme` too, so that each rule stands here once.
    """
    trend, level, farthest, factor = side[start - 1], following[start - 1], extreme[start - 1], af[start - 1]
    for t in range(start, stop):
        begins = isnan(trend)
        if begins:
            trend = _first_side(high, low, t)
        mirrored = trend == -1.0
        near, far = (-high[t], -low[t]) if mirrored else (low[t], high[t])
        last_near, last_far = (-high[t - 1], -low[t - 1]) if mirrored else (low[t - 1], high[t - 1])
        if begins:
            level, farthest, factor = last_near, far, af0
            last_near, last_far = near, far
        turns = near <= level
        if turns:
            level, farthest, factor = -max(farthest, last_far, far), -near, af0
            trend, near, last_near = -trend, -far, -last_far
        elif far > farthest:
            farthest, factor = far, min(factor + af_step, max_af)
        long[t] = level if trend == 1.0 else nan
        short[t] = -level if trend == -1.0 else nan
        extreme[t], side[t] = farthest, trend
        af[t] = nan if isnan(trend) else factor
        reversal[t] = nan if isnan(trend) else 1.0 if turns else 0.0
        level = min(level + factor * (farthest - level), last_near, near)
        following[t] = level


@inner
def _first_side(high: Floats, low: Floats, t: int) -> float:
    """The side of the second bar, by how it differs from the first: −1 if it fell more than it rose, else 1; NaN on the
    first bar."""
    rise, fall = high[t] - high[t - 1], low[t - 1] - low[t]
    return nan if isnan(rise) else -1.0 if fall > rise and fall > 0.0 else 1.0


def _acceleration(name: str, default: float, meaning: str) -> Parameter:
    return Parameter(
        name=name, kind="number", default=default, minimum=0, maximum=1, open_minimum=True, meaning=meaning
    )


_PSAR_OUTPUTS = (
    Output(name="long", primary=True, meaning="the stop below the price, in quote currency; missing while short"),
    Output(name="short", meaning="the stop above the price, in quote currency; missing while long"),
    Output(name="af", meaning="acceleration: the part of the way to the extreme that the stop moves in a bar"),
    Output(name="reversal", kind="INT", meaning="1 on a bar that turns the side, else 0"),
)


def _psar_warmup(params: Params, _: int) -> dict[str, int]:
    # Two histories agree once both have turned on the same bar; how long that takes was found by measuring.
    return {output.name: 1 + ceil(10 / params["af0"]) for output in _PSAR_OUTPUTS}


PSAR = Indicator(
    name="psar",
    summary="Parabolic stop and reverse",
    formula="Wilder, New Concepts in Technical Trading Systems, 1978",
    inputs=("high", "low"),
    parameters=(
        _acceleration("af0", 0.02, "acceleration at the start and after each turn"),
        _acceleration("af", 0.02, "what each new extreme adds to the acceleration"),
        _acceleration("max_af", 0.2, "largest acceleration"),
    ),
    constraints=(Constraint(holds=lambda p: p["af0"] <= p["max_af"], text="af0 <= max_af"),),
    outputs=_PSAR_OUTPUTS,
    hidden=("following", "extreme", "side"),
    lookback=lambda _: 1,
    first=lambda _, __: {output.name: 1 for output in _PSAR_OUTPUTS},
    warmup=_psar_warmup,
    kernel=psar_kernel,
)
