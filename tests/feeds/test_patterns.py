"""Every pattern does what its name and its parameters say, on bars of a minute and on those made of them."""

import hashlib
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from feeds.pattern_market import PatternMarket
from feeds.patterns.drawing import Curve
from feeds.patterns.registry import PATTERNS
from feeds.provider import COLUMNS
from play_engine.bars import BarSeries, Floats
from play_engine.errors import DataError
from play_engine.intervals import DAY_MS, MINUTE_MS
from play_engine.play.backtest import PATTERNS as NAMES
from tests.feeds.candles import EVER, START_MS, same

DAYS = 5
MINUTES = DAYS * 1_440
SEEDS = (1, 7)


@cache
def bars_of(name: str, seed: int = 1, days: int = DAYS) -> BarSeries:
    market = PatternMarket(["BTCUSDT"], name, seed=seed, start_ms=START_MS, days=days)
    return next(market.bars("BTCUSDT", *EVER, 10_000_000))


def parameter(name: str, key: str) -> float:
    return PATTERNS[name].parameters[key]


def at(bars: BarSeries, share: float) -> float:
    """The price at a share of the length, averaged over an hour and a half: noise does not matter."""
    place = round(share * (len(bars) - 1))
    return float(bars.close[max(0, place - 45) : place + 46].mean())


def gain(bars: BarSeries, start: float = 0.0, stop: float = 1.0) -> float:
    """The change from one share of the length to another, as a fraction of the price."""
    return at(bars, stop) / at(bars, start) - 1.0


def part(bars: BarSeries, start: float, stop: float) -> BarSeries:
    return bars.rows(round(start * len(bars)), round(stop * len(bars)))


def liveliness(bars: BarSeries, start: float = 0.0, stop: float = 1.0) -> float:
    """The standard deviation of one-minute returns."""
    return float(np.diff(np.log(part(bars, start, stop).close)).std())


def grouped(bars: BarSeries, minutes: int) -> tuple[Floats, Floats, Floats]:
    """High, low and close of longer bars."""
    shape = (len(bars) // minutes, minutes)
    return bars.high.reshape(shape).max(1), bars.low.reshape(shape).min(1), bars.close.reshape(shape)[:, -1]


def agreeing(bars: BarSeries, start: float, stop: float, sign: int) -> float:
    """How much of a stretch the close is beyond the mean of its last 8 bars on 15m, 1h and 4h at once."""
    verdicts = []
    for minutes in (15, 60, 240):
        close = grouped(bars, minutes)[2]
        mean = np.convolve(close, np.ones(8) / 8, "full")[: len(close)]
        verdicts.append(np.repeat(sign * (close - mean) > 0, minutes))
    return float(np.logical_and.reduce(verdicts)[round(start * len(bars)) : round(stop * len(bars))].mean())


def turning_points(bars: BarSeries, count: int) -> tuple[Floats, Floats]:
    """The highest price of each of `count` equal parts, and the lowest."""
    high, low, _ = grouped(bars, len(bars) // count)
    return high, low


def near(value: float, wanted: float, tolerance: float) -> bool:
    return abs(value - wanted) <= tolerance


# --- trends


def trend_up_clean(bars: BarSeries) -> None:
    rise = parameter("trend_up_clean", "rise")
    assert near(bars.close[-1] / bars.open[0] - 1, rise, 0.015)
    assert all(gain(bars, i / 10, (i + 1) / 10) > 0 for i in range(10))
    line = np.log(bars.open[0]) + np.log1p(rise) * np.arange(1, len(bars) + 1) / len(bars)
    assert np.abs(np.log(bars.close) - line).max() < 0.015


def trend_down_clean(bars: BarSeries) -> None:
    assert near(bars.close[-1] / bars.open[0] - 1, -parameter("trend_down_clean", "fall"), 0.015)
    assert all(gain(bars, i / 10, (i + 1) / 10) < 0 for i in range(10))


def trend_grinding(bars: BarSeries) -> None:
    assert near(gain(bars), parameter("trend_grinding", "rise"), 0.005)
    assert (1 - bars.low / np.maximum.accumulate(bars.high)).max() < 0.01
    assert liveliness(bars) < 0.5 * liveliness(bars_of("trend_up_clean"))


def trend_parabolic(bars: BarSeries) -> None:
    gains = [gain(bars, i / 5, (i + 1) / 5) for i in range(5)]
    assert gains == sorted(gains)
    assert gains[4] > 10 * gains[0]
    assert near(gain(bars), parameter("trend_parabolic", "rise"), 0.03)


def trend_exhaustion(bars: BarSeries) -> None:
    top = parameter("trend_exhaustion", "top")
    gains = [gain(bars, top * i / 4, top * (i + 1) / 4) for i in range(4)]
    assert gains == sorted(gains, reverse=True)
    assert near(gain(bars, 0.0, top), parameter("trend_exhaustion", "rise"), 0.015)
    assert near(gain(bars, top, 1.0), -parameter("trend_exhaustion", "fall"), 0.015)


def trend_stairs(bars: BarSeries) -> None:
    steps = int(parameter("trend_stairs", "steps"))
    for step in range(steps):
        assert gain(bars, step / steps, (step + 0.4) / steps) > 0.035
        assert abs(gain(bars, (step + 0.45) / steps, (step + 0.95) / steps)) < 0.006
    assert near(gain(bars), parameter("trend_stairs", "rise"), 0.01)


def trending(bars: BarSeries) -> None:
    legs = int(parameter("trending", "legs"))
    assert near(gain(bars), parameter("trending", "rise"), 0.015)
    tops = [at(bars, (leg + 0.65) / legs) for leg in range(legs - 1)]
    lows = [at(bars, (leg + 1) / legs) for leg in range(legs - 1)]
    assert tops == sorted(tops)
    assert lows == sorted(lows)
    assert all(low < 0.993 * top for low, top in zip(lows, tops, strict=True))


def trending_with_gaps(bars: BarSeries) -> None:
    jumps = bars.open[1:] / bars.close[:-1] - 1
    size = parameter("trending_with_gaps", "gap")
    assert (jumps > 0.001).sum() == parameter("trending_with_gaps", "gaps")
    assert all(near(jump, size, 0.001) for jump in jumps[jumps > 0.001])
    assert near(gain(bars), parameter("trending_with_gaps", "rise"), 0.01)
    assert len(bars) == MINUTES  # no bar is missing


# --- ranges


def swings_between(bars: BarSeries, width: float, slack: float) -> None:
    high, low, _ = grouped(bars, 720)
    assert near(float(high.mean() / low.mean()) - 1, width, slack * width)
    assert abs(gain(bars)) < 0.25 * width + 0.005


def range_tight(bars: BarSeries) -> None:
    swings_between(bars, parameter("range_tight", "width"), 0.5)
    assert bars.high.max() / bars.low.min() - 1 < 2 * parameter("range_tight", "width")


def range_wide(bars: BarSeries) -> None:
    swings_between(bars, parameter("range_wide", "width"), 0.3)


def range_ascending(bars: BarSeries) -> None:
    high, low = turning_points(bars, 5)
    assert (np.diff(high) > 0).all()
    assert (np.diff(low) > 0).all()
    assert near(gain(bars), parameter("range_ascending", "drift"), 0.012)
    assert (high / low - 1 > parameter("range_ascending", "width")).all()


def range_descending(bars: BarSeries) -> None:
    high, low = turning_points(bars, 5)
    assert (np.diff(high) < 0).all()
    assert (np.diff(low) < 0).all()
    assert near(1 / (1 + gain(bars)) - 1, parameter("range_descending", "drift"), 0.012)


def ranging(bars: BarSeries) -> None:
    width = parameter("ranging", "width")
    assert width < bars.high.max() / bars.low.min() - 1 < 2.2 * width
    assert abs(gain(bars)) < 0.015
    tops, bottoms = turning_points(bars, 10)
    assert tops.std() / tops.mean() > 0.002
    assert bottoms.std() / bottoms.mean() > 0.002


def equal_highs_lows(bars: BarSeries) -> None:
    tops, bottoms = turning_points(bars, int(parameter("equal_highs_lows", "touches")))
    assert tops.max() / tops.min() - 1 < 0.002
    assert bottoms.max() / bottoms.min() - 1 < 0.002
    assert near(float(tops.mean() / bottoms.mean()) - 1, parameter("equal_highs_lows", "width"), 0.004)


def choppy_whipsaw(bars: BarSeries) -> None:
    minutes = round(60 * parameter("choppy_whipsaw", "swing_hours"))
    legs = np.diff(np.log(np.concatenate(([bars.open[0]], grouped(bars, minutes)[2]))))
    assert (np.sign(legs[1:]) == -np.sign(legs[:-1])).all()
    assert near(float(np.abs(legs).mean()), np.log1p(parameter("choppy_whipsaw", "swing")), 0.004)
    assert abs(legs.sum()) < 0.1 * np.abs(legs).sum()


# --- reversals


def reversal_v_bottom(bars: BarSeries) -> None:
    fall, turn = parameter("reversal_v_bottom", "fall"), parameter("reversal_v_bottom", "turn")
    assert near(np.argmin(bars.low) / len(bars), turn, 0.04)
    assert near(gain(bars, 0.0, turn), -fall, 0.015)
    assert near(gain(bars), 0.0, 0.01)


def reversal_v_top(bars: BarSeries) -> None:
    rise, turn = parameter("reversal_v_top", "rise"), parameter("reversal_v_top", "turn")
    assert near(np.argmax(bars.high) / len(bars), turn, 0.04)
    assert near(gain(bars, 0.0, turn), rise, 0.015)
    assert near(gain(bars), 0.0, 0.01)


def reversal_double_bottom(bars: BarSeries) -> None:
    fall = parameter("reversal_double_bottom", "fall")
    first, second = part(bars, 0.2, 0.5).low.min(), part(bars, 0.5, 0.8).low.min()
    assert near(first / second, 1.0, 0.008)
    assert near(first / bars.open[0] - 1, -fall, 0.015)
    assert gain(bars, 0.3, 0.5) > 0.3 * fall
    assert at(bars, 1.0) > at(bars, 0.5) > max(first, second)
    assert near(gain(bars), 0.0, 0.01)


def reversal_double_top(bars: BarSeries) -> None:
    rise = parameter("reversal_double_top", "rise")
    first, second = part(bars, 0.2, 0.5).high.max(), part(bars, 0.5, 0.8).high.max()
    assert near(first / second, 1.0, 0.008)
    assert near(first / bars.open[0] - 1, rise, 0.015)
    assert gain(bars, 0.3, 0.5) < -0.3 * rise
    assert near(gain(bars), 0.0, 0.01)


# --- breakouts: the range is the first 0.55


def breakout_clean(bars: BarSeries) -> None:
    top = part(bars, 0.0, 0.55).high.max()
    assert part(bars, 0.65, 1.0).low.min() > top
    assert near(bars.close[-1] / (bars.open[0] * (1 + parameter("breakout_clean", "width"))) - 1, 0.10, 0.012)
    assert part(bars, 0.6, 0.65).volume.mean() > 2 * part(bars, 0.0, 0.55).volume.mean()


def breakout_false(bars: BarSeries) -> None:
    top = bars.open[0] * (1 + parameter("breakout_false", "width"))
    overshoot = parameter("breakout_false", "overshoot")
    assert near(part(bars, 0.6, 0.7).high.max() / top - 1, overshoot, 0.008)
    assert part(bars, 0.0, 0.55).high.max() < top * (1 + 0.5 * overshoot)
    assert part(bars, 0.72, 1.0).high.max() < top
    assert part(bars, 0.72, 1.0).low.min() > bars.open[0] * 0.99


def breakout_retest(bars: BarSeries) -> None:
    top = bars.open[0] * (1 + parameter("breakout_retest", "width"))
    assert at(bars, 0.66) > 1.03 * top
    assert near(part(bars, 0.72, 0.84).low.min() / top, 1.0, 0.008)
    assert near(at(bars, 1.0) / top - 1, parameter("breakout_retest", "rise"), 0.012)


# --- volatility


def vol_squeeze_expand(bars: BarSeries) -> None:
    squeezed, released = liveliness(bars, 0.42, 0.58), liveliness(bars, 0.7, 1.0)
    assert squeezed < 0.3 * liveliness(bars, 0.0, 0.2)
    ratio = parameter("vol_squeeze_expand", "released") / parameter("vol_squeeze_expand", "squeezed")
    assert near(released / squeezed, ratio, 0.25 * ratio)
    assert near(gain(bars, 0.3, 0.9), parameter("vol_squeeze_expand", "move"), 0.025)


def crash(bars: BarSeries, name: str) -> None:
    """By `drop`, within `fall_minutes`, from half of the length on, and at no other time."""
    minutes = int(parameter(name, "fall_minutes"))
    moves = bars.close[minutes:] / bars.close[:-minutes] - 1
    assert near(moves.min(), -parameter(name, "drop"), 0.01)
    assert near(np.argmin(moves) / len(bars), 0.5, 0.005)
    assert np.delete(moves, slice(len(bars) // 2 - 60, len(bars) // 2 + 60)).min() > -0.02
    fallen = bars.rows(len(bars) // 2, len(bars) // 2 + minutes)
    assert fallen.volume.mean() > 4 * part(bars, 0.0, 0.5).volume.mean()


def vol_spike_recover(bars: BarSeries) -> None:
    crash(bars, "vol_spike_recover")
    minutes = parameter("vol_spike_recover", "fall_minutes") + parameter("vol_spike_recover", "recovery_minutes")
    recovered = bars.close[len(bars) // 2 + int(minutes) :]
    assert near(float(recovered.mean() / at(bars, 0.45)), 1.0, 0.005)
    assert recovered.min() > 0.99 * at(bars, 0.45)


def vol_spike_continue(bars: BarSeries) -> None:
    crash(bars, "vol_spike_continue")
    bottom = at(bars, 0.45) * (1 - parameter("vol_spike_continue", "drop"))
    assert near(at(bars, 1.0) / bottom - 1, -parameter("vol_spike_continue", "further"), 0.015)
    assert part(bars, 0.51, 1.0).high.max() < at(bars, 0.45)


def vol_decay(bars: BarSeries) -> None:
    fifths = [liveliness(bars, i / 5, (i + 1) / 5) for i in range(5)]
    assert fifths == sorted(fifths, reverse=True)
    ratio = parameter("vol_decay", "last") / parameter("vol_decay", "first")
    # From the middle of the first fifth to that of the last one.
    assert near(fifths[4] / fifths[0], ratio**0.8, 0.1)
    assert abs(gain(bars, 0.2)) < 0.02


def volatile(bars: BarSeries) -> None:
    assert liveliness(bars) > 3 * liveliness(bars_of("trend_up_clean"))
    assert abs(gain(bars)) < 0.03
    high, low, _ = grouped(bars, 1_440)
    assert (high / low - 1 > 0.8 * parameter("volatile", "swing")).all()


# --- liquidity


def liquidity_hunt_lows(bars: BarSeries) -> None:
    low = bars.open[0]
    assert near(part(bars, 0.58, 0.62).low.min() / low - 1, -parameter("liquidity_hunt_lows", "depth"), 0.005)
    assert part(bars, 0.0, 0.58).low.min() > low * 0.995
    under = part(bars, 0.5, 0.7)
    assert 0 < (under.close < low * 0.997).sum() <= parameter("liquidity_hunt_lows", "sweep_minutes")
    top = low * (1 + parameter("liquidity_hunt_lows", "width"))
    assert near(at(bars, 1.0) / top - 1, parameter("liquidity_hunt_lows", "rise"), 0.008)


def liquidity_hunt_highs(bars: BarSeries) -> None:
    high = bars.open[0]
    assert near(part(bars, 0.58, 0.62).high.max() / high - 1, parameter("liquidity_hunt_highs", "depth"), 0.005)
    assert part(bars, 0.0, 0.58).high.max() < high * 1.005
    above = part(bars, 0.5, 0.7)
    assert 0 < (above.close > high * 1.003).sum() <= parameter("liquidity_hunt_highs", "sweep_minutes")
    bottom = high / (1 + parameter("liquidity_hunt_highs", "width"))
    assert near(bottom / at(bars, 1.0) - 1, parameter("liquidity_hunt_highs", "fall"), 0.008)


def displacement_impulse(bars: BarSeries) -> None:
    minutes = int(parameter("displacement_impulse", "impulse_minutes"))
    moves = bars.close[minutes:] / bars.close[:-minutes] - 1
    assert near(moves.max(), parameter("displacement_impulse", "move"), 0.006)
    assert near(np.argmax(moves) / len(bars), 0.5, 0.005)
    assert near(gain(bars, 0.55, 1.0), 0.0, 0.005)
    assert near(gain(bars, 0.0, 0.45), 0.0, 0.005)


def ob_retest(bars: BarSeries) -> None:
    dip = 1 / (1 + parameter("ob_retest", "dip"))
    low = bars.open[0] * dip
    top = low * (1 + parameter("ob_retest", "move"))
    assert near(at(bars, 0.4) / top, 1.0, 0.008)
    retest = part(bars, 0.62, 0.68)
    assert low < retest.low.min() < bars.open[0]
    assert part(bars, 0.35, 1.0).low.min() > low
    assert near(at(bars, 1.0) / top - 1, parameter("ob_retest", "rise"), 0.01)


# --- cycles of Wyckoff


def accumulation(bars: BarSeries) -> None:
    top = bars.open[0] / (1 + parameter("accumulation", "fall"))
    bottom = top / (1 + parameter("accumulation", "width"))
    inside = part(bars, 0.22, 0.64)
    assert near(inside.high.max() / top, 1.0, 0.01)
    assert near(inside.low.min() / bottom, 1.0, 0.01)
    spring = part(bars, 0.66, 0.74)
    assert near(spring.low.min() / bottom - 1, -parameter("accumulation", "spring"), 0.006)
    assert near(gain(bars), 0.0, 0.012)
    assert spring.volume.mean() > part(bars, 0.5, 0.6).volume.mean() > 1.3 * part(bars, 0.2, 0.3).volume.mean()


def distribution(bars: BarSeries) -> None:
    bottom = bars.open[0] * (1 + parameter("distribution", "rise"))
    top = bottom * (1 + parameter("distribution", "width"))
    inside = part(bars, 0.22, 0.64)
    assert near(inside.high.max() / top, 1.0, 0.01)
    assert near(inside.low.min() / bottom, 1.0, 0.01)
    assert near(part(bars, 0.66, 0.74).high.max() / top - 1, parameter("distribution", "upthrust"), 0.006)
    assert near(gain(bars), 0.0, 0.012)


# --- timeframes


def mtf_aligned_bull(bars: BarSeries) -> None:
    assert near(gain(bars), parameter("mtf_aligned_bull", "rise"), 0.015)
    assert agreeing(bars, 0.2, 1.0, +1) > 0.9


def mtf_aligned_bear(bars: BarSeries) -> None:
    assert near(gain(bars), -parameter("mtf_aligned_bear", "fall"), 0.015)
    assert agreeing(bars, 0.2, 1.0, -1) > 0.9


def mtf_pullback_bull(bars: BarSeries) -> None:
    rise, pullback = parameter("mtf_pullback_bull", "rise"), parameter("mtf_pullback_bull", "pullback")
    assert near(gain(bars, 0.0, 0.65), rise, 0.015)
    assert near(np.log1p(gain(bars, 0.65, 0.8)) / np.log1p(rise), -pullback, 0.06)
    # Hours point down while the price is above the mean of all the days before.
    assert agreeing(bars, 0.72, 0.79, -1) > 0.8
    assert at(bars, 0.79) > part(bars, 0.0, 0.79).close.mean()
    assert near(at(bars, 1.0) / at(bars, 0.65) - 1, parameter("mtf_pullback_bull", "resumed"), 0.015)


def mtf_pullback_bear(bars: BarSeries) -> None:
    fall, pullback = parameter("mtf_pullback_bear", "fall"), parameter("mtf_pullback_bear", "pullback")
    assert near(gain(bars, 0.0, 0.65), -fall, 0.015)
    assert near(np.log1p(gain(bars, 0.65, 0.8)) / np.log1p(-fall), -pullback, 0.06)
    assert agreeing(bars, 0.72, 0.79, +1) > 0.8
    assert at(bars, 0.79) < part(bars, 0.0, 0.79).close.mean()
    assert near(at(bars, 0.65) / at(bars, 1.0) - 1, parameter("mtf_pullback_bear", "resumed"), 0.015)


def multi_tf_aligned(bars: BarSeries) -> None:
    start = parameter("multi_tf_aligned", "start")
    assert agreeing(bars, 0.0, start, +1) < 0.5
    assert agreeing(bars, start + 0.1, 1.0, +1) > 0.9
    assert near(gain(bars), parameter("multi_tf_aligned", "rise"), 0.015)


PROPERTIES: dict[str, Callable[[BarSeries], None]] = {
    name: check for name, check in globals().items() if name in PATTERNS
}


def test_the_names_are_those_of_the_language_and_each_has_a_property() -> None:
    assert set(PATTERNS) == set(NAMES) == set(PROPERTIES)
    assert all(len(pattern.summary) > 20 for pattern in PATTERNS.values())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", PATTERNS)
def test_it_does_what_it_says(name: str, seed: int) -> None:
    PROPERTIES[name](bars_of(name, seed))


@pytest.mark.parametrize("name", PATTERNS)
def test_bars_are_sound_at_any_length(name: str) -> None:
    for days in (1, 3):
        bars = bars_of(name, days=days)
        assert np.array_equal(bars.ts, START_MS + MINUTE_MS * np.arange(days * 1_440))
        assert (bars.low > 0).all()
        assert (bars.low <= np.minimum(bars.open, bars.close)).all()
        assert (bars.high >= np.maximum(bars.open, bars.close)).all()
        assert (bars.volume > 0).all()
        assert np.mean(bars.high > bars.low) > 0.9
        assert np.array_equal(bars.close, np.round(bars.close * 10) / 10)


def test_minutes_open_where_the_last_one_closed() -> None:
    bars = bars_of("trend_up_clean")
    assert np.array_equal(bars.open[1:], bars.close[:-1])


def test_parameters_change_the_path() -> None:
    for drop in (0.03, 0.20):
        market = PatternMarket(["ETHUSDT"], "vol_spike_recover", 1, START_MS, 2, {"drop": drop, "fall_minutes": 10})
        bars = next(market.bars("ETHUSDT", *EVER, 10_000))
        moves = bars.close[10:] / bars.close[:-10] - 1
        assert near(moves.min(), -drop, 0.008)
    assert market.describe().endswith("2 days from 2023-01-01T00:00:00Z, drop 0.2, fall_minutes 10)")


def test_seed_symbol_pattern_and_nothing_else_decide() -> None:
    whole = bars_of("ranging")
    market = PatternMarket(["ETHUSDT", "BTCUSDT"], "ranging", seed=1, start_ms=START_MS, days=DAYS)
    late = list(market.bars("BTCUSDT", START_MS + 3 * DAY_MS, START_MS + 4 * DAY_MS, 700))
    assert same(late, whole.rows(3 * 1_440, 4 * 1_440))
    other = next(market.bars("ETHUSDT", *EVER, 10_000))
    assert not np.array_equal(other.close / other.open[0], whole.close / whole.open[0])
    assert not np.array_equal(bars_of("ranging", seed=7).close, whole.close)


def test_what_cannot_be_asked_for() -> None:
    with pytest.raises(DataError, match=r"'trend_up_clear' is no pattern; .*Did you mean trend_up_clean\?"):
        PatternMarket(["BTCUSDT"], "trend_up_clear", 1, START_MS, 1)
    with pytest.raises(ValueError, match="trend_up_clean has no parameter fall; allowed: rise"):
        PatternMarket(["BTCUSDT"], "trend_up_clean", 1, START_MS, 1, {"fall": 0.1})
    with pytest.raises(ValueError, match="1 day or more"):
        PatternMarket(["BTCUSDT"], "trend_up_clean", 1, START_MS, 0)


def test_a_curve_jumps_between_two_points_of_one_share() -> None:
    curve = Curve(points=((0.0, 0.0), (0.5, 1.0), (0.5, 3.0), (1.0, 4.0)))
    shares = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    assert curve.before(shares).tolist() == [0.0, 0.5, 1.0, 3.5, 4.0]
    assert curve.after(shares).tolist() == [0.0, 0.5, 3.0, 3.5, 4.0]


def test_the_bars_of_a_known_seed_stay_what_they_were() -> None:
    # Changing a pattern is allowed; then results on it change too.
    bars = bars_of("vol_spike_recover", days=2)
    digest = hashlib.sha256(b"".join(getattr(bars, name).tobytes() for name in COLUMNS)).hexdigest()
    assert digest == "ab82756edbed261097ea0b61ca01e90c0cd8b75d145b41f4af8ec2a82cbbdde9"
