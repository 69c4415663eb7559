"""Rules as columns: worked values, earlier instants, shared nodes, memory."""

from itertools import pairwise
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from play_engine.intervals import MINUTE_MS
from play_engine.rules.expression import (
    All,
    AnchoredWindow,
    AnyOf,
    Arithmetic,
    Between,
    Comparison,
    Constant,
    Crossing,
    DurationWindow,
    Near,
    Not,
    OneOf,
    Reference,
    Window,
)
from play_engine.rules.program import Program
from play_engine.rules.verdicts import FALSE, TRUE, UNKNOWN
from tests.play_engine.plays import number, ref
from tests.play_engine.rules.given import Given, judge

F, U, T = FALSE, UNKNOWN, TRUE


def crossing(op: str, left: str = "x", right: float | str = 5.5) -> Crossing:
    return Crossing("cross_above" if op == "above" else "cross_below", ref(left), _operand(right))


def _operand(value: float | str) -> Reference | Constant:
    return ref(value) if isinstance(value, str) else number(value)


POSITIVE = Comparison(">", ref("x"), number(0))


@pytest.mark.parametrize(
    ("before", "now", "above", "below"),
    [(5, 6, T, F), (5.5, 6, T, F), (5.6, 6, F, F), (5, 5.5, F, F), (6, 5, F, T), (5.5, 5, F, T), (6, 5.5, F, F)],
)
def test_crossing_a_constant(before: float, now: float, above: int, below: int) -> None:
    assert judge(crossing("above"), x=[before, now])[1] == above
    assert judge(crossing("below"), x=[before, now])[1] == below


def test_a_crossing_is_unknown_at_the_first_instant_and_beside_missing_values() -> None:
    assert judge(crossing("above"), x=[6, 5, nan, 5, 6]) == [U, F, U, U, T]
    assert judge(crossing("above", right="y"), x=[1, 3, 3, 3], y=[2, 2, nan, 2]) == [U, T, U, U]


def test_both_sides_of_a_crossing_move() -> None:
    # The level jumps across the price, which stands still.
    assert judge(crossing("above", right="y"), x=[2, 2, 2, 2], y=[3, 1, 1, 3]) == [U, T, F, F]
    assert judge(crossing("below", right="y"), x=[2, 2, 2, 2], y=[3, 1, 1, 3]) == [U, F, F, T]


def test_arithmetic_crosses_as_a_whole() -> None:
    spread = Arithmetic("-", ref("x"), ref("y"), "FLOAT")
    found = judge(Crossing("cross_above", spread, number(0)), x=[1, 2, 3, 3], y=[2, 2, 2, 0])
    assert found == [U, F, T, F]


def test_kleene() -> None:
    # x: unknown, then false, then true.
    unknown_first = [nan, -1, 1]
    never, always = Comparison("<", ref("y"), number(0)), Comparison(">", ref("y"), number(0))
    y = [1, 1, 1]
    for pair in ((POSITIVE, never), (never, POSITIVE)):
        assert judge(AnyOf(pair), x=unknown_first, y=y) == [U, F, T]
        assert judge(Not(AnyOf(pair)), x=unknown_first, y=y) == [U, T, F]
        assert judge(All(pair), x=unknown_first, y=y) == [F, F, F]
        assert judge(Not(All(pair)), x=unknown_first, y=y) == [T, T, T]
    for pair in ((POSITIVE, always), (always, POSITIVE)):
        assert judge(AnyOf(pair), x=unknown_first, y=y) == [T, T, T]
        assert judge(All(pair), x=unknown_first, y=y) == [U, F, T]


def test_between_includes_its_bounds_and_is_false_where_they_are_crossed() -> None:
    rule = Between(ref("x"), ref("low"), number(80))
    assert judge(rule, x=[20, 80, 19.9, 80.1, nan, 50], low=[20, 20, 20, 20, 20, nan]) == [T, T, F, F, U, U]
    assert judge(rule, x=[85, 79], low=[90, 90]) == [F, F]


def test_equality_of_integers_flags_and_labels() -> None:
    one_of = OneOf(ref("x", kind="INT"), (Constant(1, "INT"), Constant(True, "BOOL"), Constant(-1, "INT")))
    assert judge(one_of, x=[1, 0, -1, nan]) == [T, F, T, U]
    assert judge(Comparison("==", ref("x", kind="BOOL"), Constant(True, "BOOL")), x=[1, 0, nan]) == [T, F, U]
    assert judge(Comparison("!=", ref("x", kind="ENUM"), Constant(2, "ENUM")), x=[2, 0, nan]) == [F, T, U]


def test_near() -> None:
    assert judge(Near("near_pct", ref("x"), ref("y"), 3.0), x=[97, 103, 96.99, 1], y=[100, 100, 100, 0]) == [T, T, F, U]
    assert judge(Near("near_abs", ref("x"), number(1), 0.5), x=[1.5, 0.5, 1.51, nan]) == [T, T, F, U]


def test_a_rule_of_constants_alone() -> None:
    two = Arithmetic("+", number(1), number(1), "INT")
    assert judge(Comparison("==", two, number(2)), x=[0, 0, 0], sizes=[1, 2]) == [T, T, T]
    assert judge(All((POSITIVE, Comparison("<", two, number(2)))), x=[1, 1]) == [F, F]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window(3, 1, POSITIVE), [F, T, T, T, F, F]),
        (Window(2, 2, POSITIVE), [F, F, F, F, F, F]),
        (Window(1, 1, POSITIVE), [F, T, F, F, F, F]),
    ],
)
def test_windows_over_one_true_instant(window: Window, expected: list[int]) -> None:
    assert judge(window, x=[-1, 1, -1, -1, -1, -1]) == expected


def test_a_window_is_never_unknown_and_counts_unknown_as_not_true() -> None:
    x = [nan, 1, nan, 1, 1, 1]
    assert judge(Window(2, 2, POSITIVE), x=x) == [F, F, F, F, T, T]
    assert judge(Window(3, 2, POSITIVE), x=x) == [F, F, F, T, T, T]
    assert judge(Not(Window(2, 2, POSITIVE)), x=x) == [T, T, T, T, F, F]
    # The guard beside it makes the whole unknown.
    assert judge(All((Not(Window(2, 2, POSITIVE)), POSITIVE)), x=x) == [U, T, U, T, F, F]


def test_instants_before_the_first_are_not_true_even_under_not() -> None:
    negative = Not(POSITIVE)
    assert judge(Window(3, 3, negative), x=[-1, -1, -1, -1]) == [F, F, T, T]
    assert judge(Window(2, 2, Not(Window(2, 1, POSITIVE))), x=[-1, -1, -1]) == [F, T, T]


def test_windows_nest_and_the_inner_one_steps_from_the_shifted_instant() -> None:
    inner = Window(2, 2, POSITIVE)
    assert judge(Window(3, 1, inner), x=[1, 1, -1, -1, -1, -1]) == [F, T, T, T, F, F]


def test_a_crossing_within_a_window() -> None:
    assert judge(Window(3, 1, crossing("above")), x=[5, 6, 6, 6, 6, 6]) == [F, T, T, T, F, F]


def test_the_longest_window_counts_every_instant() -> None:
    x = [1.0] * 1_600
    x[10] = -1.0
    found = judge(Window(1_500, 1_500, POSITIVE), x=x, sizes=[1, 700, 2, 897])
    assert [k for k, verdict in enumerate(found) if verdict == T] == list(range(1_510, 1_600))


@given(
    x=st.lists(st.sampled_from([nan, -1.0, 0.0, 1.0, 2.0]), min_size=1, max_size=30),
    bars=st.integers(1, 8),
    data=st.data(),
)
def test_chunks_change_no_verdict(x: list[float], bars: int, data: st.DataObject) -> None:
    rule = AnyOf((Window(bars, (bars + 1) // 2, crossing("above", right=0)), Not(Window(2, 1, POSITIVE))))
    borders = sorted({0, len(x), *data.draw(st.lists(st.integers(0, len(x))))})
    sizes = [stop - start for start, stop in pairwise(borders)]
    assert judge(rule, x=x, sizes=sizes) == judge(rule, x=x)


def test_a_duration_covers_the_instants_after_its_beginning() -> None:
    x = [-1, 1, -1, -1, -1, 1, 1, 1]
    assert judge(DurationWindow(3 * MINUTE_MS, 1, POSITIVE), x=x) == [F, T, T, T, F, T, T, T]
    assert judge(DurationWindow(3 * MINUTE_MS, 2, POSITIVE), x=x) == [F, F, F, F, F, F, T, T]
    # Half a step more takes in one instant more; half a step less than one looks at the instant alone.
    assert judge(DurationWindow(3 * MINUTE_MS + 1, 3, POSITIVE), x=x) == [F, F, F, F, F, F, F, T]
    assert judge(DurationWindow(MINUTE_MS // 2, 1, POSITIVE), x=x) == [F, T, F, F, F, T, T, T]


def test_to_hold_for_a_duration_counts_instants_before_the_first_as_not_true() -> None:
    assert judge(DurationWindow(3 * MINUTE_MS, None, POSITIVE), x=[1, 1, 1, 1, nan, 1]) == [F, F, T, T, F, F]
    # Also when the first instants have long left the table.
    x = [1.0] * 40
    for sizes in ([1] * 40, [40], [3, 30, 7]):
        assert judge(DurationWindow(5 * MINUTE_MS, None, POSITIVE), x=x, sizes=sizes) == [F] * 4 + [T] * 36


def test_a_window_anchored_to_its_own_timeline_is_a_plain_window() -> None:
    x = [-1, 1, 1, nan, 1, 1]
    assert judge(AnchoredWindow(MINUTE_MS, 2, 2, POSITIVE), x=x) == judge(Window(2, 2, POSITIVE), x=x)


def test_equal_nodes_share_a_column() -> None:
    timeline = Given(1, {"x": [0.0]})
    program = Program({MINUTE_MS: timeline})
    first = program.verdict(MINUTE_MS, All((POSITIVE, crossing("above"))))
    assert program.verdict(MINUTE_MS, All((Comparison(">", ref("x"), number(0)), crossing("above")))) == first
    program.verdict(MINUTE_MS, Comparison(">", ref("x", 1), number(0)))
    assert timeline.reads == [ref("x"), ref("x", 1)]
