import numpy as np
import pytest
from hypothesis import given, settings

from play_engine.bars import Floats
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator
from tests.play_engine.market import bars


def _run(name: str, market: dict[str, Floats], **params: float) -> dict[str, Floats]:
    inputs = [market["close" if field == "x" else field] for field in INDICATORS[name].inputs]
    return run_indicator(INDICATORS[name], params, inputs)


def _market(high: list[float], low: list[float], close: list[float]) -> dict[str, Floats]:
    return {"high": np.array(high, float), "low": np.array(low, float), "close": np.array(close, float)}


def test_atr_begins_with_the_mean_of_true_ranges_that_have_a_previous_close() -> None:
    # True ranges: none, 2 (range), 5 (gap up from 9), 6 (gap down from 14), then 1/2 of 4 and of what was.
    market = _market([11, 11, 14, 9, 12], [9, 9, 13, 8, 8], [10, 9, 14, 9, 10])
    np.testing.assert_array_equal(_run("atr", market, length=2)["value"], [np.nan, np.nan, 3.5, 4.75, 4.375])


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


def test_supertrend_starts_down_turns_up_and_never_lets_its_band_fall() -> None:
    market = _market([10, 11, 12, 16, 16, 13], [9, 10, 11, 12, 15, 10], [10, 11, 12, 16, 16, 10])
    found = _run("supertrend", market, length=1, multiplier=1.0)
    np.testing.assert_array_equal(found["direction"], [np.nan, -1, 1, 1, 1, -1])
    # True ranges 1, 1, 4, 1, 6: bands 9.5/11.5, 10.5/12.5, 10/18, 14.5/16.5, 5.5/17.5.
    np.testing.assert_array_equal(found["long"], [np.nan, np.nan, 10.5, 10.5, 14.5, np.nan])
    np.testing.assert_array_equal(found["short"], [np.nan, 11.5, np.nan, np.nan, np.nan, 16.5])
    np.testing.assert_array_equal(found["trend"], [np.nan, 11.5, 10.5, 10.5, 14.5, 16.5])


@settings(deadline=None, max_examples=40)
@given(market=bars())
def test_supertrend_shows_one_side_and_its_band_only_tightens(market: dict[str, Floats]) -> None:
    found = _run("supertrend", market, length=2, multiplier=1.0)
    direction, trend = found["direction"], found["trend"]
    assert np.array_equal(np.isnan(direction), np.isnan(trend))
    assert not (~np.isnan(found["long"]) & ~np.isnan(found["short"])).any()
    np.testing.assert_array_equal(trend, np.where(direction == 1, found["long"], found["short"]))
    held = direction[1:] == direction[:-1]
    assert (direction[1:] * (trend[1:] - trend[:-1]))[held].min(initial=0.0) >= 0.0


@settings(deadline=None, max_examples=40)
@given(market=bars())
def test_bands_hold_the_mean_and_atr_is_no_larger_than_the_largest_range(market: dict[str, Floats]) -> None:
    bands = _run("bbands", market, length=4)
    known = ~np.isnan(bands["middle"])
    assert (bands["lower"] <= bands["middle"])[known].all()
    assert (bands["middle"] <= bands["upper"])[known].all()
    atr = _run("atr", market, length=3)
    largest = np.max(atr["ranges"], initial=0.0, where=~np.isnan(atr["ranges"]))
    assert (atr["value"][~np.isnan(atr["value"])] <= largest + 1e-12).all()
