"""The shared pieces against loops that follow their definitions, on windows shorter and longer than their blocks."""

import numpy as np
import pytest

from play_engine.bars import Floats
from play_engine.indicators import building_blocks as blocks
from play_engine.indicators.side_by_side import smooth_pair, smooth_thrice

_ROWS = 1_300
_LENGTHS = [1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 600]


def _column(seed: int, gaps: int) -> Floats:
    x = np.random.default_rng(seed).normal(0, 3, _ROWS).round(1)
    x[np.random.default_rng(seed + 1).integers(0, _ROWS, gaps)] = np.nan
    return x


def _padded(x: Floats, lookback: int) -> Floats:
    """As in a table: rows that do not exist before the first one are missing."""
    return np.concatenate([np.full(lookback, np.nan), x])


def _windows(x: Floats, n: int) -> Floats:
    return np.lib.stride_tricks.sliding_window_view(_padded(x, n - 1), n)


def _filled(block: object, x: Floats, n: int, *middle: object) -> Floats:
    out = np.full(_ROWS + n - 1, np.nan)
    block(_padded(x, n - 1), *middle, out, n - 1, n - 1 + _ROWS)  # type: ignore[operator]
    return out[n - 1 :]


@pytest.mark.parametrize("n", _LENGTHS)
@pytest.mark.parametrize("gaps", [0, 4])
def test_sums_and_means_add_the_oldest_value_first(n: int, gaps: int) -> None:
    x = _column(1, gaps)
    # Unlike a sum, an accumulation adds strictly in order.
    expected = np.add.accumulate(_windows(x, n), axis=1)[:, -1]
    np.testing.assert_array_equal(_filled(blocks.window_sums, x, n, n), expected)
    np.testing.assert_array_equal(_filled(blocks.window_means, x, n, n), expected / n)


@pytest.mark.parametrize("n", _LENGTHS)
def test_weighted_sums_add_the_oldest_value_first(n: int) -> None:
    x, weights = _column(2, 3), np.random.default_rng(3).uniform(0, 1, n)
    expected = np.add.accumulate(_windows(x, n) * weights, axis=1)[:, -1]
    np.testing.assert_array_equal(_filled(blocks.weighted_sums, x, n, weights), expected)
    whole = np.add.accumulate(weights)[-1]
    np.testing.assert_array_equal(_filled(blocks.weighted_means, x, n, weights), expected / whole)


def test_a_mean_without_any_weight_is_missing() -> None:
    assert np.isnan(_filled(blocks.weighted_means, _column(2, 0), 2, np.zeros(2))).all()


@pytest.mark.parametrize("n", _LENGTHS)
@pytest.mark.parametrize("ddof", [0, 1])
def test_deviations_are_those_of_two_passes(n: int, ddof: int) -> None:
    if n == ddof:
        return
    x = _column(4, 3)
    means = np.add.accumulate(_windows(x, n), axis=1)[:, -1] / n
    squares = np.add.accumulate((_windows(x, n) - means[:, np.newaxis]) ** 2, axis=1)[:, -1]
    found = _filled(blocks.window_deviations, x, n, n, ddof, _padded(means, n - 1))
    np.testing.assert_array_equal(found, np.sqrt(squares / (n - ddof)))


def test_a_deviation_that_is_only_rounding_is_none() -> None:
    # The mean of three 0.1 is not 0.1.
    assert (_filled(blocks.window_deviations, np.full(_ROWS, 0.1), 3, 3, 0, np.full(_ROWS + 2, 0.3 / 3))[2:] == 0).all()


@pytest.mark.parametrize("n", _LENGTHS)
@pytest.mark.parametrize("gaps", [0, 4])
def test_extremes_are_those_of_the_window(n: int, gaps: int) -> None:
    x = _column(5, gaps)
    np.testing.assert_array_equal(_filled(blocks.window_highest, x, n, n), _windows(x, n).max(axis=1))
    np.testing.assert_array_equal(_filled(blocks.window_lowest, x, n, n), _windows(x, n).min(axis=1))


def test_of_two_zeros_the_positive_one_is_found() -> None:
    x = np.array([0.0, -0.0] * (_ROWS // 2))
    for block in (blocks.window_highest, blocks.window_lowest):
        assert not np.signbit(_filled(block, x, 2, 2)[1:]).any()


def test_averages_side_by_side_are_those_made_one_after_the_other() -> None:
    x, y, n, m = _padded(_column(6, 60), 8), _padded(_column(7, 60), 8), 4, 9
    one, two, three, alone = (np.full((2, len(x)), np.nan) for _ in range(4))
    smooth_pair(x, n, *one, y, m, *two, True, 8, len(x))
    blocks.smooth(y, m, 2.0 / (m + 1), *alone, 8, len(x))
    np.testing.assert_array_equal(two, alone)
    smooth_thrice(x, n, *one, *two, *three, 8, len(x))
    for before, after in ((x, one), (one[1], two), (two[1], three)):
        blocks.smooth(before, n, 2.0 / (n + 1), *alone, 8, len(x))
        np.testing.assert_array_equal(after, alone)


@pytest.mark.parametrize(
    ("x", "low", "high", "expected"),
    [(1.0, 1.0, 3.0, 0.0), (3.0, 1.0, 3.0, 1.0), (0.1 + 0.2, 0.3, 0.1 + 0.2, 0.5), (0.0, 0.0, 0.0, 0.5)],
)
def test_position_between_two_that_are_equal_but_for_rounding_is_the_middle(
    x: float, low: float, high: float, expected: float
) -> None:
    assert blocks.position(x, low, high) == expected


def test_sign_takes_values_that_are_equal_in_decimals_as_equal() -> None:
    assert [blocks.sign(a, b) for a, b in ((0.1 + 0.2, 0.3), (2.0, 1.0), (1.0, 2.0))] == [0.0, 1.0, -1.0]
    assert np.isnan([blocks.sign(np.nan, 1.0), blocks.position(np.nan, 0.0, 1.0)]).all()
