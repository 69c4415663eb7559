from functools import partial

import numpy as np
import trio
import trio.testing

from actors.clock import VirtualClock
from actors.feed import CHUNK_BARS, Subscription, run_feed
from actors.messages import Bars, BarsEnded, StopFeed
from feeds.provider import MemoryProvider
from tests.actors.bars import MINUTE, minutes


class Listener:
    """Someone who takes what a feed sends, and remembers it."""

    def __init__(self, clock: VirtualClock, patience: int = 1_000_000) -> None:
        self.send, self._receive = trio.open_memory_channel[Bars | BarsEnded](1)
        self._clock = clock
        self._patience = patience
        self.ts: list[int] = []
        self.ended = ""
        self.clock_was_ahead = False

    async def listen(self) -> None:
        async with self._receive:
            async for message in self._receive:
                if isinstance(message, BarsEnded):
                    self.ended = message.reason
                    continue
                self.ts += message.series.ts.tolist()
                self.clock_was_ahead |= self._clock.now_ms() > message.series.end_ms + CHUNK_BARS * MINUTE
                if len(self.ts) >= self._patience:
                    return


async def deliver(
    provider: MemoryProvider, subscriptions: list[Subscription], listeners: list[Listener], clock: VirtualClock
) -> None:
    """Run a feed until it ends."""
    _, commands = trio.open_memory_channel[StopFeed](1)
    async with trio.open_nursery() as nursery:
        for listener in listeners:
            nursery.start_soon(listener.listen)
        await run_feed("memory", provider, subscriptions, commands, clock)


def test_everyone_gets_the_bars_of_his_range_once_and_in_order() -> None:
    count = CHUNK_BARS * 2 + 500
    clock = VirtualClock()
    clock.add_hand("memory", 0)
    early, late = Listener(clock), Listener(clock)
    provider = MemoryProvider([minutes("AUSDT", count)])
    subscriptions = [
        Subscription(symbol="AUSDT", start_ms=0, end_ms=MINUTE * 100, listeners=(early.send,)),
        Subscription(symbol="AUSDT", start_ms=MINUTE * 50, end_ms=MINUTE * count, listeners=(late.send,)),
    ]
    trio.run(partial(deliver, provider, subscriptions, [early, late], clock), clock=clock)
    assert early.ts == list(range(0, MINUTE * 100, MINUTE))
    assert late.ts == list(range(MINUTE * 50, MINUTE * count, MINUTE))
    assert early.ended == late.ended == "completed"


def test_symbols_advance_together_and_the_clock_never_runs_ahead_of_a_delivery() -> None:
    clock = VirtualClock()
    clock.add_hand("memory", 0)
    one, other = Listener(clock), Listener(clock)
    provider = MemoryProvider([minutes("AUSDT", CHUNK_BARS * 3), minutes("BUSDT", CHUNK_BARS)])
    end_ms = MINUTE * CHUNK_BARS * 3
    subscriptions = [
        Subscription(symbol="AUSDT", start_ms=0, end_ms=end_ms, listeners=(one.send,)),
        Subscription(symbol="BUSDT", start_ms=0, end_ms=end_ms, listeners=(other.send,)),
    ]
    trio.run(partial(deliver, provider, subscriptions, [one, other], clock), clock=clock)
    assert len(one.ts) == CHUNK_BARS * 3
    assert len(other.ts) == CHUNK_BARS
    assert not one.clock_was_ahead
    assert not other.clock_was_ahead
    assert clock.now_ms() == MINUTE * CHUNK_BARS * 2


def test_a_listener_that_leaves_is_forgotten() -> None:
    clock = VirtualClock()
    clock.add_hand("memory", 0)
    leaves, stays = Listener(clock, patience=1), Listener(clock)
    count = CHUNK_BARS * 4
    both = (leaves.send, stays.send)
    subscription = Subscription(symbol="AUSDT", start_ms=0, end_ms=MINUTE * count, listeners=both)
    provider = MemoryProvider([minutes("AUSDT", count)])
    trio.run(partial(deliver, provider, [subscription], [leaves, stays], clock), clock=clock)
    assert len(leaves.ts) == CHUNK_BARS
    assert len(stays.ts) == count


def test_a_stop_ends_the_delivery_with_its_reason() -> None:
    clock = VirtualClock()
    clock.add_hand("memory", 0)
    listener = Listener(clock)
    provider = MemoryProvider([minutes("AUSDT", CHUNK_BARS * 4)])

    async def main() -> None:
        stop, commands = trio.open_memory_channel[StopFeed](1)
        subscription = Subscription(symbol="AUSDT", start_ms=0, end_ms=2**50, listeners=(listener.send,))
        stop.send_nowait(StopFeed(reason="halted"))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(listener.listen)
            await run_feed("memory", provider, [subscription], commands, clock)

    trio.run(main, clock=clock)
    assert listener.ended == "halted"
    assert listener.ts == []


def test_backpressure_bounds_what_is_on_its_way() -> None:
    clock = VirtualClock()
    clock.add_hand("memory", 0)
    send, receive = trio.open_memory_channel[Bars | BarsEnded](2)
    subscription = Subscription(symbol="AUSDT", start_ms=0, end_ms=2**50, listeners=(send,))
    provider = MemoryProvider([minutes("AUSDT", CHUNK_BARS * 8)])

    async def main() -> None:
        _, commands = trio.open_memory_channel[StopFeed](1)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(run_feed, "memory", provider, [subscription], commands, clock)
            with trio.move_on_after(0):
                await trio.sleep_forever()
            await trio.testing.wait_all_tasks_blocked(0.05)
            assert receive.statistics().current_buffer_used == 2
            received = [message.series async for message in receive if isinstance(message, Bars)]
            assert np.concatenate([series.ts for series in received]).size == CHUNK_BARS * 8

    trio.run(main, clock=clock)
