"""The figures of the report: bins, prices, and what is drawn of many trades or none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("bokeh", reason="Bokeh is not installed")

from charts.report.curves import account_curves, exposure_curve
from charts.report.look import time_range
from charts.report.price_figure import price_curve
from charts.report.price_path import PricePath, price_path
from charts.report.trade_figures import bin_edges, excursion_figure, result_figures
from play_engine.bars import BarSeries
from play_engine.intervals import DAY_MS, MINUTE_MS
from tests.charts.report_runs import STEP_MS, made_up

TIMES = (0.0, 1e9)


def minutes(count: int, first_ms: int = 0) -> BarSeries:
    ts = first_ms + np.arange(count) * MINUTE_MS
    close = 100.0 + np.arange(count) % 7
    prices = {"open": close, "high": close + 1.0, "low": close - 1.0, "close": close, "volume": close}
    return BarSeries(symbol="BTCUSDT", interval_ms=MINUTE_MS, ts=ts, **prices)


@given(values=st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=200).map(np.array))
def test_bins_hold_every_value_and_part_at_zero(values: np.ndarray) -> None:
    edges = bin_edges(values)
    assert np.any(edges == 0.0)
    assert np.all(np.diff(edges) > 0.0)
    assert len(edges) <= 64
    slack = 1e-9 * np.max(np.abs(edges))
    assert edges[0] - slack <= np.min(values)
    assert np.max(values) <= edges[-1] + slack


def test_candles_are_those_of_the_exec_timeframe_while_they_are_few() -> None:
    bars = minutes(600)
    path = price_path([bars.rows(0, 250), bars.rows(250, 600)], 15 * MINUTE_MS, (0, 600 * MINUTE_MS))
    assert path is not None
    assert path.interval_ms == 15 * MINUTE_MS
    assert path.ts.tolist() == [row * 15 * MINUTE_MS for row in range(40)]
    assert path.close.tolist() == bars.close[14::15].tolist()
    assert path.low.tolist() == bars.low.reshape(-1, 15).min(axis=1).tolist()
    assert path.high.tolist() == bars.high.reshape(-1, 15).max(axis=1).tolist()


def test_ten_years_are_days_and_gaps_stay_gaps() -> None:
    path = price_path([minutes(5), minutes(5, 3 * DAY_MS)], MINUTE_MS, (0, 3_650 * DAY_MS))
    assert path is not None
    assert (path.interval_ms, path.ts.tolist()) == (DAY_MS, [0, 3 * DAY_MS])
    assert price_path([], MINUTE_MS, (0, DAY_MS)) is None


def test_fills_outside_of_the_candles_are_counted() -> None:
    low, high = np.array([9.0, 19.0]), np.array([11.0, 21.0])
    path = PricePath(interval_ms=100, ts=np.array([0, 100]), low=low, high=high, close=low)
    assert path.strangers(np.array([-1, 5, 99, 100, 199, 200]), np.array([10.0, 10, 12, 20, 12, 20])) == 4


def price(trades: int, path: PricePath | None = None):
    result = made_up(trades=trades, points=9_000)
    return price_curve("BTCUSDT", result.fills, result.trades, path, time_range(*TIMES))


def test_without_candles_the_page_says_so() -> None:
    curve = price(20)
    assert curve is not None
    assert "No candles were given" in curve.note
    assert curve.crowds == ()
    assert price(0) is None


def test_candles_of_another_market_are_doubted() -> None:
    path = price_path([minutes(9_000)], STEP_MS, (0, 9_000 * MINUTE_MS))
    curve = price(20, path)
    assert curve is not None
    assert "40 of 40 fills lie outside" in curve.note


def test_crowds_wait_for_a_closer_look() -> None:
    curve = price(4_000)
    assert curve is not None
    assert len(curve.crowds) == 3
    assert "at most 1,500" in curve.note


def test_long_curves_are_thinned_and_say_so() -> None:
    result = made_up(trades=100, points=30_000)
    values = result.metrics["values"]
    equity, drawdown = account_curves(result.equity, values, time_range(*TIMES))
    drawn = equity.fit.source.data
    assert 700 < len(drawn["ts"]) < 5_000
    assert "of 30,000 points are drawn" in equity.note
    assert drawdown is not None
    assert np.max(drawn["drawdown"]) == values["max_drawdown"]
    assert np.min(drawn["equity_low"]) == np.min(result.equity["equity_low"].to_numpy())


def test_without_a_loss_or_a_position_there_is_nothing_to_draw() -> None:
    result = made_up()
    assert account_curves(result.equity, result.metrics["values"], time_range(*TIMES))[1] is None
    assert exposure_curve(result.equity, time_range(*TIMES)) is None
    for pieces in (*result_figures(result.trades), excursion_figure(result.trades)):
        assert "No trade was closed" in "".join(pieces)


def test_every_trade_is_a_point() -> None:
    result = made_up(trades=50, points=900)
    (figure,) = [piece for piece in excursion_figure(result.trades) if not isinstance(piece, str)]
    drawn = [one.data_source.data for one in figure.renderers]
    assert sorted(number for data in drawn for number in data["trade"]) == list(range(1, 51))
    assert all(net <= 0.0 for net in drawn[0]["net"])
    assert all(net > 0.0 for net in drawn[1]["net"])
    assert "no stop" in {*drawn[0]["risk"], *drawn[1]["risk"]}
