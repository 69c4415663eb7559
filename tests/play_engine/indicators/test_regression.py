import numpy as np

from tests.play_engine.indicators.worked import NAN, values


def test_the_line_through_three_points_ends_above_their_mean_by_its_slope() -> None:
    np.testing.assert_allclose(values("linreg", [1, 2, 6], length=3), [NAN, NAN, 3 + 2.5])


def test_the_line_through_a_line_is_that_line() -> None:
    np.testing.assert_allclose(values("linreg", 3 - 0.5 * np.arange(40), length=14)[13:], 3 - 0.5 * np.arange(13, 40))


def test_the_line_through_one_point_is_that_point() -> None:
    np.testing.assert_array_equal(values("linreg", [0.1, NAN, 0.3], length=1), [0.1, NAN, 0.3])


def test_a_gap_in_the_window_leaves_no_line() -> None:
    np.testing.assert_allclose(values("linreg", [1, NAN, 3, 5, 7], length=2), [NAN, NAN, NAN, 5, 7])
