"""The feed actor: bars from a data provider to everyone who subscribed, in order of time, each exactly once."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice

import attrs
import trio

from actors.clock import VirtualClock
from actors.messages import Bars, BarsEnded, FeedMessage, StopFeed
from feeds.provider import DataProvider
from play_engine.bars import BarSeries

# Bars in a message: enough that a message costs nothing per bar, few enough that several of them fit into memory.
CHUNK_BARS = 32_768
# Chunks read in one trip to a worker thread: as many as a mailbox takes, so that reading and working go side by side.
CHUNKS_A_TRIP = 4

Listener = trio.MemorySendChannel[FeedMessage]


@attrs.frozen(kw_only=True, eq=False)
class Subscription:
    """Who wants which bars: those of `symbol` with start_ms ≤ open time < end_ms, sent to each of `listeners`."""

    symbol: str
    start_ms: int
    end_ms: int
    listeners: tuple[Listener, ...]


@attrs.define(eq=False)
class _Stream:
    """The bars of one symbol on their way: `chunks` have been read but not delivered; empty at the end."""

    subscriptions: list[Subscription]
    source: Iterator[BarSeries]
    chunks: deque[BarSeries] = attrs.field(factory=deque)

    async def read(self, count: int) -> None:
        """See to it that there is a chunk, if there are any more."""
        if not self.chunks:
            self.chunks.extend(await trio.to_thread.run_sync(_take, self.source, count))


def _take(source: Iterator[BarSeries], count: int) -> list[BarSeries]:
    return list(islice(source, count))


async def run_feed(
    name: str,
    provider: DataProvider,
    subscriptions: Sequence[Subscription],
    commands: trio.MemoryReceiveChannel[StopFeed],
    clock: VirtualClock,
) -> None:
    """Deliver history to the subscribers, the symbol that lags behind first, and move the clock along.

    Reading happens in a worker thread while the listeners work. A listener that has closed its channel is forgotten.
    Ends when all is delivered, when nobody listens, or after a StopFeed; listeners are told why. Cancellation closes
    their channels without a word.
    """
    listening = {listener for subscription in subscriptions for listener in subscription.listeners}
    reason = "completed"
    try:
        streams = _streams(provider, subscriptions)
        for stream in streams:
            await stream.read(1)
        while listening and (waiting := [stream for stream in streams if stream.chunks]):
            stream = min(waiting, key=lambda stream: int(stream.chunks[0].ts[0]))
            chunk = stream.chunks.popleft()
            try:
                reason = commands.receive_nowait().reason
                break
            except (trio.WouldBlock, trio.EndOfChannel):
                clock.advance(name, int(chunk.ts[0]))
            await _deliver(chunk, stream.subscriptions, listening)
            await stream.read(CHUNKS_A_TRIP)
        clock.remove_hand(name)
        for listener in tuple(listening):
            await _send(listener, BarsEnded(reason=reason), listening)
    finally:
        for subscription in subscriptions:
            for listener in subscription.listeners:
                listener.close()


def _streams(provider: DataProvider, subscriptions: Sequence[Subscription]) -> list[_Stream]:
    by_symbol: dict[str, list[Subscription]] = {}
    for subscription in subscriptions:
        by_symbol.setdefault(subscription.symbol, []).append(subscription)
    streams: list[_Stream] = []
    for symbol, wanted in sorted(by_symbol.items()):
        start_ms = min(subscription.start_ms for subscription in wanted)
        end_ms = max(subscription.end_ms for subscription in wanted)
        streams.append(_Stream(wanted, iter(provider.bars(symbol, start_ms, end_ms, CHUNK_BARS))))
    return streams


async def _deliver(chunk: BarSeries, subscriptions: Sequence[Subscription], listening: set[Listener]) -> None:
    for subscription in subscriptions:
        series = chunk.between(subscription.start_ms, subscription.end_ms)
        if len(series):
            for listener in subscription.listeners:
                await _send(listener, Bars(series=series), listening)


async def _send(listener: Listener, message: FeedMessage, listening: set[Listener]) -> None:
    if listener in listening:
        try:
            await listener.send(message)
        except trio.BrokenResourceError:
            listening.discard(listener)
