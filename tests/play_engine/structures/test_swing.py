from typing import Any

import numpy as np
import pytest

from play_engine.bars import Floats
from play_engine.declaration import Used
from play_engine.structures import STRUCTURES
from play_engine.structures.hashes import pair_hash
from play_engine.structures.swing import SWING, pivot_distance_bars
from tests.play_engine.columns import with_defaults
from tests.play_engine.structures.examples import TABLE_A, ZIGZAG_TABLE, assert_rows, swing_rows


def _market(high: list[float], low: list[float], atr: float | None = None) -> dict[str, Floats]:
    columns = {"high": np.array(high, float), "low": np.array(low, float)}
    market = {**columns, "open": columns["low"], "close": columns["low"], "volume": np.ones(len(high))}
    return market if atr is None else {**market, "atr": np.full(len(high), atr)}


def test_fractal_pivots_pairs_and_sizes() -> None:
    rows = swing_rows(TABLE_A, left=1, right=1, atr_key="atr")
    assert_rows(
        SWING,
        rows,
        """
        high_accepted         0 0 0 1 0 0 0 0 1 0 0 0 1 0 0
        high_level            – – – 14 14 14 14 14 17 17 17 17 16 16 16
        high_idx              -1 -1 -1 2 2 2 2 2 7 7 7 7 11 11 11
        low_accepted          0 0 0 0 0 1 0 0 0 0 1 0 0 0 1
        low_level             – – – – – 10 10 10 10 10 12.5 12.5 12.5 12.5 9
        low_idx               -1 -1 -1 -1 -1 4 4 4 4 4 9 9 9 9 13
        version               0 0 0 1 1 2 2 2 3 3 4 4 5 5 6
        last_confirmed_pivot_type  · · · high high low low low high high low low high high low
        high_significance     – – – – – – – – 3.5 3.5 3.5 3.5 1.75 1.75 1.75
        low_significance      – – – – – 2 2 2 2 2 2.25 2.25 2.25 2.25 3.5
        low_is_major          0 0 0 0 0 1 1 1 1 1 1 1 1 1 1
        pair_high_level       – – – – – 14 14 14 17 17 17 17 16 16 16
        pair_low_level        – – – – – 10 10 10 10 10 12.5 12.5 12.5 12.5 9
        pair_direction        · · · · · bearish bearish bearish bullish bullish bearish bearish bullish bullish bearish
        pair_version          0 0 0 0 0 1 1 1 2 2 3 3 4 4 5
        high_age_bars         -1 -1 -1 1 2 3 4 5 1 2 3 4 1 2 3
        pair_age_bars         -1 -1 -1 -1 -1 1 2 3 1 2 1 2 1 2 1
        """,
    )
    assert rows["pair_anchor_hash"][8] == pair_hash(7, 17.0, 4, 10.0, 1) == 5013778852775404


def test_zigzag_turns_when_price_comes_back_by_the_threshold() -> None:
    rows = swing_rows(ZIGZAG_TABLE, mode="atr_zigzag", atr_multiplier=2, atr_key="atr")
    assert_rows(
        SWING,
        rows,
        """
        high_accepted   0 0 1 0 0 0 0 0 1 0 0
        high_level      – – 104 104 104 104 104 104 102.9 102.9 102.9
        high_idx        -1 -1 2 2 2 2 2 2 5 5 5
        low_accepted    0 0 0 0 0 0 0 1 0 0 1
        low_level       – – – – – – – 100.8 100.8 100.8 99.9
        low_idx         -1 -1 -1 -1 -1 -1 -1 3 3 3 9
        pair_direction  · · · · · · · bearish bullish bullish bearish
        pair_version    0 0 0 0 0 0 0 1 2 2 3
        high_age_bars   -1 -1 0 1 2 3 4 5 3 4 5
        """,
    )


def test_a_zigzag_without_atr_finds_nothing() -> None:
    bars = {name: column for name, column in ZIGZAG_TABLE.items() if name != "atr"}
    assert swing_rows(bars, mode="atr_zigzag", atr_key="atr")["version"][-1] == 0


def test_without_atr_a_pivot_has_no_significance_and_is_not_major() -> None:
    bars = {name: column for name, column in TABLE_A.items() if name != "atr"}
    rows = swing_rows(bars, left=1, right=1)
    assert rows["version"][-1] == 6
    assert np.isnan(rows["high_significance"]).all()
    assert not rows["low_is_major"].any()


@pytest.mark.parametrize("atr", [0.0, -1.0, np.nan])
def test_an_unusable_atr_counts_as_none(atr: float) -> None:
    rows = swing_rows({**TABLE_A, "atr": np.full(15, atr)}, left=1, right=1, atr_key="atr", min_atr_move=99)
    assert rows["version"][-1] == 6
    assert np.isnan(rows["low_significance"]).all()


@pytest.mark.parametrize(("limit", "accepted"), [({"min_atr_move": 2.0}, 5), ({"min_atr_move": 2.5}, 4)])
def test_short_legs_in_atr_are_rejected_and_a_leg_of_the_limit_is_not(limit: dict[str, Any], accepted: int) -> None:
    # An ATR is 2. A limit of 4 lets the leg 14 → 10 pass and rejects 12.5 → 16. A limit of 5 rejects the lows of 10
    # and 12.5; without an accepted low the highs have no leg, so all three are accepted, and then the low of 9.
    assert swing_rows(TABLE_A, left=1, right=1, atr_key="atr", **limit)["version"][-1] == accepted


def test_short_legs_in_percent_of_their_start_are_rejected() -> None:
    # 14 → 10 is 28.57 percent of 14.
    below, above = (swing_rows(TABLE_A, left=1, right=1, min_pct_move=limit) for limit in (28.5, 28.6))
    assert (below["low_accepted"][5], above["low_accepted"][5]) == (1, 0)


def test_strict_alternation_replaces_a_pivot_by_a_more_extreme_one_only() -> None:
    # Highs of 5, 4 and 6 with no pivot low between them.
    market = _market([1, 5, 3, 4, 3, 6, 2], [1, 1, 1, 1, 1, 1, 1])
    rows = swing_rows(market, left=1, right=1, strict_alternation=True)
    np.testing.assert_array_equal(rows["high_accepted"], [0, 0, 1, 0, 0, 0, 1])
    np.testing.assert_array_equal(rows["high_replaced_pending"], [0, 0, 0, 0, 0, 0, 1])
    assert swing_rows(market, left=1, right=1)["high_version"][-1] == 3


def test_one_bar_can_be_both_pivots_the_high_first() -> None:
    rows = swing_rows(_market([2, 9, 2], [5, 1, 5]), left=1, right=1)
    assert (rows["high_accepted"][2], rows["low_accepted"][2], rows["version"][2]) == (1, 1, 2)
    assert SWING.outputs[8].labels[rows["last_confirmed_pivot_type"][2]] == "low"
    assert (rows["pair_high_level"][2], rows["pair_low_level"][2]) == (9, 1)


def test_of_equal_lows_the_first_counts() -> None:
    rows = swing_rows(_market([9] * 5, [5, 3, 3, 5, 6]), left=1, right=2)
    np.testing.assert_array_equal(rows["low_idx"], [-1, -1, -1, 1, 1])


def test_a_pair_whose_high_lies_below_its_low_is_not_published() -> None:
    # The high of 4 comes after the low of 6.
    rows = swing_rows(_market([9, 9, 9, 3, 4, 3], [8, 6, 7, 2, 1.5, 1]), left=1, right=1)
    assert (rows["low_level"][-1], rows["high_level"][-1], rows["pair_version"][-1]) == (6, 4, 0)


@pytest.mark.parametrize(
    ("params", "distance"),
    [({"left": 5, "right": 5}, 11), ({"mode": "atr_zigzag"}, 16), ({"mode": "atr_zigzag", "atr_multiplier": 1.1}, 5)],
)
def test_warmup_is_five_pivots_and_that_of_a_trend_ten(params: dict[str, Any], distance: int) -> None:
    resolved = with_defaults(SWING, params)
    assert pivot_distance_bars(resolved) == distance
    assert SWING.warmup(resolved, {}) == 5 * distance
    assert STRUCTURES["trend"].warmup({}, {"swing": Used(params=resolved, warmup=5 * distance)}) == 10 * distance


@pytest.mark.parametrize(
    ("params", "held"),
    [
        ({"left": 1, "right": 1}, [True, True]),
        ({"left": 1}, [False, True]),
        ({"mode": "atr_zigzag"}, [True, False]),
        ({"mode": "atr_zigzag", "atr_key": "a"}, [True, True]),
        ({"left": 1, "right": 1, "min_atr_move": 1}, [True, False]),
    ],
)
def test_constraints_ask_for_what_the_mode_needs(params: dict[str, Any], held: list[bool]) -> None:
    assert [constraint.holds(with_defaults(SWING, params)) for constraint in SWING.constraints] == held


@pytest.mark.parametrize(
    ("params", "inert"),
    [
        ({"left": 1, "right": 1}, {"atr_multiplier", "major_threshold"}),
        ({"left": 1, "right": 1, "atr_key": "atr"}, {"atr_multiplier"}),
        ({"mode": "atr_zigzag", "atr_key": "atr"}, {"left", "right"}),
    ],
)
def test_parameters_without_effect_change_nothing(params: dict[str, Any], inert: set[str]) -> None:
    resolved = with_defaults(SWING, params)
    assert {rule.parameter for rule in SWING.no_effects if rule.when(resolved, frozenset())} == inert
    market = TABLE_A if "atr_key" in params else {name: column for name, column in TABLE_A.items() if name != "atr"}
    changed = swing_rows(market, **{**params, **dict.fromkeys(inert, 3)})
    assert changed.tobytes() == swing_rows(market, **params).tobytes()
