"""Values that begin anew with each session: the volume-weighted average price, and the levels of days and weeks."""

from math import isnan, nan

from play_engine.bars import Floats, Ints
from play_engine.compiled import compiled, constant, inner
from play_engine.declaration import Indicator, Output, Parameter, Params, Surroundings, TimeframeRule
from play_engine.indicators.session_bounds import MONTHLY, NEVER, SESSIONS, session_bars, session_bounds, session_code
from play_engine.intervals import DAY_MS, WEEK_MS

_DAY, _WEEK = constant(DAY_MS), constant(WEEK_MS)


@compiled
def vwap_kernel(
    x: Floats,
    volume: Floats,
    ts: Ints,
    session: int,
    value: Floats,
    turnover: Floats,
    traded: Floats,
    begun: Floats,
    start: int,
    stop: int,
) -> None:
    """value = Σ x·volume / Σ volume since the session began; missing in the first session if its start was not seen.

    `begun` is 1 from the first bar with an x on. Bars without x add nothing.
    """
    money, units, has_begun = turnover[start - 1], traded[start - 1], begun[start - 1] == 1.0
    end = session_bounds(ts[start - 1], session)[1]
    for t in range(start, stop):
        known = not isnan(x[t])
        if has_begun and ts[t] >= end:
            money = units = 0.0
            end = session_bounds(ts[t], session)[1]
        elif known and not has_begun:
            has_begun = True
            begins, end = session_bounds(ts[t], session)
            money = units = 0.0 if ts[t] == begins else nan
        if known:
            money += x[t] * volume[t]
            units += volume[t]
        turnover[t], traded[t], begun[t] = money, units, 1.0 if has_begun else nan
        value[t] = money / units if known and units > 0.0 else nan


@compiled
def session_levels_kernel(
    high: Floats,
    low: Floats,
    ts: Ints,
    prev_day_high: Floats,
    prev_day_low: Floats,
    current_day_high: Floats,
    current_day_low: Floats,
    prev_week_high: Floats,
    prev_week_low: Floats,
    current_week_high: Floats,
    current_week_low: Floats,
    start: int,
    stop: int,
) -> None:
    """Extremes of the day so far, of the last whole day and of the last whole week."""
    _session_extremes(high, 1.0, ts, _DAY, prev_day_high, current_day_high, start, stop)
    _session_extremes(low, -1.0, ts, _DAY, prev_day_low, current_day_low, start, stop)
    _session_extremes(high, 1.0, ts, _WEEK, prev_week_high, current_week_high, start, stop)
    _session_extremes(low, -1.0, ts, _WEEK, prev_week_low, current_week_low, start, stop)


@inner
def _session_extremes(
    x: Floats, side: float, ts: Ints, session: int, last: Floats, current: Floats, start: int, stop: int
) -> None:
    """The largest side·x, times side, of this session so far and of the last one; NaN if its start was not seen."""
    before, extreme = last[start - 1], current[start - 1]
    end = session_bounds(ts[start - 1], session)[1]
    for t in range(start, stop):
        is_first = ts[t - 1] < 0
        if is_first or ts[t] >= end:
            begins, end = session_bounds(ts[t], session)
            before = extreme
            extreme = nan if is_first and ts[t] > begins else x[t]
        elif side * x[t] > side * extreme:
            extreme = x[t]
        last[t], current[t] = before, extreme


def _vwap_preroll(params: Params, surroundings: Surroundings) -> dict[str, int]:
    return {"value": session_bars(params["anchor"], surroundings.interval_ms)}


def _anchor_is_long_enough(params: Params, interval_ms: int) -> bool:
    code = session_code(params["anchor"])
    return code in (NEVER, MONTHLY) or code >= interval_ms


VWAP = Indicator(
    name="vwap",
    summary="Volume-weighted average price of the session so far",
    formula="Berkowitz, Logue and Noser, The Total Cost of Transactions on the NYSE, 1988",
    inputs=("x", "volume", "ts"),
    source="hlc3",
    parameters=(
        Parameter(
            name="anchor",
            kind="text",
            default="D",
            nullable=True,
            choices=SESSIONS,
            meaning="session, UTC: day, week from Monday, calendar month, part of a day; null: all since the first bar",
        ),
    ),
    timeframe_rules=(
        TimeframeRule(holds=_anchor_is_long_enough, text="an anchor not shorter than the timeframe of the feature"),
    ),
    arguments=lambda p, _: (session_code(p["anchor"]),),
    outputs=(
        Output(
            name="value",
            primary=True,
            meaning="average weighted by volume, in the source's unit; missing without volume",
        ),
    ),
    hidden=("turnover", "traded", "begun"),
    lookback=lambda _: 1,
    first=lambda _, s: {"value": s},
    warmup=lambda _, w: {"value": w},
    preroll=_vwap_preroll,
    kernel=vwap_kernel,
)

_LEVELS = (
    ("prev_day_high", "highest high of the last whole day, UTC, in quote currency", 2),
    ("prev_day_low", "lowest low of the last whole day, UTC, in quote currency", 2),
    ("current_day_high", "highest high of the day so far, this bar's included, in quote currency", 1),
    ("current_day_low", "lowest low of the day so far, this bar's included, in quote currency", 1),
    ("prev_week_high", "highest high of the last whole week (Monday to Sunday, UTC), in quote currency", 14),
    ("prev_week_low", "lowest low of the last whole week (Monday to Sunday, UTC), in quote currency", 14),
)


def _levels_preroll(_: Params, surroundings: Surroundings) -> dict[str, int]:
    return {name: days * session_bars("D", surroundings.interval_ms) for name, _, days in _LEVELS}


SESSION_LEVELS = Indicator(
    name="session_levels",
    summary="Highs and lows of the day and of the last whole day and week",
    formula="Floor traders' levels; Person, A Complete Guide to Technical Trading Tactics, 2004",
    inputs=("high", "low", "ts"),
    timeframe_rules=(TimeframeRule(holds=lambda _, ms: ms <= DAY_MS, text="a timeframe of at most one day"),),
    outputs=tuple(
        Output(name=name, primary=place == 0, meaning=meaning) for place, (name, meaning, _) in enumerate(_LEVELS)
    ),
    hidden=("current_week_high", "current_week_low"),
    lookback=lambda _: 1,
    first=lambda _, __: {name: 0 if days == 1 else 1 for name, _, days in _LEVELS},
    warmup=lambda _, __: {name: 0 for name, _, _ in _LEVELS},
    preroll=_levels_preroll,
    kernel=session_levels_kernel,
)

SESSION_INDICATORS = (VWAP, SESSION_LEVELS)
