"""An account goes on after a restart as if nothing had happened."""

import pytest

from exchange.orders import OrderName
from exchange.venue.accounts.account import VenueAccount
from play_engine.errors import DataError
from tests.exchange.venue.account_scene import SYMBOL, AccountScene, code, orders

QUIET = (100.0, 101.0, 99.5, 100.0)


def busy() -> AccountScene:
    """An account with a past, a position, its stop, a resting limit and an order on its way."""
    scene = AccountScene()
    scene.enter(stop_loss=95.0, take_profit=110.0)
    scene.submit("part", side=-1, qty=0.4, reduce_only=True)
    scene.submit("rest", type="Limit", price=90.0)
    scene.play(QUIET, funding=0.0001)
    scene.submit("later", at_once=False)
    scene.heard()
    return scene


def restarted(scene: AccountScene) -> AccountScene:
    fresh = AccountScene()
    fresh.account.restore(scene.account.snapshot())
    fresh.minute = scene.minute
    return fresh


def past(account: VenueAccount) -> str:
    """Everything that can be asked."""
    asked = [account.positions(), account.wallet(), account.details(SYMBOL), account.account_details()]
    asked += [account.open_orders(), account.order_history(), account.executions(), account.closed_pnl()]
    return repr([*asked, account.transactions(), account.clock_ms])


def test_everything_that_can_be_asked_is_the_same() -> None:
    scene = busy()
    assert past(restarted(scene).account) == past(scene.account)


def test_what_follows_is_the_same() -> None:
    scene = busy()
    other = restarted(scene)
    bar = (100.0, 101.0, 89.0, 92.0)
    told = scene.play(bar)
    assert ("later", "Filled") in orders(told)
    assert ("StopLoss", "Filled") in orders(told)
    assert repr(other.play(bar)) == repr(told)
    assert past(other.account) == past(scene.account)


def test_names_stay_taken_and_orders_can_be_named() -> None:
    other = restarted(busy())
    assert code(other.submit("entry")) == 110072
    assert code(other.account.cancel(SYMBOL, OrderName(link_id="rest"))) == 0


def test_margin_mode_is_restored() -> None:
    scene = AccountScene()
    scene.account.set_margin_mode("cross")
    assert restarted(scene).account.margin_mode == "cross"
    assert code(restarted(scene).account.set_margin_mode("isolated")) == 0


@pytest.mark.parametrize(
    "damage",
    [
        lambda _state: b"",
        lambda _state: b"[]",
        lambda state: state[:-9],
        lambda state: state.replace(b'"uid":7', b'"uid":8'),
        lambda state: state.replace(b'"TUSDT"]', b'"OTHER"]'),
        lambda state: state.replace(b'"qty":', b'"quantity":', 1),
        lambda state: state.replace(b'"format":1', b'"format":2'),
        lambda state: state.replace(b'"exchange":"', b'"exchange":"AAAA', 1),
    ],
    ids=["empty", "other", "cut", "owner", "symbols", "fields", "format", "exchange"],
)
def test_a_damaged_snapshot_is_refused_and_changes_nothing(damage: object) -> None:
    assert callable(damage)
    fresh = AccountScene()
    before = past(fresh.account)
    with pytest.raises(DataError, match="snapshot"):
        fresh.account.restore(damage(busy().account.snapshot()))
    assert past(fresh.account) == before
