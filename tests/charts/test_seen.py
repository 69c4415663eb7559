"""Runs of columns, and points of slow timeframes on the bars that made them."""

import numpy as np

from charts.seen import runs
from charts.shapes import Box, Drawing, Line, Mark
from charts.snapping import Snapping
from charts.wording import price_text, time_text
from tests.charts.columns import MINUTE_MS, minutes, numbers


def test_runs_end_where_any_column_changes() -> None:
    assert runs(numbers("– – 1 1 2 –"), numbers("0 0 0 1 1 1")) == [(0, 2), (2, 3), (3, 4), (4, 5), (5, 6)]
    assert runs(numbers("– – –")) == [(0, 3)]
    assert runs(numbers("")) == []


def test_points_of_a_slow_bar_move_to_the_bar_with_that_extreme() -> None:
    columns = {
        "ts": np.arange(8) * MINUTE_MS,
        "high": numbers("5 6 9 7 5 5 5 5"),
        "low": numbers("4 4 4 4 4 1 4 4"),
    }
    snapping = Snapping(columns=columns, exec_ms=MINUTE_MS, interval_ms=4 * MINUTE_MS)
    mark = Mark(ts_ms=2 * MINUTE_MS, price=9, known_ms=0)
    line = Line(start_ms=2 * MINUTE_MS, start_price=9, end_ms=6 * MINUTE_MS, end_price=1, known_ms=0)
    drawn = snapping.snapped(Drawing(marks=(mark,), lines=(line,)))
    assert minutes(drawn.marks[0].ts_ms, drawn.lines[0].start_ms, drawn.lines[0].end_ms) == (2.5, 2.5, 5.5)
    elsewhere = snapping.snapped(Drawing(marks=(Mark(ts_ms=2 * MINUTE_MS, price=3, known_ms=0),)))
    assert minutes(elsewhere.marks[0].ts_ms) == (2,)


def test_a_drawing_is_cut_to_a_window() -> None:
    box = Box(origin_ms=0, start_ms=10, end_ms=20, lower=1, upper=2, direction=1)
    mark = Mark(ts_ms=15, price=1, known_ms=15)
    drawing = Drawing(boxes=(box,), marks=(mark,), candles=(box,))
    assert len(drawing.between(20, 30)) == 2
    assert len(drawing.between(21, 30)) == 0
    assert drawing.between(0, 15) == drawing


def test_numbers_and_instants_in_words() -> None:
    assert [price_text(price) for price in (29_123.4, 100.0, 3.14159, 0.00012345)] == [
        "29,123.4",
        "100",
        "3.1416",
        "0.000123",
    ]
    assert time_text(1_690_996_500_000) == "2023-08-02 17:15"
