from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from play_engine.declaration import Used
from play_engine.structures.order_block import ORDER_BLOCK
from play_engine.structures.swing import SWING
from tests.play_engine.columns import run_structure, with_defaults
from tests.play_engine.structures.block_examples import TABLE_B, candles, rows_of
from tests.play_engine.structures.examples import assert_rows, swing_rows

Bar = tuple[float, float, float, float]
FALL: Bar = (11, 12, 9, 10)
FLAT: Bar = (10, 11, 9, 10)
SMALL: Bar = (10, 11, 10, 11)
RISE: Bar = (10, 14, 10, 14)


def _rows(
    *bars: Bar,
    swing: Mapping[int, Mapping[str, Any]] | None = None,
    displacement: Mapping[int, Mapping[str, Any]] | None = None,
    **params: Any,
) -> NDArray[np.void]:
    market = candles(*bars)
    uses = {"swing": rows_of("swing", len(bars), swing or {})}
    if displacement is not None:
        uses["displacement"] = rows_of("displacement", len(bars), displacement)
    return run_structure(ORDER_BLOCK, params, market, atr=market["atr"], uses=uses).rows


def test_the_last_candle_against_an_impulse_is_support_until_closed_through() -> None:
    swing = swing_rows(TABLE_B, left=1, right=1)
    assert_rows(
        ORDER_BLOCK,
        run_structure(ORDER_BLOCK, {}, TABLE_B, atr=TABLE_B["atr"], uses={"swing": swing}).rows,
        """
        new_this_bar                · · · · 1 · · · · · · · · ·
        new_direction               0 0 0 0 1 0 0 0 0 0 0 0 0 0
        new_upper                   – – – – 100 – – – – – – – – –
        new_lower                   – – – – 99 – – – – – – – – –
        active_bull_count           0 0 0 0 1 1 1 1 1 1 0 0 0 0
        nearest_bull_upper          – – – – 100 100 100 100 100 100 – – – –
        nearest_bull_age_bars       -1 -1 -1 -1 0 1 2 3 4 5 -1 -1 -1 -1
        any_mitigated_this_bar      · · · · · · · · · 1 · · · ·
        last_mitigated_direction    0 0 0 0 0 0 0 0 0 1 1 1 1 1
        any_invalidated_this_bar    · · · · · · · · · · 1 · · ·
        last_invalidated_direction  0 0 0 0 0 0 0 0 0 0 1 1 1 1
        last_invalidated_lower      – – – – – – – – – – 99 99 99 99
        """,
    )


def test_the_range_of_the_candle_instead_of_its_body() -> None:
    rows = _rows(FALL, RISE, use_body=False)
    assert (rows["new_upper"][1], rows["new_lower"][1]) == (12, 9)


def test_a_candle_without_body_is_passed_over_and_the_lookback_is_exact() -> None:
    np.testing.assert_array_equal(_rows(FALL, FLAT, FLAT, RISE, lookback=3)["new_this_bar"], [0, 0, 0, 1])
    np.testing.assert_array_equal(_rows(FALL, FLAT, FLAT, RISE, lookback=2)["new_this_bar"], [0, 0, 0, 0])


def test_before_the_first_bar_there_is_no_candle() -> None:
    assert _rows(RISE, RISE, lookback=500)["version"][-1] == 0


def test_one_candle_makes_one_block() -> None:
    rows = _rows(FALL, RISE, RISE, (14, 18, 14, 18))
    np.testing.assert_array_equal(rows["version"], [0, 1, 1, 1])


def test_a_candle_may_make_a_block_again_when_the_first_one_is_gone() -> None:
    # Bar 2 closes through the block. It rises, so that the impulse of bar 3 goes back to the same candle.
    rows = _rows(FALL, RISE, (9, 9.5, 8, 9.5), (10, 14, 10, 14), lookback=4, body_atr_min=2)
    np.testing.assert_array_equal(rows["any_invalidated_this_bar"], [0, 0, 1, 0])
    np.testing.assert_array_equal(rows["new_this_bar"], [0, 1, 0, 1])


def test_no_block_when_the_close_lies_beyond_it_already() -> None:
    # The impulse opens after a gap down and closes below the body 20 to 21.
    assert _rows((21, 21, 20, 20), RISE)["version"][-1] == 0
    assert _rows((21, 21, 14, 14), RISE)["version"][-1] == 1


def test_a_close_through_a_swing_level_makes_a_block_if_no_displacement_is_required() -> None:
    high = {1: {"high_accepted": 1, "high_level": 10.5}}
    rows = _rows(FALL, FLAT, SMALL, SMALL, swing=high, require_displacement=False)
    np.testing.assert_array_equal(rows["new_direction"], [0, 0, 1, 0])
    assert _rows(FALL, FLAT, SMALL, SMALL, swing=high)["version"][-1] == 0


def test_a_swing_level_is_passed_only_once() -> None:
    low = {0: {"low_accepted": 1, "low_level": 10.5}}
    # The rise of bar 2 would be the opposing candle of a second break on bar 3.
    rows = _rows(
        SMALL, (11, 11, 10, 10), (9, 10.2, 9, 10.2), (10.2, 10.2, 9.8, 9.8), swing=low, require_displacement=False
    )
    np.testing.assert_array_equal(rows["new_direction"], [0, -1, 0, 0])


def test_a_used_displacement_decides_in_place_of_the_own_test() -> None:
    rows = _rows(FALL, RISE, FALL, SMALL, displacement={3: {"direction": 1}})
    np.testing.assert_array_equal(rows["new_this_bar"], [0, 0, 0, 1])


def test_what_has_no_effect_beside_a_displacement() -> None:
    params = with_defaults(ORDER_BLOCK, {})
    alone, beside = frozenset({"swing"}), frozenset({"swing", "displacement"})
    assert {one.parameter for one in ORDER_BLOCK.no_effects} == {"atr_key", "body_atr_min", "wick_ratio_max"}
    for one in ORDER_BLOCK.no_effects:
        assert (one.when(params, alone), one.when(params, beside)) == (False, True)
    assert ORDER_BLOCK.needs_atr is not None
    assert ORDER_BLOCK.needs_atr(params, alone)
    assert not ORDER_BLOCK.needs_atr(params, beside)


@pytest.mark.parametrize(
    ("params", "bars"), [({}, 558), ({"lookback": 10}, 565), ({"max_age_bars": 0, "max_active": 2}, 138)]
)
def test_warmup_counts_pivots_the_lookback_and_the_life_of_blocks(params: dict[str, int], bars: int) -> None:
    swing = Used(params=with_defaults(SWING, {"left": 5, "right": 5}), warmup=55)
    assert ORDER_BLOCK.warmup(with_defaults(ORDER_BLOCK, params), {"swing": swing}) == bars
    assert ORDER_BLOCK.lookback(with_defaults(ORDER_BLOCK, params)) == params.get("lookback", 3)
