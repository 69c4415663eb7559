"""Three-valued tests and arithmetic, one instruction at a time."""

from itertools import permutations
from math import inf, nan

import numpy as np
import pytest

from play_engine.rules.expression import All, AnyOf, Arithmetic, Comparison, Condition, Constant, Near
from play_engine.rules.verdicts import FALSE, TRUE, UNKNOWN
from tests.play_engine.plays import number, ref
from tests.play_engine.rules.given import calculate, judge

X, Y = ref("x"), ref("y")
LEFT = [1.0, 2.0, 3.0, nan, 2.0, nan]
RIGHT = [2.0, 2.0, 2.0, 2.0, nan, nan]


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
    assert judge(Comparison(op, X, Y), x=LEFT, y=RIGHT) == [*expected, UNKNOWN, UNKNOWN, UNKNOWN]  # pyright: ignore[reportArgumentType]


def test_a_missing_constant_makes_a_whole_column_unknown() -> None:
    assert judge(Comparison(">", X, Constant(nan, "FLOAT")), x=LEFT[:3]) == [UNKNOWN] * 3


def test_kleenes_all_and_any_in_any_order() -> None:
    of: dict[int, Condition] = {
        FALSE: Comparison("<", X, number(0)),
        UNKNOWN: Comparison("<", Y, number(0)),
        TRUE: Comparison(">", X, number(0)),
    }
    for few in ({TRUE, UNKNOWN, FALSE}, {TRUE, UNKNOWN}, {UNKNOWN, FALSE}, {TRUE, FALSE}, {UNKNOWN}):
        for order in permutations(few):
            conjunction = FALSE if FALSE in order else UNKNOWN if UNKNOWN in order else TRUE
            disjunction = TRUE if TRUE in order else UNKNOWN if UNKNOWN in order else FALSE
            children = tuple(of[verdict] for verdict in order)
            assert judge(All(children), x=[1.0], y=[nan]) == [conjunction]
            assert judge(AnyOf(children), x=[1.0], y=[nan]) == [disjunction]


def test_three_percent_near_a_hundred() -> None:
    x = [97.0, 103.0, 96.99, 103.01, 100.0, nan]
    assert judge(Near("near_pct", X, number(100.0), 3.0), x=x) == [TRUE, TRUE, FALSE, FALSE, TRUE, UNKNOWN]


def test_percent_of_nothing_is_unknown_and_of_a_negative_number_its_size() -> None:
    y = [0.0, -0.0, -100.0, -100.0, nan]
    found = judge(Near("near_pct", X, Y, 3.0), x=[0.0, 1.0, -97.0, -96.9, 1.0], y=y)
    assert found == [UNKNOWN, UNKNOWN, TRUE, FALSE, UNKNOWN]


def test_an_absolute_tolerance_includes_its_bounds_and_zero() -> None:
    found = judge(Near("near_abs", X, number(1.0), 0.5), x=[1.5, 1.6, 0.5, 0.4, nan])
    assert found == [TRUE, FALSE, TRUE, FALSE, UNKNOWN]
    assert judge(Near("near_abs", X, number(0.0), 2.0), x=[2.0]) == [TRUE]
    assert judge(Near("near_abs", X, number(2.0), 0.0), x=[2.0, 2.5]) == [TRUE, FALSE]


@pytest.mark.parametrize(
    ("left", "right", "op"),
    [(1.5e308, -1.5e308, "near_abs"), (1.5e308, -1.5e308, "near_pct"), (1e10, 1e-300, "near_pct")],
)
def test_a_distance_beyond_all_numbers_is_far(left: float, right: float, op: str) -> None:
    assert judge(Near(op, X, Y, 3.0), x=[left], y=[right]) == [FALSE]  # pyright: ignore[reportArgumentType]


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
    node = Arithmetic(op, X, number(right), "FLOAT")  # pyright: ignore[reportArgumentType]
    np.testing.assert_array_equal(calculate(node, x=[float(left)]), [result])


def test_a_constant_alone_is_a_column() -> None:
    assert calculate(number(3), x=[0.0, 0.0]) == [3.0, 3.0]
