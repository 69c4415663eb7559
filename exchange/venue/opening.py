"""Opening: from a market and a list of accounts to a venue that can be served."""

from collections.abc import Callable, Mapping, Sequence

import attrs
import trio
from starlette.types import ASGIApp

from exchange.instruments import Instrument
from exchange.reports import ExecutionReport, Report
from exchange.settings import ACCOUNT_SETTINGS
from exchange.simulated.setup import Listing
from exchange.venue.accounts.account import VenueAccount
from exchange.venue.accounts.setup import listing_of
from exchange.venue.faults.faults import Faults, NoFaults
from exchange.venue.market.market import VenueMarket
from exchange.venue.market.rest import MarketRest
from exchange.venue.venue import Venue
from exchange.venue.wire.app import venue_app
from exchange.venue.wire.dcp import DisconnectCancel
from exchange.venue.wire.floor import Floor
from exchange.venue.wire.limits import ADDRESS_REQUESTS, AccountLimits, AddressLimit
from exchange.venue.wire.member import Member
from exchange.venue.wire.private_stream import PrivateStream
from exchange.venue.wire.public_stream import PublicStream

_FIRST_UID = 100_001
_LIQUIDATION = "BustTrade"


@attrs.frozen(kw_only=True)
class AccountSpec:
    """An account to be opened: its key, and what it begins with.

    `listings` are instruments with all settings of their simulation; every other one of the market is traded in
    `margin_mode`, with `leverage`, and market orders lose `slippage_bps`. The rest is as in Member.
    """

    api_key: str
    secret: str = attrs.field(repr=False)
    usdt: float = 10_000.0
    demo: bool = False
    margin_mode: str = "isolated"
    leverage: float = 10.0
    slippage_bps: float = 0.0
    listings: tuple[Listing, ...] = ()
    lists_funding: bool = True


@attrs.frozen(kw_only=True)
class ServedVenue:
    """A venue with its application. `accounts` are by API key."""

    venue: Venue
    accounts: Mapping[str, VenueAccount]
    app: ASGIApp
    dcp: DisconnectCancel

    async def run(self) -> None:
        """Play the market to its end and look after disconnects, until cancelled."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.dcp.run)
            nursery.start_soon(self.venue.run)


def open_venue(
    market: VenueMarket,
    accounts: Sequence[AccountSpec],
    *,
    speed: float | None,
    now_ms: Callable[[], int],
    faults: Faults | None = None,
    limit_factor: float = 1.0,
    address_requests: int = ADDRESS_REQUESTS,
) -> ServedVenue:
    """Put a venue together.

    `speed` is as in Venue; `now_ms` asks server time. `limit_factor` multiplies the limits of accounts, 0 lifts them;
    `address_requests` is how many requests an address may make in five seconds, 0 any number. Raises ValueError for an
    API key that comes twice.
    """
    faults = faults or NoFaults()
    opened = {spec.api_key: _account(_FIRST_UID + place, spec, market) for place, spec in enumerate(accounts)}
    if len(opened) < len(accounts):
        raise ValueError("accounts: an API key comes twice; every account needs its own")
    venue = Venue(market, opened.values(), speed=speed, now_ms=now_ms)
    for account in opened.values():
        account.listen(_teller(venue))
    floor = Floor(
        venue=venue,
        members={spec.api_key: _member(spec, opened[spec.api_key]) for spec in accounts},
        market=MarketRest(market, now_ms, faults.announced),
        public=PublicStream(venue),
        faults=faults,
        limits=AccountLimits(limit_factor),
        addresses=AddressLimit(address_requests),
        dcp=DisconnectCancel(),
        now_ms=now_ms,
    )
    return ServedVenue(venue=venue, accounts=opened, app=venue_app(floor), dcp=floor.dcp)


def _account(uid: int, spec: AccountSpec, market: VenueMarket) -> VenueAccount:
    stated = {listing.instrument.symbol: listing for listing in spec.listings}
    listings = [stated.get(symbol) or _usual(spec, market.tape(symbol).instrument) for symbol in market.symbols]
    last = {symbol: market.last(symbol) for symbol in market.symbols}
    return VenueAccount(uid, listings, market.now_ms, deposit_usdt=spec.usdt, last=last)


def _usual(spec: AccountSpec, instrument: Instrument) -> Listing:
    """An instrument that the spec does not list: what belongs to the account is as in those that it does list."""
    usual = listing_of(instrument, margin_mode=spec.margin_mode, leverage=spec.leverage, slippage_bps=spec.slippage_bps)
    if not spec.listings:
        return usual
    shared = {name: getattr(spec.listings[0].settings, name) for name in ACCOUNT_SETTINGS}
    return attrs.evolve(usual, settings=attrs.evolve(usual.settings, **shared))


def _member(spec: AccountSpec, account: VenueAccount) -> Member:
    return Member(
        api_key=spec.api_key,
        secret=spec.secret,
        account=account,
        stream=PrivateStream(account),
        demo=spec.demo,
        lists_funding=spec.lists_funding,
    )


def _teller(venue: Venue) -> Callable[[Report], None]:
    """Tells the public of positions that are taken over; `side` there is that of the position."""

    def tell(report: Report) -> None:
        if isinstance(report, ExecutionReport) and report.exec_type == _LIQUIDATION:
            venue.topics.liquidated(report.symbol, -report.side, report.qty, report.price)

    return tell
