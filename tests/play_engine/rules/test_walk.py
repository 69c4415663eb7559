"""Which references a Play reads."""

import pytest

from play_engine.play.model import IntentSpec, Note, StopRule, TargetRule, Trailing
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
    Window,
)
from play_engine.rules.walk import level_references, lookbacks, metadata_references, references_in, references_of
from tests.play_engine.plays import block, make_play, number, ref

A, B, C = ref("a"), ref("b.out", 2), ref("c")


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (A, [A]),
        (number(1), []),
        (Comparison(">", A, B), [A, B]),
        (Crossing("cross_above", A, number(1)), [A]),
        (Between(A, B, C), [A, B, C]),
        (Near("near_abs", A, Arithmetic("+", B, C, "FLOAT"), 1.0), [A, B, C]),
        (OneOf(A, (Constant(1, "INT"),)), [A]),
        (AnchoredWindow(60, 2, 1, DurationWindow(5, 1, Comparison(">", C, A))), [C, A]),
        (Not(Window(3, 1, All((Comparison("<", A, A), AnyOf((Comparison("<", C, B),)))))), [A, A, C, B]),
    ],
)
def test_references_of_a_tree_from_left_to_right(node: Condition, expected: list[object]) -> None:
    assert list(references_in(node)) == expected


def test_every_case_and_the_stop_and_target_are_walked() -> None:
    rules = (block("x", (Comparison(">", A, number(1)), ()), (Comparison(">", B, number(1)), ())),)
    play = make_play(
        blocks=rules,
        stop=StopRule(type="structure", level_long=C, level_short=ref("d")),
        target=TargetRule(type="atr_multiple", value=2.0, atr=ref("e")),
        trailing=Trailing(atr=ref("f")),
        intents=(IntentSpec(block="x", action="entry_long", metadata=(Note(name="n", value=ref("g")),)),),
    )
    assert list(references_of(play)) == [A, B, C, ref("d"), ref("e"), ref("f"), ref("g")]


def test_metadata_reads_each_reference_once_and_no_constant() -> None:
    notes = [
        (Note(name="a", value=B), Note(name="b", value="b.out")),
        (Note(name="c", value=A), Note(name="d", value=B)),
    ]
    intents = tuple(IntentSpec(block="x", action="entry_long", metadata=metadata) for metadata in notes)
    assert metadata_references(make_play(intents=intents)) == (B, A)


def test_a_condition_reads_back_as_far_as_its_longest_window_on_each_timeline() -> None:
    positive = Comparison(">", A, number(0))
    assert lookbacks(positive, 5) == {5: 1}
    assert lookbacks(Crossing("cross_above", A, number(1)), 5) == {5: 1}
    assert lookbacks(Window(7, 1, Window(30, 1, positive)), 5) == {5: 30}
    assert lookbacks(All((positive, Not(AnyOf((positive, Window(12, 1, positive)))))), 5) == {5: 12}
    assert lookbacks(DurationWindow(21, 1, positive), 5) == {5: 5}
    nested = AnchoredWindow(60, 3, 1, All((Window(9, 1, positive), AnchoredWindow(5, 4, 1, positive))))
    assert lookbacks(nested, 5) == {5: 4, 60: 9}


def test_both_sides_share_an_atr() -> None:
    play = make_play(stop=StopRule(type="atr_multiple", atr=A), target=TargetRule(type="rr_ratio", value=2.0))
    assert level_references(play) == {"stop_long": A, "stop_short": A, "target": None}


def test_a_play_without_stop_and_target_reads_no_level() -> None:
    assert level_references(make_play()) == {"stop_long": None, "stop_short": None, "target": None}
    assert list(references_of(make_play())) == []
