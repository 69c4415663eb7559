"""Gaps are the same however the column of times is cut."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from feeds.gaps import GapFinder, GapSpan
from tests.feeds.candles import START_MS

MINUTE = 60_000


def found(minutes: list[int], cuts: list[int]) -> tuple[GapSpan, ...]:
    finder = GapFinder(MINUTE)
    for piece in np.split(START_MS + MINUTE * np.array(minutes, dtype=np.int64), sorted(cuts)):
        finder.feed(piece)
    return finder.gaps


def test_a_gap_reaches_from_the_first_missing_bar_to_the_next_present_one() -> None:
    assert found([0, 1, 4, 5, 7], []) == (
        GapSpan(start_ms=START_MS + 2 * MINUTE, end_ms=START_MS + 4 * MINUTE, missing_bars=2),
        GapSpan(start_ms=START_MS + 6 * MINUTE, end_ms=START_MS + 7 * MINUTE, missing_bars=1),
    )


def test_a_series_without_holes_has_no_gaps() -> None:
    assert found([3, 4, 5], [1]) == ()


@given(st.sets(st.integers(0, 60), min_size=1), st.lists(st.integers(0, 60)))
def test_cutting_changes_nothing(minutes: set[int], cuts: list[int]) -> None:
    ordered = sorted(minutes)
    gaps = found(ordered, cuts)
    assert gaps == found(ordered, [])
    assert sum(gap.missing_bars for gap in gaps) == ordered[-1] - ordered[0] + 1 - len(ordered)
