import numpy as np

from tests.play_engine.indicators.worked import NAN, values


def test_tsi_without_falls_is_100_and_without_rises_minus_100() -> None:
    rising = np.cumsum(np.random.default_rng(2).uniform(0, 1, 200))
    for sign in (1, -1):
        found = values("tsi", sign * rising, fast=5, slow=9, signal=3)
        assert np.isnan(found[:13]).all()
        assert (found[13:] == sign * 100).all()


def test_tsi_is_made_of_averages_of_averages() -> None:
    x = np.random.default_rng(3).normal(100, 2, 90)
    change = np.concatenate([[NAN], np.diff(x)])
    once = [values("ema", column, length=9) for column in (change, np.abs(change))]
    above, below = (values("ema", column, length=4) for column in once)
    found, signal = (values("tsi", x, output=name, fast=4, slow=9, signal=3) for name in ("tsi", "signal"))
    np.testing.assert_array_equal(found, 100 * (above / below))
    np.testing.assert_array_equal(signal, values("ema", found, length=3))


def test_tsi_is_missing_on_a_gap_and_on_the_change_after_it_and_goes_on() -> None:
    x = np.random.default_rng(3).normal(100, 2, 60)
    x[40] = NAN
    found = values("tsi", x, fast=3, slow=5, signal=2)
    assert np.flatnonzero(np.isnan(found[7:])).tolist() == [33, 34]
