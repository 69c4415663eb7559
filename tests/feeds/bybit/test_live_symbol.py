from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest
import trio
import trio.testing
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.bybit.live_events import (
    AskingFailed,
    BarDisagrees,
    CandleRefused,
    CaughtUp,
    HistoryLacks,
    HoleFilled,
    HoleFound,
)
from feeds.bybit.live_symbol import LiveSymbol
from feeds.bybit.spans import Span
from feeds.gaps import GapSpan
from feeds.provider import MemoryProvider
from play_engine.errors import DataError
from play_engine.intervals import MINUTE_MS
from tests.feeds.bybit.live_venue import NOW_MS, TRUTH, LiveVenue, Session, session
from tests.feeds.candles import START_MS, same, without

NOW_ROW = 600


def ts(row: int) -> int:
    return int(TRUTH.ts[row])


@pytest.fixture(autouse=True)
def _store_read_in_virtual_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that jumps when nothing happens would jump while a thread works."""

    async def read(work: Callable[..., Any], *args: object) -> object:
        await trio.sleep(0.3)
        return work(*args)

    monkeypatch.setattr("feeds.bybit.stored_stretches.trio.to_thread.run_sync", read)


def assert_true(seen: Session, stop: int) -> None:
    assert same(seen.pieces, TRUTH.rows(0, stop))


async def test_history_comes_in_chunks_and_then_every_bar_by_itself_at_once(autojump_clock: object) -> None:
    venue = LiveVenue()
    seen = await session(venue, minutes=5)
    assert_true(seen, 605)
    assert [len(piece) for piece in seen.pieces] == [600, 1, 1, 1, 1, 1]
    assert seen.events == [CaughtUp(symbol="BTCUSDT", until_ms=ts(600))]
    # A tenth of a second after each minute, and one question at the start.
    assert [at_ms - NOW_MS for at_ms in seen.delivered_ms[1:]] == [60_100 + 60_000 * row for row in range(5)]
    assert len(venue.asked) == 1


@pytest.fixture(autouse=True)
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of these tests jumps while everybody sleeps, and does not know that a thread is at work."""

    async def inline(function: Callable[..., Any], *args: Any, **_options: Any) -> Any:
        await trio.lowlevel.checkpoint()
        return function(*args)

    monkeypatch.setattr(trio.to_thread, "run_sync", inline)


STORES = {
    "none": None,
    "the beginning": TRUTH.rows(0, 300),
    "the end": TRUTH.rows(250, 600),
    "with holes": without(without(TRUTH.rows(10, 560), 100, 250), 0, 30),
    "all": TRUTH.rows(0, 600),
}


@pytest.mark.parametrize("offset_s", [-3.1, -2.0, -0.6, -0.3, -0.05, 0.0, 0.05, 0.15, 1.0, 1.95, 2.05, 3.0, 25.0])
@pytest.mark.parametrize("store", STORES)
async def test_the_seam_at_every_instant(store: str, offset_s: float, autojump_clock: object) -> None:
    """A minute closes before, between and after connecting, reading the store and asking: nothing is lost, or twice."""
    venue = LiveVenue(NOW_MS + round(offset_s * 1e3))
    venue.answer_delay_s = 0.5
    bars = STORES[store]
    history = None if bars is None else MemoryProvider([bars])
    seen = await session(venue, minutes=3, history=history, streaming_after_s=0.2)
    assert_true(seen, 602 if offset_s < 0 else 603)
    assert not seen.told(HistoryLacks)
    assert (
        max(at_ms - piece.end_ms for at_ms, piece in zip(seen.delivered_ms[-2:], seen.pieces[-2:], strict=True)) < 7e3
    )


async def test_a_store_that_has_all_saves_every_question_but_one_for_the_time(autojump_clock: object) -> None:
    """Which is not asked if the stream has told it before."""
    venue = LiveVenue(NOW_MS + 29_500)
    seen = await session(venue, minutes=4, history=MemoryProvider([TRUTH.rows(0, 600)]), streaming_after_s=0.7)
    assert_true(seen, 604)
    assert len(venue.asked) <= 1


async def test_a_store_that_is_ahead_of_the_venue_is_refused(autojump_clock: object) -> None:
    venue = LiveVenue()
    with pytest.RaisesGroup(pytest.RaisesExc(DataError, match="replays the past")):
        await session(venue, minutes=4, history=MemoryProvider([TRUTH.rows(0, 700)]))


async def test_a_store_of_other_bars_is_refused(autojump_clock: object) -> None:
    five = attrs.evolve(TRUTH.rows(0, 1), interval_ms=5 * MINUTE_MS)
    with pytest.RaisesGroup(pytest.RaisesExc(DataError, match="has bars of 5m")):
        await session(LiveVenue(), minutes=4, history=MemoryProvider([five]))


async def test_a_minute_that_the_stream_loses_is_asked_for_before_the_next_one(autojump_clock: object) -> None:
    venue = LiveVenue()
    venue.lost = {ts(601)}
    seen = await session(venue, minutes=5)
    assert_true(seen, 605)
    # 2 s until REST may be trusted, 3 s of patience, and the way there and back.
    assert seen.delivered_ms[2] - ts(602) == pytest.approx(5_100, abs=100)
    assert not seen.told(HoleFound)


@pytest.mark.parametrize("length", [1, 30, pytest.param(500, marks=pytest.mark.slow)])
async def test_an_outage_is_made_good_in_order_and_what_came_later_waits(length: int, autojump_clock: object) -> None:
    venue = LiveVenue()
    venue.lost = {ts(row) for row in range(601, 601 + length)}
    venue.rest_lacks = {ts(row): NOW_MS + (length + 3) * MINUTE_MS for row in range(601, 601 + length)}
    seen = await session(venue, minutes=length + 7)
    assert_true(seen, 607 + length)
    assert all(len(piece) == 1 for piece in seen.pieces[1:])
    (found,) = seen.told(HoleFound)
    hole = GapSpan(start_ms=ts(601), end_ms=ts(601 + length), missing_bars=length)
    assert found == HoleFound(symbol="BTCUSDT", hole=hole)
    assert seen.told(HoleFilled) == [HoleFilled(symbol="BTCUSDT")]
    assert not seen.told(HistoryLacks)


async def test_a_hole_is_asked_for_after_ever_longer_waits(autojump_clock: object) -> None:
    venue = LiveVenue()
    venue.lost = {ts(600)}
    venue.rest_lacks = {ts(600): NOW_MS + 10 * MINUTE_MS}
    await session(venue, minutes=9, late_s=1e6)
    # It starts 20 s after a minute; a hole shows with the minute after it.
    found_s = venue.asked_s[0] + 100.1
    waits = [after - before for before, after in zip([found_s, *venue.asked_s[1:6]], venue.asked_s[1:7], strict=True)]
    assert waits == pytest.approx([1.0, 2.0, 4.0, 8.0, 15.0, 15.0], abs=0.2)


async def test_rest_carries_the_feed_while_the_stream_is_down(autojump_clock: object) -> None:
    venue = LiveVenue()
    venue.down = [Span(ts(602), ts(606))]
    seen = await session(venue, minutes=9)
    assert_true(seen, 609)
    late_ms = [at_ms - piece.end_ms for at_ms, piece in zip(seen.delivered_ms[1:], seen.pieces[1:], strict=True)]
    assert late_ms[:1] == [100]
    assert max(late_ms) < 3_000
    assert late_ms[-2:] == [100, 100]


async def test_without_any_stream_it_begins_all_the_same(autojump_clock: object) -> None:
    venue = LiveVenue()
    venue.down = [Span(0, 1 << 50)]
    seen = await session(venue, minutes=4)
    assert_true(seen, 604)
    assert seen.delivered_ms[0] == pytest.approx(NOW_MS + 30_000, abs=100)
    assert len(venue.asked) <= 6


async def test_a_venue_that_does_not_answer_is_asked_again_for_ever(autojump_clock: object) -> None:
    venue = LiveVenue()
    venue.rest_down = True

    async def heal() -> None:
        await trio.sleep(200)
        venue.rest_down = False

    async with trio.open_nursery() as nursery:
        nursery.start_soon(heal)
        seen = await session(venue, minutes=6)
    assert_true(seen, 606)
    assert 10 < len(seen.told(AskingFailed)) < 30


async def test_a_bar_that_was_delivered_does_not_change_and_the_difference_is_told(autojump_clock: object) -> None:
    venue = LiveVenue()
    venue.altered = {ts(601): TRUTH.low[601]}
    seen = await session(venue, minutes=15)
    assert seen.pieces[2].close[0] == TRUTH.low[601]
    (told,) = seen.told(BarDisagrees)
    assert isinstance(told, BarDisagrees)
    assert (told.used.source, told.other.source) == ("stream", "rest")
    assert (told.used.close, told.other.close) == (TRUTH.low[601], TRUTH.close[601])
    # Asked at the start, and every five minutes to compare.
    assert [at_s - venue.asked_s[0] for at_s in venue.asked_s] == pytest.approx([0, 300, 600], abs=2)


@pytest.mark.parametrize(
    "changes",
    [
        {"ts_ms": NOW_MS + 58_000},
        {"start_ms": NOW_MS + 1, "end_ms": NOW_MS + MINUTE_MS + 1},
        {"start_ms": NOW_MS + 10 * MINUTE_MS, "end_ms": NOW_MS + 11 * MINUTE_MS},
        {"end_ms": NOW_MS + 5 * MINUTE_MS, "ts_ms": NOW_MS + 6 * MINUTE_MS},
        {"low": 0.0},
        {"close": float("inf")},
    ],
    ids=["not over", "off the grid", "of the future", "of five minutes", "free", "infinite"],
)
async def test_a_candle_that_cannot_be_closed_is_refused_aloud(changes: dict[str, Any], autojump_clock: object) -> None:
    venue = LiveVenue()
    venue.lost = {ts(600)}

    async def lie(symbol: LiveSymbol) -> None:
        await venue.sleep_until(NOW_MS + 59_000)
        symbol.take(attrs.evolve(venue.event(600), **changes))

    seen = await session(venue, minutes=3, besides=lie)
    assert_true(seen, 603)
    (told,) = seen.told(CandleRefused)
    assert isinstance(told, CandleRefused)
    assert "is no closed candle of 1m" in told.reason


async def test_a_frame_from_the_future_does_not_hold_up_the_present(autojump_clock: object) -> None:
    venue = LiveVenue()

    async def lie(symbol: LiveSymbol) -> None:
        await venue.sleep_until(NOW_MS + 59_000)
        symbol.take(attrs.evolve(venue.event(900), ts_ms=ts(901)))

    seen = await session(venue, minutes=6, besides=lie)
    assert_true(seen, 606)
    assert len(seen.told(HoleFound)) == len(seen.told(HoleFilled)) == 1
    assert seen.delivered_ms[-1] - ts(606) == 100


async def test_old_minutes_that_nobody_has_are_left_out_of_history_aloud(autojump_clock: object) -> None:
    venue = LiveVenue()
    venue.rest_lacks = {ts(row): 1 << 50 for row in range(100, 140)}
    seen = await session(venue, minutes=2)
    assert same(seen.pieces, without(TRUTH.rows(0, 602), 100, 140))
    hole = GapSpan(start_ms=ts(100), end_ms=ts(140), missing_bars=40)
    assert seen.told(HistoryLacks) == [HistoryLacks(symbol="BTCUSDT", hole=hole)]


async def test_young_minutes_that_rest_lacks_are_waited_for(autojump_clock: object) -> None:
    venue = LiveVenue()
    venue.rest_lacks = {ts(row): NOW_MS + 5 * MINUTE_MS for row in range(590, 595)}
    seen = await session(venue, minutes=8)
    assert_true(seen, 608)
    assert not seen.told(HistoryLacks)


async def test_more_history_than_a_page_comes_page_by_page_without_a_pause(autojump_clock: object) -> None:
    venue = LiveVenue(START_MS + 1_990 * MINUTE_MS + 20_000)
    seen = await session(venue, minutes=2)
    assert_true(seen, 1_992)
    assert [len(piece) for piece in seen.pieces] == [1_000, 990, 1, 1]
    assert venue.asked_s[-1] - venue.asked_s[0] < 1


@given(
    lost=st.sets(st.integers(600, 620)),
    twice=st.sets(st.integers(600, 620)),
    late_s=st.dictionaries(st.integers(600, 620), st.floats(1, 400)),
    rest_late_s=st.dictionaries(st.integers(590, 620), st.floats(2, 400)),
    down=st.lists(st.tuples(st.integers(600, 620), st.integers(1, 5)), max_size=3),
    altered=st.sets(st.integers(600, 620)),
)
@settings(max_examples=10, deadline=None)
def test_whatever_goes_wrong_the_bars_come_in_order_each_once(
    lost: set[int],
    twice: set[int],
    late_s: dict[int, float],
    rest_late_s: dict[int, float],
    down: list[tuple[int, int]],
    altered: set[int],
) -> None:
    async def main() -> Session:
        venue = LiveVenue()
        venue.lost, venue.twice = {ts(row) for row in lost}, {ts(row) for row in twice}
        venue.late_s = {ts(row): late for row, late in late_s.items()}
        venue.rest_lacks = {ts(row): ts(row + 1) + late * 1e3 for row, late in rest_late_s.items()}
        venue.down = [Span(ts(row), ts(row + length)) for row, length in down]
        venue.altered = {ts(row): TRUTH.low[row] for row in altered}
        return await session(venue, minutes=25)

    seen = trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))
    assert [ts for piece in seen.pieces for ts in piece.ts.tolist()] == TRUTH.ts[:625].tolist()
    for name in ("open", "high", "low", "volume"):
        assert np.array_equal(
            np.concatenate([getattr(piece, name) for piece in seen.pieces]), getattr(TRUTH, name)[:625]
        )
    assert len(seen.told(HoleFilled)) == len(seen.told(HoleFound))


async def test_a_slow_listener_gets_every_bar_in_order(autojump_clock: object) -> None:
    seen = await session(LiveVenue(), minutes=30, deliver_s=90.0)
    assert_true(seen, 630)
