"""The live feed actor: the market from a venue to everyone who subscribed, history in chunks, then bar by bar."""

from collections.abc import Mapping, Sequence

import trio

from actors.feed import Listener, Subscription
from actors.messages import FeedMessage, MarketEnded, MarketMoved, StopFeed
from exchange.bybit.errors import VenueError
from feeds.bybit.live_feed import LiveFeed
from feeds.bybit.live_history import Wanted
from feeds.provider import DataProvider
from play_engine.bars import BarSeries
from play_engine.errors import DataError, InternalError


async def run_live_feed(
    feed: LiveFeed,
    subscriptions: Sequence[Subscription],
    commands: trio.MemoryReceiveChannel[StopFeed],
    history: Mapping[str, DataProvider],
) -> None:
    """Deliver to the subscribers what they want, as soon as it is there; `history` has what is stored, by symbol.

    A symbol whose listeners are busy waits for them, others go on. A listener that has closed its channel is forgotten.
    Ends when all is delivered, when nobody listens, or after a StopFeed, which lets every delivery under way reach all
    of its listeners; they are told why. There are no mark prices: a subscription that wants them is an InternalError.

    Raises Refused for a symbol that the venue does not answer for, and DataError for stored data that do not serve.
    Cancellation closes the channels without a word.
    """
    delivery = _Delivery(subscriptions)
    failure: VenueError | DataError | None = None
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(delivery.obey, commands, nursery.cancel_scope)
            nursery.start_soon(delivery.leave_when_alone, nursery.cancel_scope)
            try:
                await feed.run(_wanted(subscriptions, history), delivery.deliver)
            except (VenueError, DataError) as error:
                failure = error
            nursery.cancel_scope.cancel()
        if failure is not None:
            raise failure
        await delivery.end()
    finally:
        delivery.close()


class _Delivery:
    """Slices of what comes, to those who listen."""

    def __init__(self, subscriptions: Sequence[Subscription]) -> None:
        if any(one.marked for one in subscriptions):
            raise InternalError("a subscription asks for mark prices; a live feed has none")
        self._subscriptions: dict[str, list[Subscription]] = {}
        for subscription in subscriptions:
            self._subscriptions.setdefault(subscription.symbol, []).append(subscription)
        self._listening = {listener for one in subscriptions for listener in one.listeners}
        self._alone = trio.Event()
        self._idle = trio.Event()
        self._under_way = 0
        self._reason = "completed"
        self._stopping = False

    async def deliver(self, bars: BarSeries) -> None:
        """Send the next bars of a symbol to those who want them."""
        if self._stopping:
            await trio.sleep_forever()
        self._under_way += 1
        try:
            for subscription in self._subscriptions[bars.symbol]:
                market = subscription.next((bars, None))
                if market is not None:
                    await self._send(subscription, MarketMoved(market=market))
        finally:
            self._under_way -= 1
            self._idle.set()

    async def obey(self, commands: trio.MemoryReceiveChannel[StopFeed], scope: trio.CancelScope) -> None:
        """On a command, let what is under way arrive, and cancel."""
        async for command in commands:
            self._stopping, self._reason = True, command.reason
            while self._under_way:
                self._idle = trio.Event()
                await self._idle.wait()
            scope.cancel()
            return

    async def leave_when_alone(self, scope: trio.CancelScope) -> None:
        """Cancel when nobody listens any more."""
        await self._alone.wait()
        scope.cancel()

    async def end(self) -> None:
        """Tell everyone that no more will come, and why."""
        for symbol, subscriptions in self._subscriptions.items():
            for subscription in subscriptions:
                await self._send(subscription, MarketEnded(symbol=symbol, reason=self._reason))

    def close(self) -> None:
        """Close the channels to all listeners."""
        for subscriptions in self._subscriptions.values():
            for subscription in subscriptions:
                for listener in subscription.listeners:
                    listener.close()

    async def _send(self, subscription: Subscription, message: FeedMessage) -> None:
        for listener in subscription.listeners:
            if listener in self._listening:
                await self._send_to(listener, message)

    async def _send_to(self, listener: Listener, message: FeedMessage) -> None:
        try:
            await listener.send(message)
        except trio.BrokenResourceError:
            self._listening.discard(listener)
            if not self._listening:
                self._alone.set()


def _wanted(subscriptions: Sequence[Subscription], history: Mapping[str, DataProvider]) -> list[Wanted]:
    """One stretch for each symbol, from the first that anybody wants to the last."""
    return [
        Wanted(
            symbol=symbol,
            start_ms=min(one.start_ms for one in subscriptions if one.symbol == symbol),
            end_ms=max(one.end_ms for one in subscriptions if one.symbol == symbol),
            history=history.get(symbol),
        )
        for symbol in dict.fromkeys(one.symbol for one in subscriptions)
    ]
