"""The feed actor: the market from a data provider to everyone who subscribed, in order of time, each part once."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import attrs
import numpy as np
import trio

from actors.clock import VirtualClock
from actors.messages import FeedMessage, MarketEnded, MarketMoved, StopFeed
from feeds.mark_joining import with_marks
from feeds.provider import DataProvider
from play_engine.bars import BarSeries, Ints
from play_engine.market import NO_READINGS, MarketSlice, Readings

# Bars in a message: enough that a message costs nothing per bar, few enough that several of them fit into memory.
CHUNK_BARS = 32_768
# Chunks read in one trip to a worker thread: as many as a mailbox takes, so that reading and working go side by side.
CHUNKS_A_TRIP = 4

Listener = trio.MemorySendChannel[FeedMessage]
# Bars, and the mark prices of the same bars where they are wanted.
_Chunk = tuple[BarSeries, BarSeries | None]


@attrs.define(eq=False, kw_only=True)
class Subscription:
    """Who wants which market: bars of `symbol` with start_ms ≤ open time < end_ms, sent to each of `listeners`.

    With `marked` they come with mark prices; `readings` are given with the bars up to whose close they were published.
    `synthetic` are the open times of bars that a gap filler made.
    """

    symbol: str
    start_ms: int
    end_ms: int
    listeners: tuple[Listener, ...]
    marked: bool = False
    readings: Mapping[str, Readings] = attrs.field(factory=dict)
    synthetic: Ints = attrs.field(factory=lambda: np.zeros(0, dtype=np.int64))
    _given_ms: int = attrs.field(default=int(np.iinfo(np.int64).min), init=False)

    def next(self, chunk: _Chunk) -> MarketSlice | None:
        """What of a chunk is wanted; None for nothing of it."""
        bars, mark = chunk
        start, stop = (int(row) for row in np.searchsorted(bars.ts, (self.start_ms, self.end_ms), side="left"))
        if start == stop:
            return None
        bars = bars.rows(start, stop)
        since_ms, self._given_ms = self._given_ms, bars.end_ms
        return MarketSlice(
            bars=bars,
            mark=None if mark is None else mark.rows(start, stop),
            synthetic=np.isin(bars.ts, self.synthetic) if len(self.synthetic) else None,
            funding=self.readings.get("funding", NO_READINGS).after(since_ms, bars.end_ms),
            open_interest=self.readings.get("open_interest", NO_READINGS).after(since_ms, bars.end_ms),
        )


@attrs.define(eq=False)
class _Stream:
    """The bars of one symbol on their way, with mark prices or without: `chunks` have been read but not delivered;
    empty at the end."""

    subscriptions: list[Subscription]
    source: Iterator[_Chunk]
    chunks: deque[_Chunk] = attrs.field(factory=deque)

    @property
    def start_ms(self) -> int:
        """The open of the bar that is next."""
        return int(self.chunks[0][0].ts[0])

    async def read(self, count: int) -> None:
        """See to it that there is a chunk, if there are any more."""
        if not self.chunks:
            self.chunks.extend(await trio.to_thread.run_sync(_take, self.source, count))


def _take(source: Iterator[_Chunk], count: int) -> list[_Chunk]:
    return list(islice(source, count))


async def run_feed(
    name: str,
    provider: DataProvider,
    subscriptions: Sequence[Subscription],
    commands: trio.MemoryReceiveChannel[StopFeed],
    clock: VirtualClock,
) -> None:
    """Deliver history to the subscribers, the symbol that lags behind first, and move the clock along.

    A chunk is delivered when the clock has come to it, that is when no other feed is behind it: so no account that has
    its symbols from several feeds must keep more than a chunk of one of them. Reading happens in a worker thread while
    the listeners work. A listener that has closed its channel is forgotten. Ends when all is delivered, when nobody
    listens, or after a StopFeed; listeners are told why. Cancellation closes their channels without a word.
    """
    listening = {listener for subscription in subscriptions for listener in subscription.listeners}
    reason = "completed"
    try:
        streams = _streams(provider, subscriptions)
        for stream in streams:
            await stream.read(1)
        while listening and (waiting := [stream for stream in streams if stream.chunks]):
            stream = min(waiting, key=lambda stream: stream.start_ms)
            clock.advance(name, stream.start_ms)
            if clock.now_ms() < stream.start_ms:
                await trio.sleep_until(stream.start_ms / 1000)
            try:
                reason = commands.receive_nowait().reason
                break
            except (trio.WouldBlock, trio.EndOfChannel):
                await _deliver(stream.chunks.popleft(), stream.subscriptions, listening)
            await stream.read(CHUNKS_A_TRIP)
        for subscription in subscriptions:
            for listener in subscription.listeners:
                await _send(listener, MarketEnded(symbol=subscription.symbol, reason=reason), listening)
    finally:
        clock.remove_hand(name)
        for subscription in subscriptions:
            for listener in subscription.listeners:
                listener.close()


def _streams(provider: DataProvider, subscriptions: Sequence[Subscription]) -> list[_Stream]:
    groups: dict[tuple[str, bool], list[Subscription]] = {}
    for subscription in subscriptions:
        groups.setdefault((subscription.symbol, subscription.marked), []).append(subscription)
    return [
        _Stream(wanted, _chunks(provider, *group, wanted))
        for group, wanted in sorted(groups.items(), key=lambda item: item[0])
    ]


def _chunks(provider: DataProvider, symbol: str, marked: bool, wanted: Sequence[Subscription]) -> Iterator[_Chunk]:
    start_ms = min(subscription.start_ms for subscription in wanted)
    end_ms = max(subscription.end_ms for subscription in wanted)
    bars = provider.bars(symbol, start_ms, end_ms, CHUNK_BARS)
    if not marked:
        return ((chunk, None) for chunk in bars)
    return iter(with_marks(bars, provider.mark_bars(symbol, start_ms, end_ms, CHUNK_BARS)))


async def _deliver(chunk: _Chunk, subscriptions: Sequence[Subscription], listening: set[Listener]) -> None:
    for subscription in subscriptions:
        market = subscription.next(chunk)
        if market is not None:
            for listener in subscription.listeners:
                await _send(listener, MarketMoved(market=market), listening)


async def _send(listener: Listener, message: FeedMessage, listening: set[Listener]) -> None:
    if listener in listening:
        try:
            await listener.send(message)
        except trio.BrokenResourceError:
            listening.discard(listener)
