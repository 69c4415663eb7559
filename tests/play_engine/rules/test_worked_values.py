"""Crossovers and windows on real timelines, with prices chosen by hand."""

import attrs
import numpy as np

from play_engine.bars import BarSeries
from play_engine.intervals import MINUTE_MS
from play_engine.rules.expression import Comparison, Condition, Crossing, Window
from play_engine.rules.verdicts import TRUE
from tests.play_engine.minutes import MONDAY_MS, minute_bars
from tests.play_engine.plays import feature, make_play, number, ref, watching
from tests.play_engine.watch import verdicts

# The close of the last bar of a timeframe: a simple average over one.
CLOSE_5M, CLOSE_1H = feature("close_5m", "sma", "5m", 1), feature("close_1h", "sma", "1h", 1)


def closing(closes: dict[int, float], count: int) -> BarSeries:
    """`count` minutes; the close is 100, and from minute k on (the minute that ends at k) what `closes` says."""
    close = np.full(count, 100.0)
    for minute, price in sorted(closes.items()):
        close[minute - 1 :] = price
    return attrs.evolve(minute_bars(range(count)), open=close, high=close, low=close, close=close)


def true_at(rule: Condition, bars: BarSeries, exec_tf: str, *, minute_mode: bool = False) -> list[int]:
    """The minutes at whose close the rule is true."""
    play = make_play(exec_tf, features=(CLOSE_5M, CLOSE_1H), blocks=watching(rule), minute_mode=minute_mode)
    instants, (column,) = verdicts(play, bars)
    return [(ts - MONDAY_MS) // MINUTE_MS for ts, verdict in zip(instants, column, strict=True) if verdict == TRUE]


def test_a_minute_crosses_the_value_of_the_last_closed_exec_bar() -> None:
    # The value of the bar closed at 60 is 100. Minute 63 closes above it; at 65 the value follows to 101, so that
    # 66 crosses again, from equality.
    bars = closing({61: 99.0, 63: 101.0, 66: 102.0}, 68)
    rule = Crossing("cross_above", ref("last_price"), ref("close_5m"))
    assert true_at(rule, bars, "5m", minute_mode=True) == [63, 66]


def test_a_value_that_jumps_below_the_price_is_crossed_at_its_own_close() -> None:
    # At 65 the price stands still at 101 and the value, 102 until then, becomes 101: no longer below. At 70 it is 100.
    bars = closing({60: 102.0, 61: 101.0, 70: 100.0, 71: 101.0, 75: 100.5, 76: 101.0, 77: 101.0}, 80)
    above = Crossing("cross_above", ref("last_price"), ref("close_5m"))
    assert true_at(above, bars, "5m", minute_mode=True) == [71, 76]
    level = Crossing("cross_below", ref("close_5m"), number(101.5))
    assert true_at(level, bars, "5m", minute_mode=True) == [65]


def test_a_slower_series_crosses_once_at_the_close_of_its_bar() -> None:
    bars = closing({40: 105.0, 150: 99.0, 200: 110.0}, 300)
    rule = Crossing("cross_above", ref("close_1h"), number(104))
    # 1h closes: 105 at 60 (the first one, unknown before), 105 at 120, 99 at 180, 110 at 240.
    assert true_at(rule, bars, "15m") == [240]
    assert true_at(Crossing("cross_below", ref("close_1h"), number(104)), bars, "15m") == [180]


def test_a_window_counts_instants_of_the_timeline_in_force() -> None:
    bars = closing({45: 101.0, 46: 100.0}, 200)
    spike = Comparison(">", ref("close"), number(100.5))
    assert true_at(spike, bars, "15m") == [45]
    assert true_at(Window(3, 1, spike), bars, "15m") == [45, 60, 75]
    assert true_at(Window(2, 2, spike), bars, "15m") == []
    # In minute mode the same exec close stands for fifteen minutes, and a window of three minutes behind it.
    assert true_at(Window(3, 1, spike), bars, "15m", minute_mode=True) == list(range(45, 62))
    assert true_at(Window(15, 15, spike), bars, "15m", minute_mode=True) == [59]


def test_windows_reach_into_the_bars_before() -> None:
    bars = closing({1: 101.0}, 60)
    rule = Window(4, 4, Comparison(">", ref("close"), number(100.5)))
    assert true_at(rule, bars, "5m") == list(range(20, 61, 5))
