"""A venue in this process: the bars of a data provider, served by the local exchange to accounts that trade on them."""

import hashlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager

import attrs
import numpy as np
import trio

from actors.account import PreparedAccount, TradedSymbol
from actors.clock import wall_time_ms
from actors.venue_plan import VenuePlan
from exchange.bybit.settings import BybitEndpoints, BybitSettings, local_endpoints
from exchange.bybit.signing import Credentials
from exchange.simulated.setup import Listing
from exchange.venue.market.market import VenueMarket
from exchange.venue.market.tape import Tape
from exchange.venue.opening import AccountSpec, open_venue
from exchange.venue.serving import serve
from exchange.venue.venue import Venue
from exchange.venue.wire.limits import ADDRESS_REQUESTS
from feeds.provider import DataProvider
from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.market import NO_READINGS

_CHUNK_BARS = 1_000_000
# At any other speed than the market's own, limits that count by the clock on the wall would mean something else.
_REAL_TIME = 1.0
_UNHURRIED = BybitSettings(entries_per_symbol_per_s=10_000, requests_per_5_s=100_000)


@attrs.frozen(kw_only=True, eq=False)
class LocalVenue:
    """A local venue that is being served."""

    venue: Venue
    endpoints: BybitEndpoints
    settings: BybitSettings

    def credentials(self, account: str) -> Credentials:
        """The key of an account. It opens nothing but this venue."""
        return Credentials(api_key=_key(account), secret=_secret(account))


@asynccontextmanager
async def open_local_venue(
    plan: VenuePlan, accounts: Sequence[PreparedAccount], feeds: Mapping[str, DataProvider]
) -> AsyncGenerator[LocalVenue]:
    """Serve a venue that replays the bars of the accounts' feeds, from the first of their windows on.

    Its clock stands until every one of them has acknowledged where it stands. It is closed at the end.
    """
    market = await trio.to_thread.run_sync(_market_of, accounts, feeds)
    limited = plan.speed == _REAL_TIME
    served = open_venue(
        market,
        [_spec(account) for account in accounts],
        speed=plan.speed,
        now_ms=wall_time_ms,
        limit_factor=1.0 if limited else 0.0,
        address_requests=ADDRESS_REQUESTS if limited else 0,
    )
    for account in accounts:
        served.venue.join(account.name)
    async with trio.open_nursery() as nursery:
        port: int = await nursery.start(serve, served.app, 0)
        nursery.start_soon(served.run)
        settings = BybitSettings() if limited else _UNHURRIED
        yield LocalVenue(venue=served.venue, endpoints=local_endpoints(port), settings=settings)
        nursery.cancel_scope.cancel()


def listings_of(account: PreparedAccount) -> tuple[Listing, ...]:
    """The instruments of an account with the settings that an exchange applies to them."""
    return tuple(Listing(instrument=traded.instrument, settings=traded.settings) for traded in account.symbols)


def _spec(account: PreparedAccount) -> AccountSpec:
    capital = sum(one.settings.capital_usdt for one in account.instances)
    # A venue goes on when it has taken over a position; what follows from that is its client's business.
    listings = tuple(
        attrs.evolve(listing, settings=attrs.evolve(listing.settings, on_liquidation="continue"))
        for listing in listings_of(account)
    )
    return AccountSpec(api_key=_key(account.name), secret=_secret(account.name), usdt=capital, listings=listings)


def _market_of(accounts: Sequence[PreparedAccount], feeds: Mapping[str, DataProvider]) -> VenueMarket:
    traded = {one.symbol: one for account in accounts for one in account.symbols}
    end_ms = max(account.window.end_ms for account in accounts)
    tapes = [_tape(one, feeds[one.feed], end_ms) for one in traded.values()]
    step_ms = accounts[0].interval_ms
    return VenueMarket(tapes, step_ms, start_ms=min(account.window.start_ms for account in accounts))


def _tape(traded: TradedSymbol, provider: DataProvider, end_ms: int) -> Tape:
    """All that there is of a symbol; what lies before the replay is its history."""
    span = traded.symbol, traded.coverage.start_ms, end_ms
    marks = list(provider.mark_bars(*span, _CHUNK_BARS))
    return Tape(
        instrument=traded.instrument,
        bars=_joined(list(provider.bars(*span, _CHUNK_BARS))),
        mark=_joined(marks) if marks else None,
        funding=traded.readings.get("funding", NO_READINGS),
        open_interest=traded.readings.get("open_interest", NO_READINGS),
    )


def _joined(chunks: Sequence[BarSeries]) -> BarSeries:
    columns = {name: np.concatenate([getattr(chunk, name) for chunk in chunks]) for name in ("ts", *BAR_COLUMNS)}
    return attrs.evolve(chunks[0], **columns)


def _key(account: str) -> str:
    return f"local-{account}"


def _secret(account: str) -> str:
    return hashlib.sha256(f"local venue: {account}".encode()).hexdigest()
