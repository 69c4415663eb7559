import numpy as np
import pytest
from numpy.typing import NDArray

from play_engine.structures.swing import SWING
from play_engine.structures.trend import TREND, dow_direction
from tests.play_engine.columns import run_structure
from tests.play_engine.structures.examples import TABLE_A, assert_rows, swing_rows


def test_direction_strength_and_waves() -> None:
    swing = swing_rows(TABLE_A, left=1, right=1)
    assert_rows(
        TREND,
        run_structure(TREND, {}, TABLE_A, uses={"swing": swing}).rows,
        """
        direction            0 0 0 0 0 -1 -1 -1 1 1 1 1 0 0 -1
        strength             0 0 0 0 0 0 0 0 1 1 2 2 0 0 1
        wave_count           0 0 0 0 0 1 1 1 2 2 3 3 0 0 2
        bars_in_trend        0 1 2 3 4 0 1 2 0 1 2 3 0 1 0
        last_wave_direction  · · · · · bearish bearish bearish bullish bullish bearish bearish bullish bullish bearish
        last_hh              0 0 0 0 0 0 0 0 1 1 1 1 0 0 0
        last_hl              0 0 0 0 0 0 0 0 0 0 1 1 1 1 0
        last_lh              0 0 0 0 0 0 0 0 0 0 0 0 1 1 1
        last_ll              0 0 0 0 0 0 0 0 0 0 0 0 0 0 1
        version              0 0 0 0 0 1 1 1 2 2 2 2 3 3 4
        """,
    )


@pytest.mark.parametrize(
    ("high", "low", "direction"),
    [(1, 1, 1), (1, 0, 1), (1, -1, 0), (0, 1, 1), (0, 0, 0), (0, -1, -1), (-1, 1, 0), (-1, 0, -1), (-1, -1, -1)],
)
def test_opposite_changes_cancel_and_a_single_one_decides(high: int, low: int, direction: int) -> None:
    assert dow_direction(high, low) == direction


def _pivots(*pivots: float) -> NDArray[np.void]:
    """Swing rows with one accepted pivot a bar: positive numbers are highs, negative ones lows."""
    rows = np.repeat(SWING.initial_row(), len(pivots))
    for row, pivot in zip(rows, pivots, strict=True):
        kind = "high" if pivot > 0 else "low"
        row[f"{kind}_accepted"], row[f"{kind}_level"] = 1, abs(pivot)
    return rows


def _trend(*pivots: float, history: int = 4) -> NDArray[np.void]:
    market = {name: np.ones(len(pivots)) for name in ("open", "high", "low", "close", "volume")}
    return run_structure(TREND, {"wave_history_size": history}, market, uses={"swing": _pivots(*pivots)}).rows


def test_a_wave_that_goes_farther_is_judged_again_and_a_shorter_one_is_not() -> None:
    # After 10 and 5 comes 9, a lower high; 8 says nothing, 11 turns the same wave into a higher high.
    rows = _trend(10, -5, 9, 8, 11)
    np.testing.assert_array_equal(rows["last_lh"], [0, 0, 1, 1, 0])
    np.testing.assert_array_equal(rows["last_hh"], [0, 0, 0, 0, 1])
    np.testing.assert_array_equal(rows["direction"], [0, -1, -1, -1, 1])
    np.testing.assert_array_equal(rows["wave_count"], [0, 1, 2, 2, 2])


def test_before_the_first_wave_the_first_turning_point_moves_in_silence() -> None:
    rows = _trend(10, 12, -5)
    np.testing.assert_array_equal(rows["version"], [0, 0, 1])
    np.testing.assert_array_equal(rows["last_hh"], [0, 0, 0])


@pytest.mark.parametrize(("history", "strength"), [(2, [0, 0, 1, 1, 1]), (3, [0, 0, 1, 2, 2])])
def test_strength_needs_two_agreeing_pairs_and_a_history_of_three(history: int, strength: list[int]) -> None:
    rows = _trend(10, -5, 12, -7, 14, history=history)
    np.testing.assert_array_equal(rows["strength"], strength)
    np.testing.assert_array_equal(rows["wave_count"], [0, 1, 2, 3, 4])
