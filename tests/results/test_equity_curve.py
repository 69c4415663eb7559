"""The equity curve: a plain loop gives the same numbers, and so does every cut into chunks."""

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from play_engine.intervals import DAY_MS, MINUTE_MS
from results.equity_curve import EquityCurve

HOUR_MS = 60 * MINUTE_MS
ROW = np.dtype([("ts", "<i8"), ("equity", "<f8"), ("wallet", "<f8"), ("equity_low", "<f8")])


def rows_of(equity, ts=None, low=None):
    rows = np.zeros(len(equity), dtype=ROW)
    rows["equity"] = equity
    rows["ts"] = np.arange(len(equity)) * HOUR_MS if ts is None else ts
    rows["equity_low"] = equity if low is None else low
    return rows


def curve_of(equity, ts=None, low=None):
    curve = EquityCurve()
    curve.add(rows_of(equity, ts, low))
    return curve


def plain_drawdowns(ts, equity):
    """(depth, peak point, valley point, recovery point or None) of each drawdown, by the definition."""
    found, top, valley = [], 0, None
    for i in range(1, len(equity)):
        if equity[i] >= equity[top]:
            if valley is not None:
                found.append((1 - equity[valley] / equity[top], top, valley, i))
            top, valley = i, None
        elif valley is None or equity[i] < equity[valley]:
            valley = i
    return found if valley is None else [*found, (1 - equity[valley] / equity[top], top, valley, None)]


curves = st.lists(st.integers(50, 150), min_size=1, max_size=60)


@given(curves)
@settings(max_examples=40)
def test_drawdowns_are_those_of_a_plain_loop(levels):
    equity = np.array(levels, dtype=float)
    curve = curve_of(equity)
    found = plain_drawdowns(np.arange(len(equity)) * HOUR_MS, equity)
    peaks = np.maximum.accumulate(equity)

    assert curve.max_drawdown == np.max(1 - equity / peaks)
    assert curve.max_drawdown_abs == np.max(peaks - equity)
    assert curve.points_under_water == np.count_nonzero(equity < peaks)
    assert curve.equity_sum == sum(levels)
    assert curve.avg_drawdown == pytest.approx(np.mean([depth for depth, *_ in found]) if found else 0.0)
    bars = [(len(equity) - 1 if end is None else end) - top for _, top, _, end in found]
    assert curve.longest_bars == max(bars, default=0)
    assert curve.longest_ms == max(bars, default=0) * HOUR_MS
    if found:
        depth, top, valley, end = max(found, key=lambda drawdown: drawdown[0])
        expected = (depth, top * HOUR_MS, valley * HOUR_MS, None if end is None else end * HOUR_MS)
        assert attrs.astuple(curve.deepest) == expected
    else:
        assert curve.deepest is None


@given(curves, st.lists(st.integers(0, 60)), st.integers(1, 7))
@settings(max_examples=40)
def test_chunks_do_not_show(levels, cuts, scale):
    equity = np.array(levels) * (1 + 0.1 * scale)
    rows = rows_of(equity, ts=np.arange(len(equity)) * 7 * HOUR_MS + 5, low=equity * 0.97)
    whole, cut = EquityCurve(), EquityCurve()
    whole.add(rows)
    for piece in np.split(rows, sorted(min(at, len(rows)) for at in cuts)):
        cut.add(piece)
    assert cut == whole


def test_days_are_start_midnights_and_end():
    ts = np.array([22, 23, 24, 30, 47, 73, 75]) * HOUR_MS
    curve = curve_of(np.arange(7.0) + 1, ts=ts)
    # Midnights at 24, 48 and 72 hours; the last two are sampled from the point at 47 hours.
    assert curve.daily().tolist() == [1, 3, 5, 5, 7]
    assert (curve.daily_ts() / HOUR_MS).tolist() == [22, 24, 48, 72, 75]


def test_a_start_or_an_end_at_midnight_is_sampled_once():
    curve = curve_of([1.0, 2.0, 3.0], ts=np.array([0, 1, 2]) * DAY_MS)
    assert curve.daily().tolist() == [1, 2, 3]


def test_days_end_when_the_equity_is_gone():
    curve = curve_of([5.0, 0.0, 0.0], ts=np.array([0, 1, 2]) * DAY_MS)
    assert curve.daily().tolist() == [5, 0]
    assert curve.daily_ts().tolist() == [0, DAY_MS]


def test_a_low_is_measured_against_the_peak_before_it():
    curve = curve_of([100.0, 120.0, 110.0], low=[100.0, 90.0, 96.0])
    assert curve.max_drawdown_minute == pytest.approx(0.2)  # 96 below 120, not 90 below 120
    assert curve.max_drawdown == pytest.approx(1 - 110 / 120)


def test_a_curve_of_one_point_has_no_drawdown():
    curve = curve_of([100.0])
    assert (curve.max_drawdown, curve.longest_ms, curve.avg_drawdown, curve.span_ms) == (0, 0, 0, 0)
    assert curve.daily().tolist() == [100]


def test_a_long_curve_is_sliced_without_a_trace():
    equity = 1e4 * np.exp(np.cumsum(np.random.default_rng(5).normal(0, 1e-3, 150_000)))
    curve = curve_of(equity)
    peaks = np.maximum.accumulate(equity)
    assert curve.max_drawdown == np.max(1 - equity / peaks)
    assert curve.points_under_water == np.count_nonzero(equity < peaks)
    assert len(curve.days) == 150_000 // 24
