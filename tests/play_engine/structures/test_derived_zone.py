from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from play_engine.declaration import StructureOutputs
from play_engine.structures.derived_zone import DERIVED_ZONE
from play_engine.structures.hashes import zone_hash
from play_engine.structures.outputs import ACTIVE, BEARISH, BROKEN, BULLISH
from play_engine.structures.swing import SWING
from tests.play_engine.columns import run_structure
from tests.play_engine.structures.examples import TABLE_A, assert_columns, swing_rows


def test_zones_are_made_touched_broken_and_pushed_out() -> None:
    params = {"levels": (0.5,), "max_active": 2, "width_pct": 0.1, "break_tolerance_pct": 0.0}
    swing = swing_rows(TABLE_A, left=1, right=1)
    assert_columns(
        DERIVED_ZONE,
        params,
        run_structure(DERIVED_ZONE, params, TABLE_A, uses={"swing": swing}),
        """
        source_version         0 0 0 0 0 1 1 1 2 2 3 3 4 4 5
        zone0_lower            – – – – – 11.4 11.4 11.4 12.825 12.825 14.0125 14.0125 14.0125 14.0125 11.875
        zone0_upper            – – – – – 12.6 12.6 12.6 14.175 14.175 15.4875 15.4875 15.4875 15.4875 13.125
        zone0_kind             · · · · · supply supply supply demand demand supply supply supply supply supply
        zone0_state            · · · · · active broken broken active active active active active active active
        zone0_age_bars         -1 -1 -1 -1 -1 0 1 2 0 1 0 1 2 3 0
        zone0_inside           · · · · · 1 · · 1 1 1 1 · · ·
        zone0_touch_count      0 0 0 0 0 1 1 1 1 2 1 2 2 2 0
        zone0_last_touch_age   -1 -1 -1 -1 -1 0 1 2 0 0 0 0 1 2 -1
        zone1_lower            – – – – – – – – 11.4 11.4 12.825 12.825 12.825 12.825 14.0125
        zone1_kind             · · · · · · · · supply supply demand demand demand demand supply
        zone1_state            · · · · · · · · broken broken active active broken broken active
        active_count           0 0 0 0 0 1 0 0 1 1 2 2 1 1 2
        any_active             · · · · · 1 · · 1 1 1 1 1 1 1
        any_inside             · · · · · 1 · · 1 1 1 1 · · ·
        first_active_lower     – – – – – 11.4 – – 12.825 12.825 14.0125 14.0125 14.0125 14.0125 11.875
        first_active_idx       -1 -1 -1 -1 -1 0 -1 -1 0 0 0 0 0 0 0
        """,
    )


def _leg(bars: int, direction: int, high: float = 110.0, low: float = 100.0) -> NDArray[Any]:
    """Swing rows with one pair from the first bar on."""
    swing = np.repeat(SWING.initial_row(), bars)
    swing["pair_version"], swing["pair_direction"] = 1, direction
    swing["pair_high_level"], swing["pair_low_level"] = high, low
    swing["pair_high_idx"], swing["pair_low_idx"] = (3, 2) if direction == BULLISH else (2, 3)
    return swing


def _zones(swing: NDArray[Any], close: list[float], levels: tuple[float, ...], **params: Any) -> StructureOutputs:
    prices = np.array(close, dtype=np.float64)
    market = dict.fromkeys(("open", "high", "low", "close", "volume"), prices)
    return run_structure(DERIVED_ZONE, {"max_active": 8, "levels": levels, **params}, market, uses={"swing": swing})


# Per ratio the centre and the kind (1 demand, 2 supply) of its zone; the last ratio is in slot 0.
@pytest.mark.parametrize(
    ("mode", "direction", "close", "levels", "centres", "kinds"),
    [
        ("retracement", BULLISH, 110, (-0.5, 0.0, 0.5, 1.5), [115, 110, 105, 95], [2, 2, 1, 1]),
        ("retracement", BEARISH, 100, (-0.5, 0.5, 1.0, 1.5), [115, 105, 100, 95], [2, 2, 1, 1]),
        ("extension", BULLISH, 110, (-0.5, 0.0, 0.5), [105, 110, 115], [1, 2, 2]),
        ("extension", BEARISH, 100, (-0.5, 0.0, 0.5), [105, 100, 95], [2, 1, 1]),
    ],
)
def test_what_lies_below_the_end_of_the_leg_is_demand(
    mode: str, direction: int, close: float, levels: tuple[float, ...], centres: list[float], kinds: list[int]
) -> None:
    zones = _zones(_leg(1, direction), [close], levels, mode=mode).slots[0, : len(levels)][::-1]
    np.testing.assert_allclose((zones["lower"] + zones["upper"]) / 2, centres, rtol=1e-15)
    np.testing.assert_allclose(zones["upper"] - zones["lower"], np.array(centres) * 0.002, rtol=1e-10)
    np.testing.assert_array_equal(zones["kind"], kinds)


def test_a_zone_breaks_through_its_far_side_only_and_beyond_the_tolerance() -> None:
    # Demand at 105, 104.895 … 105.105; with the tolerance of 0.1 percent it breaks below 104.790105.
    zones = _zones(_leg(6, BULLISH), [110, 106, 120, 104.8, 104.79, 105], (0.5,)).slots[:, 0]
    np.testing.assert_array_equal(zones["state"], [ACTIVE] * 4 + [BROKEN] * 2)
    assert not zones["inside"].any()


def test_both_borders_are_inside_and_every_close_inside_counts() -> None:
    # 127 … 129.
    swing = _leg(5, BULLISH, high=144.0, low=112.0)
    zones = _zones(swing, [130, 129, 128, 127, 126.99], (0.5,), width_pct=0.015625).slots[:, 0]
    np.testing.assert_array_equal(zones["inside"], [0, 1, 1, 1, 0])
    np.testing.assert_array_equal(zones["touch_count"], [0, 1, 2, 3, 3])
    np.testing.assert_array_equal(zones["last_touch_age"], [-1, 0, 0, 0, 1])


def test_no_zone_is_made_at_or_below_zero_or_where_price_has_left_it_already() -> None:
    assert _zones(_leg(1, BULLISH), [110], (11.0, 12.0)).rows["active_count"][0] == 0
    assert _zones(_leg(1, BULLISH), [104], (0.5,)).rows["active_count"][0] == 0


def test_of_more_ratios_than_slots_the_last_ones_stay() -> None:
    out = _zones(_leg(1, BULLISH), [110], (0.1, 0.2, 0.3, 0.4), max_active=2)
    np.testing.assert_allclose(out.slots["lower"][0], [106 * 0.999, 107 * 0.999])
    assert (out.rows["active_count"][0], out.rows["newest_active_idx"][0]) == (2, 0)


def test_a_broken_zone_makes_room_before_an_older_one_that_is_active() -> None:
    swing = _leg(3, BULLISH)
    swing["pair_version"][2] = 2
    # Zones at 102 (older) and 108. The second breaks; then a new leg gives both ratios again, above all at 102.
    zones = _zones(swing, [110, 105, 110], (0.8, 0.2), max_active=2).slots
    np.testing.assert_array_equal(zones["state"][1], [BROKEN, ACTIVE])
    np.testing.assert_array_equal(zones["anchor_idx"], [[0, 0], [0, 0], [2, 2]])
    one_more = _zones(swing, [110, 105, 110], (0.8, 0.2), max_active=3).slots
    np.testing.assert_array_equal(one_more["anchor_idx"][2], [2, 2, 0])
    np.testing.assert_array_equal(one_more["state"][2], [ACTIVE, ACTIVE, ACTIVE])


def test_without_pairs_the_newer_pivot_gives_the_direction() -> None:
    swing = np.repeat(SWING.initial_row(), 3)
    swing["version"] = [1, 2, 3]
    swing["high_idx"], swing["high_level"] = [0, 0, 2], 110.0
    swing["low_idx"], swing["low_level"] = [-1, 1, 1], 100.0
    out = _zones(swing, [105, 105, 105], (0.5,), use_paired_source=False)
    np.testing.assert_array_equal(out.rows["source_version"], [1, 2, 3])
    np.testing.assert_array_equal(out.rows["active_count"], [0, 1, 2])
    np.testing.assert_array_equal(out.slots["kind"][2, :2], [1, 2])
    assert out.slots["instance_id"][2, 0] == zone_hash(3, 2, 1, 0.5, 0)


def test_instance_ids_tell_ratios_and_modes_apart() -> None:
    ids = {
        int(number)
        for mode in ("retracement", "extension")
        for number in _zones(_leg(1, BULLISH), [110], (0.1, 0.2), mode=mode).slots["instance_id"][0, :2]
    }
    assert len(ids) == 4


def test_columns_of_a_slot_carry_its_number() -> None:
    names = [output.name for output in DERIVED_ZONE.columns({"levels": (0.5,), "max_active": 2})]
    fields = [output.name for output in DERIVED_ZONE.slot_outputs]
    assert names[len(DERIVED_ZONE.outputs) :] == [f"zone{slot}_{field}" for slot in (0, 1) for field in fields]
