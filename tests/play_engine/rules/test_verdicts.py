"""Three-valued logic and arithmetic on columns."""

from itertools import permutations
from math import inf, nan

import numpy as np
import pytest

from play_engine.rules.verdicts import COMPARE, FALSE, TRUE, UNKNOWN, arithmetic, near, settle

LEFT = np.array([1.0, 2.0, 3.0, nan, 2.0, nan])
RIGHT = np.array([2.0, 2.0, 2.0, 2.0, nan, nan])


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        (">", [FALSE, FALSE, TRUE]),
        ("<", [TRUE, FALSE, FALSE]),
        (">=", [FALSE, TRUE, TRUE]),
        ("<=", [TRUE, TRUE, FALSE]),
        ("==", [FALSE, TRUE, FALSE]),
        ("!=", [TRUE, FALSE, TRUE]),
    ],
)
def test_a_missing_side_makes_every_comparison_unknown(op: str, expected: list[int]) -> None:
    verdict = settle(COMPARE[op](LEFT, RIGHT), LEFT, RIGHT)
    assert verdict.tolist() == [*expected, UNKNOWN, UNKNOWN, UNKNOWN]
    assert verdict.dtype == np.uint8


def test_a_missing_constant_makes_a_whole_column_unknown() -> None:
    assert settle(np.greater(LEFT[:3], nan), LEFT[:3], nan).tolist() == [UNKNOWN] * 3


def test_a_minimum_is_kleenes_all_and_a_maximum_his_any() -> None:
    for triple in ({TRUE, UNKNOWN, FALSE}, {TRUE, UNKNOWN}, {UNKNOWN, FALSE}, {TRUE, FALSE}):
        for order in permutations(triple):
            conjunction = FALSE if FALSE in order else UNKNOWN if UNKNOWN in order else TRUE
            disjunction = TRUE if TRUE in order else UNKNOWN if UNKNOWN in order else FALSE
            assert (min(order), max(order)) == (conjunction, disjunction)


@pytest.mark.parametrize(
    ("left", "verdict"), [(97.0, TRUE), (103.0, TRUE), (96.99, FALSE), (103.01, FALSE), (100.0, TRUE), (nan, UNKNOWN)]
)
def test_three_percent_near_a_hundred(left: float, verdict: int) -> None:
    assert near(np.array([left]), 100.0, 3.0, percent=True).tolist() == [verdict]


def test_percent_of_nothing_is_unknown_and_of_a_negative_number_its_size() -> None:
    right = np.array([0.0, -0.0, -100.0, -100.0, nan])
    found = near(np.array([0.0, 1.0, -97.0, -96.9, 1.0]), right, 3.0, percent=True)
    assert found.tolist() == [UNKNOWN, UNKNOWN, TRUE, FALSE, UNKNOWN]


def test_an_absolute_tolerance_includes_its_bounds_and_zero() -> None:
    found = near(np.array([1.5, 1.6, 0.5, 0.4, nan]), 1.0, 0.5, percent=False)
    assert found.tolist() == [TRUE, FALSE, TRUE, FALSE, UNKNOWN]
    assert near(np.array([2.0]), 0.0, 2.0, percent=False).tolist() == [TRUE]
    assert near(np.array([2.0, 2.5]), 2.0, 0.0, percent=False).tolist() == [TRUE, FALSE]


@pytest.mark.parametrize(
    ("left", "right", "percent"), [(1.5e308, -1.5e308, False), (1.5e308, -1.5e308, True), (1e10, 1e-300, True)]
)
def test_a_distance_beyond_all_numbers_is_far_and_no_complaint(left: float, right: float, percent: bool) -> None:
    # Warnings are errors here: nothing in a rule may fail at run time.
    assert near(np.array([left]), np.array([right]), 3.0, percent=percent).tolist() == [FALSE]


@pytest.mark.parametrize(
    ("left", "op", "right", "result"),
    [
        (7, "+", 3, 10.0),
        (7, "-", 3, 4.0),
        (7, "*", 3, 21.0),
        (7, "/", 2, 3.5),
        (-7, "%", 3, 2.0),
        (7, "%", -3, -2.0),
        (-7, "%", -3, -1.0),
        (7.5, "%", 2, 1.5),
        (1, "/", 0, nan),
        (0, "/", 0, nan),
        (1, "%", 0, nan),
        (nan, "+", 1, nan),
        (1, "*", nan, nan),
        (1e300, "*", 1e300, nan),
        (-1e308, "-", 1e308, nan),
        (1e300, "/", 1e-300, nan),
        (inf, "+", 1, nan),
    ],
)
def test_arithmetic_with_floored_remainders_and_nothing_infinite(
    left: float, op: str, right: float, result: float
) -> None:
    found = arithmetic(op, np.array([float(left)]), float(right))
    np.testing.assert_array_equal(found, [result])


def test_arithmetic_leaves_its_operands_alone() -> None:
    left = np.array([1.0, 2.0])
    arithmetic("/", left, np.array([0.0, 1.0]))
    assert left.tolist() == [1.0, 2.0]
