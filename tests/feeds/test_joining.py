"""Joining and cutting keep every bar, once, in order."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from feeds.joining import rechunked
from tests.feeds.candles import same, walk

BARS = walk(60)


@given(st.lists(st.integers(0, 60)), st.integers(1, 70))
def test_chunks_are_whole_but_for_the_last(cuts: list[int], chunk_bars: int) -> None:
    edges = [0, *sorted(cuts), 60]
    pieces = [BARS.rows(start, stop) for start, stop in pairwise(edges)]
    chunks = list(rechunked(pieces, chunk_bars))
    assert same(chunks, BARS)
    assert [len(chunk) for chunk in chunks[:-1]] == [chunk_bars] * (len(chunks) - 1)
    assert 1 <= len(chunks[-1]) <= chunk_bars


def test_no_pieces_give_no_chunks() -> None:
    assert list(rechunked([], 5)) == []
