"""What a trading account makes of answers and reports, by hand: races, refusals, repeats, foreign acts."""

import math
from typing import Any

import attrs
import pytest

from exchange.reports import Accepted, Gone, Rejected, Unknown
from exchange.simulated import codes
from exchange.simulated.setup import Listing, Seat
from exchange.trading.account import TradingAccount
from exchange.trading.commands import CancelOrder, SubmitOrder
from exchange.trading.order_id import OrderId, tag_of
from play_engine.errors import InternalError
from play_engine.play.model import EntryOrder, IntentSpec, Note, PositionPolicy
from tests.exchange.simulated.sim_driver import FLAT, INSTRUMENT, MINUTE, At, play, settings
from tests.exchange.trading.reported import PLAIN, SYMBOL, account_of, close, enter, entered, execution, order, sent

LIMIT = attrs.evolve(PLAIN, entry=EntryOrder(type="LIMIT", limit_offset_pct=1.0, expire_after_bars=1))
FLIPS = PositionPolicy(mode="long_short", exit_mode="signal", allow_flip=True)


def test_orders_are_named_after_the_bar_that_decided_them():
    account = account_of(PLAIN)
    assert close(account, At(0, exec_close=True)) == []
    (first,) = sent(close(account, At(5 * MINUTE, ("entry_long",)), bar=FLAT, minute=4))
    assert OrderId.parse(first.link_id) == OrderId(tag=tag_of("play 0"), cause_ms=4 * MINUTE, leg="en")
    (at_start,) = sent(close(account_of(PLAIN), At(3 * MINUTE, ("entry_long",))))
    assert OrderId.parse(at_start.link_id).cause_ms == 3 * MINUTE


NOTED = IntentSpec(block="in", action="entry_long", metadata=(Note(name="why", value="dip"),))


def test_notes_go_with_orders_and_trades_and_are_forgotten_afterwards():
    account = account_of(attrs.evolve(PLAIN, intents=(NOTED,)))
    link = enter(account).link_id
    account.take(execution("e1", link, 1, 10.0, 100.0))
    account.take(order(link, "Filled", filled_qty=10.0))
    rows = account.records()
    assert rows.notes == {1: '{"why":"dip"}'}
    assert rows.fills["metadata"].tolist() == rows.orders["metadata"].tolist() == [1]
    account.take(execution("e2", "hand", -1, 10.0, 101.0))
    close(account, At(MINUTE), bar=FLAT)
    rows = account.records()
    assert (rows.trades["metadata"].tolist(), rows.notes) == ([1], {1: '{"why":"dip"}'})
    assert account.records().notes == {}


def test_two_instances_whose_orders_could_not_be_told_apart():
    resolved = settings(PLAIN, {"allow_shared_symbol": True})
    seat = Seat(instance="same", play=PLAIN, symbol=SYMBOL, settings=resolved)
    with pytest.raises(ValueError, match="same tag"):
        TradingAccount([Listing(instrument=INSTRUMENT, settings=resolved)], [seat, seat], 0, 100.0)


def test_an_entry_carries_its_levels_and_is_not_repeated_while_it_works():
    account = account_of(PLAIN)
    sent_order = enter(account)
    assert (sent_order.type, sent_order.tif, sent_order.qty) == ("Market", "IOC", 10.0)
    assert (sent_order.stop_loss, sent_order.take_profit, sent_order.reduce_only) == (95.0, 120.0, False)
    assert close(account, At(MINUTE, ("entry_long",)), bar=FLAT) == []


def test_a_fill_may_overtake_the_answer_and_the_order():
    account = account_of(PLAIN)
    command = close(account, At(0, ("entry_long",)))[0]
    assert isinstance(command, SubmitOrder)
    account.take(execution("e1", command.order.link_id, 1, 10.0, 100.0))
    assert account.position_qty(SYMBOL) == 10.0
    assert account.answered(command, Accepted(order_id="7")) == []
    account.take(order(command.order.link_id, "Filled", order_id="7", filled_qty=10.0))
    assert len(account.records().orders) == 1


def test_an_execution_told_twice_counts_once():
    account, link = entered()
    account.take(execution("e1", link, 1, 10.0, 100.0))
    assert account.position_qty(SYMBOL) == 10.0
    assert account.wallet_usdt == 10_000.0 - 0.55


def test_no_second_entry_before_the_fills_of_the_first_are_here():
    """The order is told to be filled, but its execution is late."""
    account = account_of(PLAIN)
    link = enter(account).link_id
    account.take(order(link, "Filled", filled_qty=10.0))
    assert close(account, At(MINUTE, ("entry_long",)), bar=FLAT) == []
    account.take(execution("e1", link, 1, 10.0, 100.0))
    assert account.position_qty(SYMBOL) == 10.0


def test_an_end_is_never_taken_back():
    account = account_of(PLAIN)
    link = enter(account).link_id
    account.take(order(link, "Cancelled", cancel_type="CancelByUser", updated_ms=5))
    account.take(order(link, "New", updated_ms=9))
    row = account.records().orders[0]
    assert (row["status"], row["reason"]) == (codes.CANCELLED, codes.USER)
    assert len(sent(close(account, At(MINUTE, ("entry_long",)), bar=FLAT))) == 1


def test_a_fill_that_comes_after_the_cancel_is_a_position():
    account = account_of(PLAIN)
    link = enter(account).link_id
    account.take(order(link, "Cancelled"))
    account.take(execution("e1", link, 1, 4.0, 100.0))
    assert account.position_qty(SYMBOL) == 4.0
    assert close(account, At(MINUTE, ("entry_long",)), bar=FLAT) == []


def test_a_refused_entry_leaves_the_play_free():
    account = account_of(PLAIN)
    command = close(account, At(0, ("entry_long",)))[0]
    assert account.answered(command, Rejected(code=110007, message="no balance")) == []
    row = account.records().orders[0]
    assert (row["status"], row["reason"]) == (codes.REJECTED, codes.INSUFFICIENT_MARGIN)
    assert len(close(account, At(MINUTE, ("entry_long",)), bar=FLAT)) == 1


def test_an_unknown_outcome_holds_the_next_entry_back():
    account = account_of(PLAIN)
    command = close(account, At(0, ("entry_long",)))[0]
    assert account.answered(command, Unknown(cause="timeout")) == []
    assert close(account, At(MINUTE, ("entry_long",)), bar=FLAT) == []


def test_a_refused_close_is_sent_again_after_the_next_minute():
    account, _ = entered()
    command = close(account, At(2 * MINUTE, ("exit_all",)), bar=FLAT, minute=1)[0]
    assert isinstance(command, SubmitOrder)
    assert (command.order.side, command.order.reduce_only, command.order.qty) == (-1, True, 10.0)
    assert account.answered(command, Rejected(code=10016, message="busy")) == []
    (repeated,) = sent(close(account, At(3 * MINUTE), bar=FLAT, minute=2))
    assert (repeated.side, repeated.qty, repeated.reduce_only) == (-1, 10.0, True)
    assert repeated.link_id != command.order.link_id


def test_what_a_close_could_not_fill_is_sent_again():
    account, _ = entered()
    (first,) = sent(close(account, At(2 * MINUTE, ("exit_all",)), bar=FLAT, minute=1))
    account.take(execution("e2", first.link_id, -1, 3.0, 101.0, leaves_qty=7.0, order_qty=10.0))
    account.take(order(first.link_id, "Cancelled", filled_qty=3.0, reject_reason="EC_NoImmediateQtyToFill", side=-1))
    assert account.records().orders[-1]["reason"] == codes.NO_LIQUIDITY
    (rest,) = sent(close(account, At(3 * MINUTE), bar=FLAT, minute=2))
    assert rest.qty == 7.0


def test_a_close_that_comes_too_late_is_counted_and_touches_nothing():
    account, _ = entered()
    (first,) = sent(close(account, At(2 * MINUTE, ("exit_all",)), bar=FLAT, minute=1))
    account.take(execution("e2", "", -1, 10.0, 95.0, order_id="sl", create_type="CreateByStopLoss"))
    account.take(order(first.link_id, "Rejected", side=-1))
    assert account.gate_refusals() == {"STALE_CLOSE": 1}
    assert close(account, At(3 * MINUTE), bar=FLAT, minute=2) == []
    trade = account.records().trades[0]
    assert (trade["exit_reason"], trade["exit_price"]) == (codes.EXIT_STOP_LOSS, 95.0)


def test_a_close_above_what_the_exchange_takes_at_once_is_split():
    account, _ = entered(attrs.evolve(PLAIN, sizing=play(qty=1.0).sizing), qty=250_000.0)
    parts = sent(close(account, At(2 * MINUTE, ("exit_all",)), bar=FLAT, minute=1))
    assert [part.qty for part in parts] == [100_000.0, 100_000.0, 50_000.0]
    assert [part.link_id[-5:] for part in parts] == ["ex-01", "ex-02", "ex-03"]


def test_an_entry_waits_for_the_cancel_of_the_one_before():
    account = account_of(LIMIT)
    first = enter(account).link_id
    account.take(order(first, "New", type="Limit", tif="GTC", price=99.0))
    cancel = close(account, At(MINUTE, ("entry_long",), exec_close=True), bar=FLAT)
    assert [type(command) for command in cancel] == [CancelOrder]
    (released,) = account.answered(cancel[0], Accepted())
    assert isinstance(released, SubmitOrder)
    account.take(order(first, "Cancelled", type="Limit", cancel_type="CancelByUser"))
    assert account.records().orders[0]["reason"] == codes.EXPIRED


@pytest.mark.parametrize("answer", [Gone(code=110001, message="too late"), Unknown(cause="timeout")])
def test_an_entry_is_dropped_when_the_cancel_before_it_is_not_sure(answer: Any):
    account = account_of(LIMIT)
    first = enter(account).link_id
    (cancel,) = close(account, At(MINUTE, ("entry_long",), exec_close=True), bar=FLAT)
    assert account.answered(cancel, answer) == []
    account.take(execution("e1", first, 1, 10.0, 99.0))
    account.take(order(first, "Filled", type="Limit", filled_qty=10.0))
    assert account.position_qty(SYMBOL) == 10.0
    rows = account.records().orders
    assert sorted(rows["status"].tolist()) == [codes.FILLED, codes.CANCELLED]


def test_a_cancel_that_failed_is_sent_again():
    account = account_of(LIMIT)
    enter(account)
    for minute in range(3):
        (cancel,) = close(account, At((minute + 1) * MINUTE, exec_close=True), bar=FLAT, minute=minute)
        assert isinstance(cancel, CancelOrder)
        account.answered(cancel, Unknown(cause="timeout"))


def test_a_flip_closes_first():
    account, _ = entered(attrs.evolve(PLAIN, policy=FLIPS))
    closing, entry = sent(close(account, At(2 * MINUTE, ("entry_short",)), bar=FLAT, minute=1))
    assert (closing.side, closing.reduce_only, closing.link_id[-5:]) == (-1, True, "ex-01")
    assert (entry.side, entry.reduce_only, entry.link_id[-5:]) == (-1, False, "en-01")
    assert entry.stop_loss == 105.0


def test_an_execution_across_zero_closes_and_opens():
    account, _ = entered()
    account.take(execution("e2", "", -1, 15.0, 110.0, order_id="hand"))
    assert account.position_qty(SYMBOL) == -5.0
    fills = account.records().fills
    assert fills["qty"].tolist() == [10.0, 10.0, 5.0]
    assert fills["play"].tolist() == [0, 0, -1]
    assert fills["fee"].sum() == pytest.approx(0.55 + 15 * 110 * 0.00055)
    assert close(account, At(2 * MINUTE, ("entry_long",)), bar=FLAT, minute=1) == []
    assert account.gate_refusals() == {"SYMBOL_OWNED": 1}


def test_funding_moves_cash_and_no_position():
    account, _ = entered()
    wallet = account.wallet_usdt
    account.take(execution("f1", "", 0, 10.0, 100.0, exec_type="Funding", fee=0.1, fee_rate=0.0001))
    assert account.wallet_usdt == pytest.approx(wallet - 0.1)
    assert account.position_qty(SYMBOL) == 10.0
    assert account.records().ledger[-1]["reason"] == codes.FUNDING


@pytest.mark.parametrize("kind", ["UNKNOWN", "FutureSpread"])
def test_executions_of_kinds_that_change_no_size(kind: str):
    account, _ = entered()
    account.take(execution("u1", "", -1, 10.0, 100.0, exec_type=kind))
    assert account.position_qty(SYMBOL) == 10.0


def test_an_operators_halt_cancels_entries_and_lets_exits_pass():
    account = account_of(LIMIT)
    link = enter(account).link_id
    (cancel,) = account.halt("play 0")
    assert isinstance(cancel, CancelOrder)
    account.take(execution("e1", link, 1, 10.0, 99.0))
    account.take(order(link, "Filled", type="Limit", filled_qty=10.0))
    assert not account.stopped
    (closing,) = sent(account.close_position("play 0"))
    assert closing.link_id[-5:] == "st-01"
    assert account.close_position("play 0") == []
    account.take(execution("e2", closing.link_id, -1, 10.0, 99.0))
    assert close(account, At(MINUTE, ("entry_long",)), bar=FLAT) == []
    assert (account.stopped, account.stop_reason, account.stop_ms) == (True, "halted", MINUTE)


def test_the_end_of_a_session_closes_nothing():
    account, _ = entered()
    assert len(account.records().trades) == 0
    rows = account.finish("completed")
    assert len(rows.trades) == 0
    assert account.position_qty(SYMBOL) == 10.0
    assert (account.stop_reason, account.stop_ms) == ("completed", MINUTE)


@pytest.mark.parametrize(("price", "qty"), [(0.0, 1.0), (100.0, 0.0), (-1.0, 1.0), (math.nan, 1.0)])
def test_a_fill_without_price_or_quantity_is_impossible(price: float, qty: float):
    account = account_of(PLAIN)
    with pytest.raises(ValueError, match="execution e1 of"):
        account.take(execution("e1", "", 1, qty, price))
    assert account.position_qty(SYMBOL) == 0.0


def test_bars_and_instants_must_follow():
    account, _ = entered()
    with pytest.raises(InternalError, match="comes after"):
        close(account, At(2 * MINUTE), bar=FLAT, minute=0)
    with pytest.raises(InternalError, match="the instant 0"):
        close(account, At(0))
    with pytest.raises(InternalError, match="2 batches of intents for 1"):
        close(account, At(2 * MINUTE), At(2 * MINUTE), bar=FLAT, minute=1)


def test_other_symbols_are_passed_over():
    account = account_of(PLAIN)
    account.take(attrs.evolve(execution("e1", "", 1, 1.0, 100.0), symbol="XUSDT"))
    account.take(attrs.evolve(order("a", "New"), symbol="XUSDT"))
    rows = account.records()
    assert (len(rows.fills), len(rows.orders), len(rows.ledger)) == (0, 0, 1)
