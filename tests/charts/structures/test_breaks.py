"""Breaks run from the pivot that was passed to the bar that passed it."""

from charts.structures.breaks import breaks
from tests.charts.columns import flags, minutes, numbers, seen, whole

SWING = {
    "high_level": numbers("– – 110 110 110 110 110"),
    "high_idx": whole("-1 -1 1 1 1 1 1"),
    "low_level": numbers("– – – 95 95 95 95"),
    "low_idx": whole("-1 -1 -1 2 2 2 2"),
}
OUTPUTS = {
    "bias": whole("0 0 0 0 1 1 -1"),
    "bos_this_bar": flags("· · · · 1 · ·"),
    "choch_this_bar": flags("· · · · · · 1"),
    "last_bos_level": numbers("– – – – 110 110 110"),
    "last_choch_level": numbers("– – – – – – 95"),
}


def test_each_event_has_a_line_from_its_pivot_and_a_label() -> None:
    first, second = breaks(seen(OUTPUTS, uses={"swing": SWING})).lines
    assert (first.label, first.direction, first.start_price, *minutes(first.start_ms, first.end_ms)) == (
        "BOS",
        1,
        110,
        1.5,
        4.5,
    )
    assert (second.label, second.direction, second.start_price, *minutes(second.start_ms, second.end_ms)) == (
        "CHoCH",
        -1,
        95,
        2.5,
        6.5,
    )
    assert minutes(first.known_ms, second.known_ms) == (5, 7)


def test_without_its_pivot_a_line_begins_at_the_break() -> None:
    unknown = {**SWING, "high_level": numbers("– – – – – – –")}
    first = breaks(seen(OUTPUTS, uses={"swing": unknown})).lines[0]
    assert minutes(first.start_ms) == (4.5,)
