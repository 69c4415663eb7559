from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy as np
import pytest
import trio

from exchange.bybit.errors import Refused
from exchange.bybit.settings import BybitSettings
from exchange.bybit.stream import FrameNotUnderstood, StreamDown, StreamStatistics, StreamUp
from feeds.bybit.live_events import CaughtUp, FeedEvent, FeedFresh, FeedStale, StreamFailing
from feeds.bybit.live_feed import LiveFeed
from feeds.bybit.live_history import Wanted
from feeds.bybit.live_settings import LiveSettings
from play_engine.bars import BarSeries
from play_engine.intervals import MINUTE_MS
from tests.feeds.bybit.live_venue import NOW_MS, TRUTH, LiveVenue
from tests.feeds.candles import START_MS, same

END_MS = NOW_MS + 8 * MINUTE_MS


class FakeStream:
    """A stream that is up at once and pushes every closed minute of each topic, until `mute` says so of its symbol."""

    def __init__(self, venue: LiveVenue, mute: Callable[[str, int], bool]) -> None:
        self.venue, self.mute = venue, mute
        self.topics: Sequence[str] = ()
        self.reconnected_ms: list[int] = []
        self.reasons: list[str] = []
        self.connections = 1
        self.failures = 0

    def __call__(self, *_: object, topics: Sequence[str], deliver: Any, **_others: object) -> Any:
        self.topics, self.deliver = topics, deliver
        return self

    async def run(self) -> None:
        await self.deliver(StreamUp(connections=1))
        for row in range(600, len(TRUTH)):
            await self.venue.sleep_until(int(TRUTH.ts[row]) + MINUTE_MS + 100)
            for topic in self.topics:
                symbol = topic.rpartition(".")[2]
                if not self.mute(symbol, row):
                    await self.deliver(attrs.evolve(self.venue.event(row), symbol=symbol))

    def statistics(self) -> StreamStatistics:
        return StreamStatistics(
            up=True,
            connections=self.connections,
            failures=self.failures,
            last_failure="the venue hung up",
            frames=0,
            not_understood=0,
            message_age_s=0.0,
            topic_age_s={},
        )

    def reconnect(self, reason: str) -> None:
        self.reconnected_ms.append(self.venue.now_ms)
        self.reasons.append(reason)
        self.again.start_soon(self._again)

    async def _again(self) -> None:
        await self.deliver(StreamDown(reason="given up"))
        await trio.sleep(1)
        self.connections += 1
        await self.deliver(StreamUp(connections=self.connections))

    again: trio.Nursery


@attrs.define
class Seen:
    """What a feed gave: bars and instants by symbol, and events."""

    bars: dict[str, list[BarSeries]] = attrs.field(factory=dict)
    at_ms: dict[str, list[int]] = attrs.field(factory=dict)
    events: list[FeedEvent] = attrs.field(factory=list)


async def run(
    monkeypatch: pytest.MonkeyPatch,
    venue: LiveVenue,
    mute: Callable[[str, int], bool] = lambda _symbol, _row: False,
    symbols: tuple[str, ...] = ("BTCUSDT",),
) -> tuple[Seen, FakeStream]:
    stream, seen = FakeStream(venue, mute), Seen()
    monkeypatch.setattr("feeds.bybit.live_feed.BybitStream", stream)

    async def deliver(bars: BarSeries) -> None:
        seen.bars.setdefault(bars.symbol, []).append(bars)
        seen.at_ms.setdefault(bars.symbol, []).append(venue.now_ms)

    rng = np.random.default_rng(1)
    feed = LiveFeed("ws://x", BybitSettings(), venue.client(), LiveSettings(), rng, seen.events.append)
    with trio.fail_after(7_200):
        async with trio.open_nursery() as stream.again:
            await feed.run([Wanted(symbol=symbol, start_ms=START_MS, end_ms=END_MS) for symbol in symbols], deliver)
    return seen, stream


def lateness_s(seen: Seen, symbol: str) -> list[float]:
    """How long after its close each live bar was delivered."""
    pairs = zip(seen.at_ms[symbol], seen.bars[symbol], strict=True)
    return [(at_ms - bars.end_ms) / 1e3 for at_ms, bars in pairs if len(bars) == 1]


async def test_it_subscribes_to_every_symbol_and_delivers_each(monkeypatch: Any, autojump_clock: object) -> None:
    symbols = ("BTCUSDT", "ETHUSDT")
    seen, stream = await run(monkeypatch, LiveVenue(), symbols=symbols)
    assert stream.topics == ["kline.1.BTCUSDT", "kline.1.ETHUSDT"]
    assert stream.reconnected_ms == []
    for symbol in symbols:
        assert same([attrs.evolve(bars, symbol="BTCUSDT") for bars in seen.bars[symbol]], TRUTH.rows(0, 608))
        assert lateness_s(seen, symbol) == pytest.approx([0.1] * 8)
    assert seen.events[0] == FeedFresh()
    assert {event.symbol for event in seen.events[1:] if isinstance(event, CaughtUp)} == set(symbols)


async def test_a_stream_with_pongs_only_is_found_out_and_rest_goes_on(monkeypatch: Any, autojump_clock: object) -> None:
    seen, stream = await run(monkeypatch, LiveVenue(), mute=lambda _, row: row >= 601)
    assert same(seen.bars["BTCUSDT"], TRUTH.rows(0, 608))
    # Two minutes after the last closed candle, and every two minutes after a connection that brings none.
    silent_s = (stream.reconnected_ms[0] - int(TRUTH.ts[601])) / 1e3
    assert silent_s == pytest.approx(122.5, abs=2.6)
    assert len(stream.reconnected_ms) == 3
    assert [event.symbol for event in seen.events if isinstance(event, FeedStale)][:2] == ["BTCUSDT", ""]
    assert max(lateness_s(seen, "BTCUSDT")) < 5.2


async def test_one_silent_topic_of_two_is_found_out_and_heals(monkeypatch: Any, autojump_clock: object) -> None:
    symbols = ("BTCUSDT", "ETHUSDT")
    seen, stream = await run(
        monkeypatch, LiveVenue(), lambda symbol, row: symbol == "ETHUSDT" and 601 <= row < 604, symbols
    )
    assert stream.reasons == ["no closed candles of ETHUSDT"]
    for symbol in symbols:
        assert same([attrs.evolve(bars, symbol="BTCUSDT") for bars in seen.bars[symbol]], TRUTH.rows(0, 608))
    assert FeedFresh(symbol="ETHUSDT") in seen.events
    assert max(lateness_s(seen, "ETHUSDT")) < 5.2
    assert lateness_s(seen, "BTCUSDT") == pytest.approx([0.1] * 8)


async def test_a_market_that_stands_still_is_no_silence(monkeypatch: Any, autojump_clock: object) -> None:
    """A venue that replays may wait for a slow account as long as it likes."""
    venue = LiveVenue()
    venue.stands_ms, venue.stands_s = int(TRUTH.ts[602]) + 100.0, 3_000.0
    seen, stream = await run(monkeypatch, venue)
    assert stream.reconnected_ms == []
    assert same(seen.bars["BTCUSDT"], TRUTH.rows(0, 608))
    assert venue.asked_s[-1] - venue.asked_s[0] > 2_000


@pytest.mark.parametrize(("failures", "expected"), [(4, 0), (5, 2)])
async def test_a_stream_that_keeps_failing_is_told_of_every_hour(
    failures: int, expected: int, monkeypatch: Any, autojump_clock: object
) -> None:
    venue = LiveVenue()
    venue.stands_ms, venue.stands_s = int(TRUTH.ts[602]) + 100.0, 4_000.0

    class Failing(FakeStream):
        """Has failed often."""

        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            self.failures = failures

    monkeypatch.setattr("tests.feeds.bybit.test_live_feed.FakeStream", Failing)
    seen, _ = await run(monkeypatch, venue)
    told = [event for event in seen.events if isinstance(event, StreamFailing)]
    assert told == [StreamFailing(failures=failures, reason="the venue hung up")] * expected


async def test_frames_that_are_not_understood_are_told_and_others_of_no_symbol_passed_over(
    monkeypatch: Any, autojump_clock: object
) -> None:
    venue = LiveVenue()
    bad = FrameNotUnderstood(frame=b"{", error="no JSON")

    class Odd(FakeStream):
        """Pushes what nobody asked for."""

        async def run(self) -> None:
            await self.deliver(bad)
            await self.deliver(attrs.evolve(self.venue.event(600), symbol="DOGEUSDT"))
            await super().run()

    stream, seen = Odd(venue, lambda _symbol, _row: False), Seen()
    monkeypatch.setattr("feeds.bybit.live_feed.BybitStream", stream)

    async def deliver(bars: BarSeries) -> None:
        seen.bars.setdefault(bars.symbol, []).append(bars)

    feed = LiveFeed(
        "ws://x", BybitSettings(), venue.client(), LiveSettings(), np.random.default_rng(1), seen.events.append
    )
    await feed.run([Wanted(symbol="BTCUSDT", start_ms=START_MS, end_ms=NOW_MS)], deliver)
    assert seen.events[0] == bad
    assert list(seen.bars) == ["BTCUSDT"]
    assert feed.statistics()["BTCUSDT"].bars == 600


async def test_a_symbol_that_the_venue_refuses_ends_the_feed_with_its_own_error(
    monkeypatch: Any, autojump_clock: object
) -> None:
    venue = LiveVenue()

    async def refuse(*_: object) -> object:
        raise Refused(10001, "params error: Symbol Invalid")

    venue.get = refuse  # type: ignore[method-assign, assignment]
    with pytest.RaisesGroup(pytest.RaisesExc(Refused, match="Symbol Invalid")):
        await run(monkeypatch, venue)
