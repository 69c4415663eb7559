from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pytest
import trio

from actors.clock import wall_time_ms
from actors.feed import Subscription
from actors.live_feed import run_live_feed
from actors.messages import FeedMessage, MarketEnded, StopFeed
from exchange.bybit.settings import BybitEndpoints, BybitSettings, local_endpoints
from exchange.instruments import known_instrument
from exchange.venue.faults.injection import InjectedFaults
from exchange.venue.faults.rules import FaultPlan
from exchange.venue.market.market import VenueMarket
from exchange.venue.market.tape import Tape
from exchange.venue.opening import open_venue
from exchange.venue.serving import serve
from feeds.bybit.client import open_client
from feeds.bybit.live_events import CaughtUp, FeedEvent, FeedFresh, FeedStale
from feeds.bybit.live_feed import LiveFeed
from feeds.bybit.live_history import Deliver, Wanted
from feeds.bybit.live_settings import LiveSettings
from feeds.bybit.settings import ClientSettings
from play_engine.bars import BarSeries
from play_engine.errors import DataError, InternalError
from play_engine.market import Readings
from play_engine.play.model import Account
from tests.actors.bars import MINUTE, minutes

BARS = minutes("BTCUSDT", 60, start_ms=1_700_000_040_000 - 1_700_000_040_000 % MINUTE)


class Script:
    """In place of a feed: delivers what it is given, then waits for ever or ends."""

    def __init__(self, pieces: Sequence[BarSeries], *, ends: bool = True) -> None:
        self.pieces, self.ends = pieces, ends
        self.wanted: Sequence[Wanted] = ()

    async def run(self, wanted: Sequence[Wanted], deliver: Deliver) -> None:
        self.wanted = wanted
        for bars in self.pieces:
            await deliver(bars)
        if not self.ends:
            await trio.sleep_forever()


class Listener:
    """Someone who takes what a feed sends, and leaves after `patience` messages."""

    def __init__(self, patience: int = 1_000, room: int = 1) -> None:
        self.send, self._receive = trio.open_memory_channel[FeedMessage](room)
        self._patience = patience
        self.lengths: list[int] = []
        self.ts: list[int] = []
        self.rates: list[float] = []
        self.ended = ""

    async def listen(self, on_bars: Callable[[int], None] = lambda _: None) -> None:
        async with self._receive:
            async for message in self._receive:
                if isinstance(message, MarketEnded):
                    self.ended = message.reason
                    continue
                self.lengths.append(len(message.market))
                self.ts += message.market.bars.ts.tolist()
                self.rates += message.market.funding.values.tolist()
                on_bars(message.market.end_ms)
                if len(self.lengths) >= self._patience:
                    return


def subscription(listener: Listener, first: int = 0, last: int = 60, **others: object) -> Subscription:
    start_ms = int(BARS.ts[0])
    span = {"start_ms": start_ms + first * MINUTE, "end_ms": start_ms + last * MINUTE}
    return Subscription(symbol="BTCUSDT", listeners=(listener.send,), **span, **others)


async def deliver(script: Script, subscriptions: list[Subscription], listeners: list[Listener]) -> None:
    _, commands = trio.open_memory_channel[StopFeed](1)
    with trio.fail_after(2):
        async with trio.open_nursery() as nursery:
            for listener in listeners:
                nursery.start_soon(listener.listen)
            await run_live_feed(script, subscriptions, commands, {})  # type: ignore[arg-type]


async def test_everyone_gets_the_bars_of_his_range_with_what_was_published_up_to_them() -> None:
    pieces = [BARS.rows(0, 30), *(BARS.rows(row, row + 1) for row in range(30, 60))]
    early, late = Listener(), Listener()
    rates = Readings(ts=BARS.ts[[0, 40]], values=np.array([0.1, 0.2]))
    script = Script(pieces)
    wanted = [subscription(early, 0, 50, readings={"funding": rates}), subscription(late, 10)]
    await deliver(script, wanted, [early, late])
    assert script.wanted == [Wanted(symbol="BTCUSDT", start_ms=int(BARS.ts[0]), end_ms=BARS.end_ms)]
    assert early.ts == BARS.ts[:50].tolist()
    assert late.ts == BARS.ts[10:].tolist()
    assert early.lengths == [30] + [1] * 20
    assert early.rates == [0.1, 0.2]
    assert early.ended == late.ended == "completed"


async def test_a_listener_that_leaves_is_forgotten_and_nobody_is_nobody() -> None:
    pieces = [BARS.rows(row, row + 1) for row in range(60)]
    leaves, stays = Listener(patience=1), Listener(patience=5)
    await deliver(Script(pieces, ends=False), [subscription(leaves), subscription(stays)], [leaves, stays])
    assert (len(leaves.ts), len(stays.ts)) == (1, 5)


async def test_a_stop_lets_what_is_under_way_arrive_everywhere(autojump_clock: object) -> None:
    one, other = Listener(room=0), Listener(room=0)
    pieces = [BARS.rows(row, row + 1) for row in range(60)]

    async def late(listener: Listener) -> None:
        await trio.sleep(5)
        await listener.listen()

    stop, commands = trio.open_memory_channel[StopFeed](1)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(one.listen)
        nursery.start_soon(late, other)
        run = partial(run_live_feed, Script(pieces), [subscription(one), subscription(other)], commands, {})
        nursery.start_soon(run)
        await trio.sleep(1)
        stop.send_nowait(StopFeed(reason="halted"))
    assert one.ts == other.ts == [int(BARS.ts[0])]
    assert one.ended == other.ended == "halted"


async def test_a_failure_comes_out_plain_and_closes_the_channels() -> None:
    class Damaged(Script):
        """A feed whose store is damaged."""

        async def run(self, wanted: Sequence[Wanted], deliver: Deliver) -> None:
            await super().run(wanted, deliver)
            raise DataError("the store is damaged")

    listener = Listener()
    _, commands = trio.open_memory_channel[StopFeed](1)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(listener.listen)
        with pytest.raises(DataError, match="damaged"):
            await run_live_feed(Damaged([BARS]), [subscription(listener)], commands, {})  # type: ignore[arg-type]
    assert (len(listener.ts), listener.ended) == (60, "")


async def test_mark_prices_are_not_promised() -> None:
    _, commands = trio.open_memory_channel[StopFeed](1)
    with pytest.raises(InternalError, match="mark prices"):
        await run_live_feed(Script([]), [subscription(Listener(), marked=True)], commands, {})  # type: ignore[arg-type]


async def over_a_venue(listener: Listener, cut_at_ms: int = 0) -> list[FeedEvent]:
    """What happens beside the bars on a live feed from a served venue, to a listener that the venue's clock waits for.

    All public sockets are cut when the listener has seen a bar that closes at `cut_at_ms`.
    """
    faults = InjectedFaults(FaultPlan(), wall_time_ms)
    instrument = known_instrument("BTCUSDT", Account())
    assert instrument is not None
    market = VenueMarket([Tape(instrument=instrument, bars=BARS)], MINUTE, start_ms=int(BARS.ts[20]))
    served = open_venue(market, [], speed=None, now_ms=wall_time_ms, faults=faults, address_requests=0)
    served.venue.join("listener")
    events: list[FeedEvent] = []

    def follow(until_ms: int) -> None:
        if until_ms == cut_at_ms:
            assert faults.cut() == 1
        served.venue.acknowledge("listener", until_ms)

    async with trio.open_nursery() as nursery:
        port: int = await nursery.start(serve, served.app, 0)
        nursery.start_soon(served.run)
        nursery.start_soon(listener.listen, follow)
        await run_over_sockets(local_endpoints(port), listener, events)
        nursery.cancel_scope.cancel()
    return events


async def run_over_sockets(endpoints: BybitEndpoints, listener: Listener, events: list[FeedEvent]) -> None:
    rng = np.random.default_rng(1)
    asked = ClientSettings(base_url=endpoints.rest_url)
    _, commands = trio.open_memory_channel[StopFeed](1)
    quick = BybitSettings(backoff_first_s=0.01, backoff_most_s=0.01)
    async with open_client(asked.base_url, asked, rng, 2) as client:
        live = LiveSettings(closed_margin_ms=0)
        feed = LiveFeed(endpoints.public_ws_url, quick, client, live, rng, events.append)
        await run_live_feed(feed, [subscription(listener)], commands, {})


async def test_a_served_venue_as_fast_as_it_is_followed() -> None:
    listener = Listener()
    with trio.fail_after(10):
        events = await over_a_venue(listener)
    assert listener.ts == BARS.ts.tolist()
    assert listener.lengths == [20] + [1] * 40
    assert listener.ended == "completed"
    assert events == [FeedFresh(), CaughtUp(symbol="BTCUSDT", until_ms=int(BARS.ts[20]))]


async def test_a_connection_that_is_cut_costs_nothing_but_time() -> None:
    listener = Listener()
    with trio.fail_after(10):
        events = await over_a_venue(listener, int(BARS.ts[40]))
    assert listener.ts == BARS.ts.tolist()
    assert [type(event) for event in events] == [FeedFresh, CaughtUp, FeedStale, FeedFresh]
