"""However the same bars are cut into chunks, every column, intent, fill and equity point is the same, bit for bit."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws.market import PLAYS, READERS, play_of, whole_market
from tests.laws.performance import Performance, perform

# Up to here chunks may be large: it is warm-up for most of the Plays. Behind it, cuts go down to single bars.
_FINE_FROM = 49_000


@pytest.fixture(scope="module", params=[*PLAYS, *READERS], ids=lambda path: path.stem)
def whole(request: pytest.FixtureRequest) -> tuple[Path, Performance]:
    path: Path = request.param
    market = whole_market(play_of(path).symbol)
    return path, perform(play_of(path), market, cuts=[0, len(market)])


def cuts_of(sizes: Sequence[int], count: int, seed: int) -> list[int]:
    """Cuts in random order out of chunk sizes, coarse in the warm-up and fine behind it, ending with single bars."""
    random = np.random.default_rng(seed)
    cuts = [0]
    while cuts[-1] < count - 300:
        coarse = cuts[-1] < _FINE_FROM
        cuts.append(min(count - 300, cuts[-1] + int(random.integers(1, 9_000) if coarse else random.choice(sizes))))
    return [*cuts, *range(count - 299, count + 1)]


@settings(max_examples=1, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32), sizes=st.lists(st.integers(1, 400), min_size=1, max_size=6))
def test_any_cut_gives_the_same_bits(whole: tuple[Path, Performance], seed: int, sizes: list[int]) -> None:
    path, expected = whole
    market = whole_market(play_of(path).symbol)
    found = perform(play_of(path), market, cuts=cuts_of(sizes, len(market), seed))
    assert expected.records["fills"].size > 0
    assert found.differences(expected) == []


def test_single_bars_give_the_same_bits(whole: tuple[Path, Performance]) -> None:
    path, expected = whole
    market = whole_market(play_of(path).symbol)
    found = perform(play_of(path), market, cuts=[0, *range(len(market) - 200, len(market) + 1)])
    assert found.differences(expected) == []
