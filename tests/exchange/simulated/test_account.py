"""What an account does beyond a single minute: turning over, waiting through gaps, halting, ending."""

import numpy as np
import pytest

from exchange.simulated import codes
from exchange.simulated.state import FIRST_SLOT, ORDER_SLOTS
from play_engine.errors import DataError, InternalError
from play_engine.play.model import PositionPolicy, Sizing, StopRule, TargetRule
from tests.exchange.simulated.sim_driver import (
    FLAT,
    MINUTE,
    At,
    advance,
    candles,
    exchange,
    joined,
    long,
    play,
    play_out,
)

TURNING = PositionPolicy(mode="long_short", exit_mode="signal", allow_flip=True)


def test_a_flip_closes_then_opens():
    run = long(play(policy=TURNING), FLAT, (102,) * 4, then=(At(MINUTE, ("entry_short",), price=100.0),))
    fills = run.rows.fills
    assert fills["side"].tolist() == [1, -1, -1]
    assert fills["trade_id"].tolist() == [1, 1, 2]
    assert fills["position_after"].tolist() == [10.0, 0.0, -10.0]
    assert run.trade["exit_reason"] == codes.EXIT_FLIP
    assert run.rows.orders["kind"].tolist() == [codes.KIND_ENTRY, codes.KIND_CLOSE, codes.KIND_ENTRY]


def test_a_refused_flip_still_closes():
    low = play(policy=TURNING, stop=StopRule(type="structure"))
    instants = [At(0, ("entry_long",), stop=95.0), At(MINUTE, ("entry_short",))]
    account = exchange(low)
    rows = joined(play_out(account, candles(FLAT, FLAT), instants, []))
    assert rows.trades["exit_reason"].tolist() == [codes.EXIT_FLIP]
    assert account.gate_refusals() == {"STOP_UNAVAILABLE": 1}
    assert account.position("TUSDT").side == 0


def test_sizing_of_a_flip_treats_the_closed_margin_as_free():
    whole = Sizing(model="percent_equity", value=90.0)
    run = long(play(policy=TURNING, sizing=whole), FLAT, FLAT, then=(At(MINUTE, ("entry_short",)),))
    opened = run.rows.fills[2]
    assert opened["qty"] == pytest.approx(90.0 * 10.0, rel=0.006)


def test_orders_wait_through_a_gap_for_the_next_minute():
    account = exchange(play())
    bars = candles(FLAT, (104, 104, 104, 104), ts=[0, 5 * MINUTE])
    instants = [At(0, ("entry_long",)), At(3 * MINUTE, ("exit_all",), exec_close=True)]
    rows = joined(play_out(account, bars, instants, [1]))
    assert rows.fills["ts"].tolist() == [0, 5 * MINUTE]
    assert rows.fills["price"].tolist() == [100.0, 104.0]
    assert rows.orders["created_ts"].tolist() == [0, 3 * MINUTE]
    assert account.counters()["gap_minutes"] == 4


def test_two_halves_decided_in_a_gap_close_all():
    account = exchange(play())
    bars = candles(FLAT, FLAT, ts=[0, 5 * MINUTE])
    half = (("exit_all", 50.0),)
    rows = joined(play_out(account, bars, [At(0, ("entry_long",)), At(MINUTE, half), At(3 * MINUTE, half)], []))
    assert rows.fills["qty"].tolist() == [10.0, 5.0, 5.0]
    assert len(rows.trades) == 1


def test_too_many_orders_on_their_way_are_counted():
    account = exchange(play())
    room = ORDER_SLOTS - FIRST_SLOT
    waiting = [At(MINUTE + k, (("exit_all", 1.0),)) for k in range(room + 4)]
    play_out(account, candles(FLAT, FLAT, ts=[0, 5 * MINUTE]), [At(0, ("entry_long",)), *waiting], [])
    assert account.gate_refusals()["TOO_MANY_ORDERS"] == 4


def test_a_tiny_part_is_rejected():
    of = play(sizing=Sizing(model="fixed_usdt", value=10.0), starting_equity_usdt=1000.0)
    run = long(of, FLAT, FLAT, then=(At(MINUTE, (("exit_all", 1.0),)),))
    close = run.rows.orders[-1]
    assert (close["qty"], close["status"]) == (0.001, codes.FILLED)
    run = long(of, FLAT, FLAT, FLAT, then=(At(MINUTE, (("exit_all", 99.0),)), At(2 * MINUTE, (("exit_all", 1.0),))))
    assert (run.rows.orders[-1]["status"], run.rows.orders[-1]["reason"]) == (codes.REJECTED, codes.QTY_TOO_SMALL)


@pytest.mark.parametrize(
    ("bar", "reason"),
    [((94,) * 4, codes.SL_SIDE), ((106,) * 4, codes.TP_SIDE), ((95,) * 4, codes.SL_SIDE)],
)
def test_levels_on_the_wrong_side_of_the_open_are_rejected(bar, reason):
    run = long(play(stop=5.0, target=5.0), bar)
    assert (run.rows.orders[0]["status"], run.rows.orders[0]["reason"]) == (codes.REJECTED, reason)
    assert len(run.rows.fills) == 0


def test_exchange_refuses_what_the_open_makes_too_small():
    of = play(sizing=Sizing(model="fixed_usdt", value=10.0))
    assert long(of, (40.0,) * 4).rows.orders[0]["reason"] == codes.NOTIONAL_TOO_SMALL


def test_levels_follow_the_fill():
    of = play(
        anchor="fill",
        leverage=2.0,
        stop=StopRule(type="price_percent", value=5.0),
        target=TargetRule(type="rr_ratio", value=2.0),
    )
    run = long(of, (102, 102, 102, 102), FLAT, (96, 96.5, 96, 96.1))
    stop = run.rows.orders[run.rows.orders["kind"] == codes.KIND_STOP_LOSS][0]
    assert (stop["trigger_price"], stop["amendments"]) == (96.9, 1)
    assert (run.trade["stop_loss"], run.trade["take_profit"]) == (95.0, 110.0)
    target = run.rows.orders[run.rows.orders["kind"] == codes.KIND_TAKE_PROFIT][0]
    assert (target["trigger_price"], target["status"]) == (112.2, codes.DEACTIVATED)
    assert run.trade["exit_price"] == 96.0


def test_a_level_beyond_the_close_is_not_amended():
    of = play(anchor="fill", leverage=2.0, stop=StopRule(type="price_percent", value=5.0))
    run = long(of, (102, 102, 96.5, 96.5), (96.5, 96.6, 94, 94))
    stop = run.rows.orders[-1]
    assert (stop["trigger_price"], stop["amendments"], run.trade["exit_price"]) == (95.0, 0, 95.0)


def test_a_halted_account_enters_no_more_but_keeps_its_stop():
    run = long(
        play(qty=300.0, stop=5.0),
        (100, 100, 96, 96),
        (96, 96, 94, 94),
        FLAT,
        then=(At(MINUTE, ("entry_long",), exec_close=True), At(2 * MINUTE, ("entry_long",), exec_close=True)),
        overrides={"max_drawdown_pct": 10.0},
    )
    assert (run.trade["exit_reason"], run.trade["exit_price"]) == (codes.EXIT_STOP_LOSS, 95.0)
    assert run.account.gate_refusals() == {"HALTED": 1}
    assert (run.account.stop_reason, run.account.stop_ms) == ("max_drawdown", 2 * MINUTE)


@pytest.mark.parametrize(
    ("told", "reason"), [("completed", "max_drawdown"), ("halted", "halted"), ("failed", "failed")]
)
def test_only_a_run_that_went_to_its_end_keeps_the_reason_of_its_halt(told, reason):
    run = long(
        play(qty=300.0, stop=5.0),
        (100, 100, 96, 96),
        then=(At(MINUTE, ("entry_long",), exec_close=True),),
        overrides={"max_drawdown_pct": 10.0},
    )
    assert run.position.side == 1
    rows = run.account.finish(told)
    assert run.account.stop_reason == reason
    assert len(rows.trades) == (told != "failed")


def test_continue_after_a_takeover():
    run = long(
        play(),
        (100, 100, 80, 100),
        FLAT,
        then=(At(MINUTE, ("entry_long",)),),
        overrides={"on_liquidation": "continue"},
    )
    assert not run.account.stopped
    assert run.position.side == 1
    assert run.account.counters()["liquidations"] == 1


def test_takeover_with_halt_cancels_the_flip_that_arrives():
    run = long(play(policy=TURNING), FLAT, (80,) * 4, then=(At(MINUTE, ("entry_short",)),))
    entry = run.rows.orders[run.rows.orders["order_id"] == 3][0]
    assert (entry["status"], entry["reason"]) == (codes.CANCELLED, codes.LIQUIDATION)
    assert run.position.side == 0


def test_bankruptcy_is_made_good_and_stops_the_run():
    run = long(
        play(starting_equity_usdt=105.0, slippage_bps=300.0),
        FLAT,
        (94.5,) * 4,
        FLAT,
        then=(At(MINUTE, ("exit_all",)), At(2 * MINUTE, ("entry_long",))),
        overrides={"max_position_equity_pct": 100.0},
    )
    assert run.rows.fills["price"].tolist() == [103.0, 91.66]
    assert run.rows.ledger["reason"].tolist()[-1] == codes.BANKRUPTCY_CREDIT
    assert run.rows.ledger["amount"].tolist() == [105.0, -0.5665, -113.4, -0.50413, 9.47063]
    assert (run.wallet, run.account.stop_reason, run.account.stop_ms) == (0.0, "bankrupt", 2 * MINUTE)
    assert run.account.gate_refusals() == {"HALTED": 1}


def test_last_point_and_orders_of_the_end():
    account = exchange(play(stop=5.0))
    instants = [At(0, ("entry_long",)), At(MINUTE, (("exit_all", 50.0),), exec_close=True)]
    first = joined(play_out(account, candles((100, 102, 100, 102)), instants, []))
    assert first.equity["ts"].tolist() == [0]
    last = account.finish("completed")
    assert [(row["kind"], row["status"], row["reason"]) for row in last.orders] == [
        (codes.KIND_STOP_LOSS, codes.DEACTIVATED, codes.RUN_END),
        (codes.KIND_CLOSE, codes.CANCELLED, codes.RUN_END),
        (codes.KIND_FORCED, codes.FILLED, codes.NO_REASON),
    ]
    (point,) = last.equity
    assert (point["ts"], point["wallet"], point["equity"]) == (MINUTE, 10018.889, 10018.889)
    assert (point["equity_high"], point["unrealised_pnl"], point["gross_value"]) == (10019.45, 0.0, 0.0)


def test_a_failed_run_closes_nothing():
    run = long(play(), FLAT, then=(At(MINUTE, exec_close=True),))
    last = run.account.finish("failed")
    assert (len(last.fills), len(last.trades), last.equity["ts"].tolist()) == (0, 0, [MINUTE])
    assert run.account.stop_reason == "failed"


def test_finish_is_called_once_and_ends_everything():
    account = exchange(play())
    account.finish("halted")
    with pytest.raises(InternalError, match="finished as 'halted'"):
        account.finish("completed")
    with pytest.raises(InternalError, match="takes no more bars"):
        advance(account, candles(FLAT), [])
    with pytest.raises(InternalError, match="cannot finish"):
        exchange(play()).finish("tired")


def test_what_does_not_follow_is_refused():
    account = exchange(play())
    advance(account, candles(FLAT), [])
    with pytest.raises(InternalError, match="has been reached"):
        advance(account, candles(FLAT), [])
    with pytest.raises(InternalError, match="instants"):
        advance(account, candles(FLAT, ts=[MINUTE]), [At(3 * MINUTE)])
    with pytest.raises(InternalError, match="instants"):
        advance(account, candles(FLAT, ts=[MINUTE]), [At(0)])


@pytest.mark.parametrize(
    "bar",
    [(100, 99, 98, 98.5), (100, 101, 100.5, 101), (0, 1, 0, 1), (100, np.inf, 100, 100), (np.nan, 101, 99, 100)],
)
def test_bars_that_cannot_be_are_refused(bar):
    with pytest.raises(DataError, match="bar 1 cannot be played"):
        advance(exchange(play()), candles(FLAT, bar), [])


def test_prices_off_the_grid_are_counted():
    run = long(play(), (100.003, 100.01, 99.997, 100))
    assert run.account.counters()["off_grid_prices"] == 2


def test_exposure():
    run = long(play(), FLAT, (105, 105, 105, 105), FLAT, then=(At(2 * MINUTE, ("exit_all",)),))
    counters = run.account.counters()
    assert counters["minutes"] == 3
    assert counters["leverage_sum"] == pytest.approx(1000 / 9999.45 + 1050 / 10049.45)
    assert counters["max_gross_exposure"] == pytest.approx(1050 / 10049.45)
    assert counters["max_margin_usage"] == pytest.approx(100.495 / 9999.45)
    assert counters["closest_liquidation"] == pytest.approx((100 - 90.452261) / 100, abs=1e-8)


def test_buffers_are_drained_in_time():
    with pytest.raises(ValueError, match="allowed are 1 to"):
        exchange(play(), drain_rows=0)
