import numpy as np

from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator
from tests.play_engine.market import random_walk


def test_macd_is_the_difference_of_two_emas_and_its_signal_an_ema_of_it() -> None:
    close = random_walk(200, seed=2)["close"]
    found = run_indicator(INDICATORS["macd"], {"fast": 3, "slow": 10, "signal": 16}, [close])
    fast, slow = (run_indicator(INDICATORS["ema"], {"length": n}, [close])["value"] for n in (3, 10))
    np.testing.assert_array_equal(found["macd"], fast - slow)
    signal = run_indicator(INDICATORS["ema"], {"length": 16}, [fast - slow])["value"]
    np.testing.assert_array_equal(found["signal"], signal)
    np.testing.assert_array_equal(found["histogram"], fast - slow - signal)


def test_macd_line_is_known_before_its_signal() -> None:
    close = np.arange(1.0, 9.0)
    found = run_indicator(INDICATORS["macd"], {"fast": 1, "slow": 3, "signal": 2}, [close])
    assert np.flatnonzero(~np.isnan(found["macd"]))[0] == 2
    assert np.flatnonzero(~np.isnan(found["histogram"]))[0] == 3


def test_ppo_is_the_difference_in_percent_of_the_slow_average() -> None:
    close = random_walk(120, seed=5)["close"]
    for kind, average in (("ema", "ema"), ("sma", "sma")):
        params = {"fast": 3, "slow": 10, "signal": 4, "ma_type": kind}
        found = run_indicator(INDICATORS["ppo"], params, [close])
        fast, slow = (run_indicator(INDICATORS[average], {"length": n}, [close])["value"] for n in (3, 10))
        np.testing.assert_allclose(found["ppo"], 100 * (fast / slow - 1), atol=1e-9)
        signal = run_indicator(INDICATORS["ema"], {"length": 4}, [found["ppo"]])["value"]
        np.testing.assert_array_equal(found["signal"], signal)
        np.testing.assert_array_equal(found["histogram"], found["ppo"] - signal)


def test_ppo_around_zero_is_missing_and_its_signal_goes_on() -> None:
    params = {"fast": 1, "slow": 2, "signal": 1, "ma_type": "sma"}
    found = run_indicator(INDICATORS["ppo"], params, [np.array([1.0, 3.0, -3.0, 5.0])])
    np.testing.assert_array_equal(found["ppo"], [np.nan, 50, np.nan, 400])
    np.testing.assert_array_equal(found["signal"], found["ppo"])


def test_trix_of_steady_growth_is_that_growth_in_basis_points() -> None:
    close = 100 * 1.001 ** np.arange(80)
    found = run_indicator(INDICATORS["trix"], {"length": 5, "signal": 3}, [close])
    for output, first in (("trix", 13), ("signal", 15)):
        assert np.isnan(found[output][:first]).all()
        np.testing.assert_allclose(found[output][first:], 10_000 * np.log(1.001))


def test_trix_of_a_price_that_is_not_positive_is_missing() -> None:
    close = 100.0 + np.arange(40)
    close[20] = 0.0
    found = run_indicator(INDICATORS["trix"], {"length": 2, "signal": 1}, [close])["trix"]
    assert np.flatnonzero(np.isnan(found[4:])).tolist() == [16, 17]
