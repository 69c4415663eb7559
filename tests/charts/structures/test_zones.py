"""Zones while they are active, and candles that stand out."""

from charts.structures.derived_zones import derived_zones
from charts.structures.displacements import displacements
from charts.structures.zones import zones
from play_engine.structures.outputs import ACTIVE, BROKEN
from play_engine.structures.zone_slots import DEMAND, SUPPLY
from tests.charts.columns import flags, minutes, numbers, seen, whole


def test_a_zone_ends_when_it_is_broken_or_replaced() -> None:
    outputs = {
        "state": whole(f"0 {ACTIVE} {ACTIVE} {BROKEN} {ACTIVE} {ACTIVE}"),
        "anchor_idx": whole("-1 0 0 0 3 4"),
        "lower": numbers("– 90 90 90 80 81"),
        "upper": numbers("– 92 92 92 82 83"),
    }
    boxes = zones(seen(outputs, params={"zone_type": "demand"})).boxes
    assert [(*minutes(box.origin_ms, box.start_ms, box.end_ms), box.lower, box.upper) for box in boxes] == [
        (0, 2, 4, 90, 92),
        (3, 5, 6, 80, 82),
        (4, 6, 6, 81, 83),
    ]
    assert [("broken" in box.text, box.direction) for box in boxes] == [(True, 1), (False, 1), (False, 1)]


def test_supply_points_down() -> None:
    outputs = {"state": whole(f"{ACTIVE}"), "anchor_idx": whole("0"), "lower": numbers("1"), "upper": numbers("2")}
    assert zones(seen(outputs, params={"zone_type": "supply"})).boxes[0].direction == -1


def test_a_derived_zone_stays_one_box_when_it_moves_to_another_slot() -> None:
    def slot(name: str, number: str, made: str, state: str, touches: str, kind: int) -> dict[str, object]:
        columns = {
            "instance_id": whole(number),
            "anchor_idx": whole(made),
            "state": whole(state),
            "lower": numbers("90 90 90 90 90"),
            "upper": numbers("92 92 92 92 92"),
            "kind": whole(" ".join(str(kind) for _ in number.split())),
            "touch_count": whole(touches),
        }
        return {f"{name}_{output}": values for output, values in columns.items()}

    outputs = {
        **slot("zone0", "0 7 7 8 8", "-1 1 1 3 3", f"0 {ACTIVE} {ACTIVE} {ACTIVE} {ACTIVE}", "0 0 1 0 0", DEMAND),
        **slot("zone1", "0 0 0 7 7", "-1 -1 -1 1 1", f"0 0 0 {ACTIVE} {BROKEN}", "0 0 0 1 1", DEMAND),
    }
    first, second = derived_zones(seen(outputs, params={"max_active": 2})).boxes
    assert minutes(first.start_ms, first.touched_ms, first.end_ms) == (2, 3, 5)
    assert minutes(second.start_ms, second.touched_ms, second.end_ms) == (4, None, 5)
    alone = slot("zone0", "0 7 7 8 8", "-1 1 1 3 3", f"0 {ACTIVE} {ACTIVE} {ACTIVE} {ACTIVE}", "0 0 1 0 0", SUPPLY)
    assert {box.direction for box in derived_zones(seen(alone, params={"max_active": 1})).boxes} == {-1}


def test_a_displacement_is_the_body_of_its_candle() -> None:
    outputs = {
        "is_displacement": flags("· 1"),
        "direction": whole("0 -1"),
        "body_atr_ratio": numbers("– 2.5"),
        "wick_ratio": numbers("– 0.1"),
    }
    (candle,) = displacements(seen(outputs, open="100 100", close="100 95", high="101 101", low="94 94")).candles
    assert (candle.lower, candle.upper, candle.direction, *minutes(candle.start_ms, candle.end_ms)) == (
        95,
        100,
        -1,
        1,
        2,
    )
    assert "displacement down, 2.50 ATR body" in candle.text
