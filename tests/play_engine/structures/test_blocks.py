"""The life of blocks, whatever made them: here breakers, because closes through a written order block make them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.declaration import StructureInputs, StructureOutputs
from play_engine.structures.breaker_block import BREAKER_BLOCK
from play_engine.structures.fair_value_gap import FAIR_VALUE_GAP
from tests.play_engine.columns import run_structure, with_defaults
from tests.play_engine.market import bars
from tests.play_engine.structures.block_examples import candles, rows_of

Block = tuple[int, float, float]


def _rows(closes: list[float], blocks: dict[int, Block], lows: dict[int, float] | None = None, **params: int) -> Any:
    """Bars without a range but for `lows`, and blocks (direction, lower, upper) that become known on a bar."""
    market = candles(*((close, close, (lows or {}).get(i, close), close) for i, close in enumerate(closes)))
    broken = {
        bar: {
            "any_invalidated_this_bar": 1,
            "last_invalidated_direction": -direction,
            "last_invalidated_lower": lower,
            "last_invalidated_upper": upper,
        }
        for bar, (direction, lower, upper) in blocks.items()
    }
    uses = {"order_block": rows_of("order_block", len(closes), broken)}
    return run_structure(BREAKER_BLOCK, params, market, uses=uses).rows


def test_a_new_block_is_reported_and_not_touched_by_its_own_bar() -> None:
    rows = _rows([10.5, 20], {0: (1, 10, 11)})
    assert rows[["new_this_bar", "new_direction", "new_lower", "new_upper"]][0].tolist() == (1, 1, 10, 11)
    assert rows["new_direction"][1] == 0
    assert np.isnan(rows["new_upper"][1])
    np.testing.assert_array_equal(rows["any_mitigated_this_bar"], [0, 0])
    np.testing.assert_array_equal(rows["active_bull_count"], [1, 1])


def test_a_touched_block_shows_on_the_bar_of_its_touch_and_then_no_more() -> None:
    # The wick of bar 1 just reaches the upper edge.
    rows = _rows([20, 20, 20], {0: (1, 10, 11)}, lows={1: 11})
    np.testing.assert_array_equal(rows["any_mitigated_this_bar"], [0, 1, 0])
    np.testing.assert_array_equal(rows["nearest_bull_upper"], [11, 11, np.nan])
    np.testing.assert_array_equal(rows["nearest_bull_age_bars"], [0, 1, -1])
    np.testing.assert_array_equal(rows["last_mitigated_direction"], [0, 1, 1])
    np.testing.assert_array_equal(rows["last_mitigated_lower"], [np.nan, 10, 10])


def test_a_touched_block_can_still_be_closed_through_and_a_close_on_its_edge_is_not_through() -> None:
    rows = _rows([20, 10, 9.9, 9.9], {0: (1, 10, 11)})
    np.testing.assert_array_equal(rows["any_mitigated_this_bar"], [0, 1, 0, 0])
    np.testing.assert_array_equal(rows["any_invalidated_this_bar"], [0, 0, 1, 0])
    np.testing.assert_array_equal(rows["last_invalidated_upper"], [np.nan, np.nan, 11, 11])


def test_a_bar_that_touches_and_closes_through_only_invalidates() -> None:
    rows = _rows([20, 9], {0: (1, 10, 11)})
    np.testing.assert_array_equal(rows["any_mitigated_this_bar"], [0, 0])
    np.testing.assert_array_equal(rows["any_invalidated_this_bar"], [0, 1])


def test_resistance_is_the_mirror_of_support() -> None:
    rows = _rows([5, 10, 11, 11.1], {0: (-1, 10, 11)})
    np.testing.assert_array_equal(rows["nearest_bear_lower"], [10, 10, np.nan, np.nan])
    np.testing.assert_array_equal(rows["active_bear_count"], [1, 1, 0, 0])
    np.testing.assert_array_equal(rows["last_mitigated_direction"], [0, -1, -1, -1])
    np.testing.assert_array_equal(rows["last_invalidated_direction"], [0, 0, 0, -1])


def test_nearest_is_by_the_middle_and_the_newest_among_equals() -> None:
    # The middles are 11, 14 and 14.
    rows = _rows([20, 20, 20, 20], {0: (1, 10, 12), 1: (1, 13, 15), 2: (1, 12, 16)})
    np.testing.assert_array_equal(rows["nearest_bull_lower"], [10, 13, 12, 12])


def test_of_several_blocks_with_one_fate_the_nearest_is_reported() -> None:
    blocks: dict[int, Block] = {0: (1, 10, 12), 1: (1, 14, 15), 2: (1, 13, 13.5)}
    touched = _rows([20, 20, 20, 20], blocks, lows={3: 5})
    assert touched[["last_mitigated_lower", "active_bull_count"]][3].tolist() == (14, 3)
    closed_through = _rows([20, 20, 20, 8], blocks)
    assert closed_through[["last_invalidated_lower", "active_bull_count"]][3].tolist() == (10, 0)


def test_the_newest_untouched_blocks_are_kept() -> None:
    # The oldest of three leaves without a word: a close through all of them then reports the nearest of two.
    rows = _rows([20, 20, 20, 5], {0: (1, 10, 11), 1: (1, 12, 13), 2: (1, 14, 15)}, max_active=2)
    np.testing.assert_array_equal(rows["active_bull_count"], [1, 2, 2, 0])
    assert rows["last_invalidated_lower"][3] == 12


def test_touched_blocks_take_no_place_of_untouched_ones() -> None:
    rows = _rows([20, 20, 20, 20, 5], {0: (1, 10, 11), 1: (1, 14, 15), 2: (1, 12, 13)}, lows={2: 14}, max_active=1)
    # Bar 1 pushes out the first block. On bar 2 the second is touched, so that it counts beside the third.
    np.testing.assert_array_equal(rows["active_bull_count"], [1, 1, 2, 1, 0])
    assert rows["last_invalidated_lower"][4] == 12


def test_touched_blocks_push_out_only_older_touched_ones() -> None:
    blocks: dict[int, Block] = {0: (1, 10, 11), 1: (1, 12, 13)}
    rows = _rows([20, 20, 20, 5], blocks, lows={1: 10.5, 2: 12}, max_active=1)
    np.testing.assert_array_equal(rows["any_mitigated_this_bar"], [0, 1, 1, 0])
    # Of the two touched ones the second is left, though the first would be nearer to the close.
    assert rows["last_invalidated_lower"][3] == 12


@pytest.mark.parametrize(("max_age_bars", "counts"), [(2, [1, 1, 1, 0, 0]), (0, [1, 1, 1, 1, 0])])
def test_blocks_leave_in_silence_when_they_are_too_old(max_age_bars: int, counts: list[int]) -> None:
    rows = _rows([20, 20, 20, 20, 5], {0: (1, 10, 11)}, max_age_bars=max_age_bars)
    np.testing.assert_array_equal(rows["active_bull_count"], counts)
    assert rows["any_invalidated_this_bar"][4] == (max_age_bars == 0)


def _gaps_bar_by_bar(market: dict[str, Floats], params: dict[str, Any]) -> tuple[NDArray[Any], list[NDArray[Any]]]:
    """The output rows of fair_value_gap, and the blocks in its book after each bar."""
    rows, before = len(market["close"]), 2
    columns = {name: np.concatenate([np.full(before, np.nan), column]) for name, column in market.items()}
    inputs = StructureInputs(bar=np.arange(-before, rows), atr=np.full(rows + before, np.nan), uses={}, **columns)
    slots = np.repeat(FAIR_VALUE_GAP.initial_slots(params), rows + before, axis=0)
    out = StructureOutputs(rows=np.repeat(FAIR_VALUE_GAP.initial_row(), rows + before), slots=slots)
    state = FAIR_VALUE_GAP.initial_state(params)
    books: list[NDArray[Any]] = []
    for t in range(before, rows + before):
        FAIR_VALUE_GAP.advance(inputs, params, out, state, t, t + 1)
        books.append(state["blocks"][0, : state["count"][0]].copy())
    return out.rows[before:], books


@settings(deadline=None, max_examples=60)
@given(market=bars(), max_active=st.integers(1, 3), max_age_bars=st.integers(0, 12))
def test_the_book_is_bounded_in_order_and_what_the_outputs_show(
    market: dict[str, Floats], max_active: int, max_age_bars: int
) -> None:
    params = with_defaults(FAIR_VALUE_GAP, {"max_active": max_active, "max_age_bars": max_age_bars})
    rows, books = _gaps_bar_by_bar(market, params)
    for i, (row, book) in enumerate(zip(rows, books, strict=True)):
        untouched = book["mitigated_idx"] < 0
        assert untouched.sum() <= max_active
        assert (~untouched).sum() <= max_active
        assert (np.diff(book["created"]) < 0).all()
        assert (book["upper"] > book["lower"]).all()
        assert max_age_bars == 0 or (i - book["created"] <= max_age_bars).all()
        through = np.where(
            book["direction"] == 1, market["close"][i] < book["lower"], market["close"][i] > book["upper"]
        )
        assert not through[book["created"] < i].any()
        for direction, side in ((1, "bull"), (-1, "bear")):
            active = book[(book["direction"] == direction) & (untouched | (book["mitigated_idx"] == i))]
            assert row[f"active_{side}_count"] == len(active)
            if len(active):
                distance = np.abs(market["close"][i] - (active["upper"] + active["lower"]) / 2)
                nearest = active[np.argmin(distance)]
                assert row[f"nearest_{side}_upper"] == nearest["upper"]
                assert row[f"nearest_{side}_age_bars"] == i - nearest["created"]
                assert row[f"nearest_{side}_fill_pct"] == nearest["fill"]
            else:
                assert np.isnan(row[f"nearest_{side}_lower"])
                assert row[f"nearest_{side}_age_bars"] == -1


def test_the_state_has_room_for_the_greatest_book() -> None:
    # Ever higher bars: every one leaves a gap, and the close never comes back.
    steps = np.arange(200.0) * 10
    market = {"open": steps, "high": steps + 1, "low": steps, "close": steps + 1, "volume": steps}
    params = with_defaults(FAIR_VALUE_GAP, {"max_active": 64, "max_age_bars": 0})
    rows, books = _gaps_bar_by_bar(market, params)
    assert (rows["version"][-1], len(books[-1]), rows["active_bull_count"][-1]) == (198, 64, 64)
