"""Levels that stay for a while: Fibonacci ratios, premium and discount, liquidity and its sweeps."""

from charts.structures.fibonacci import fibonacci_levels
from charts.structures.liquidity import liquidity_levels
from charts.structures.premium import premium_and_discount
from play_engine.structures.outputs import BEARISH, BULLISH
from tests.charts.columns import flags, minutes, numbers, seen, whole


def test_fibonacci_levels_last_from_close_to_close() -> None:
    outputs = {
        "level_0.5": numbers("– 100 100 105 105"),
        "level_1": numbers("– 90 90 100 100"),
        "anchor_direction": whole(f"0 {BULLISH} {BULLISH} {BEARISH} {BEARISH}"),
    }
    lines = fibonacci_levels(seen(outputs)).lines
    assert [(line.label, line.start_price, line.direction, *minutes(line.start_ms, line.end_ms)) for line in lines] == [
        ("0.5", 100, 1, 2, 4),
        ("1", 90, 1, 2, 4),
        ("0.5", 105, -1, 4, 5),
        ("1", 100, -1, 4, 5),
    ]


def test_premium_and_discount_are_the_outer_quarters() -> None:
    outputs = {
        "equilibrium": numbers("– 100 100 101"),
        "premium_level": numbers("– 105 105 106"),
        "discount_level": numbers("– 95 95 96"),
    }
    swing = {"pair_high_level": numbers("– 110 110 111"), "pair_low_level": numbers("– 90 90 91")}
    drawing = premium_and_discount(seen(outputs, uses={"swing": swing}))
    assert [(box.lower, box.upper, box.direction, *minutes(box.start_ms, box.end_ms)) for box in drawing.boxes] == [
        (105, 110, -1, 2, 4),
        (90, 95, 1, 2, 4),
        (106, 111, -1, 4, 4),
        (91, 96, 1, 4, 4),
    ]
    assert [line.start_price for line in drawing.lines] == [100, 101]


SWING = {
    "high_accepted": flags("· 1 · 1 · · ·"),
    "high_level": numbers("– 110 110 112 112 112 112"),
    "high_idx": whole("-1 0 0 2 2 2 2"),
    "low_accepted": flags("· · · · · · ·"),
    "low_level": numbers("– – – – – – –"),
    "low_idx": whole("-1 -1 -1 -1 -1 -1 -1"),
}
POOLS = {
    "nearest_high_level": numbers("– – – 111 120 111 –"),
    "nearest_high_touches": whole("0 0 0 2 3 2 0"),
    "nearest_low_level": numbers("– – – – – – –"),
    "nearest_low_touches": whole("0 0 0 0 0 0 0"),
    "sweep_this_bar": flags("· · · · · · 1"),
    "sweep_direction": whole("0 0 0 0 0 0 1"),
    "swept_level": numbers("– – – – – – 111"),
}


def test_a_liquidity_level_is_one_line_also_while_another_one_is_nearer() -> None:
    drawing = liquidity_levels(
        seen(POOLS, params={"max_swing_history": 20}, uses={"swing": SWING}, high="1 1 1 1 1 1 113")
    )
    levels = [line for line in drawing.lines if line.label]
    assert [(line.start_price, line.label, *minutes(line.start_ms, line.end_ms)) for line in levels] == [
        (111, "2×", 4, 7),
        (120, "3×", 5, 6),
    ]


def test_a_lead_shows_the_first_of_the_pivots() -> None:
    drawing = liquidity_levels(seen(POOLS, params={"max_swing_history": 20}, uses={"swing": SWING}))
    (lead,) = [line for line in drawing.lines if not line.label]
    assert (lead.start_price, lead.direction, *minutes(lead.start_ms, lead.end_ms)) == (111, 0, 0.5, 4)


def test_a_sweep_is_marked_at_the_extreme_of_its_bar() -> None:
    drawing = liquidity_levels(
        seen(POOLS, params={"max_swing_history": 20}, uses={"swing": SWING}, high="1 1 1 1 1 1 113")
    )
    (mark,) = drawing.marks
    assert (mark.price, mark.place, mark.label, *minutes(mark.ts_ms, mark.known_ms)) == (113, 1, "sweep", 6.5, 7)
    assert "highs at 111" in mark.text
