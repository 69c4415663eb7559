import numpy as np
from hypothesis import given, settings

from play_engine.bars import Floats
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator
from tests.play_engine.indicators.inputs import price_walk
from tests.play_engine.market import bars


def _run(name: str, market: dict[str, Floats], **params: float) -> dict[str, Floats]:
    inputs = [market["close" if field == "x" else field] for field in INDICATORS[name].inputs]
    return run_indicator(INDICATORS[name], params, inputs)


def _market(high: list[float], low: list[float], close: list[float]) -> dict[str, Floats]:
    return {"high": np.array(high, float), "low": np.array(low, float), "close": np.array(close, float)}


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


def test_a_supertrend_of_narrow_bands_starts_down_although_the_close_is_above() -> None:
    found = _run("supertrend", _market([10, 12], [9, 11], [9.5, 12]), length=1, multiplier=0.1)
    assert found["direction"][1] == -1
    assert found["short"][1] == 11.5 + 0.1 * 2.5 < 12


def test_chandelier_hangs_ranges_below_the_high_and_above_the_low() -> None:
    market = price_walk(40, seed=7)
    found = _run("chandelier", market, length=5, atr_length=3, multiplier=2.0)
    atr, donchian = _run("atr", market, length=3), _run("donchian", market, lower_length=5, upper_length=5)
    np.testing.assert_array_equal(found["long"], donchian["upper"] - 2.0 * atr["value"])
    np.testing.assert_array_equal(found["short"], donchian["lower"] + 2.0 * atr["value"])
