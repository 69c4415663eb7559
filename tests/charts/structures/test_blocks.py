"""Blocks: from the close that makes them known, faded from their first touch, to the bar that ends them."""

from typing import Any

import numpy as np

from charts.structures.blocks import breaker_blocks, fair_value_gaps, lives, order_blocks
from tests.charts.columns import MINUTE_MS, flags, minutes, numbers, seen, whole

PARAMS = {"max_active": 2, "max_age_bars": 100, "lookback": 2, "use_body": True}


def events(new: str, touched: str, ended: str, **edges: str) -> dict[str, Any]:
    """Outputs of a block detector: one support at 90 to 94 unless `edges` say otherwise."""
    made = flags(new)
    return {
        "new_this_bar": made,
        "new_direction": whole(edges.get("direction", " ".join("1" for _ in made))),
        "new_upper": numbers(edges.get("upper", " ".join("94" for _ in made))),
        "new_lower": numbers(edges.get("lower", " ".join("90" for _ in made))),
        "version": np.cumsum(made).astype(np.int64),
        "any_mitigated_this_bar": flags(touched),
        "any_invalidated_this_bar": flags(ended),
        "nearest_bull_age_bars": np.full(len(made), -1),
        "nearest_bull_upper": np.full(len(made), np.nan),
        "nearest_bull_lower": np.full(len(made), np.nan),
    }


def test_a_block_lives_from_its_close_to_the_close_through_it() -> None:
    outputs = events("· · 1 · · · ·", "· · · · 1 · ·", "· · · · · 1 ·")
    columns = seen(
        outputs,
        params=PARAMS,
        open="95 94 90 99 99 95 89",
        close="95 90 99 99 95 89 89",
        high="99 99 99 99 99 99 89",
        low="89 90 90 98 93 88 88",
    )
    (box,) = order_blocks(columns).boxes
    assert minutes(box.origin_ms, box.start_ms, box.touched_ms, box.end_ms) == (1, 3, 5, 6)
    assert (box.lower, box.upper, box.direction) == (90, 94, 1)
    assert "known 1970-01-01 00:03, touched 1970-01-01 00:05, closed through 1970-01-01 00:06" in box.text


def test_a_block_that_lives_on_ends_with_the_bars() -> None:
    (box,) = breaker_blocks(seen(events("1 · ·", "· · ·", "· · ·"), params=PARAMS)).boxes
    assert minutes(box.origin_ms, box.start_ms, box.touched_ms, box.end_ms) == (1, 1, None, 3)


def test_resistance_is_met_from_below() -> None:
    outputs = events("1 · ·", "· 1 ·", "· · 1", direction="-1 1 1", upper="110 – –", lower="106 – –")
    (box,) = breaker_blocks(seen(outputs, params=PARAMS, high="100 107 112", close="100 105 111")).boxes
    assert minutes(box.touched_ms, box.end_ms) == (2, 3)
    assert box.direction == -1


def test_a_gap_is_touched_at_its_half() -> None:
    outputs = events("· · 1 · ·", "· · · · 1", "· · · · ·")
    columns = seen(outputs, params=PARAMS, low="100 100 100 93 92")
    assert [life.touched for life in lives(columns, touch_depth=0.5)] == [4]
    (box,) = fair_value_gaps(columns).boxes
    assert minutes(box.origin_ms, box.start_ms, box.touched_ms) == (1, 3, 5)


def test_an_old_block_is_given_up() -> None:
    outputs = events("1 · · · ·", "· · · · ·", "· · · · ·")
    (life,) = lives(seen(outputs, params={**PARAMS, "max_age_bars": 2}), touch_depth=0.0)
    assert (life.ended, life.reason) == (2, "given up for its age")


def test_newer_blocks_take_the_places_of_untouched_ones() -> None:
    outputs = events("1 1 1 ·", "· · · ·", "· · · ·", upper="94 95 96 –", lower="90 91 92 –")
    first, second, third = lives(seen(outputs, params=PARAMS), touch_depth=0.0)
    assert (first.ended, first.reason) == (2, "given up for newer ones")
    assert (second.ended, third.ended) == (None, None)


def test_of_two_blocks_of_one_bar_both_are_drawn() -> None:
    outputs = events("1 ·", "· ·", "· ·", direction="-1 1", upper="110 –", lower="106 –")
    outputs["version"] = whole("2 2")
    outputs |= {
        "nearest_bull_age_bars": whole("0 1"),
        "nearest_bull_upper": numbers("94 94"),
        "nearest_bull_lower": numbers("92 92"),
    }
    support, resistance = breaker_blocks(seen(outputs, params=PARAMS)).boxes
    assert (support.lower, support.upper, support.direction) == (92, 94, 1)
    assert (resistance.lower, resistance.upper, resistance.direction) == (106, 110, -1)


def test_the_origin_may_be_a_whole_candle() -> None:
    outputs = events("· · 1", "· · ·", "· · ·", upper="– – 99", lower="– – 90")
    columns = seen(
        outputs,
        params={**PARAMS, "use_body": False},
        open="95 97 92",
        close="95 93 99",
        high="99 99 99",
        low="90 90 92",
    )
    (box,) = order_blocks(columns).boxes
    assert box.origin_ms == MINUTE_MS
