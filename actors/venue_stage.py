"""Sessions at venues: a venue's streams as feed, the venue itself as exchange, and the clock on the wall."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import trio

from actors.account import PreparedAccount
from actors.clock import wall_time_ms
from actors.common_time import CommonTime
from actors.feed import Listener, Subscription
from actors.live_feed import run_live_feed
from actors.local_venue import LocalVenue, listings_of
from actors.messages import Report, StopFeed
from actors.stage import FromGateway, Stage, common_time, report_failed, tell_failed
from actors.supervision import Child
from actors.venue_gateway import VenueAccount, run_venue_gateway
from exchange.bybit.adapter import Route, open_bybit_adapter
from exchange.simulated.setup import Seat
from exchange.trading.account import TradingAccount
from feeds.bybit.client import open_client
from feeds.bybit.live_feed import LiveFeed
from feeds.bybit.live_settings import LiveSettings
from feeds.bybit.settings import ClientSettings
from feeds.provider import DataProvider

# Connections of a feed to the REST of its venue.
_FEED_CONNECTIONS = 4


class VenueStage(Stage):
    """Accounts that trade at venues, `venues` by the name of the account. `orders_over` is `rest` or `socket`."""

    def __init__(
        self,
        accounts: Sequence[PreparedAccount],
        feeds: Mapping[str, DataProvider],
        runs_dir: Path | None,
        venues: Mapping[str, LocalVenue],
        *,
        orders_over: Route = "rest",
        seed: int = 0,
    ) -> None:
        self._venues = venues
        self._orders_over: Route = orders_over
        self._seed = seed
        self._interval_ms = accounts[0].interval_ms
        self._subscriptions: dict[str, list[Subscription]] = {name: [] for name in feeds}
        super().__init__(accounts, feeds, runs_dir, mode="demo")
        venue_of_feed = {traded.feed: venues[account.name] for account in accounts for traded in account.symbols}
        for name, venue in venue_of_feed.items():
            self._add_feed(name, venue)

    def _gateway(self, account: PreparedAccount, mailbox: FromGateway) -> Child:
        trading = TradingAccount(listings_of(account), _seats(account), account.window.start_ms, _capital(account))
        failed = partial(report_failed, account.name, trading, self._to_persistence.clone())
        led = self._led(account, trading)
        run = partial(
            _run_gateway, self._venues[account.name], led, common_time(account), mailbox, self._to_persistence.clone()
        )
        return Child(name=f"gateway {account.name}", run=run, on_failure=failed)

    def _led(self, account: PreparedAccount, trading: TradingAccount) -> VenueAccount:
        venue = self._venues[account.name]
        open_adapter = partial(
            open_bybit_adapter,
            venue.endpoints,
            venue.credentials(account.name),
            venue.settings,
            symbols=[traded.symbol for traded in account.symbols],
            now_ms=wall_time_ms,
            rng=np.random.Generator(np.random.PCG64(self._seed)),
            orders_over=self._orders_over,
        )
        return VenueAccount(
            name=account.name,
            window=account.window,
            open_adapter=open_adapter,
            trading=trading,
            leverage={traded.symbol: traded.settings.leverage for traded in account.symbols},
            follow=partial(venue.venue.acknowledge, account.name),
        )

    def _subscribe(self, account: PreparedAccount, symbol: str, start_ms: int, listeners: Sequence[Listener]) -> None:
        traded = next(one for one in account.symbols if one.symbol == symbol)
        self._subscriptions[traded.feed].append(
            Subscription(
                symbol=symbol,
                start_ms=start_ms,
                end_ms=account.window.end_ms,
                listeners=tuple(listeners),
                marked=False,
                readings=traded.readings,
                synthetic=traded.synthetic,
            )
        )

    def _add_feed(self, name: str, venue: LocalVenue) -> None:
        to_feed, commands = trio.open_memory_channel[StopFeed](1)
        self._feed_commands.append(to_feed)
        rng = np.random.Generator(np.random.PCG64(self._seed))
        run = partial(_run_feed, venue, self._subscriptions[name], commands, self._interval_ms, rng)
        failed = partial(tell_failed, self._gateways[name])
        self.children.append(Child(name=f"feed {name}", run=run, on_failure=failed))


def _seats(account: PreparedAccount) -> list[Seat]:
    return [
        Seat(instance=one.id, play=one.play, symbol=one.play.symbol, settings=one.settings) for one in account.instances
    ]


def _capital(account: PreparedAccount) -> float:
    return sum(one.settings.capital_usdt for one in account.instances)


async def _run_gateway(
    venue: LocalVenue,
    account: VenueAccount,
    time: CommonTime,
    mailbox: FromGateway,
    persistence: trio.MemorySendChannel[Report],
) -> None:
    """The gateway of an account; the venue does not wait for it any more when it has ended."""
    try:
        await run_venue_gateway(account, time, mailbox, persistence)
    finally:
        venue.venue.leave(account.name)


async def _run_feed(
    venue: LocalVenue,
    subscriptions: Sequence[Subscription],
    commands: trio.MemoryReceiveChannel[StopFeed],
    interval_ms: int,
    rng: np.random.Generator,
) -> None:
    """The live feed on the streams of a venue, with its REST for what they do not bring."""
    asked = ClientSettings(base_url=venue.endpoints.rest_url)
    # A replay has no bars that are still being corrected: a candle is closed when its time is over.
    settings = LiveSettings(closed_margin_ms=0)
    async with open_client(asked.base_url, asked, rng, _FEED_CONNECTIONS) as client:
        feed = LiveFeed(venue.endpoints.public_ws_url, venue.settings, client, settings, rng, interval_ms=interval_ms)
        await run_live_feed(feed, subscriptions, commands, {})
