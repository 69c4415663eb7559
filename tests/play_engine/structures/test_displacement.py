import numpy as np
import pytest
from numpy.typing import NDArray

from play_engine.structures.displacement import DISPLACEMENT
from tests.play_engine.columns import run_structure
from tests.play_engine.structures.block_examples import TABLE_B, candles
from tests.play_engine.structures.examples import assert_rows


def _rows(*bars: tuple[float, float, float, float], atr: float = 1.0, **params: float) -> NDArray[np.void]:
    market = candles(*bars, atr=atr)
    return run_structure(DISPLACEMENT, params, market, atr=market["atr"]).rows


def test_a_large_body_with_small_wicks_is_a_displacement() -> None:
    rows = run_structure(DISPLACEMENT, {}, TABLE_B, atr=TABLE_B["atr"]).rows
    assert_rows(
        DISPLACEMENT,
        rows,
        """
        is_displacement  · · · · 1 · · · · · · · · ·
        direction        0 0 0 0 1 0 0 0 0 0 0 0 0 0
        last_idx         -1 -1 -1 -1 4 4 4 4 4 4 4 4 4 4
        last_direction   0 0 0 0 1 1 1 1 1 1 1 1 1 1
        version          0 0 0 0 1 1 1 1 1 1 1 1 1 1
        last_age_bars    -1 -1 -1 -1 0 1 2 3 4 5 6 7 8 9
        """,
    )
    bodies = [0.25, 0.5, 0.75, 0.5, 2, 0.75, 0.5, 1, 0.25, 0.9, 0.95, 0.15, 0.75, 0.5]
    np.testing.assert_allclose(rows["body_atr_ratio"], bodies, rtol=1e-12)
    wicks = [3, 1, 0.533333, 0.9, 0.075, 0.666667, 1.5, 0.4, 3, 0.444444, 0.578947, 5.33333, 0.666667, 1]
    np.testing.assert_allclose(rows["wick_ratio"], wicks, rtol=1e-5)


def test_both_thresholds_belong_to_the_range() -> None:
    # A body of exactly 1.5 ATRs, wicks of exactly half of it; then a body and wicks that miss by a little.
    exact, small, long = (13, 13.5, 9.75, 10), (12.9, 12.9, 10, 10), (13, 13.6, 9.75, 10)
    rows = _rows(exact, small, long, atr=2.0, wick_ratio_max=0.25)
    np.testing.assert_array_equal(rows["direction"], [-1, 0, 0])
    np.testing.assert_array_equal(rows["last_direction"], [-1, -1, -1])


def test_a_candle_without_body_has_no_wick_ratio() -> None:
    rows = _rows((10, 12, 9, 10))
    assert rows["body_atr_ratio"][0] == 0
    assert np.isnan(rows["wick_ratio"][0])


@pytest.mark.parametrize("atr", [np.nan, 0.0])
def test_without_an_atr_nothing_is_known_of_the_candle(atr: float) -> None:
    rows = _rows((10, 12, 10, 12), atr=atr)
    assert np.isnan(rows["body_atr_ratio"][0])
    assert np.isnan(rows["wick_ratio"][0])
    assert rows["direction"][0] == 0


def test_one_bar_of_warmup_is_enough() -> None:
    assert DISPLACEMENT.warmup({}, {}) == 1
