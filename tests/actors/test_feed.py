from functools import partial

import numpy as np
import pytest
import trio
import trio.testing

from actors.clock import VirtualClock
from actors.feed import CHUNK_BARS, Subscription, run_feed
from actors.messages import MarketEnded, MarketMoved, StopFeed
from feeds.provider import MemoryProvider
from play_engine.market import MarketSlice, Readings
from tests.actors.bars import MINUTE, minutes


class Listener:
    """Someone who takes what a feed sends, and remembers it."""

    def __init__(self, clock: VirtualClock, patience: int = 1_000_000) -> None:
        self.send, self._receive = trio.open_memory_channel[MarketMoved | MarketEnded](1)
        self._clock = clock
        self._patience = patience
        self.ts: list[int] = []
        self.ended = ""
        self.slices: list[MarketSlice] = []
        self.clock_was_ahead = False

    async def listen(self) -> None:
        async with self._receive:
            async for message in self._receive:
                if isinstance(message, MarketEnded):
                    self.ended = message.reason
                    continue
                self.slices.append(message.market)
                self.ts += message.market.bars.ts.tolist()
                self.clock_was_ahead |= self._clock.now_ms() > message.market.end_ms + CHUNK_BARS * MINUTE
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
    send, receive = trio.open_memory_channel[MarketMoved | MarketEnded](2)
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
            received = [message.market.bars async for message in receive if isinstance(message, MarketMoved)]
            assert np.concatenate([series.ts for series in received]).size == CHUNK_BARS * 8

    trio.run(main, clock=clock)


def test_what_was_published_comes_with_the_bars_up_to_whose_close_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actors.feed.CHUNK_BARS", 10)
    clock = VirtualClock()
    clock.add_hand("memory", 0)
    early, late = Listener(clock), Listener(clock)
    rates = Readings(ts=MINUTE * np.array([-5, 0, 10, 11, 25, 30, 31]), values=np.arange(7.0))
    bars = minutes("AUSDT", 30)
    wanted = {"readings": {"funding": rates}, "synthetic": bars.ts[12:14]}
    subscriptions = [
        Subscription(symbol="AUSDT", start_ms=0, end_ms=2**50, listeners=(early.send,), marked=True, **wanted),
        Subscription(symbol="AUSDT", start_ms=MINUTE * 15, end_ms=2**50, listeners=(late.send,)),
    ]
    provider = MemoryProvider([bars], mark=[minutes("AUSDT", 40, price=90.0)])
    trio.run(partial(deliver, provider, subscriptions, [early, late], clock), clock=clock)
    assert [one.funding.values.tolist() for one in early.slices] == [[0.0, 1.0, 2.0], [3.0], [4.0, 5.0]]
    assert [one.mark.close[0] for one in early.slices if one.mark is not None] == [90.0, 100.0, 110.0]
    assert [one.synthetic.sum() for one in early.slices if one.synthetic is not None] == [0, 2, 0]
    assert [(one.mark, one.synthetic, len(one.funding), len(one)) for one in late.slices] == [
        (None, None, 0, 10),
        (None, None, 0, 5),
    ]


def test_no_feed_runs_ahead_of_another() -> None:
    clock = VirtualClock()
    delivered: list[str] = []

    class Noting(Listener):
        """Notes whose bars come when."""

        async def listen(self) -> None:
            async with self._receive:
                moved = [message async for message in self._receive if isinstance(message, MarketMoved)]
                delivered.extend(message.market.symbol for message in moved)

    async def main() -> None:
        listener = Noting(clock)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(listener.listen)
            for symbol in ("AUSDT", "BUSDT"):
                clock.add_hand(symbol, 0)
                _, commands = trio.open_memory_channel[StopFeed](1)
                subscription = Subscription(symbol=symbol, start_ms=0, end_ms=2**50, listeners=(listener.send.clone(),))
                provider = MemoryProvider([minutes(symbol, CHUNK_BARS * 20)])
                nursery.start_soon(run_feed, symbol, provider, [subscription], commands, clock)
            listener.send.close()

    trio.run(main, clock=clock)
    assert len(delivered) == 40
    leads = np.cumsum([1 if symbol == "AUSDT" else -1 for symbol in delivered])
    assert np.abs(leads).max() <= 2
