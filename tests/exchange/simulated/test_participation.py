"""Worked minutes in which orders find too little volume."""

from typing import Any

from exchange.simulated import codes
from play_engine.play.model import PositionPolicy, StopRule
from tests.exchange.simulated.sim_driver import FLAT, MINUTE, At, long, play
from tests.exchange.simulated.test_limit_orders import ended, exec_close, fills, limit, net

CAPPED = {"participation_rate": 0.05}


def capped(of: Any, *bars: Any, **how: Any) -> Any:
    return long(of, *bars, overrides=CAPPED, **how)


def test_a_standing_limit_goes_on_in_the_next_minutes():
    bars = (100, 100, 98, 98.5), (98.5, 99.5, 98, 98.2), (98.2, 98.4, 98, 98.1)
    run = capped(limit(99.0, qty=80.0), *bars, volume=[1000.0, 400.0, 900.0])
    assert fills(run) == [
        (50.0, 99.0, 0.99, codes.MAKER, 30_000),
        (20.0, 99.0, 0.396, codes.MAKER, 60_000),
        (10.0, 99.0, 0.198, codes.MAKER, 120_000),
    ]
    assert run.rows.fills["trade_id"].tolist() == [1, 1, 1]


def test_a_stop_goes_on_at_the_next_open():
    bars = FLAT, (100, 100, 94, 94), (93.5, 94, 93, 93)
    run = capped(play(stop=5.0, qty=40.0), *bars, volume=[1000.0, 600.0, 600.0])
    assert [(row[0], row[1], row[-1]) for row in fills(run)][1:] == [(30.0, 95.0, 76_666), (10.0, 93.5, 120_000)]
    assert net(run) == -219.28175
    stop = run.rows.orders[run.rows.orders["kind"] == codes.KIND_STOP_LOSS][0]
    assert (stop["qty"], stop["filled_qty"], stop["status"]) == (40.0, 40.0, codes.FILLED)


def test_the_rest_of_a_close_is_sent_again_until_the_trade_is_flat():
    run = capped(play(qty=50.0), FLAT, FLAT, FLAT, then=(At(MINUTE, ("exit_all",)),), volume=[1000.0, 600.0, 600.0])
    assert [(row[0], row[-1]) for row in fills(run)] == [(50.0, 0), (30.0, MINUTE), (20.0, 2 * MINUTE)]
    closes = run.rows.orders[run.rows.orders["kind"] == codes.KIND_CLOSE]
    assert closes["qty"].tolist() == [50.0, 20.0]
    assert closes["reason"].tolist() == [codes.NO_LIQUIDITY, codes.NO_REASON]
    assert (len(run.rows.trades), run.trade["exit_reason"]) == (1, codes.EXIT_SIGNAL)


def test_while_the_rest_of_a_close_is_on_its_way_nothing_else_is_closed():
    again = (At(MINUTE, ("exit_all",)), At(2 * MINUTE, ("exit_all",)))
    run = capped(play(qty=50.0), FLAT, FLAT, FLAT, then=again, volume=[1000.0, 600.0, 600.0])
    assert len(run.rows.orders) == 3


def test_an_exit_cancels_the_rest_of_the_entry_first():
    bars = (100, 100, 98, 98.5), (98.5, 99.5, 98, 98.2)
    run = capped(limit(99.0, qty=80.0), *bars, then=(At(MINUTE, ("exit_all",)),))
    assert [(row[0], row[1]) for row in fills(run)] == [(50.0, 99.0), (50.0, 98.5)]
    assert ended(run) == ("Cancelled", "USER")


def test_a_flip_cancels_the_rest_of_the_entry():
    of = limit(99.0, qty=80.0, policy=PositionPolicy(mode="long_short", exit_mode="signal", allow_flip=True))
    run = capped(of, (100, 100, 98, 98.5), (98.5, 101.5, 98.5, 101.5), then=(At(MINUTE, ("entry_short",)),))
    kinds = [(codes.ORDER_KINDS[int(row["kind"])], int(row["reason"])) for row in run.rows.orders]
    assert kinds[:2] == [("entry", codes.USER), ("close", codes.NO_REASON)]
    assert run.trade["exit_reason"] == codes.EXIT_FLIP


def test_a_halt_cancels_the_rest_of_the_entry():
    bars = (100, 100, 98, 98.5), (98.5, 98.5, 90, 90)
    run = long(
        limit(99.0, qty=80.0),
        *bars,
        then=(exec_close(1, price=98.5), exec_close(2, price=90.0)),
        volume=[1000.0, 0.0],
        overrides=CAPPED | {"max_drawdown_pct": 4.0},
    )
    assert (ended(run), run.account.stop_reason) == (("Cancelled", "USER"), "max_drawdown")
    assert run.account.balances().order_reserve == 0.0


def test_levels_follow_the_fills_once_the_entry_is_done():
    of = limit(99.0, qty=80.0, bars=2, anchor="fill", stop=StopRule(type="price_percent", value=5.0))
    bars = (100, 100, 98, 98.5), (98.5, 98.5, 98.4, 98.4), (98.4, 98.4, 97, 97)
    run = capped(of, *bars, then=(exec_close(1), exec_close(2), exec_close(3)), volume=[1000.0, 400.0, 0.0])
    assert ended(run) == ("Cancelled", "EXPIRED")
    stop = run.stop
    # 5 percent below the average fill of 99, from the closing instant of the second minute on.
    assert (stop["trigger"], stop["qty"]) == (94.05, 70.0)
    assert run.account.finish().trades["stop_loss"].tolist() == [95.0]
