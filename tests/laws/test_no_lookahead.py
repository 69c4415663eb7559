"""What is known after n bars does not change when more bars follow."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws.market import PLAYS, READERS, play_of, whole_market
from tests.laws.performance import Performance, perform, same_bits


@pytest.fixture(scope="module", params=[*PLAYS, *READERS], ids=lambda path: path.stem)
def whole(request: pytest.FixtureRequest) -> tuple[Path, Performance]:
    path: Path = request.param
    market = whole_market(play_of(path).symbol)
    return path, perform(play_of(path), market, cuts=[0, len(market)])


@settings(max_examples=3, deadline=None, derandomize=True)
@given(share=st.floats(0.75, 1.0))
def test_results_on_the_first_bars_are_a_prefix(whole: tuple[Path, Performance], share: float) -> None:
    path, later = whole
    market = whole_market(play_of(path).symbol)
    count = int(len(market) * share)
    until, _ = market.split(int(market.bars.ts[count - 1]) + market.bars.interval_ms)
    earlier = perform(play_of(path), until, cuts=[0, count])
    longer = later.arrays()
    assert earlier.intents.ts.size > 0
    assert [name for name, array in earlier.arrays().items() if not same_bits(array, longer[name][: len(array)])] == []
