"""Every bar gets the mark price of its own open time, however both series are cut."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.mark_joining import with_marks
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from tests.feeds.candles import same, walk, without

BARS = walk(60)
MARKS = walk(60, seed=9)


def pieces(bars: BarSeries, cuts: list[int]) -> list[BarSeries]:
    """The bars cut at the places that lie in them, without empty pieces."""
    edges = sorted({0, len(bars), *(cut for cut in cuts if cut < len(bars))})
    return [bars.rows(start, stop) for start, stop in pairwise(edges)]


@given(st.lists(st.integers(1, 59)), st.lists(st.integers(1, 59)), st.integers(0, 50), st.integers(0, 9))
def test_every_bar_gets_its_mark_however_both_are_cut(
    cuts: list[int], mark_cuts: list[int], gap: int, length: int
) -> None:
    bars = without(BARS, gap, gap + length)
    joined = list(with_marks(pieces(bars, cuts), iter(pieces(MARKS, mark_cuts))))
    assert same([last for last, _ in joined], bars)
    assert same([mark for _, mark in joined], without(MARKS, gap, gap + length))
    assert all(np.array_equal(last.ts, mark.ts) for last, mark in joined)


def test_marks_in_the_same_chunks_are_not_copied() -> None:
    cuts = [20, 40]
    for last, mark in with_marks(pieces(BARS, cuts), iter(pieces(MARKS, cuts))):
        assert np.shares_memory(mark.close, MARKS.close)
        assert len(last) == len(mark)


@pytest.mark.parametrize("marks", [[], [MARKS.rows(0, 59)], [without(MARKS, 30, 31)], [MARKS.rows(1, 60)]])
def test_a_bar_without_a_mark_is_an_error(marks: list[BarSeries]) -> None:
    with pytest.raises(DataError, match=r"BTCUSDT: a bar from .* has no mark price any more"):
        list(with_marks([BARS], iter(marks)))
