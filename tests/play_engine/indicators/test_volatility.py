import numpy as np
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


def test_natr_is_in_percent_of_the_close() -> None:
    market = _market([11, 11, 14, 9, 12], [9, 9, 13, 8, 8], [10, 9, 14, 9, 10])
    expected = [np.nan, np.nan, 25, 100 * 4.75 / 9, 43.75]
    np.testing.assert_allclose(_run("natr", market, length=2)["value"], expected, rtol=1e-15)


def test_choppiness_is_0_for_one_move_100_back_and_forth_and_where_nothing_moves() -> None:
    straight = _market([2, 3, 4, 5], [1, 2, 3, 4], [2, 3, 4, 5])
    np.testing.assert_allclose(_run("chop", straight, length=3)["value"][3], 0, atol=1e-13)
    back_and_forth = _market([2, 2, 2, 2], [1, 1, 1, 1], [2, 1, 2, 1])
    np.testing.assert_allclose(_run("chop", back_and_forth, length=3)["value"][3], 100)
    flat = _market([2, 2, 2, 2], [2, 2, 2, 2], [2, 2, 2, 2])
    np.testing.assert_array_equal(_run("chop", flat, length=3)["value"], [np.nan, np.nan, np.nan, 100])


@settings(max_examples=40)
@given(market=bars())
def test_atr_is_no_larger_than_the_largest_range(market: dict[str, Floats]) -> None:
    atr = _run("atr", market, length=3)
    largest = np.max(atr["ranges"], initial=0.0, where=~np.isnan(atr["ranges"]))
    assert (atr["value"][~np.isnan(atr["value"])] <= largest + 1e-12).all()
