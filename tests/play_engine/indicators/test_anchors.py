from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from play_engine.declaration import Surroundings
from play_engine.indicators import INDICATORS
from play_engine.indicators.anchored_vwap import FARTHEST_PIVOT_BARS
from play_engine.indicators.anchors import anchor_preroll
from play_engine.structures import STRUCTURES
from play_engine.structures.swing import pivot_distance_bars
from tests.play_engine.columns import run_indicator, with_defaults
from tests.play_engine.indicators.inputs import HOUR_MS, NEW_YEAR_MS

NAN = np.nan
_SWING = STRUCTURES["swing"]
_DIRECTIONS = next(output.labels for output in _SWING.outputs if output.name == "pair_direction")


def _swing(rows: int, *events: tuple[int, dict[str, Any]]) -> NDArray[Any]:
    """Rows of a swing that take on the given values from the given bars on."""
    swing = np.repeat(_SWING.initial_row(), rows)
    for bar, values in events:
        for name, value in values.items():
            swing[name][bar:] = _DIRECTIONS.index(value) if name == "pair_direction" else value
    return swing


# A high at bar 1 known at 3, a low at bar 4 known at 6, with which both become a pair, a high and a low at once at 9.
_EVENTS = _swing(
    12,
    (3, {"high_version": 1, "high_idx": 1}),
    (6, {"low_version": 1, "low_idx": 4, "pair_version": 1, "pair_direction": "bearish"}),
    (6, {"pair_high_idx": 1, "pair_low_idx": 4}),
    (9, {"high_version": 2, "high_idx": 7, "low_version": 2, "low_idx": 8}),
    (9, {"pair_version": 2, "pair_direction": "bullish", "pair_high_idx": 7, "pair_low_idx": 4}),
)


def _vwap(
    swing: NDArray[Any], x: NDArray[Any] | None = None, volume: NDArray[Any] | None = None, **params: Any
) -> dict[str, NDArray[Any]]:
    rows = len(swing)
    inputs = [
        10.0 + np.arange(rows) if x is None else x,
        np.ones(rows) if volume is None else volume,
        NEW_YEAR_MS + HOUR_MS * np.arange(rows),
        np.arange(rows),
        swing,
    ]
    return run_indicator(INDICATORS["anchored_vwap"], params, inputs, interval_ms=HOUR_MS)


@pytest.mark.parametrize(
    ("source", "at", "anchors"),
    [
        ("swing_high", "confirmation", {3: 3, 9: 9}),
        ("swing_low", "confirmation", {6: 6, 9: 9}),
        ("swing_any", "confirmation", {3: 3, 6: 6, 9: 9}),
        ("pair_any", "confirmation", {6: 6, 9: 9}),
        ("pair_high", "confirmation", {9: 9}),
        ("pair_low", "confirmation", {6: 6}),
        ("swing_high", "pivot", {3: 1, 9: 7}),
        ("swing_low", "pivot", {6: 4, 9: 8}),
        ("swing_any", "pivot", {3: 1, 6: 4, 9: 8}),
        ("pair_any", "pivot", {6: 4, 9: 7}),
        ("pair_high", "pivot", {9: 7}),
        ("pair_low", "pivot", {6: 4}),
    ],
)
def test_averages_begin_at_the_anchor_of_the_last_event(source: str, at: str, anchors: dict[int, int]) -> None:
    found = _vwap(_EVENTS, anchor_source=source, anchor_at=at)
    profile = _profile(_EVENTS, anchor_source=source, anchor_at=at)
    for t in range(12):
        known = [anchor for event, anchor in anchors.items() if event <= t]
        first = known[-1] if known else NAN
        np.testing.assert_array_equal(found["bars_since_anchor"][t], t - first + 1)
        np.testing.assert_array_equal(found["value"][t], (10 + first + 10 + t) / 2)
        np.testing.assert_array_equal(profile["bars_since_anchor"][t], t - first + 1)


def _profile(swing: NDArray[Any], **params: Any) -> dict[str, NDArray[Any]]:
    rows = len(swing)
    price = 10.0 + np.arange(rows)
    ts, bar = NEW_YEAR_MS + HOUR_MS * np.arange(rows), np.arange(rows)
    inputs = [price + 0.5, price - 0.5, price, np.ones(rows), ts, bar, swing]
    return run_indicator(INDICATORS["anchored_volume_profile"], params, inputs, interval_ms=HOUR_MS)


def test_a_manual_anchor_is_the_first_bar_from_its_time_on() -> None:
    swing = _swing(6)
    expected = {None: [1, 2, 3, 4, 5, 6], 2 * HOUR_MS: [NAN, NAN, 1, 2, 3, 4], 2 * HOUR_MS + 1: [NAN] * 3 + [1, 2, 3]}
    for after, counts in expected.items():
        params = {"anchor_source": "manual", "anchor_time": None if after is None else NEW_YEAR_MS + after}
        np.testing.assert_array_equal(_vwap(swing, **params)["bars_since_anchor"], counts)
        np.testing.assert_array_equal(_profile(swing, **params)["bars_since_anchor"], counts)


def test_a_profile_needs_two_bars() -> None:
    found = _profile(_EVENTS, anchor_source="pair_low")
    assert np.flatnonzero(~np.isnan(found["bars_since_anchor"]))[0] == 6
    assert np.flatnonzero(~np.isnan(found["poc"]))[0] == 7


def test_bars_without_a_source_add_nothing_and_the_source_must_have_begun() -> None:
    x = 10.0 + np.arange(12)
    x[[0, 1, 2, 3, 7]] = NAN
    # The event of bar 3 came before the first value, at bar 4.
    found = _vwap(_EVENTS, x)
    np.testing.assert_array_equal(found["bars_since_anchor"], [NAN] * 6 + [1, NAN, 2, 1, 2, 3])
    np.testing.assert_array_equal(found["value"], [NAN] * 6 + [16, NAN, 17, 19, 19.5, 20])
    manual = _vwap(_EVENTS, x, anchor_source="manual", anchor_time=NEW_YEAR_MS)
    np.testing.assert_array_equal(manual["bars_since_anchor"], [NAN] * 4 + [1, 2, 3, NAN, 4, 5, 6, 7])


def test_without_volume_there_is_no_average_but_a_count() -> None:
    volume = np.ones(12)
    volume[3:5] = 0.0
    found = _vwap(_EVENTS, volume=volume, anchor_source="swing_high")
    np.testing.assert_array_equal(found["value"][3:7], [NAN, NAN, 15, 15.5])
    np.testing.assert_array_equal(found["bars_since_anchor"][3:7], [1, 2, 3, 4])


@pytest.mark.parametrize(("distance", "reached"), [(int(FARTHEST_PIVOT_BARS), True), (FARTHEST_PIVOT_BARS + 1, False)])
def test_a_pivot_farther_back_than_the_table_keeps_has_no_average(distance: int, reached: bool) -> None:
    rows = int(FARTHEST_PIVOT_BARS) + 10
    event, later = rows - 5, rows - 2
    swing = _swing(
        rows,
        (event, {"low_version": 1, "low_idx": event - distance + 1}),
        (later, {"low_version": 2, "low_idx": later - 1}),
    )
    params = {"anchor_source": "swing_low", "anchor_at": "pivot"}
    counts = _vwap(swing, **params)["bars_since_anchor"][event:]
    np.testing.assert_array_equal(
        counts, [distance, distance + 1, distance + 2, 2, 3] if reached else [NAN] * 3 + [2, 3]
    )


@pytest.mark.parametrize("mode", ["fractal", "atr_zigzag"])
def test_a_swing_settles_and_then_has_twenty_distances_to_make_an_anchor(mode: str) -> None:
    swing = with_defaults(_SWING, {"mode": mode, "left": 3, "right": 4, "atr_multiplier": 1.3})
    around = Surroundings(interval_ms=HOUR_MS, swing=swing, swing_warmup=17)
    assert anchor_preroll(around) == 17 + 20 * pivot_distance_bars(swing)


def test_an_instant_needs_no_swing_and_no_history() -> None:
    vwap = INDICATORS["anchored_vwap"]
    params = with_defaults(vwap, {"anchor_source": "manual", "anchor_time": NEW_YEAR_MS})
    assert vwap.needs_swing is not None
    assert not vwap.needs_swing(params)
    assert vwap.needs_swing(with_defaults(vwap, {}))
    assert anchor_preroll(Surroundings(interval_ms=HOUR_MS)) == 0
    assert vwap.constraints[0].holds(params)
    assert not vwap.constraints[0].holds({**params, "anchor_source": "pair_any"})
