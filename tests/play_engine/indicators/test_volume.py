import numpy as np

from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator

NAN = np.nan


def _obv(x: list[float], volume: list[float]) -> list[float]:
    return run_indicator(INDICATORS["obv"], {}, [np.array(x), np.array(volume)])["value"].tolist()


def _cmf(*columns: list[float]) -> list[float]:
    return run_indicator(INDICATORS["cmf"], {"length": 2}, [np.array(column, float) for column in columns])[
        "value"
    ].tolist()


def test_obv_adds_volume_of_rises_and_takes_that_of_falls() -> None:
    found = _obv([5.0, 6, 6, 4, 7], [9.0, 1, 2, 4, 8])
    np.testing.assert_array_equal(found, [NAN, 1, 1, -3, 5])


def test_prices_that_differ_only_by_rounding_are_no_move() -> None:
    third = 7709.05 / 3
    np.testing.assert_array_equal(_obv([third, np.nextafter(third, 9e9)], [1.0, 5.0]), [NAN, 0])


def test_obv_keeps_its_level_over_bars_without_a_change() -> None:
    found = _obv([NAN, 5.0, 6, NAN, 8, 9], [1.0, 1, 2, 4, 8, 16])
    # The bar after the gap has nothing to differ from.
    np.testing.assert_array_equal(found, [NAN, NAN, 2, NAN, NAN, 18])


def test_money_flows_by_where_the_close_lies_in_the_bar() -> None:
    # At the high, in the middle, at the low; then a flat bar, whose volume has no direction.
    found = _cmf([2, 2, 2, 1], [1, 1, 1, 1], [2, 1.5, 1, 1], [10, 30, 10, 30])
    np.testing.assert_array_equal(found, [NAN, 0.25, -0.25, -0.25])


def test_a_window_without_volume_has_no_flow() -> None:
    np.testing.assert_array_equal(_cmf([2, 2, 2], [1, 1, 1], [2, 2, 1], [5, 0, 0])[1:], [1, 0])
