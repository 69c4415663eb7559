import numpy as np
import pytest
from hypothesis import given, settings

from play_engine.bars import Floats
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator
from tests.play_engine.indicators.inputs import price_walk
from tests.play_engine.market import bars

NAN = np.nan


def _run(name: str, market: dict[str, Floats], **params: float) -> dict[str, Floats]:
    inputs = [market["close" if field == "x" else field] for field in INDICATORS[name].inputs]
    return run_indicator(INDICATORS[name], params, inputs)


def test_bands_lie_deviations_around_the_mean() -> None:
    close = np.array([1.0, 3.0, 1.0, 3.0])
    found = run_indicator(INDICATORS["bbands"], {"length": 2, "std": 3.0}, [close])
    last = {name: float(column[-1]) for name, column in found.items()}
    assert last == {"lower": -1, "middle": 2, "upper": 5, "bandwidth": 300, "percent_b": pytest.approx(2 / 3)}
    sample = run_indicator(INDICATORS["bbands"], {"length": 2, "std": 3.0, "ddof": 1}, [close])
    assert sample["upper"][-1] == pytest.approx(2 + 3 * 2**0.5)


def test_bands_of_a_flat_market_coincide() -> None:
    # The sum of three 0.1 is not 0.3: rounding alone must not look like a deviation.
    found = run_indicator(INDICATORS["bbands"], {"length": 3}, [np.full(5, 0.1)])
    np.testing.assert_array_equal(found["upper"], found["lower"])
    np.testing.assert_array_equal(found["bandwidth"][2:], [0, 0, 0])
    np.testing.assert_array_equal(found["percent_b"][2:], [0.5, 0.5, 0.5])


def test_bandwidth_around_zero_is_missing() -> None:
    found = run_indicator(INDICATORS["bbands"], {"length": 2}, [np.array([-1.0, 1.0])])
    assert (np.isnan(found["bandwidth"][1]), found["percent_b"][1]) == (True, 0.75)


@settings(max_examples=40)
@given(market=bars())
def test_bands_hold_the_mean(market: dict[str, Floats]) -> None:
    bands = _run("bbands", market, length=4)
    known = ~np.isnan(bands["middle"])
    assert (bands["lower"] <= bands["middle"])[known].all()
    assert (bands["middle"] <= bands["upper"])[known].all()


def test_keltner_bands_lie_average_ranges_around_the_basis() -> None:
    # Of length 3 the averages move half of the way. True ranges: none, 2, 4, 3, 6; their average from bar 3 on: 3, 4.5.
    market = {"close": [10, 10, 13, 12, 16], "high": [11, 11, 14, 13, 17], "low": [9, 9, 11, 10, 11]}
    found = _run("kc", {name: np.array(column, float) for name, column in market.items()}, length=3, scalar=2.0)
    np.testing.assert_array_equal(found["basis"], [NAN, NAN, 11, 11.5, 13.75])
    np.testing.assert_array_equal(found["lower"], [NAN, NAN, NAN, 5.5, 4.75])
    np.testing.assert_array_equal(found["upper"], [NAN, NAN, NAN, 17.5, 22.75])


def test_keltner_bands_of_the_average_true_range_begin_with_it() -> None:
    market = price_walk(30, seed=2)
    found, atr = _run("kc", market, length=10, scalar=1.5, atr_length=4), _run("atr", market, length=4)["value"]
    np.testing.assert_allclose(found["upper"][9:], found["basis"][9:] + 1.5 * atr[9:], rtol=1e-14)
    early = _run("kc", market, length=2, scalar=1.5, atr_length=4)
    assert np.isnan(early["lower"][:4]).all()
    assert not np.isnan(early["lower"][4:]).any()


def test_a_gap_in_the_source_leaves_a_gap_in_the_channel_and_not_in_its_range() -> None:
    market = price_walk(12, seed=2)
    gap = {**market, "close": market["close"].copy()}
    source = market["close"].copy()
    source[8] = NAN
    inputs = [source, gap["high"], gap["low"], gap["close"]]
    found = run_indicator(INDICATORS["kc"], {"length": 3}, inputs)
    assert [name for name in ("lower", "basis", "upper") if not np.isnan(found[name][8])] == []
    np.testing.assert_array_equal(found["smoothed_range"], _run("kc", market, length=3)["smoothed_range"])
    assert found["basis"][9] == 0.5 * source[9] + 0.5 * found["basis"][7]


def test_the_donchian_channel_shows_each_edge_as_soon_as_its_window_is_full() -> None:
    found = run_indicator(
        INDICATORS["donchian"],
        {"lower_length": 2, "upper_length": 3},
        [np.array([5.0, 4, 6, 5, 3, 4]), np.array([3.0, 2, 4, 3, 1, 2])],
    )
    np.testing.assert_array_equal(found["lower"], [NAN, 2, 2, 3, 1, 1])
    np.testing.assert_array_equal(found["upper"], [NAN, NAN, 6, 6, 6, 5])
    np.testing.assert_array_equal(found["middle"], [NAN, NAN, 4, 4.5, 3.5, 3])
