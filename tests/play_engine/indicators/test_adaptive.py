import numpy as np
import pytest

from tests.play_engine.indicators.worked import NAN, values


def test_kama_starts_from_the_value_before_and_follows_a_trend_with_the_fast_factor() -> None:
    # A straight way is fully efficient: the factor is (2 / 3)².
    found = values("kama", [1, 2, 3, 4], length=2, fast=2, slow=30)
    third = 2 + 4 / 9
    np.testing.assert_allclose(found, [NAN, NAN, third, third + 4 / 9 * (4 - third)])


def test_kama_moves_slowly_where_nothing_comes_of_the_movement() -> None:
    found = values("kama", [1, 2, 1], length=2, fast=2, slow=4)
    assert found[-1] == pytest.approx(2 + (2 / 5) ** 2 * (1 - 2))


def test_kama_keeps_its_value_through_a_gap() -> None:
    found = values("kama", [1, 2, 2, NAN, 5, 5, 9], length=1, fast=1, slow=3)
    # The factor is 1 on a movement and (1 / 2)² without.
    np.testing.assert_array_equal(found, [NAN, 2, 2, NAN, NAN, 2 + 3 / 4, 9])
