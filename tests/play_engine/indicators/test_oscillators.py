import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from play_engine.bars import Floats
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator


def _rsi(length: int, x: list[float]) -> Floats:
    return run_indicator(INDICATORS["rsi"], {"length": length}, [np.array(x, dtype=np.float64)])["value"]


def test_rsi_is_the_share_of_the_rises() -> None:
    # Rises 3, falls 1 in the first two changes; then Wilder's averages 1.5/2 + 2/2 and 0.5/2.
    np.testing.assert_array_equal(_rsi(2, [10, 13, 12, 14]), [np.nan, np.nan, 75, 100 * (1.75 / 2)])


def test_rsi_of_a_flat_market_is_the_middle() -> None:
    np.testing.assert_array_equal(_rsi(3, [7.0] * 6), [np.nan] * 3 + [50.0] * 3)


def test_rsi_without_falls_is_exactly_100_and_without_rises_0() -> None:
    x = np.cumsum(np.random.default_rng(1).uniform(0, 1, 400))
    assert (_rsi(14, x.tolist())[14:] == 100.0).all()
    assert (_rsi(14, (-x).tolist())[14:] == 0.0).all()


def test_rsi_is_missing_on_a_gap_and_on_the_change_after_it() -> None:
    found = _rsi(1, [1, 2, np.nan, 4, 5])
    np.testing.assert_array_equal(found, [np.nan, 100, np.nan, np.nan, 100])


@settings(deadline=None, max_examples=60)
@given(x=st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60), length=st.integers(1, 5))
def test_rsi_stays_between_0_and_100(x: list[float], length: int) -> None:
    found = _rsi(length, x)
    assert np.isnan(found[:length]).all()
    assert ((found[length:] >= 0) & (found[length:] <= 100)).all()


def test_cmo_is_rises_less_falls_by_both() -> None:
    found = run_indicator(INDICATORS["cmo"], {"length": 2}, [np.array([10.0, 13.0, 12.0, 14.0])])["value"]
    np.testing.assert_allclose(found, [np.nan, np.nan, 50, 100 / 3])


def test_cmo_takes_a_movement_that_is_only_rounding_as_none() -> None:
    found = run_indicator(INDICATORS["cmo"], {"length": 1}, [np.array([0.3, 0.1 + 0.2])])["value"]
    np.testing.assert_array_equal(found, [np.nan, 0])


def test_cci_is_the_distance_from_the_mean_by_the_mean_distance() -> None:
    found = run_indicator(INDICATORS["cci"], {"length": 3}, [np.array([1.0, 2.0, 6.0])])["value"]
    np.testing.assert_allclose(found, [np.nan, np.nan, 3 / (0.015 * 2)])
