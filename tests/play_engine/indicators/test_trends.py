import numpy as np
from hypothesis import given, settings

from play_engine.bars import Floats
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator
from tests.play_engine.market import bars

NAN = np.nan


def _run(name: str, market: dict[str, Floats], **params: int) -> dict[str, Floats]:
    return run_indicator(INDICATORS[name], params, [market[field] for field in INDICATORS[name].inputs])


def test_aroon_counts_from_the_latest_of_equal_extremes_in_one_bar_more_than_its_length() -> None:
    market = {"high": np.array([9.0, 5, 7, 7, 6, 6]), "low": np.array([1.0, 2, 3, 3, 3, 3])}
    found = _run("aroon", market, length=4)
    np.testing.assert_array_equal(found["up"], [NAN, NAN, NAN, NAN, 0, 50])
    np.testing.assert_array_equal(found["down"], [NAN, NAN, NAN, NAN, 0, 0])
    np.testing.assert_array_equal(found["osc"], [NAN, NAN, NAN, NAN, 0, 50])


@settings(max_examples=40)
@given(market=bars())
def test_aroon_is_the_place_of_the_extremes(market: dict[str, Floats]) -> None:
    found = _run("aroon", market, length=5)
    for t in range(5, len(market["high"])):
        highs, lows = market["high"][t - 5 : t + 1][::-1], market["low"][t - 5 : t + 1][::-1]
        assert found["up"][t] == 100.0 * (5 - int(np.argmax(highs))) / 5
        assert found["down"][t] == 100.0 * (5 - int(np.argmin(lows))) / 5


def test_vortex_weighs_reach_against_true_ranges() -> None:
    market = {"high": np.array([11.0, 13, 12]), "low": np.array([9.0, 10, 8]), "close": np.array([10.0, 12, 9])}
    found = _run("vortex", market, length=2)
    # |13 − 9| + |12 − 10| up, |10 − 11| + |8 − 13| down, true ranges 3 and 4.
    np.testing.assert_array_equal(found["vip"], [NAN, NAN, 6 / 7])
    np.testing.assert_array_equal(found["vim"], [NAN, NAN, 6 / 7])


def test_a_vortex_of_nothing_is_0() -> None:
    flat = np.full(4, 0.1)
    found = _run("vortex", {"high": flat, "low": flat, "close": flat}, length=2)
    np.testing.assert_array_equal(found["vip"], [NAN, NAN, 0, 0])
    np.testing.assert_array_equal(found["vim"], [NAN, NAN, 0, 0])
