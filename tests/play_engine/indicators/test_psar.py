import numpy as np

from play_engine.bars import Floats
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator

NAN = np.nan


def _run(high: list[float], low: list[float], **params: float) -> dict[str, Floats]:
    return run_indicator(INDICATORS["psar"], params, [np.array(high, float), np.array(low, float)])


def test_the_stop_follows_a_rise_faster_with_each_new_high_behind_the_last_two_lows() -> None:
    found = _run([10, 12, 14, 18], [9, 10, 12, 14], af0=0.1, af=0.2, max_af=0.3)
    # 9 + 0.1·(12 − 9) = 9.3; 9.3 + 0.3·(14 − 9.3) = 10.71, held at the low of bar 1.
    np.testing.assert_allclose(found["long"], [NAN, 9, 9.3, 10], rtol=1e-15)
    np.testing.assert_allclose(found["af"], [NAN, 0.1, 0.3, 0.3], rtol=1e-15)
    np.testing.assert_array_equal(found["reversal"], [NAN, 0, 0, 0])
    assert np.isnan(found["short"]).all()


def test_price_that_meets_the_stop_turns_it_to_the_extreme() -> None:
    found = _run([10, 12, 11.5, 8, 9.5], [9, 10, 9.3, 7, 8], af0=0.1, af=0.1, max_af=0.2)
    # On bar 2 the low is the stop itself; then 12 + 0.1·(9.3 − 12) = 11.73, held at the high of bar 1.
    np.testing.assert_allclose(found["long"], [NAN, 9, NAN, NAN, NAN], rtol=1e-15)
    np.testing.assert_allclose(found["short"], [NAN, NAN, 12, 12, 11.5], rtol=1e-15)
    np.testing.assert_allclose(found["af"], [NAN, 0.1, 0.1, 0.2, 0.2], rtol=1e-15)
    np.testing.assert_array_equal(found["reversal"], [NAN, 0, 1, 0, 0])


def test_the_first_side_is_short_only_if_the_second_bar_fell_more_than_it_rose() -> None:
    assert _run([10, 9.5], [9, 8])["short"][1] == 10
    assert _run([10, 9.5], [9, 9.2])["long"][1] == 9


def test_a_second_bar_that_holds_both_turns_at_once() -> None:
    # Long from the tie, at the low 9 that this very bar passes: it turns to its own high.
    found = _run([10, 11], [9, 8])
    assert (found["short"][1], found["reversal"][1], found["af"][1]) == (11, 1, 0.02)


def test_a_market_upside_down_has_the_same_stops_on_the_other_side() -> None:
    rng = np.random.default_rng(8)
    middle = 100 + np.cumsum(rng.normal(0, 1, 300))
    reach = rng.uniform(0.1, 2, 300)
    # The first two bars decide the side by a tie otherwise.
    middle[1] = middle[0] + 5
    found = _run(list(middle + reach), list(middle - reach))
    mirrored = _run(list(reach - middle), list(-middle - reach))
    np.testing.assert_array_equal(found["long"], -mirrored["short"])
    np.testing.assert_array_equal(found["af"], mirrored["af"])
