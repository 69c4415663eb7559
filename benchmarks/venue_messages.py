"""Messages a second: from a venue to whoever listens, and the steps of the venue itself."""

from collections.abc import Sequence

import attrs
import numpy as np
import trio
from rich.table import Table
from trio_websocket import open_websocket_url

from actors.clock import Stopwatch
from actors.feed import Subscription
from actors.live_feed import run_live_feed
from actors.messages import FeedMessage, MarketMoved, StopFeed
from benchmarks.frame_counting import FrameCounts
from benchmarks.market import SYMBOL
from benchmarks.venue_process import SETTINGS, VenueProcess, local_venue, serving
from benchmarks.venue_scene import REPLAY_MS, TOPIC
from exchange.bybit.control_frames import subscribe_frame
from exchange.bybit.market_events import KlineEvent
from exchange.bybit.public_frames import decode_public
from exchange.bybit.stream import BybitStream
from feeds.bybit.client import open_client
from feeds.bybit.live_events import CaughtUp, FeedEvent
from feeds.bybit.live_feed import LiveFeed
from feeds.bybit.live_settings import LiveSettings
from feeds.bybit.settings import ClientSettings
from play_engine.intervals import MINUTE_MS
from play_engine.market import NO_READINGS

_CANDLES = 3_000
# Frames to each of so many public sockets, and steps with so many accounts.
_FRAMES = {1: 3_000, 10: 1_000}
_STEPS = {1: 3_000, 10: 1_500}
_AS_ACKNOWLEDGED = 0
# Frames that a venue may be ahead of who reads them: fewer than it keeps for a slow reader.
_AHEAD = 1_024
_ACCOUNT = "a0"


def messages() -> Table:
    """One table: messages a second, each beside a bare server's where there is such a thing."""
    frame = trio.run(_one_frame)
    table = Table("what", "a second", "bare", "share of bare", title="Messages a second, over loopback")
    bare = trio.run(_bare_client, frame)
    table.add_row("venue to MarketMoved", *_compared(trio.run(_feed), bare))
    table.add_row("bare server to decoded candles", *_compared(trio.run(_decoded, frame), bare))
    for count, frames in _FRAMES.items():
        bare = trio.run(_bare_sent, frame, count, frames)
        row = _compared(trio.run(_sent, count, frames), bare)
        table.add_row(f"venue to {_many(count, 'bare socket')}", *row)
    for count, steps in _STEPS.items():
        rate = trio.run(_stepped, count, steps)
        table.add_row(f"steps of a minute, {_many(count, 'idle account')}", f"{rate:,.0f}", "", "")
    table.caption = (
        "messages are candle frames; bare: trio-websocket sends the same frame, and receives it in the first two"
    )
    return table


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count > 1 else ''}"


def _compared(ours: float, bare: float) -> list[str]:
    return [f"{ours:,.0f}", f"{bare:,.0f}", f"{ours / bare:.2f}"]


async def _one_frame() -> str | bytes:
    """The frame of a closed candle, as the venue sends it."""
    with serving("venue", 1, 1, _AS_ACKNOWLEDGED) as process:
        async with open_websocket_url(local_venue(process).endpoints.public_ws_url) as public:
            await public.send_message(subscribe_frame([TOPIC]).decode())
            await public.get_message()
            process.acknowledge(_ACCOUNT, REPLAY_MS)
            return await public.get_message()


async def _bare_client(frame: str | bytes) -> float:
    with serving("plain", frame, _CANDLES) as process:
        async with open_websocket_url(f"ws://127.0.0.1:{process.port}/") as socket:
            await socket.send_message(subscribe_frame([TOPIC]).decode())
            await socket.get_message()
            stopwatch = Stopwatch()
            for _ in range(_CANDLES):
                await socket.get_message()
            return _CANDLES / stopwatch.elapsed_s()


async def _decoded(frame: str | bytes) -> float:
    """Candles a second through stream and decoder alone."""
    to_reader, candles = trio.open_memory_channel[object](0)
    rng = np.random.Generator(np.random.PCG64(0))
    with serving("plain", frame, _CANDLES) as process:
        url = f"ws://127.0.0.1:{process.port}/"
        stream = BybitStream(url, SETTINGS, rng, topics=[TOPIC], decode=decode_public, deliver=to_reader.send)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(stream.run)
            stopwatch, first_s, count = Stopwatch(), 0.0, 0
            async for event in candles:
                count += isinstance(event, KlineEvent)
                first_s = first_s or stopwatch.elapsed_s()
                if count == _CANDLES:
                    break
            nursery.cancel_scope.cancel()
        return count / (stopwatch.elapsed_s() - first_s)


@attrs.define(eq=False)
class _Acknowledging:
    """Lets a venue run so far ahead of what has been received that it never waits, and nothing is lost."""

    process: VenueProcess
    names: Sequence[str]
    told: int = 0

    def begin(self) -> None:
        """The venue may begin."""
        self._tell(0)

    def received(self, minutes: int) -> None:
        """So many minutes have come."""
        if minutes >= self.told + _AHEAD // 4:
            self._tell(minutes)

    def _tell(self, minutes: int) -> None:
        self.told = minutes
        for name in self.names:
            self.process.acknowledge(name, REPLAY_MS + (minutes + _AHEAD) * MINUTE_MS)


async def _feed() -> float:
    """Candles a second from the venue through stream, decoder, assembler and actor to one listener."""
    with serving("venue", 1, _CANDLES, _AS_ACKNOWLEDGED) as process:
        venue, acknowledging = local_venue(process), _Acknowledging(process, [_ACCOUNT])

        def note(event: FeedEvent) -> None:
            if isinstance(event, CaughtUp):
                acknowledging.begin()

        listener, mailbox = trio.open_memory_channel[FeedMessage](4)
        _, commands = trio.open_memory_channel[StopFeed](1)
        subscription = Subscription(
            symbol=SYMBOL,
            start_ms=REPLAY_MS,
            end_ms=REPLAY_MS + _CANDLES * MINUTE_MS,
            listeners=(listener,),
            marked=False,
            readings={},
            synthetic=NO_READINGS.ts,
        )
        rng = np.random.Generator(np.random.PCG64(0))
        asked = ClientSettings(base_url=venue.endpoints.rest_url)
        async with open_client(asked.base_url, asked, rng, 1) as client, trio.open_nursery() as nursery:
            settings = LiveSettings(closed_margin_ms=0)
            feed = LiveFeed(venue.endpoints.public_ws_url, venue.settings, client, settings, rng, note)
            nursery.start_soon(run_live_feed, feed, [subscription], commands, {})
            return await _listen(mailbox, acknowledging)


async def _listen(mailbox: trio.MemoryReceiveChannel[FeedMessage], acknowledging: _Acknowledging) -> float:
    stopwatch, bars, first_s = Stopwatch(), 0, 0.0
    async for message in mailbox:
        if isinstance(message, MarketMoved):
            bars += len(message.market.bars)
            first_s = first_s or stopwatch.elapsed_s()
            acknowledging.received(bars)
    return bars / (stopwatch.elapsed_s() - first_s)


async def _sent(connections: int, frames: int) -> float:
    """Frames a second of the venue, to all connections together."""
    with serving("venue", 1, frames, _AS_ACKNOWLEDGED) as process:
        acknowledging = _Acknowledging(process, [_ACCOUNT])
        counts = FrameCounts(process.port, "/v5/public/linear", TOPIC, connections)
        stopwatch = Stopwatch()
        began_s: list[float] = []

        def begin() -> None:
            began_s.append(stopwatch.elapsed_s())
            acknowledging.begin()

        await counts.run(frames, begin, acknowledging.received)
        return frames * connections / (stopwatch.elapsed_s() - began_s[0])


async def _bare_sent(frame: str | bytes, connections: int, frames: int) -> float:
    with serving("plain", frame, frames) as process:
        counts = FrameCounts(process.port, "/", TOPIC, connections)
        stopwatch = Stopwatch()
        await counts.run(frames, lambda: None, lambda _: None)
        return frames * connections / stopwatch.elapsed_s()


async def _stepped(count: int, steps: int) -> float:
    """Steps a second while nobody listens and nobody trades."""
    with serving("venue", count, steps, _AS_ACKNOWLEDGED) as process:
        stopwatch = Stopwatch()
        for number in range(count):
            process.acknowledge(f"a{number}", REPLAY_MS + steps * MINUTE_MS)
        await process.finished()
        return steps / stopwatch.elapsed_s()
