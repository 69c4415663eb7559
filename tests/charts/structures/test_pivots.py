"""Pivots lie on their own bars, and are known later; legs are drawn to where they ended."""

from charts.structures.pivots import pivots
from charts.structures.waves import waves
from play_engine.structures.outputs import BEARISH, BULLISH
from tests.charts.columns import flags, minutes, numbers, seen, whole

# A low of 90 at bar 1, a high of 110 at bar 3, which bar 5 replaces with 112; a low of 95 at bar 7.
SWING = {
    "high_accepted": flags("· · · · 1 · 1 · ·"),
    "high_idx": whole("-1 -1 -1 -1 3 3 5 5 5"),
    "high_level": numbers("– – – – 110 110 112 112 112"),
    "high_replaced_pending": flags("· · · · · · 1 · ·"),
    "high_is_major": flags("· · · · · · 1 · ·"),
    "high_significance": numbers("– – – – – – 4.5 4.5 4.5"),
    "low_accepted": flags("· · 1 · · · · · 1"),
    "low_idx": whole("-1 -1 1 1 1 1 1 1 7"),
    "low_level": numbers("– – 90 90 90 90 90 90 95"),
    "low_replaced_pending": flags("· · · · · · · · ·"),
    "low_is_major": flags("· · · · · · · · ·"),
    "low_significance": numbers("– – – – – – – – –"),
    "pair_version": whole("0 0 0 0 1 1 2 2 3"),
    "pair_direction": whole(f"0 0 0 0 {BULLISH} {BULLISH} {BULLISH} {BULLISH} {BEARISH}"),
    "pair_high_idx": whole("-1 -1 -1 -1 3 3 5 5 5"),
    "pair_high_level": numbers("– – – – 110 110 112 112 112"),
    "pair_low_idx": whole("-1 -1 -1 -1 1 1 1 1 7"),
    "pair_low_level": numbers("– – – – 90 90 90 90 95"),
}


def test_marks_lie_on_the_bars_of_the_pivots() -> None:
    low, first, second, last = pivots(seen(SWING)).marks
    assert [minutes(mark.ts_ms, mark.known_ms) for mark in (low, first, second, last)] == [
        (1.5, 3),
        (3.5, 5),
        (5.5, 7),
        (7.5, 9),
    ]
    assert [mark.price for mark in (low, first, second, last)] == [90, 110, 112, 95]
    assert [mark.place for mark in (low, first, second, last)] == [-1, 1, 1, -1]


def test_a_replaced_pivot_is_faint_and_a_major_one_strong() -> None:
    marks = pivots(seen(SWING)).marks
    assert [mark.weight for mark in marks] == [1, 0, 2, 1]
    assert "replaced later" in marks[1].text
    assert "major pivot high 112, known 1970-01-01 00:07, 4.50 ATR" in marks[2].text


def test_a_leg_that_went_on_is_drawn_once() -> None:
    up, down = pivots(seen(SWING)).lines
    assert (*minutes(up.start_ms, up.end_ms), up.start_price, up.end_price, up.direction) == (1.5, 5.5, 90, 112, 1)
    assert (*minutes(down.start_ms, down.end_ms), down.start_price, down.end_price, down.direction) == (
        5.5,
        7.5,
        112,
        95,
        -1,
    )
    assert minutes(up.known_ms, down.known_ms) == (7, 9)


def test_waves_run_between_turns_and_say_what_those_are() -> None:
    nothing = flags("· · · · · · · · ·")
    outputs = {
        "direction": whole("0 0 0 0 1 1 1 1 -1"),
        "strength": whole("0 0 0 0 0 0 0 0 1"),
        "last_hh": flags("· · · · · · 1 1 1"),
        "last_lh": nothing,
        "last_hl": flags("· · · · · · · · 1"),
        "last_ll": nothing,
    }
    drawing = waves(seen(outputs, uses={"swing": SWING}))
    assert [(line.start_price, line.end_price, line.direction) for line in drawing.lines] == [
        (90, 112, 1),
        (112, 95, -1),
    ]
    assert [(mark.label, *minutes(mark.ts_ms), mark.place) for mark in drawing.marks] == [
        ("HH", 5.5, 1),
        ("HL", 7.5, -1),
    ]
    assert "trend down, strength 1" in drawing.lines[1].text
