"""Fetching and storing side by side: what has been fetched is stored, whatever ends it, and whenever."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import trio
import trio.testing

from exchange.bybit.errors import Down, WrongAnswer
from feeds.bybit.fetching import Fetching
from feeds.bybit.series import add_bars
from feeds.bybit.spans import Missing, Span
from feeds.partitions import SeriesFolder
from feeds.store import CandleStore
from feeds.stored_rows import StoredRows, rows_of_bars
from play_engine.intervals import MINUTE_MS
from tests.feeds.candles import START_MS, walk

BARS = walk(200)
WINDOWS = [Span(START_MS + row * MINUTE_MS, START_MS + (row + 10) * MINUTE_MS) for row in range(0, 200, 10)]


class Source:
    """A SyncedSeries without a venue: a page takes a virtual second; `late` ones cannot be cancelled meanwhile."""

    contiguous = False
    asked_twice = False

    def __init__(self, root: Path, *, late: bool = False, failures: dict[int, Exception] | None = None) -> None:
        self.folder = SeriesFolder(root=root, venue="v", symbol="BTCUSDT", interval_ms=MINUTE_MS)
        self.fetched: list[Span] = []
        self._late = late
        self._failures = failures or {}

    def windows(self, missing: Missing) -> list[Span]:
        return [missing.later]

    async def fetch(self, span: Span) -> StoredRows:
        with trio.CancelScope(shield=self._late):
            await trio.sleep(1.0)
        if error := self._failures.get(WINDOWS.index(span)):
            raise error
        self.fetched.append(span)
        return rows_of_bars(BARS.between(span.start_ms, span.end_ms), "last", np.zeros(0, dtype=np.int64))

    def add(self, store: CandleStore, pages: Sequence[StoredRows]) -> int:
        return add_bars(store, self.folder, pages)


def stored_times(root: Path) -> list[int]:
    provider = CandleStore(root).provider("v", MINUTE_MS)
    return [ts for chunk in provider.column("BTCUSDT", "ts", 0, 1 << 42) for ts in chunk.tolist()]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("after_s", [0.5, 4.5, 7.5])
async def test_when_cancelled_every_page_that_was_fetched_is_stored(
    autojump_clock: trio.testing.MockClock, tmp_path: Path, late: bool, after_s: float
) -> None:
    source = Source(tmp_path, late=late)
    fetching = Fetching(source, CandleStore(tmp_path), lambda _: None)
    with trio.move_on_after(after_s) as scope:
        await fetching.run(WINDOWS)
    assert scope.cancelled_caught
    assert fetching.failure == ""
    expected = [ts for span in source.fetched for ts in range(span.start_ms, span.end_ms, MINUTE_MS)]
    assert fetching.rows == len(expected) == 10 * len(source.fetched)
    assert (stored_times(tmp_path) if expected else []) == expected
    assert len(source.fetched) == int(after_s) + late


async def test_a_wrong_window_is_passed_over_and_a_lost_venue_ends_it(
    autojump_clock: trio.testing.MockClock, tmp_path: Path
) -> None:
    source = Source(tmp_path, failures={2: WrongAnswer("odd"), 5: Down("gone")})
    fetching = Fetching(source, CandleStore(tmp_path), lambda _: None)
    await fetching.run(WINDOWS)
    assert fetching.failure == "gone"
    assert [(window.span, window.reason) for window in fetching.refused] == [(WINDOWS[2], "odd")]
    assert source.fetched == [WINDOWS[i] for i in (0, 1, 3, 4)]
    assert len(stored_times(tmp_path)) == fetching.rows == 40


async def test_a_wrong_window_ends_a_series_in_which_a_hole_could_not_be_found(
    autojump_clock: trio.testing.MockClock, tmp_path: Path
) -> None:
    source = Source(tmp_path, failures={2: WrongAnswer("odd")})
    source.contiguous = True
    fetching = Fetching(source, CandleStore(tmp_path), lambda _: None)
    await fetching.run(WINDOWS)
    assert source.fetched == WINDOWS[:2]
    assert len(fetching.refused) == 1
