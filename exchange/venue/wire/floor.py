"""Floor: what all sockets and requests of a served venue share, and how a request of a member is carried out."""

import itertools
from collections.abc import Callable, Iterator, Mapping

import attrs

from exchange.venue.faults.faults import Faults
from exchange.venue.market.rest import MarketRest
from exchange.venue.venue import Venue
from exchange.venue.wire.dcp import DisconnectCancel
from exchange.venue.wire.endpoint import Endpoint, Visit
from exchange.venue.wire.limits import AccountLimits, AddressLimit, Budget
from exchange.venue.wire.member import Member
from exchange.venue.wire.params import Params
from exchange.venue.wire.public_stream import PublicStream
from exchange.venue.wire.refusal import VenueRefusal
from exchange.venue.wire.replies import Reply
from exchange.venue.wire.rest_account import ACCOUNT_ENDPOINTS
from exchange.venue.wire.rest_batch import BATCH_ENDPOINTS
from exchange.venue.wire.rest_position import POSITION_ENDPOINTS
from exchange.venue.wire.rest_trade import TRADE_ENDPOINTS

ENDPOINTS: Mapping[tuple[str, str], Endpoint] = (
    TRADE_ENDPOINTS | BATCH_ENDPOINTS | POSITION_ENDPOINTS | ACCOUNT_ENDPOINTS
)
THROTTLED = 10006


def _count() -> Iterator[int]:
    return itertools.count(1)


@attrs.frozen(kw_only=True)
class Floor:
    """A venue with its members (by API key), ready to be served. `now_ms` is server time."""

    venue: Venue
    members: Mapping[str, Member]
    market: MarketRest
    public: PublicStream
    faults: Faults
    limits: AccountLimits
    addresses: AddressLimit
    dcp: DisconnectCancel
    now_ms: Callable[[], int]
    _connections: Iterator[int] = attrs.field(factory=_count)
    _requests: Iterator[int] = attrs.field(factory=_count)

    def next_connection(self) -> str:
        """The id of a new connection."""
        return f"venue-{next(self._connections)}"

    def next_trace(self) -> str:
        """The id of a new request."""
        return f"{next(self._requests):032x}"

    def carry_out(self, member: Member, method: str, path: str, params: Params) -> tuple[Reply, Budget]:
        """Carry out a request whose sender is known, and take it from his budget. `path` must be one of ENDPOINTS."""
        endpoint = ENDPOINTS[method, path]
        server_ms = self.now_ms()
        units = endpoint.units(params)
        budget = self.limits.take(member.api_key, path, endpoint.per_second, server_ms, units)
        if not budget.granted:
            return Reply(code=THROTTLED, message="Too many visits!"), budget
        visit = Visit(
            member=member,
            params=params,
            at_once=not self.venue.waiting,
            server_ms=server_ms,
            market=self.market,
            dcp=self.dcp,
            granted=budget.granted,
        )
        try:
            return endpoint.handle(visit), budget
        except VenueRefusal as refusal:
            return refused(refusal), budget


def refused(refusal: VenueRefusal) -> Reply:
    """The reply that says so."""
    return Reply(code=refusal.code, message=refusal.message)
