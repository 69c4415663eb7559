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
