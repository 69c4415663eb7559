"""The benchmark: published values, sampling at midnights, chunks."""

import numpy as np
import pytest

from play_engine.bars import BarSeries
from play_engine.intervals import DAY_MS, MINUTE_MS
from results.benchmark import BenchmarkAccumulator, benchmark_metrics
from results.measure import Undefined
from tests.results.rows import GOLDEN_DAYS

HOUR_MS = 60 * MINUTE_MS
CLOSES = np.array([100, 101, 100.5, 102, 99, 99.8, 102, 101, 103, 103.5, 105])
PUBLISHED = {
    "benchmark_return": 0.05,
    "beta": 1.0578459851,
    "alpha": 0.2523388550,
    "tracking_error": 0.1128579409,
    "information_ratio": 3.1719332606,
    "correlation": 0.9438259149,
}
DAYS = np.array(GOLDEN_DAYS, dtype=float)


def compare(days=DAYS, growth=CLOSES, whole_day=True):
    return benchmark_metrics(days, growth, total_return=0.06, whole_day=whole_day)


def bars(ts, close, symbol="BTCUSDT", interval_ms=HOUR_MS):
    close = np.array(close, dtype=float)
    columns = dict.fromkeys(("high", "low", "close", "volume"), close)
    opens = np.concatenate((close[:1] - 1, close[:-1]))
    return BarSeries(symbol=symbol, interval_ms=interval_ms, ts=np.array(ts), open=opens, **columns)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published(name):
    assert compare()[name] == pytest.approx(PUBLISHED[name], rel=1e-9)


def test_excess_and_r_squared():
    assert compare()["excess_return"] == pytest.approx(0.01)
    assert compare()["r_squared"] == pytest.approx(0.9438259149**2)


def test_undefined_cases():
    assert set(compare(growth=None).values()) == {Undefined("no benchmark")}
    flat = compare(growth=np.full(11, 5.0))
    assert flat["beta"] == flat["alpha"] == flat["correlation"] == Undefined("the benchmark does not vary")
    assert flat["tracking_error"] > 0
    short = compare(DAYS[:2], CLOSES[:2])
    assert short["benchmark_return"] == pytest.approx(0.01)
    assert short["beta"] == short["information_ratio"] == Undefined("fewer than 2 days")
    assert compare(growth=DAYS)["information_ratio"] == Undefined("zero variance")
    assert compare(days=np.full(11, 5.0))["correlation"] == Undefined("zero variance")


def test_midnights_take_the_last_close_at_or_before():
    held = BenchmarkAccumulator(start_ms=0)
    # Closes at 23 h, 24 h and 49 h: the first midnight has its own close, the second the one of the day before.
    held.add(bars(np.array([22, 23, 48]) * HOUR_MS, [10.0, 12.0, 15.0]))
    growth = held.growth(np.array([0, DAY_MS, 2 * DAY_MS, 49 * HOUR_MS]))
    assert growth.tolist() == [1, 12 / 9, 12 / 9, 15 / 9]


def test_bars_before_the_start_do_not_count():
    held = BenchmarkAccumulator(start_ms=HOUR_MS)
    held.add(bars([0, HOUR_MS], [10.0, 20.0]))
    assert held.growth(np.array([HOUR_MS, 2 * HOUR_MS])).tolist() == [1, 2]  # bought at the open, 10


def test_instruments_have_equal_weight():
    held = BenchmarkAccumulator(start_ms=0)
    held.add(bars([0], [11.0], symbol="A"))
    held.add(bars([0], [6.0], symbol="B"))
    assert held.growth(np.array([0, HOUR_MS])).tolist() == [1, (1.1 + 1.2) / 2]


def test_without_bars_there_is_no_growth():
    assert BenchmarkAccumulator(start_ms=0).growth(np.array([0])) is None


def test_chunks_do_not_show():
    series = bars(np.arange(200) * 7 * HOUR_MS, 100 + np.arange(200.0), interval_ms=7 * HOUR_MS)
    whole, cut = BenchmarkAccumulator(start_ms=5 * HOUR_MS), BenchmarkAccumulator(start_ms=5 * HOUR_MS)
    whole.add(series)
    for start in range(0, 200, 3):
        cut.add(series.rows(start, start + 3))
    assert cut == whole
