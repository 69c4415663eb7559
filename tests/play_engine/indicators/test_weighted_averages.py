import numpy as np
import pytest

from tests.play_engine.indicators.worked import NAN, values


def test_wma_weighs_the_newest_most() -> None:
    np.testing.assert_allclose(values("wma", [1, 2, 6, 0], length=3), [NAN, NAN, 23 / 6, 14 / 6])


def test_trima_weighs_the_middle_most_for_odd_and_even_lengths() -> None:
    np.testing.assert_allclose(values("trima", [1, 2, 3, 10], length=4)[-1], (1 + 4 + 6 + 10) / 6)
    np.testing.assert_allclose(values("trima", [1, 2, 3, 10, 1], length=5)[-1], (1 + 4 + 9 + 20 + 1) / 9)


def test_trima_is_a_mean_of_means() -> None:
    x = np.random.default_rng(1).normal(size=50)
    expected = values("sma", values("sma", x, length=11), length=12)
    np.testing.assert_allclose(values("trima", x, length=22), expected)


def test_alma_with_its_bell_in_the_middle_of_a_line_is_the_middle() -> None:
    np.testing.assert_allclose(values("alma", np.arange(9.0), length=5, offset=0.5)[4:], [2, 3, 4, 5, 6])


def test_alma_leans_to_the_newest_bars_and_its_offset_is_not_rounded() -> None:
    line = np.arange(9.0)
    near, far = (values("alma", line, length=5, sigma=6.0, offset=offset)[-1] for offset in (0.85, 0.8))
    assert 6 < far < near < 8


def test_alma_whose_weights_all_vanish_is_missing() -> None:
    assert np.isnan(values("alma", [1.0, 2.0], length=2, sigma=1000.0, offset=0.5)).all()


@pytest.mark.parametrize("length", [4, 9])
def test_hma_has_no_lag_on_a_line_where_its_windows_fit(length: int) -> None:
    found = values("hma", np.arange(20.0), length=length)
    first = length + int(length**0.5) - 2
    assert np.isnan(found[:first]).all()
    # The windows n / 2 and √n are rounded down, which leaves a constant part of a bar.
    lead = 2 * ((length - 1) - (length // 2 - 1)) / 3 - (length - 1) / 3 - (int(length**0.5) - 1) / 3
    np.testing.assert_allclose(found[first:], np.arange(20.0)[first:] + lead)
