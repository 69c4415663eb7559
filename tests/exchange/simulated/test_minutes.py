"""Worked minutes of a Play: what a long or short of 10 at 100 goes through, and what is counted of it."""

import pytest

from exchange.simulated import codes
from tests.exchange.simulated.sim_driver import FLAT, MINUTE, At, long, play


def net(run) -> float:
    return float(run.trade["net_pnl"])


def orders_of(run, kind: int):
    return run.rows.orders[run.rows.orders["kind"] == kind]


def test_a_jump_beyond_liquidation_is_a_takeover():
    run = long(play(stop=5.0), FLAT, (80, 82, 79, 81))
    bust = run.rows.fills[1]
    assert (bust["price"], bust["fee"], bust["order_id"], bust["ts"]) == (90.0, 0.495, 0, MINUTE)
    assert bust["exec_type"] == codes.EXEC_BUST
    stop = orders_of(run, codes.KIND_STOP_LOSS)[0]
    assert (stop["status"], stop["reason"]) == (codes.DEACTIVATED, codes.LIQUIDATION)
    assert run.wallet == 9898.955
    assert (run.account.stopped, run.account.stop_reason, run.account.stop_ms) == (True, "liquidation", 2 * MINUTE)


def test_takeover_on_the_path():
    run = long(play(), FLAT, (100, 100, 80, 100))
    assert run.trade["exit_ts"] == 69547
    assert run.wallet == 9898.955
    assert run.trade["mae"] == pytest.approx(0.0954773869, abs=5e-11)
    assert run.account.counters()["closest_liquidation"] == pytest.approx(0.0, abs=1e-12)


def test_leverage_above_the_tier_of_the_value_is_rejected():
    run = long(play(qty=15000.0, starting_equity_usdt=1e6, leverage=60.0), (100.5,) * 4)
    assert run.rows.orders[0]["reason"] == codes.LEVERAGE_TIER
    top = play(qty=60000.0, starting_equity_usdt=1e6, leverage=20.0)
    assert long(top, (100.5,) * 4).rows.orders[0]["reason"] == codes.RISK_LIMIT


def test_a_close_that_comes_too_late_does_nothing():
    run = long(play(target=4.0), (100, 104, 100, 103), FLAT, then=(At(MINUTE, ("exit_all",)),))
    assert net(run) == 38.878
    assert len(run.rows.orders) == 2


def test_a_close_whose_trade_is_taken_over_at_the_same_open_is_stale():
    run = long(play(), FLAT, (80, 80, 80, 80), then=(At(MINUTE, ("exit_all",)),))
    close = orders_of(run, codes.KIND_CLOSE)[0]
    assert (close["status"], close["reason"]) == (codes.REJECTED, codes.REDUCE_ONLY_NO_POSITION)
    assert run.account.gate_refusals() == {"STALE_CLOSE": 1}


def test_end_of_data():
    run = long(play(slippage_bps=2.0), (100, 101, 100, 101))
    last = run.account.finish("completed")
    assert last.trades["exit_reason"][0] == codes.EXIT_END_OF_DATA
    assert last.fills["price"].tolist() == [100.97]
    assert last.trades["net_pnl"][0] == 8.394555
    assert (last.equity["ts"][-1], last.equity["equity"][-1]) == (MINUTE, 10008.394555)


@pytest.mark.parametrize(("side", "close", "result"), [("entry_long", 101.0, -21.089), ("entry_short", 99.0, -21.111)])
def test_the_adverse_extreme_comes_first(side, close, result):
    run = long(play(stop=2.0, target=2.0), FLAT, (100, 103, 97, close), side=side)
    trade = run.trade
    assert (trade["exit_ts"], net(run), trade["ambiguous"]) == (73333, result, 1)
    counters = run.account.counters()
    assert (counters["ambiguous_minutes"], counters["ambiguous_exits"]) == (1, 1)


def test_the_mark_beyond_the_liquidation_price_of_an_order_refuses_it():
    run = long(play(leverage=50.0, slippage_bps=205.0), (98.0,) * 4)
    assert run.rows.orders[0]["reason"] == codes.WOULD_LIQUIDATE


def test_drawdown_flattens_and_stops_the_run():
    def close(ts, price):
        return At(ts * MINUTE, price=price, exec_close=True)

    run = long(
        play(qty=300.0),
        (100, 101, 100, 101),
        (101, 101, 97.5, 97.5),
        (97.4, 98, 97, 98),
        (98, 98, 98, 98),
        then=(close(1, 101.0), close(2, 97.5), close(3, 98.0), close(4, 98.0)),
        overrides={"max_drawdown_pct": 10.0, "on_drawdown": "flatten"},
    )
    assert run.rows.equity["equity"].tolist() == [10000.0, 10283.5, 9233.5]
    assert (run.trade["exit_price"], run.trade["exit_ts"]) == (97.4, 2 * MINUTE)
    assert run.rows.fills["fee"][1] == 16.071
    assert run.trade["exit_reason"] == codes.EXIT_MAX_DRAWDOWN
    assert run.wallet == 9187.429
    assert (run.account.stopped, run.account.stop_reason, run.account.stop_ms) == (True, "max_drawdown", 3 * MINUTE)
    last = run.account.finish("completed")
    assert (last.equity["ts"].tolist(), last.equity["equity"].tolist()) == ([3 * MINUTE], [9187.429])
    assert run.account.stop_reason == "max_drawdown"
