"""A venue that is saved and goes on elsewhere is the venue that went on."""

from pathlib import Path

import pytest

from exchange.orders import NewOrder
from exchange.venue.control.saving import restore_venue, save_venue
from exchange.venue.opening import AccountSpec, ServedVenue, open_venue
from play_engine.errors import DataError
from tests.exchange.venue.market_scene import made_market

ENTRY = NewOrder(link_id="entry", side=1, type="Market", tif="IOC", qty=0.05)
KEYS = ("first-key", "second-key")
HIDDEN = "saving-test-secret"


def fresh(keys: tuple[str, ...] = KEYS) -> ServedVenue:
    specs = [AccountSpec(api_key=key, secret=HIDDEN) for key in keys]
    return open_venue(made_market(count=400), specs, speed=1.0, now_ms=lambda: 0)


def play(served: ServedVenue, steps: int) -> None:
    for _ in range(steps):
        assert served.venue.play_step()


def traded() -> ServedVenue:
    served = fresh()
    served.accounts[KEYS[0]].submit("BTCUSDT", ENTRY, at_once=True)
    play(served, 10)
    return served


def test_it_goes_on_as_it_would_have(tmp_path: Path) -> None:
    file = tmp_path / "venue.state"
    going = traded()
    save_venue(file, "tape", going.venue.market, going.accounts)
    restored = fresh()
    restore_venue(file, "tape", restored.venue.market, restored.accounts)
    assert restored.venue.market.now_ms == going.venue.market.now_ms
    for served in (going, restored):
        play(served, 60)
        closing = NewOrder(link_id="exit", side=-1, type="Market", tif="IOC", qty=0.05, reduce_only=True)
        served.accounts[KEYS[0]].submit("BTCUSDT", closing, at_once=True)
    for key in KEYS:
        one, other = going.accounts[key], restored.accounts[key]
        assert one.snapshot() == other.snapshot()
        assert one.wallet() == other.wallet()
        # By their texts, in which NaN is NaN.
        assert repr(one.executions()) == repr(other.executions())
    assert len(going.accounts[KEYS[0]].executions()) == 2


def test_the_state_of_something_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "venue.state"
    going = traded()
    save_venue(file, "tape", going.venue.market, going.accounts)
    other = fresh()
    with pytest.raises(DataError, match="a replay of other candles or other steps"):
        restore_venue(file, "another tape", other.venue.market, other.accounts)
    other = fresh((*KEYS, "third-key"))
    with pytest.raises(DataError, match="other API keys than the 3 of this venue"):
        restore_venue(file, "tape", other.venue.market, other.accounts)
    swapped = fresh(KEYS[::-1])
    with pytest.raises(DataError, match=r"venue\.state: .*Delete the file"):
        restore_venue(file, "tape", swapped.venue.market, swapped.accounts)
