import numpy as np

from tests.play_engine.indicators.worked import NAN, values


def test_extremes_wait_for_a_window_without_a_gap() -> None:
    x = [3, 1, 2, NAN, 5, 4]
    np.testing.assert_array_equal(values("highest", x, length=2), [NAN, 3, 2, NAN, NAN, 5])
    np.testing.assert_array_equal(values("lowest", x, length=2), [NAN, 1, 1, NAN, NAN, 4])


def test_stddev_divides_by_the_length_or_by_one_less() -> None:
    assert values("stddev", [1, 3, 5], length=3)[-1] == np.sqrt(8 / 3)
    assert values("stddev", [1, 3, 5], length=3, ddof=1)[-1] == 2


def test_stddev_of_one_value_is_0_and_of_a_missing_one_missing() -> None:
    np.testing.assert_array_equal(values("stddev", [0.1, NAN], length=1), [0, NAN])


def test_zscore_is_the_distance_from_the_mean_in_deviations() -> None:
    np.testing.assert_array_equal(values("zscore", [1, 3, 5], length=3, ddof=1), [NAN, NAN, 1])


def test_percentrank_counts_the_values_before_that_are_not_above() -> None:
    np.testing.assert_array_equal(values("percentrank", [1, 5, 3, 3, 2], length=3), [NAN, NAN, NAN, 200 / 3, 0])


def test_percentrank_takes_values_that_are_equal_in_decimals_as_equal() -> None:
    assert values("percentrank", [0.1 + 0.2, 0.3], length=1)[-1] == 100


def test_percentrank_is_missing_while_a_gap_is_in_its_window_or_before_it() -> None:
    np.testing.assert_array_equal(values("percentrank", [1, 2, NAN, 3, 4, 0], length=1), [NAN, 100, NAN, NAN, 100, 0])
