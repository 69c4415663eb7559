from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.structures.market_structure import MARKET_STRUCTURE
from play_engine.structures.swing import SWING
from tests.play_engine.columns import run_structure
from tests.play_engine.structures.examples import TABLE_A, assert_rows, swing_rows


def test_breaks_levels_and_the_anchor() -> None:
    swing = swing_rows(TABLE_A, left=1, right=1)
    assert_rows(
        MARKET_STRUCTURE,
        run_structure(MARKET_STRUCTURE, {}, TABLE_A, uses={"swing": swing}).rows,
        """
        bias               0 0 0 0 0 0 1 1 1 1 1 1 1 -1 -1
        bos_this_bar       · · · · · · 1 · · · · · · · ·
        choch_this_bar     · · · · · · · · · · · · · 1 ·
        bos_direction      · · · · · · bullish bullish bullish bullish bullish bullish bullish bullish bullish
        choch_direction    · · · · · · · · · · · · · bearish bearish
        break_level_high   – – – 14 14 14 – – 17 17 17 17 16 16 16
        break_level_low    – – – – – 10 10 10 10 10 12.5 12.5 12.5 – 9
        last_bos_level     – – – – – – 14 14 14 14 14 14 14 14 14
        last_choch_level   – – – – – – – – – – – – – 10 10
        anchor_level       – – – – – – 10 10 10 10 10 10 10 16 16
        anchor_idx         -1 -1 -1 -1 -1 -1 4 4 4 4 4 4 4 11 11
        version            0 0 0 0 0 0 1 1 1 1 1 1 1 2 2
        bos_age_bars       -1 -1 -1 -1 -1 -1 0 1 2 3 4 5 6 7 8
        choch_age_bars     -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 0 1
        """,
    )


def _pivots(count: int, **pivots: dict[int, float]) -> NDArray[Any]:
    """Swing rows with pivots by kind (`high`, `low`): bar on which they become known, which is also theirs → level."""
    rows = np.repeat(SWING.initial_row(), count)
    for kind, levels in pivots.items():
        for bar, level in levels.items():
            rows[f"{kind}_accepted"][bar] = 1
            rows[f"{kind}_level"][bar:] = level
            rows[f"{kind}_idx"][bar:] = bar
    return rows


def _structure(swing: NDArray[Any], close: list[float], reach: float = 0.0, **params: Any) -> NDArray[Any]:
    """Output rows for bars that reach `reach` beyond their closes on both sides."""
    prices = np.array(close, dtype=np.float64)
    market: dict[str, Floats] = {
        "open": prices,
        "high": prices + reach,
        "low": prices - reach,
        "close": prices,
        "volume": np.ones(len(prices)),
    }
    return run_structure(MARKET_STRUCTURE, params, market, uses={"swing": swing}).rows


@pytest.mark.parametrize(("confirmation_close", "version"), [(True, 0), (False, 1)])
def test_a_wick_breaks_only_where_that_suffices(confirmation_close: bool, version: int) -> None:
    swing = _pivots(2, high={0: 10.0}, low={0: 5.0})
    assert _structure(swing, [7, 9], 1.5, confirmation_close=confirmation_close)["version"][-1] == version


def test_a_level_that_is_only_met_is_not_passed() -> None:
    assert _structure(_pivots(2, high={0: 10.0}, low={0: 5.0}), [10, 5])["version"][-1] == 0


def test_a_first_break_without_opposite_pivot_takes_its_anchor_later() -> None:
    rows = _structure(_pivots(4, high={0: 10.0}, low={2: 8.0}), [11, 11, 9, 7])
    np.testing.assert_array_equal(rows["bias"], [1, 1, 1, -1])
    np.testing.assert_array_equal(rows["anchor_idx"], [-1, -1, 2, 0])
    np.testing.assert_array_equal(rows["choch_this_bar"], [0, 0, 0, 1])


def test_a_change_comes_before_a_break_and_uses_up_the_level_that_it_passed_too() -> None:
    # The anchor of the bias up is the low of 5. A later low of 6 is passed on the same bar.
    rows = _structure(_pivots(4, high={1: 10.0}, low={0: 5.0, 2: 6.0}), [7, 11, 8, 4])
    np.testing.assert_array_equal(rows["bos_this_bar"], [0, 1, 0, 0])
    np.testing.assert_array_equal(rows["choch_this_bar"], [0, 0, 0, 1])
    np.testing.assert_array_equal(rows["break_level_low"], [5, 5, 6, np.nan])
    assert rows["last_choch_level"][-1] == 5


def test_after_a_change_the_bias_can_turn_back_at_once() -> None:
    rows = _structure(_pivots(5, high={1: 10.0}, low={0: 5.0}), [7, 11, 8, 4, 12])
    np.testing.assert_array_equal(rows["bias"], [0, 1, 1, -1, 1])
    np.testing.assert_array_equal(rows["version"], [0, 1, 1, 2, 3])
