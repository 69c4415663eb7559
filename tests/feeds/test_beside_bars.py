"""Whether a run can use mark prices is decided once, for all of its bars; readings reach back to the last one known."""

import attrs
import numpy as np
import pytest

from feeds.beside_bars import readings_for, why_no_marks
from feeds.provider import MemoryProvider
from play_engine.bars import BarSeries
from play_engine.intervals import INTERVALS, MINUTE_MS
from play_engine.market import Readings
from tests.feeds.candles import START_MS, walk, without

BARS = without(walk(400), 100, 120)
MARKS = walk(400, seed=2)
HOURLY = walk(6, interval_ms=INTERVALS["1h"], seed=3)


def reason(marks: list[BarSeries], first: int = 0, last: int = 400) -> str:
    provider = MemoryProvider([BARS], mark=marks)
    span = START_MS + first * MINUTE_MS, START_MS + last * MINUTE_MS
    return why_no_marks(provider, provider.coverage("BTCUSDT"), *span)


@pytest.mark.parametrize("marks", [MARKS, without(MARKS, 100, 120), without(MARKS, 110, 115)])
def test_a_mark_for_every_bar_is_enough(marks: BarSeries) -> None:
    assert reason([marks]) == ""


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        ([], "the data have no mark prices"),
        ([HOURLY], "mark prices are given for 1h bars, and the run is on 1m bars"),
        ([without(MARKS, 99, 115)], "the bar of 2023-01-01T01:39:00Z has no mark price"),
        ([without(MARKS, 120, 121)], "the bar of 2023-01-01T02:00:00Z has no mark price"),
        ([MARKS.rows(1, 400)], "the bar of 2023-01-01T00:00:00Z has no mark price"),
        ([MARKS.rows(0, 399)], "the bar of 2023-01-01T06:39:00Z has no mark price"),
    ],
)
def test_one_bar_without_is_too_many(marks: list[BarSeries], text: str) -> None:
    assert reason(marks) == text


def test_only_the_bars_of_the_run_count() -> None:
    assert reason([MARKS.rows(50, 380)], 50, 380) == ""
    assert reason([MARKS.rows(50, 380)], 49, 380) == "the bar of 2023-01-01T00:49:00Z has no mark price"


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [(0, 100, [10, 20, 30, 40]), (9, 40, [10, 20, 30, 40]), (10, 39, [10, 20, 30]), (25, 30, [20, 30]), (50, 60, [40])],
)
def test_readings_reach_back_to_the_last_one_known(start: int, end: int, found: list[int]) -> None:
    known = Readings(ts=np.array([10, 20, 30, 40]), values=np.arange(4.0))
    provider = MemoryProvider([attrs.evolve(BARS)], funding={"BTCUSDT": known})
    assert readings_for(provider, "BTCUSDT", "funding", start, end).ts.tolist() == found
    assert len(readings_for(provider, "BTCUSDT", "open_interest", start, end)) == 0
