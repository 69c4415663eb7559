"""Random rule trees over a given set of references."""

from collections.abc import Sequence

from hypothesis import strategies as st

from play_engine.intervals import MINUTE_MS
from play_engine.rules.expression import (
    All,
    AnchoredWindow,
    AnyOf,
    Arithmetic,
    Between,
    Comparison,
    Condition,
    Constant,
    Crossing,
    DurationWindow,
    Near,
    Not,
    OneOf,
    Operand,
    Reference,
    Window,
)

_NUMBERS = st.one_of(
    st.integers(-3, 3),
    st.integers(90, 110),
    st.integers(-40, 40).map(lambda eighths: eighths / 8),
    st.sampled_from([0.0, 99.5, 1e300]),
).map(lambda value: Constant(value, "INT" if isinstance(value, int) else "FLOAT"))


def conditions(floats: Sequence[Reference], integers: Sequence[Reference]) -> st.SearchStrategy[Condition]:
    """Conditions of all kinds, nested; equality only of `integers` (flags and labels included), as a loader allows."""
    operands = _operands(floats)
    left = operands.filter(lambda node: not isinstance(node, Constant))
    return st.recursive(_tests(left, operands, st.sampled_from(integers)), _connected, max_leaves=5)


def _operands(floats: Sequence[Reference]) -> st.SearchStrategy[Operand]:
    leaves = st.one_of(st.sampled_from(floats), st.sampled_from(floats), _NUMBERS)
    return st.recursive(
        leaves,
        lambda inner: st.builds(Arithmetic, st.sampled_from("+-*/%"), inner, inner, st.just("FLOAT")),
        max_leaves=4,
    )


def _tests(
    left: st.SearchStrategy[Operand], right: st.SearchStrategy[Operand], integer: st.SearchStrategy[Reference]
) -> st.SearchStrategy[Condition]:
    small = st.integers(-1, 3).map(lambda value: Constant(value, "INT"))
    tolerance = st.sampled_from([0.0, 0.125, 0.5, 1.0, 3.0, 50.0])
    return st.one_of(
        st.builds(Comparison, st.sampled_from([">", "<", ">=", "<="]), left, right),
        st.builds(Comparison, st.sampled_from(["==", "!="]), integer, st.one_of(integer, small)),
        st.builds(Crossing, st.sampled_from(["cross_above", "cross_below"]), left, right),
        st.builds(Between, left, right, right),
        st.builds(Near, st.sampled_from(["near_abs", "near_pct"]), left, right, tolerance),
        st.builds(OneOf, integer, st.lists(small, min_size=1, max_size=3).map(tuple)),
    )


def _connected(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    children = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(st.builds(All, children), st.builds(AnyOf, children), st.builds(Not, inner), _windows(inner))


def _windows(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    windows = st.integers(1, 9).flatmap(lambda bars: st.builds(Window, st.just(bars), st.integers(1, bars), inner))
    intervals = st.sampled_from([minutes * MINUTE_MS for minutes in (1, 3, 5, 15, 30, 60)])
    anchored = st.integers(1, 9).flatmap(
        lambda bars: st.builds(AnchoredWindow, intervals, st.just(bars), st.integers(1, bars), inner)
    )
    durations = st.integers(1, 90).flatmap(
        lambda minutes: st.builds(
            DurationWindow,
            st.just(minutes * MINUTE_MS),
            st.one_of(st.none(), st.integers(1, -(-minutes // 5))),
            inner,
        )
    )
    return st.one_of(windows, anchored, durations)
