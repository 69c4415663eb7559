import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.grid import DOWN, UP, is_off_grid, round8, snap, step_ratio, steps


def on(step: str) -> tuple[float, float]:
    numerator, denominator = step_ratio(step)
    return float(numerator), float(denominator)


@pytest.mark.parametrize(
    ("text", "ratio"), [("0.10", (1, 10)), ("0.25", (25, 100)), ("10", (10, 1)), ("0.010", (1, 100)), ("1", (1, 1))]
)
def test_step_ratio(text, ratio):
    assert step_ratio(text) == ratio


@pytest.mark.parametrize("text", ["", "abc", "0", "-0.1", "nan", "inf"])
def test_step_ratio_refuses(text):
    with pytest.raises(ValueError, match=r"step|number"):
        step_ratio(text)


@pytest.mark.parametrize(
    ("x", "step", "down", "up"),
    [
        (0.29, "0.01", 0.29, 0.29),
        (57.3, "0.1", 57.3, 57.3),
        (0.1 + 0.2, "0.1", 0.3, 0.3),
        (26.07, "0.5", 26.0, 26.5),
        (100.005, "0.01", 100.0, 100.01),
        (1.2345e-05, "0.0000001", 1.23e-05, 1.24e-05),
    ],
)
def test_snap(x, step, down, up):
    assert snap(x, *on(step), DOWN) == down
    assert snap(x, *on(step), UP) == up


def test_steps_of_cents():
    exact = [steps(n / 100, 1.0, 100.0, DOWN) for n in range(1, 401)]
    assert exact == list(range(1, 401))
    assert sum(np.floor(n / 100 / 0.01) < n for n in range(1, 401)) == 33


@settings(deadline=None)
@given(st.integers(1, 10**8), st.sampled_from(["0.01", "0.1", "0.5", "0.000001", "10"]))
def test_a_point_of_the_grid_stays_and_reads_as_its_text(count, step):
    numerator, denominator = on(step)
    point = count * numerator / denominator
    assert snap(point, numerator, denominator, DOWN) == point == snap(point, numerator, denominator, UP)
    digits = len(step.partition(".")[2])
    assert float(f"{point:.{digits}f}") == point
    assert not is_off_grid(point, numerator, denominator)


def test_off_grid():
    assert is_off_grid(100.005, *on("0.01"))


@pytest.mark.parametrize(
    ("x", "rounded"),
    [
        (5.5185 * 0.00055, 0.00303518),
        (-5.5185 * 0.00055, -0.00303518),
        (0.000000004, 0.0),
        (-0.000000004, 0.0),
        (1.5e8, 1.5e8),
        (1.23456789012e9, 1.23456789012e9),
    ],
)
def test_round8(x, rounded):
    assert round8(x) == rounded
    assert not np.signbit(round8(-0.0))
