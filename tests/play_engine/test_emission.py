"""From verdicts to intents: which case fires, what else does, and in which order intents come."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from play_engine.emission import CompiledBlock, emit
from play_engine.play.model import Block, Case, IntentSpec
from play_engine.rules.expression import Comparison
from play_engine.rules.verdicts import FALSE, TRUE, UNKNOWN
from tests.play_engine.plays import number, ref

F, U, T = FALSE, UNKNOWN, TRUE

ACTIONS = ("entry_long", "exit_long", "no_action", "exit_all", "adjust_stop", "entry_short")
INTENTS = tuple(IntentSpec(block="any", action=action) for action in ACTIONS)
ANY = Comparison(">", ref("close"), number(0))


def compiled(columns: list[list[int]], emits: list[tuple[int, ...]], otherwise: tuple[int, ...] = ()) -> CompiledBlock:
    """A block whose cases have these verdicts and emit these numbers of intents."""
    cases = tuple(Case(when=ANY, emit=emit_) for emit_ in emits)
    verdicts = tuple(np.array(column, dtype=np.uint8) for column in columns)
    return CompiledBlock(Block(id="b", cases=cases, otherwise=otherwise), verdicts)


def emitted(blocks: list[CompiledBlock], rows: int, start: int = 0) -> list[list[int]]:
    """Numbers of the intents of each row."""
    first, numbers = emit(blocks, INTENTS, start, start + rows)
    assert len(first) == rows + 1
    assert (first[0], first[-1]) == (0, len(numbers))
    return [numbers[first[row] : first[row + 1]].tolist() for row in range(rows)]


def test_the_first_true_case_emits_everything_and_ends_the_block() -> None:
    block = compiled([[T, F, U, F, T], [T, T, T, U, F]], [(0, 1), (3,)])
    assert emitted([block], 5) == [[0, 1], [3], [3], [], [0, 1]]


@pytest.mark.parametrize(("verdicts", "fires"), [((F, F), True), ((F, U), False), ((U, F), False), ((F, T), False)])
def test_else_emits_only_when_every_case_is_false(verdicts: tuple[int, int], fires: bool) -> None:
    block = compiled([[verdicts[0]], [verdicts[1]]], [(), ()], otherwise=(5, 0))
    assert emitted([block], 1) == [[5, 0] if fires else []]


def test_blocks_and_intents_keep_the_order_of_the_file() -> None:
    blocks = [
        compiled([[T, F, T]], [(5,)]),
        compiled([[F, F, T]], [(0, 3)], otherwise=(1,)),
        compiled([[T, T, T]], [(0,)]),
    ]
    assert emitted(blocks, 3) == [[5, 1, 0], [1, 0], [5, 0, 3, 0]]


def test_what_is_never_actionable_is_dropped() -> None:
    block = compiled([[T, F]], [(2, 0, 4, 3)], otherwise=(2, 4))
    assert emitted([block], 2) == [[0, 3], []]


def test_only_the_rows_asked_for_are_looked_at() -> None:
    block = compiled([[T, F, T, T]], [(0,)], otherwise=(1,))
    assert emitted([block], 2, start=1) == [[1], [0]]
    assert emitted([block], 0, start=2) == []


def test_without_blocks_nothing_is_emitted() -> None:
    assert emitted([], 3) == [[], [], []]


def test_a_block_is_true_if_a_case_is_else_unknown_if_one_is() -> None:
    block = compiled([[T, F, U, F, F], [F, T, F, U, F]], [(), ()])
    assert block.verdict(0, 5).tolist() == [T, T, U, U, F]


BLOCK = st.tuples(
    st.lists(st.lists(st.sampled_from([F, U, T]), min_size=6, max_size=6), min_size=1, max_size=3),
    st.lists(st.lists(st.integers(0, 5), max_size=3).map(tuple), min_size=3, max_size=3),
    st.lists(st.integers(0, 5), max_size=2).map(tuple),
)


@given(st.lists(BLOCK, max_size=4))
def test_emission_row_by_row(
    drawn: list[tuple[list[list[int]], list[tuple[int, ...]], tuple[int, ...]]],
) -> None:
    blocks = [compiled(columns, emits[: len(columns)], otherwise) for columns, emits, otherwise in drawn]
    expected: list[list[int]] = []
    for row in range(6):
        expected.append([])
        for columns, emits, otherwise in drawn:
            true = [case for case, column in enumerate(columns) if column[row] == T]
            everything_false = all(column[row] == F for column in columns)
            fired = emits[true[0]] if true else otherwise if everything_false else ()
            expected[-1] += [number for number in fired if number not in (2, 4)]
    assert emitted(blocks, 6) == expected
