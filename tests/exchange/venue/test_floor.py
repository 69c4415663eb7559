"""Whatever a member sends: there is an answer, and the account is none the worse for it."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.venue.accounts.account import VenueAccount
from exchange.venue.accounts.setup import listing_of
from exchange.venue.faults.faults import NoFaults
from exchange.venue.market.rest import MarketRest
from exchange.venue.venue import Venue
from exchange.venue.wire.dcp import DisconnectCancel
from exchange.venue.wire.floor import ENDPOINTS, Floor
from exchange.venue.wire.limits import AccountLimits, AddressLimit
from exchange.venue.wire.member import Member
from exchange.venue.wire.params import Params
from exchange.venue.wire.private_stream import PrivateStream
from exchange.venue.wire.public_stream import PublicStream
from exchange.venue.wire.replies import envelope
from tests.exchange.venue.market_scene import instrument, made_market
from tests.exchange.venue.served_scene import KEY, SECRET, SERVER_MS

MARKET = made_market(400)
ACCOUNT = VenueAccount(
    7, [listing_of(instrument())], MARKET.now_ms, deposit_usdt=10_000.0, last={"BTCUSDT": MARKET.last("BTCUSDT")}
)
MEMBER = Member(api_key=KEY, secret=SECRET, account=ACCOUNT, stream=PrivateStream(ACCOUNT), demo=True)
VENUE = Venue(MARKET, [ACCOUNT], speed=1.0, now_ms=lambda: SERVER_MS)
FLOOR = Floor(
    venue=VENUE,
    members={KEY: MEMBER},
    market=MarketRest(MARKET, lambda: SERVER_MS),
    public=PublicStream(VENUE),
    faults=NoFaults(),
    limits=AccountLimits(0),
    addresses=AddressLimit(0),
    dcp=DisconnectCancel(),
    now_ms=lambda: SERVER_MS,
)
# What clients send, name by name; some of it fits together.
GOOD: dict[str, list[Any]] = {
    "side": ["Buy", "Sell"],
    "orderType": ["Market", "Limit"],
    "qty": ["0.01", "0.02", "0.001"],
    "price": ["59000", "61000", "60000.1"],
    "timeInForce": ["GTC", "IOC", "FOK", "PostOnly"],
    "orderLinkId": ["a", "b", "c", "d"],
    "reduceOnly": [True, False],
    "triggerPrice": ["60500", "59500"],
    "triggerDirection": [1, 2],
    "triggerBy": ["LastPrice", "MarkPrice"],
    "stopLoss": ["58000", "62000", "0"],
    "takeProfit": ["62000", "58000", "0"],
    "trailingStop": ["500", "0"],
    "activePrice": ["60500", "59500"],
    "buyLeverage": ["5", "10", "200"],
    "sellLeverage": ["5", "10"],
    "margin": ["1", "-1", "99999999"],
    "mode": [0, 3],
    "setMarginMode": ["ISOLATED_MARGIN", "REGULAR_MARGIN"],
    "product": ["DERIVATIVES"],
    "timeWindow": [10],
    "openOnly": ["0", "1"],
    "orderFilter": ["Order", "StopOrder"],
    "limit": ["1", "10"],
    "cursor": ["1", "0"],
    "accountType": ["UNIFIED"],
    "utaDemoApplyMoney": [[{"coin": "USDT", "amountStr": "5"}]],
    "request": [[{"symbol": "BTCUSDT", "orderLinkId": "a", "qty": "0.01", "side": "Sell", "orderType": "Market"}]],
}
FITTING = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in GOOD.items()})
VALUES = st.one_of(
    st.sampled_from(["0", "-1", "1e5", "99999999999", "0.0000001", "b"]),
    st.booleans(),
    st.none(),
    st.integers(-2, 200),
    st.floats(allow_nan=False),
    st.text(),
    st.lists(st.dictionaries(st.sampled_from([*GOOD, "symbol"]), st.text(), max_size=3), max_size=3),
)
WRONG = st.dictionaries(st.sampled_from([*GOOD, "symbol", "category", "orderId"]), VALUES, max_size=2)
MARKET_ORDER = {"side": "Buy", "orderType": "Market", "qty": "0.01"}
ONE = {"category": "linear", "symbol": "BTCUSDT"}


@given(st.sampled_from(sorted(ENDPOINTS)), FITTING, WRONG, st.booleans())
@settings(max_examples=100, deadline=None)
def test_every_request_has_an_answer(
    endpoint: tuple[str, str], fitting: dict[str, Any], wrong: dict[str, Any], plays: bool
) -> None:
    body = {**ONE, **MARKET_ORDER, **fitting, **wrong}
    reply, _ = FLOOR.carry_out(MEMBER, *endpoint, Params.of_value(msgspec.json.decode(msgspec.json.encode(body))))
    assert isinstance(msgspec.json.decode(envelope(reply, SERVER_MS))["retCode"], int)
    assert ACCOUNT.wallet().wallet > 0.0
    if plays:
        VENUE.play_step()
