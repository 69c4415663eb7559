from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator
from tests.play_engine.indicators.inputs import HOUR_MS, NEW_YEAR_MS, columns_of, inputs_of, price_walk

NAN = np.nan
_DAY_MS = 24 * HOUR_MS


def _vwap(x: Sequence[float], volume: Sequence[float], hours: Sequence[int], anchor: str | None = "D") -> Floats:
    ts = NEW_YEAR_MS + HOUR_MS * np.array(hours)
    inputs = [np.array(x, float), np.array(volume, float), ts]
    return run_indicator(INDICATORS["vwap"], {"anchor": anchor}, inputs, interval_ms=HOUR_MS)["value"]


def test_vwap_weighs_by_volume_and_begins_anew_with_the_day() -> None:
    found = _vwap([10, 13, 20, 30], [1, 2, 5, 5], [0, 1, 24, 25])
    np.testing.assert_array_equal(found, [10, 12, 20, 25])


def test_a_day_whose_start_was_not_seen_has_no_vwap() -> None:
    np.testing.assert_array_equal(_vwap([10, 13, 20, 30], [1, 2, 5, 5], [22, 23, 24, 25]), [NAN, NAN, 20, 25])


def test_a_later_day_begins_with_its_first_bar_whenever_that_is() -> None:
    np.testing.assert_array_equal(_vwap([10, 13, 20], [1, 2, 5], [0, 27, 28]), [10, 13, 18])


def test_vwap_is_missing_as_long_as_nothing_was_traded() -> None:
    np.testing.assert_array_equal(_vwap([10, 13, 20, 30], [0, 2, 0, 0], [0, 1, 2, 24]), [NAN, 13, 13, NAN])


@pytest.mark.parametrize(
    ("anchor", "begins"),
    # 2024-01-01 was a Monday: days, weeks, the months of January and February, quarters of a day.
    [("D", [0, 24]), ("W", [0, 168]), ("M", [0, 744]), ("4h", [0, 4]), ("12h", [0, 12]), (None, [0])],
)
def test_sessions_begin_on_their_grid(anchor: str | None, begins: list[int]) -> None:
    hours = np.arange(800)
    x = np.arange(800.0)
    found = _vwap(x.tolist(), [1.0] * 800, hours.tolist(), anchor)
    # On the first bar of a session the average is the price itself.
    assert np.flatnonzero(found == x)[: len(begins)].tolist() == begins


def test_without_an_anchor_vwap_counts_from_wherever_the_table_begins() -> None:
    np.testing.assert_array_equal(_vwap([10, 13, 20], [1, 2, 5], [5, 23, 24], None), [10, 12, 17])


def test_a_source_that_begins_late_is_a_table_that_begins_late() -> None:
    found = _vwap([NAN, 13, 20, 30], [1, 2, 5, 5], [0, 1, 24, 25])
    np.testing.assert_array_equal(found, [NAN, NAN, 20, 25])
    at_midnight = _vwap([NAN, NAN, 20, 30], [1, 2, 5, 5], [22, 23, 24, 25])
    np.testing.assert_array_equal(at_midnight, [NAN, NAN, 20, 25])
    # A session without its first value is still seen from its start, once the source has begun.
    gap = _vwap([10, NAN, 20, 30, NAN], [1, 2, 5, 5, 5], [0, 24, 25, 26, 27])
    np.testing.assert_array_equal(gap, [10, NAN, 20, 25, NAN])


def _levels(market: dict[str, Floats], first_ms: int, interval_ms: int) -> dict[str, NDArray[np.float64]]:
    indicator = INDICATORS["session_levels"]
    return run_indicator(indicator, {}, inputs_of(indicator, columns_of(market, first_ms, interval_ms)))


@pytest.mark.parametrize("hours_late", [0, 5])
def test_levels_are_the_extremes_of_whole_days_and_weeks(hours_late: int) -> None:
    rows = 24 * 23
    market, first_ms = price_walk(rows, seed=6), NEW_YEAR_MS + hours_late * HOUR_MS
    found = _levels(market, first_ms, HOUR_MS)
    ts = first_ms + HOUR_MS * np.arange(rows)
    for output, field, extreme, days in (
        ("prev_day_high", "high", np.max, 1),
        ("prev_day_low", "low", np.min, 1),
        ("prev_week_high", "high", np.max, 7),
        ("prev_week_low", "low", np.min, 7),
    ):
        session = (ts - NEW_YEAR_MS) // (days * _DAY_MS)
        # The first whole session is the second one of a table that begins in the middle of one.
        first = 1 if hours_late == 0 else 2
        expected = [extreme(market[field][session == n - 1]) if n >= first else NAN for n in session]
        np.testing.assert_array_equal(found[output], expected, err_msg=output)


def test_levels_of_the_day_so_far_hold_this_bar() -> None:
    market = price_walk(50, seed=6)
    found = _levels(market, NEW_YEAR_MS + 20 * HOUR_MS, HOUR_MS)
    assert np.isnan(found["current_day_high"][:4]).all()
    np.testing.assert_array_equal(found["current_day_high"][4:28], np.maximum.accumulate(market["high"][4:28]))
    np.testing.assert_array_equal(found["current_day_low"][28:], np.minimum.accumulate(market["low"][28:]))


def test_bars_of_one_day_are_their_own_day() -> None:
    market = price_walk(20, seed=6)
    found = _levels(market, NEW_YEAR_MS, _DAY_MS)
    np.testing.assert_array_equal(found["current_day_high"], market["high"])
    np.testing.assert_array_equal(found["prev_day_high"][1:], market["high"][:-1])
