"""What the signed endpoints of the venue have in common: who asks for what, and how often that may be asked."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import attrs

from exchange.instruments import Instrument
from exchange.reports import Accepted, Gone, Rejected, Unknown
from exchange.venue.accounts.account import VenueAccount
from exchange.venue.market.rest import MarketRest
from exchange.venue.wire.dcp import DisconnectCancel
from exchange.venue.wire.member import Member
from exchange.venue.wire.params import Params, bad_parameter
from exchange.venue.wire.refusal import VenueRefusal
from exchange.venue.wire.replies import Reply, page

WEEK_MS = 7 * 86_400_000
_ROW = TypeVar("_ROW")


# What the exchange trades besides, and this venue does not: there is nothing to list of it.
_OTHER_CATEGORIES = frozenset({"spot", "inverse", "option"})


@attrs.frozen(kw_only=True)
class Visit:
    """One request of a member. `at_once` says whether orders work at once, or at the next step of the market; `granted`
    how many of the `units` that it costs its budget allows."""

    member: Member
    params: Params
    at_once: bool
    server_ms: int
    market: MarketRest
    dcp: DisconnectCancel
    granted: int = 1

    @property
    def account(self) -> VenueAccount:
        """The account that it is about."""
        return self.member.account

    @property
    def instrument(self) -> Instrument:
        """The instrument that `category` and `symbol` name."""
        self.check_linear()
        return self.instrument_of(self.params.required("symbol"))

    def check_linear(self) -> None:
        """Raises VenueRefusal for every category but linear."""
        category = self.params.required("category")
        if category != "linear":
            raise bad_parameter(f"category {category[:20]!r}: this venue trades linear only")

    def instrument_of(self, symbol: str) -> Instrument:
        """The instrument of that name; raises VenueRefusal if there is none."""
        instrument = self.account.instruments.get(symbol)
        if instrument is None:
            raise bad_parameter(f"symbol invalid {symbol[:40]}")
        return instrument


@attrs.frozen(kw_only=True)
class Endpoint:
    """A signed endpoint: how to carry it out, how often a second it may be asked, how many units a request costs."""

    handle: Callable[[Visit], Reply]
    per_second: int
    units: Callable[[Params], int] = lambda _params: 1


def listing(handle: Callable[[Visit], Reply]) -> Callable[[Visit], Reply]:
    """A list of linear rows, which is empty for the other categories that there are."""

    def answer(visit: Visit) -> Reply:
        category = visit.params.text("category")
        return page([], category=category) if category in _OTHER_CATEGORIES else handle(visit)

    return answer


def order_reply(answer: Accepted | Rejected | Gone | Unknown, *, named: bool = True) -> Reply:
    """The reply to a request that changes something; `named` tells the ids of the order in it."""
    match answer:
        case Accepted():
            ids = {"orderId": answer.order_id, "orderLinkId": answer.link_id}
            return Reply(result=ids if named else {})
        case Rejected() | Gone():
            return Reply(code=answer.code, message=answer.message)
        case Unknown():
            return Reply(code=10016, message=answer.cause)


def page_of(
    params: Params, rows: Sequence[_ROW], write: Callable[[_ROW], dict[str, Any]], *, usual: int, most: int
) -> Reply:
    """A page of `rows` (oldest first), newest first; its cursor is the number of older ones."""
    limit = params.whole("limit", usual)
    if not 1 <= limit <= most:
        raise bad_parameter(f"limit must be 1 to {most}")
    end = params.whole("cursor", len(rows))
    if end < 0:
        raise bad_parameter("cursor is invalid")
    end = min(end, len(rows))
    start = max(end - limit, 0)
    return page([write(row) for row in reversed(rows[start:end])], str(start) if start else "")


def time_window(params: Params, now_ms: int, span_ms: int = WEEK_MS) -> tuple[int, int]:
    """`startTime` and `endTime`, inclusive; one of them implies the other, none the last `span_ms`. Raises VenueRefusal
    for more than a week."""
    start_ms, end_ms = params.whole("startTime", -1), params.whole("endTime", -1)
    if start_ms < 0 and end_ms < 0:
        return now_ms - span_ms, now_ms
    if start_ms < 0:
        start_ms = end_ms - span_ms
    elif end_ms < 0:
        end_ms = start_ms + span_ms
    if not 0 <= end_ms - start_ms <= WEEK_MS:
        raise VenueRefusal(10001, "The interval between the startTime and endTime is incorrect")
    return start_ms, end_ms


def belongs(symbol: str, params: Params) -> bool:
    """Whether a symbol is one that `symbol`, `baseCoin` and `settleCoin` let through."""
    wanted, base, settle = params.text("symbol"), params.text("baseCoin"), params.text("settleCoin")
    if wanted:
        return symbol == wanted
    return (not base or symbol == f"{base}USDT") and (not settle or settle == "USDT")


def check_scope(visit: Visit) -> None:
    """Raises VenueRefusal where a list would be about nothing that is named."""
    params = visit.params
    if params.text("symbol"):
        visit.instrument_of(params.text("symbol"))
    elif not params.text("baseCoin") and not params.text("settleCoin"):
        raise bad_parameter("symbol, settleCoin or baseCoin is required")
