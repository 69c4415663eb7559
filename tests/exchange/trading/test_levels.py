"""Stops that move, levels that follow the fill price, and limit targets that follow the position."""

import math

import attrs
import pytest

from exchange.reports import Accepted, Rejected, Unknown
from exchange.simulated import codes
from exchange.trading.commands import AmendOrder, MoveStop, SubmitOrder
from play_engine.play.model import Trailing
from tests.exchange.simulated.sim_driver import FLAT, MINUTE, At, play
from tests.exchange.trading.reported import PLAIN, account_of, close, enter, entered, execution, order, sent

TRAILS = attrs.evolve(play(stop=5.0), trailing=Trailing(trail_pct=1.0, activation_pct=1.0))


def test_a_trailing_stop_is_moved_in_place_and_names_the_exit():
    account, _ = entered(TRAILS)
    (move,) = close(account, At(2 * MINUTE), bar=(100.0, 110.0, 100.0, 110.0), minute=1)
    assert isinstance(move, MoveStop)
    assert move.stop.stop_loss == 108.9
    assert account.answered(move, Accepted()) == []
    assert close(account, At(3 * MINUTE), bar=(110.0, 110.0, 109.0, 109.0), minute=2) == []
    account.take(execution("e2", "", -1, 10.0, 108.9, order_id="sl", create_type="CreateByStopLoss", ts_ms=190_000))
    close(account, At(4 * MINUTE), bar=(109.0, 109.0, 108.0, 108.0), minute=3)
    trade = account.records().trades[0]
    assert (trade["exit_reason"], trade["exit_price"]) == (codes.EXIT_TRAILING_STOP, 108.9)
    assert trade["mfe"] == pytest.approx(0.1)


def test_a_stop_that_the_price_has_passed_is_a_close():
    account, _ = entered(TRAILS)
    (closing,) = sent(close(account, At(2 * MINUTE), bar=(100.0, 110.0, 100.0, 105.0), minute=1))
    assert (closing.side, closing.qty, closing.reduce_only) == (-1, 10.0, True)
    account.take(execution("e2", closing.link_id, -1, 10.0, 105.0))
    close(account, At(3 * MINUTE), bar=FLAT, minute=2)
    assert account.records().trades[0]["exit_reason"] == codes.EXIT_TRAILING_STOP


def test_a_stop_that_is_refused_on_the_way_is_a_close():
    account, _ = entered(TRAILS)
    (move,) = close(account, At(2 * MINUTE), bar=(100.0, 110.0, 100.0, 110.0), minute=1)
    (closing,) = sent(account.answered(move, Rejected(code=10001, message="StopLoss should be lower")))
    assert (closing.side, closing.qty) == (-1, 10.0)


def test_a_stop_whose_move_failed_is_moved_again():
    account, _ = entered(TRAILS)
    (move,) = close(account, At(2 * MINUTE), bar=(100.0, 110.0, 100.0, 110.0), minute=1)
    assert account.answered(move, Unknown(cause="timeout")) == []
    (again,) = close(account, At(3 * MINUTE), bar=(110.0, 110.0, 110.0, 110.0), minute=2)
    assert isinstance(move, MoveStop)
    assert isinstance(again, MoveStop)
    assert again.stop.stop_loss == move.stop.stop_loss


def test_a_stop_that_has_gone_off_is_left_alone():
    account, link = entered(TRAILS)
    child = {"order_id": "sl", "parent_link_id": link, "side": -1, "stop_order_type": "StopLoss", "qty": 10.0}
    account.take(order("", "Untriggered", trigger=95.0, trigger_direction=2, **child))
    account.take(order("", "PartiallyFilled", trigger=95.0, trigger_direction=2, **child))
    assert close(account, At(2 * MINUTE), bar=(100.0, 110.0, 100.0, 110.0), minute=1) == []


def test_a_stop_that_has_been_taken_away_is_made_again():
    account, link = entered(TRAILS)
    child = {"order_id": "sl", "parent_link_id": link, "side": -1, "stop_order_type": "StopLoss", "qty": 10.0}
    account.take(order("", "Untriggered", trigger=95.0, trigger_direction=2, **child))
    account.take(order("", "Deactivated", trigger=95.0, trigger_direction=2, **child))
    (move,) = close(account, At(2 * MINUTE), bar=(100.0, 101.0, 100.0, 101.0), minute=1)
    assert isinstance(move, MoveStop)
    assert move.stop.stop_loss == 99.99
    row = account.records().orders[-1]
    assert (row["kind"], row["status"], row["parent_id"]) == (codes.KIND_STOP_LOSS, codes.DEACTIVATED, 1)


def test_levels_follow_the_fill_price():
    account = account_of(attrs.evolve(PLAIN, anchor="fill"))
    link = enter(account).link_id
    account.take(execution("e1", link, 1, 10.0, 101.0))
    account.take(order(link, "Filled", filled_qty=10.0))
    (move,) = close(account, At(MINUTE), bar=(101.0, 101.0, 101.0, 101.0))
    assert isinstance(move, MoveStop)
    assert (move.stop.stop_loss, move.stop.take_profit) == (96.0, 121.0)
    assert account.answered(move, Accepted()) == []
    assert close(account, At(2 * MINUTE), bar=(101.0, 101.0, 101.0, 101.0), minute=1) == []


def test_the_limit_target_follows_the_position():
    account = account_of(attrs.evolve(PLAIN, limit_target=True))
    entry = enter(account)
    assert math.isnan(entry.take_profit)
    account.take(execution("e1", entry.link_id, 1, 4.0, 100.0, leaves_qty=6.0, order_qty=10.0))
    (target,) = close(account, At(MINUTE), bar=FLAT)
    assert isinstance(target, SubmitOrder)
    first = target.order
    assert (first.type, first.tif, first.price, first.qty) == ("Limit", "GTC", 120.0, 4.0)
    assert (first.side, first.reduce_only, first.link_id[-5:]) == (-1, True, "tp-01")
    account.answered(target, Accepted())
    account.take(execution("e2", entry.link_id, 1, 6.0, 100.0))
    (amended,) = close(account, At(2 * MINUTE), bar=FLAT, minute=1)
    assert isinstance(amended, AmendOrder)
    assert amended.changes.qty == 10.0
    assert math.isnan(amended.changes.price)
    account.answered(amended, Accepted())
    assert close(account, At(3 * MINUTE), bar=FLAT, minute=2) == []
    account.take(order(first.link_id, "Cancelled", side=-1, type="Limit", qty=10.0, price=120.0))
    (again,) = sent(close(account, At(4 * MINUTE), bar=FLAT, minute=3))
    assert (again.qty, again.price) == (10.0, 120.0)
