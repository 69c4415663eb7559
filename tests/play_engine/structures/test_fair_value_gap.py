import numpy as np
import pytest
from numpy.typing import NDArray

from play_engine.structures.fair_value_gap import FAIR_VALUE_GAP
from tests.play_engine.columns import run_structure, with_defaults
from tests.play_engine.structures.block_examples import TABLE_B, candles
from tests.play_engine.structures.examples import assert_rows


def _rows(*bars: tuple[float, float, float, float], atr: float = 1.0, **params: float) -> NDArray[np.void]:
    market = candles(*bars, atr=atr)
    return run_structure(FAIR_VALUE_GAP, params, market, atr=market["atr"]).rows


# A gap of support from 10 to 12 on bar 2.
RISE = ((9, 10, 9, 10), (10, 13, 10, 13), (13, 14, 12, 14))


def test_gaps_are_followed_until_half_filled_or_closed_through() -> None:
    rows = run_structure(FAIR_VALUE_GAP, {}, TABLE_B).rows
    assert_rows(
        FAIR_VALUE_GAP,
        rows,
        """
        new_this_bar              · · · · · 1 · · 1 · · 1 · 1
        new_direction             0 0 0 0 0 1 0 0 -1 0 0 -1 0 -1
        new_upper                 – – – – – 102.5 – – 103 – – 99.6 – 97.5
        new_lower                 – – – – – 100.4 – – 102.5 – – 99.4 – 97
        active_bull_count         0 0 0 0 0 1 1 1 0 0 0 0 0 0
        active_bear_count         0 0 0 0 0 0 0 0 1 1 1 2 2 3
        nearest_bull_upper        – – – – – 102.5 102.5 102.5 – – – – – –
        nearest_bear_lower        – – – – – – – – 102.5 102.5 102.5 99.4 99.4 97
        nearest_bear_age_bars     -1 -1 -1 -1 -1 -1 -1 -1 0 1 2 0 1 0
        any_mitigated_this_bar    · · · · · · · 1 · · · · · ·
        any_invalidated_this_bar  · · · · · · · · · 1 · · · ·
        last_invalidated_upper    – – – – – – – – – 102.5 102.5 102.5 102.5 102.5
        version                   0 0 0 0 0 1 1 1 2 2 2 3 3 4
        """,
    )
    np.testing.assert_allclose(rows["nearest_bull_fill_pct"][5:9], [0, 0, 1.3 / 2.1, np.nan], rtol=1e-12)


def test_candles_that_meet_leave_no_gap() -> None:
    rows = _rows((9, 10, 9, 10), (10, 13, 10, 13), (13, 14, 10, 14), (14, 15, 12, 12), (12, 12, 9, 10))
    np.testing.assert_array_equal(rows["version"], [0, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("atr", "min_gap_atr", "version"), [(1.0, 2, 1), (1.0, 2.1, 0), (0.0, 0.1, 0), (np.nan, 0.1, 0), (np.nan, 0, 1)]
)
def test_a_gap_must_be_large_in_units_of_a_usable_atr(atr: float, min_gap_atr: float, version: int) -> None:
    assert _rows(*RISE, atr=atr, min_gap_atr=min_gap_atr)["version"][-1] == version


def test_the_fill_grows_only_and_half_of_the_gap_mitigates() -> None:
    rows = _rows(*RISE, (14, 14, 11.5, 14), (14, 14, 13, 14), (14, 14, 11, 14), (14, 14, 10.5, 14))
    np.testing.assert_array_equal(rows["nearest_bull_fill_pct"][2:], [0, 0.25, 0.25, 0.5, np.nan])
    np.testing.assert_array_equal(rows["any_mitigated_this_bar"][2:], [0, 0, 0, 1, 0])


def test_a_wick_far_beyond_the_gap_fills_it_once() -> None:
    rows = _rows(*RISE, (14, 14, 5, 14))
    assert (rows["nearest_bull_fill_pct"][3], rows["active_bull_count"][3]) == (1, 1)
    assert rows["any_invalidated_this_bar"][3] == 0


def test_a_falling_gap_fills_from_below() -> None:
    # Resistance from 10 to 12; a high of 10.5 fills a quarter.
    rows = _rows((13, 13, 12, 12), (12, 12, 9, 9), (9, 10, 8, 9), (9, 10.5, 9, 9))
    assert rows["new_direction"][2] == -1
    np.testing.assert_array_equal(rows["nearest_bear_fill_pct"][2:], [0, 0.25])


def test_the_atr_matters_and_atr_key_has_an_effect_only_with_a_smallest_gap() -> None:
    assert FAIR_VALUE_GAP.needs_atr is not None
    no_effect = FAIR_VALUE_GAP.no_effects[0]
    for min_gap_atr, needed in ((0.0, False), (0.5, True)):
        params = with_defaults(FAIR_VALUE_GAP, {"min_gap_atr": min_gap_atr})
        assert FAIR_VALUE_GAP.needs_atr(params, frozenset()) is needed
        assert no_effect.when(params, frozenset()) is not needed


@pytest.mark.parametrize(("params", "bars"), [({}, 503), ({"max_age_bars": 0, "max_active": 3}, 123)])
def test_warmup_is_how_long_blocks_live(params: dict[str, int], bars: int) -> None:
    assert FAIR_VALUE_GAP.warmup(with_defaults(FAIR_VALUE_GAP, params), {}) == bars
