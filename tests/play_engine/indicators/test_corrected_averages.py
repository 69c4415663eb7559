import numpy as np
import pytest

from tests.play_engine.indicators.worked import NAN, values


@pytest.mark.parametrize(("name", "first"), [("dema", 8), ("tema", 12), ("zlma", 6)])
def test_on_a_line_nothing_lags(name: str, first: int) -> None:
    line = np.arange(30.0)
    found = values(name, line, length=5)
    assert np.isnan(found[:first]).all()
    np.testing.assert_allclose(found[first:], line[first:])


def test_dema_seeds_the_second_average_with_a_mean() -> None:
    # Averages of two: 1.5, then 2/3 of x and 1/3 of what was; the second one begins with their mean.
    once = [1.5, 2 / 3 * 6 + 0.5]
    assert values("dema", [1, 2, 6], length=2)[-1] == pytest.approx(2 * once[1] - (once[0] + once[1]) / 2)


def test_gaps_leave_the_averages_of_averages_where_they_were() -> None:
    x = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0])
    for name in ("dema", "tema"):
        whole, gapped = values(name, x, length=2), values(name, np.insert(x, 5, NAN), length=2)
        np.testing.assert_array_equal(gapped, np.insert(whole, 5, NAN))
