import numpy as np
from hypothesis import given, settings

from play_engine.bars import Floats
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator
from tests.play_engine.indicators.inputs import price_walk
from tests.play_engine.market import bars

NAN = np.nan


def _run(name: str, market: dict[str, Floats], **params: int) -> dict[str, Floats]:
    return run_indicator(INDICATORS[name], params, [market[field] for field in INDICATORS[name].inputs])


def test_movement_counts_on_the_side_on_which_the_bar_reaches_farther() -> None:
    # Up 2; down 3 against up 1; inside; both by 1, which counts for neither.
    market = {"high": np.array([10.0, 12, 13, 12, 13]), "low": np.array([8.0, 9, 6, 7, 6])}
    found = _run("dm", market, length=1)
    np.testing.assert_array_equal(found["dmp"], [NAN, 2, 0, 0, 0])
    np.testing.assert_array_equal(found["dmn"], [NAN, 0, 3, 0, 0])


def test_averages_begin_with_the_mean_of_as_many_values_as_their_length() -> None:
    market = {"high": np.array([10.0, 12, 13, 17]), "low": np.array([8.0, 9, 10, 11])}
    np.testing.assert_array_equal(_run("dm", market, length=2)["dmp"], [NAN, NAN, 1.5, 2.75])


def test_a_straight_rise_is_all_direction() -> None:
    close = np.arange(10.0, 40.0)
    market = {"high": close + 1, "low": close - 1, "close": close}
    found = _run("adx", market, length=3)
    # One of two of the range is movement, and all of that is upward.
    np.testing.assert_allclose(found["dmp"][3:], 50)
    np.testing.assert_allclose(found["dmn"][3:], 0)
    np.testing.assert_allclose(found["adx"][5:], 100)
    np.testing.assert_allclose(found["adxr"][7:], 100)
    assert [int(np.flatnonzero(~np.isnan(found[name]))[0]) for name in ("dmp", "adx", "adxr")] == [3, 5, 7]


def test_a_flat_market_has_no_direction() -> None:
    flat = np.full(20, 0.1)
    found = _run("adx", {"high": flat, "low": flat, "close": flat}, length=3)
    assert all(np.array_equal(found[name][7:], np.zeros(13)) for name in ("adx", "dmp", "dmn", "adxr"))


def test_adxr_is_the_mean_of_two_ends_of_a_window() -> None:
    found = _run("adx", price_walk(60, seed=9), length=5)
    np.testing.assert_array_equal(found["adxr"][13:], (found["adx"][13:] + found["adx"][9:-4]) / 2)


@settings(max_examples=30)
@given(market=bars())
def test_everything_is_a_percentage(market: dict[str, Floats]) -> None:
    found = _run("adx", market, length=2)
    for name in ("adx", "dmp", "dmn", "adxr"):
        known = found[name][~np.isnan(found[name])]
        assert ((known >= 0) & (known <= 100 + 1e-9)).all()
