import numpy as np
import pytest

from tests.play_engine.indicators.worked import NAN, values

_HIGH, _LOW, _CLOSE = [4, 6, 5, 8], [2, 3, 1, 4], [3, 6, 1, 5]


def test_willr_measures_down_from_the_highest_high() -> None:
    np.testing.assert_allclose(values("willr", _HIGH, _LOW, _CLOSE, length=2), [NAN, 0, -100, -300 / 7])


def test_stoch_averages_the_place_of_the_close_and_then_the_average() -> None:
    raw = [100, 0, 400 / 7]
    np.testing.assert_allclose(
        values("stoch", _HIGH, _LOW, _CLOSE, k=2, smooth_k=2, d=2), [NAN, NAN, 50, (raw[1] + raw[2]) / 2]
    )
    found = values("stoch", _HIGH, _LOW, _CLOSE, output="d", k=2, smooth_k=2, d=2)
    np.testing.assert_allclose(found, [NAN, NAN, NAN, (50 + raw[2] / 2) / 2])


def test_stochrsi_is_the_place_of_the_rsi_between_its_own_extremes() -> None:
    x = np.random.default_rng(3).normal(100, 2, 40)
    strength = values("rsi", x, length=5)
    highest, lowest = values("highest", strength, length=4), values("lowest", strength, length=4)
    expected = values("sma", 100 * (strength - lowest) / (highest - lowest), length=2)
    np.testing.assert_allclose(values("stochrsi", x, length=4, rsi_length=5, k=2, d=3), expected, atol=1e-9)


def test_fisher_carries_two_thirds_of_its_place_and_half_of_itself_along() -> None:
    # Middles 1, 3 and 2 lie at 1 and 0.5 of their windows of two.
    found = values("fisher", [1, 3, 2], [1, 3, 2], length=2)
    first, second = 0.66 * 0.5, 0.66 * -0.5 + 0.67 * 0.66 * 0.5
    once = np.arctanh(first)
    np.testing.assert_allclose(found, [NAN, once, np.arctanh(second) + once / 2])


def test_fisher_signal_is_fisher_some_bars_ago() -> None:
    x = np.random.default_rng(4).normal(100, 2, 20)
    line, signal = (values("fisher", x, x, output=output, length=3, signal=2) for output in ("fisher", "signal"))
    np.testing.assert_array_equal(signal[2:], line[:-2])


def test_fisher_of_a_market_that_only_rises_stays_finite() -> None:
    rising = np.arange(1.0, 100.0)
    found = values("fisher", rising, rising, length=5)
    # The place is cut at 0.999, and half of each value goes on into the next: up to twice the transform.
    assert found[-1] == pytest.approx(2 * np.arctanh(0.999))
