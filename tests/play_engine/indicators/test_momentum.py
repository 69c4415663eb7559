import numpy as np
import pytest

from tests.play_engine.indicators.worked import NAN, values


def test_mom_and_roc_look_back_by_their_length() -> None:
    np.testing.assert_array_equal(values("mom", [1, 2, 4, 8], length=2), [NAN, NAN, 3, 6])
    np.testing.assert_array_equal(values("roc", [1, 2, 4, 8], length=2), [NAN, NAN, 300, 300])


def test_roc_from_zero_is_missing() -> None:
    np.testing.assert_array_equal(values("roc", [0, 2, 3], length=1), [NAN, NAN, 50])


def test_ao_is_the_difference_of_two_means_of_middles() -> None:
    found = values("ao", [2, 4, 9], [0, 2, 3], fast=1, slow=3)
    np.testing.assert_allclose(found, [NAN, NAN, 6 - (1 + 3 + 6) / 3])


def test_uo_weighs_the_short_window_most() -> None:
    # True lows 9, 9 and 10, true highs 11, 12 and 11; the closes lie 2, 1 and 0 above the lows.
    high, low, close = [10, 11, 12, 11], [10, 9, 9, 10], [10, 11, 10, 10]
    found = values("uo", high, low, close, fast=1, medium=2, slow=3)
    assert np.isnan(found[:3]).all()
    ranges = (11 - 9, 12 - 9, 11 - 10)
    pressures = (11 - 9, 10 - 9, 10 - 10)
    expected = 4 * pressures[2] / ranges[2] + 2 * sum(pressures[1:]) / sum(ranges[1:]) + sum(pressures) / sum(ranges)
    assert found[3] == pytest.approx(100 * expected / 7)


def test_uo_at_the_true_high_all_the_time_is_100() -> None:
    rising = np.arange(1.0, 9.0)
    assert (values("uo", rising, rising, rising, fast=1, medium=2, slow=3)[3:] == 100).all()
