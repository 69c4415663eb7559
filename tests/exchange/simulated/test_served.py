"""An account that a venue serves: what arrives between two minutes, money that comes and goes, and snapshots."""

from typing import Any

import attrs
import pytest

from exchange.orders import NewOrder
from exchange.settings import resolve_settings
from exchange.simulated.served import ServedExchange
from exchange.simulated.setup import Listing
from exchange.simulated.state import AT_ONCE_MS
from play_engine.errors import DataError, InternalError
from play_engine.market import MarketSlice
from tests.exchange.simulated.sim_driver import INSTRUMENT, MINUTE, candles, play

SETTINGS = resolve_settings(play(), INSTRUMENT, {"on_liquidation": "continue"})
FLAT = (100.0, 100.0, 100.0, 100.0)


def served(**settings: Any) -> ServedExchange:
    listing = Listing(instrument=INSTRUMENT, settings=attrs.evolve(SETTINGS, **settings))
    return ServedExchange([listing], 0, deposit_usdt=10_000.0, last={"TUSDT": 100.0}, check=True)


def advance(account: ServedExchange, *rows: tuple[float, float, float, float]) -> Any:
    first = account.clock_ms // MINUTE
    bars = candles(*rows, ts=[(first + k) * MINUTE for k in range(len(rows))])
    return account.advance({"TUSDT": MarketSlice(bars=bars)}, ())


def at_once(account: ServedExchange, **of: Any) -> Any:
    account.submit("TUSDT", NewOrder(**of), AT_ONCE_MS)
    return account.arrive()


def test_a_market_order_fills_at_the_last_price_before_any_minute() -> None:
    account = served()
    records = at_once(account, side=1, qty=2.0, stop_loss=95.0)
    assert records.fills["price"].tolist() == [100.0]
    assert records.fills["ts"].tolist() == [0]
    assert account.position("TUSDT").qty == 2.0
    assert [(one["kind"], one["trigger"]) for one in account.open_orders("TUSDT")] == [("stop_loss", 95.0)]


def test_a_limit_stands_at_once_and_fills_in_the_next_jump() -> None:
    account = served()
    records = at_once(account, side=1, qty=1.0, type="Limit", price=99.0)
    assert len(records.fills) == 0
    assert [one["state"] for one in account.open_orders("TUSDT")] == ["New"]
    fills = advance(account, (98.0, 98.5, 97.0, 98.0)).fills
    assert fills["price"].tolist() == [99.0]
    assert fills["ts"].tolist() == [0]


def test_what_is_meant_for_the_next_open_waits_for_it() -> None:
    account = served()
    account.submit("TUSDT", NewOrder(side=1, qty=1.0), account.clock_ms)
    at_once(account, side=1, qty=2.0)
    assert account.position("TUSDT").qty == 2.0
    advance(account, (101.0, 101.0, 101.0, 101.0))
    assert account.position("TUSDT").qty == 3.0


def test_requests_reach_orders_on_their_way_and_live_ones() -> None:
    account = served()
    waiting = account.submit("TUSDT", NewOrder(side=1, qty=1.0), account.clock_ms)
    request = account.cancel("TUSDT", waiting, AT_ONCE_MS)
    records = account.arrive()
    assert records.answers["request_id"].tolist() == [request]
    assert records.answers["reason"].tolist() == [0]
    assert records.orders["order_id"].tolist() == [waiting]
    at_once(account, side=1, qty=1.0, type="Limit", price=99.0)
    standing = account.open_orders("TUSDT")[0]["id"]
    account.amend("TUSDT", standing, AT_ONCE_MS, price=98.0)
    assert account.arrive().answers["reason"].tolist() == [0]
    assert account.open_orders("TUSDT")[0]["price"] == 98.0


def test_money_comes_and_goes_and_a_bankrupt_account_goes_on_with_it() -> None:
    account = served(margin_mode="cross")
    assert account.deposit(500.0).ledger["amount"].tolist() == [10_000.0, 500.0]
    assert account.balances().wallet == 10_500.0
    account.deposit(-10_400.0)
    at_once(account, side=1, qty=9.0)
    advance(account, FLAT, (50.0, 50.0, 50.0, 50.0), FLAT)
    assert account.position("TUSDT").side == 0
    account.deposit(1_000.0)
    assert not account.stopped
    at_once(account, side=1, qty=1.0)
    advance(account, FLAT)
    assert account.position("TUSDT").qty == 1.0


def test_an_account_goes_on_from_its_snapshot_bit_for_bit() -> None:
    one, other = served(), served()
    at_once(one, side=1, qty=2.0, stop_loss=95.0, take_profit=110.0, link_id="a")
    at_once(one, side=-1, qty=1.0, type="Limit", price=105.0)
    advance(one, FLAT)
    snapshot = one.snapshot()
    other.restore(snapshot)
    assert other.snapshot() == snapshot
    moves = ((100.0, 106.0, 99.0, 104.0), (104.0, 104.0, 94.0, 94.0))
    mine, its = advance(one, *moves), advance(other, *moves)
    assert [row.tobytes() for row in (mine.fills, mine.orders, mine.ledger)] == [
        row.tobytes() for row in (its.fills, its.orders, its.ledger)
    ]
    assert one.state_bytes() == other.state_bytes()


@pytest.mark.parametrize("spoil", [lambda raw: raw[:-1], lambda raw: raw + b"x", lambda raw: raw[:100]])
def test_a_snapshot_that_is_cut_or_longer_is_refused(spoil: Any) -> None:
    with pytest.raises(DataError, match="snapshot"):
        served().restore(spoil(served().snapshot()))


def test_the_margin_mode_changes_only_while_nothing_is_held() -> None:
    account = served()
    account.set_margin_mode("cross")
    at_once(account, side=1, qty=50.0)
    assert account.position("TUSDT").liquidation < 1.0
    with pytest.raises(InternalError, match="margin mode"):
        account.set_margin_mode("isolated")
