"""Worked minutes: what a long or short of 10 at 100 goes through, to the last of eight decimals."""

import attrs
import numpy as np
import pytest

from exchange.simulated import codes
from tests.exchange.simulated.sim_driver import FLAT, INSTRUMENT, MINUTE, At, long, play


def net(run) -> float:
    return float(run.trade["net_pnl"])


def orders_of(run, kind: int):
    return run.rows.orders[run.rows.orders["kind"] == kind]


def test_stop_is_jumped_and_fills_at_the_open():
    run = long(play(stop=5.0, leverage=2.0), FLAT, (80, 82, 79, 81))
    trade = run.trade
    assert (trade["exit_price"], trade["exit_ts"], trade["exit_reason"]) == (80.0, MINUTE, codes.EXIT_STOP_LOSS)
    assert net(run) == -200.99
    assert run.wallet == 9799.01
    assert trade["mae"] == 0.2


def test_stop_is_jumped_with_slippage():
    run = long(play(stop=5.0, leverage=2.0, slippage_bps=2.0), FLAT, (80, 82, 79, 81))
    assert run.rows.fills["price"].tolist() == [100.02, 79.98]
    assert run.rows.fills["fee"].tolist() == [0.55011, 0.43989]
    assert (net(run), run.wallet) == (-201.39, 9798.61)


def test_a_jump_beyond_liquidation_is_a_takeover():
    run = long(play(stop=5.0), FLAT, (80, 82, 79, 81))
    bust = run.rows.fills[1]
    assert (bust["price"], bust["fee"], bust["order_id"], bust["ts"]) == (90.0, 0.495, 0, MINUTE)
    assert bust["exec_type"] == codes.EXEC_BUST
    stop = orders_of(run, codes.KIND_STOP_LOSS)[0]
    assert (stop["status"], stop["reason"]) == (codes.DEACTIVATED, codes.LIQUIDATION)
    assert run.wallet == 9898.955
    assert (run.account.stopped, run.account.stop_reason, run.account.stop_ms) == (True, "liquidation", 2 * MINUTE)


def test_takeover_of_the_whole_account():
    run = long(play(qty=100.0), FLAT, (100, 100, 1, 1))
    assert run.rows.fills["fee"].tolist() == [5.5, 4.95]
    assert run.rows.fills["ts"][1] == 61928
    assert run.rows.ledger["amount"].tolist() == [10000.0, -5.5, -1000.0, -4.95]
    assert run.wallet == 8989.55


def test_takeover_on_the_path():
    run = long(play(), FLAT, (100, 100, 80, 100))
    assert run.trade["exit_ts"] == 69547
    assert run.wallet == 9898.955
    assert run.trade["mae"] == pytest.approx(0.0954773869, abs=5e-11)
    assert run.account.counters()["closest_liquidation"] == pytest.approx(0.0, abs=1e-12)


def test_target_in_the_minute_of_the_entry():
    run = long(play(stop=2.0, target=3.0), (100, 104, 98.5, 103))
    trade = run.trade
    assert (trade["exit_price"], trade["exit_ts"], net(run)) == (103.0, 36363, 28.8835)
    assert (trade["mae"], trade["mfe"]) == (0.015, 0.03)
    assert trade["exit_reason"] == codes.EXIT_TAKE_PROFIT


def test_half_of_it_then_the_rest():
    bar = (110, 110, 110, 110)
    closes = (At(MINUTE, (("exit_all", 50.0),)), At(2 * MINUTE, ("exit_long",)))
    run = long(play(slippage_bps=10.0), FLAT, bar, bar, then=closes)
    fills = run.rows.fills
    assert fills["price"].tolist() == [100.1, 109.89, 109.89]
    assert fills["realised_pnl"].tolist() == [0.0, 48.95, 48.95]
    assert fills["fee"].tolist() == [0.55055, 0.3021975, 0.3021975]
    assert (run.trade["fills"], net(run)) == (3, 96.745055)
    assert run.wallet - 10000.0 == pytest.approx(96.745055, abs=1e-9)


@pytest.mark.parametrize(("last_open", "accepted"), [(100.0, True), (100.4, True), (100.6, False)])
def test_sizing_leaves_room_for_the_way_to_the_fill(last_open, accepted):
    from play_engine.play.model import Sizing

    big = play(leverage=100.0, sizing=Sizing(model="percent_equity", value=95.0))
    one_tier = attrs.evolve(INSTRUMENT, tiers=(attrs.evolve(INSTRUMENT.tiers[0], limit=np.inf),))
    run = long(big, (last_open,) * 4, instrument=one_tier)
    if accepted:
        assert run.position["qty"] == 8968.631
    else:
        order = run.rows.orders[0]
        assert (order["qty"], order["status"], order["reason"]) == (8968.631, codes.REJECTED, codes.INSUFFICIENT_MARGIN)


@pytest.mark.parametrize(("fill", "price", "result"), [("market", 106.0, 58.867), ("level", 104.0, 38.878)])
def test_target_is_jumped(fill, price, result):
    run = long(play(target=4.0), FLAT, (106, 107, 105, 106), overrides={"tp_gap_fill": fill})
    assert (run.trade["exit_price"], net(run)) == (price, result)


def test_short_meets_the_high_first():
    run = long(play(), FLAT, (100, 112, 100, 101), side="entry_short")
    assert run.rows.fills[1]["price"] == pytest.approx(110.0, abs=1e-12)
    assert (run.rows.fills[1]["fee"], run.trade["exit_ts"]) == (0.605, 75754)
    assert run.wallet == 9898.845


@pytest.mark.parametrize(
    ("side", "liquidation", "available"),
    [("entry_long", 90.57239057, 848432.5), ("entry_short", 109.24092409, 848267.5)],
)
def test_liquidation_price_over_tiers(side, liquidation, available):
    rich = play(qty=15000.0, starting_equity_usdt=1e6)
    run = long(rich, FLAT, side=side, then=(At(MINUTE, exec_close=True),))
    assert run.position["liquidation"] == pytest.approx(liquidation, abs=5e-9)
    assert run.account._held["available"][0] == pytest.approx(available, abs=1e-6)


def test_leverage_above_the_tier_of_the_value_is_rejected():
    run = long(play(qty=15000.0, starting_equity_usdt=1e6, leverage=60.0), (100.5,) * 4)
    assert run.rows.orders[0]["reason"] == codes.LEVERAGE_TIER
    top = play(qty=60000.0, starting_equity_usdt=1e6, leverage=20.0)
    assert long(top, (100.5,) * 4).rows.orders[0]["reason"] == codes.RISK_LIMIT


def test_close_clears_both_children():
    close = (At(MINUTE, ("exit_all",)),)
    run = long(play(stop=5.0, target=4.0), FLAT, (101, 105, 100, 102), then=close)
    assert (run.trade["exit_price"], net(run), run.trade["exit_reason"]) == (101.0, 8.8945, codes.EXIT_SIGNAL)
    for kind in (codes.KIND_STOP_LOSS, codes.KIND_TAKE_PROFIT):
        child = orders_of(run, kind)[0]
        assert (child["status"], child["reason"]) == (codes.DEACTIVATED, codes.POSITION_CLEARED)


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


def test_stop_before_liquidation_on_the_same_leg():
    run = long(play(stop=8.0, slippage_bps=2.0), FLAT, (100, 100, 80, 85))
    assert (run.trade["exit_price"], run.trade["exit_ts"], net(run)) == (91.98, 68000, -81.456)


def test_the_mark_beyond_the_liquidation_price_of_an_order_refuses_it():
    run = long(play(leverage=50.0, slippage_bps=205.0), (98.0,) * 4)
    assert run.rows.orders[0]["reason"] == codes.WOULD_LIQUIDATE


def test_a_close_goes_before_the_stop_of_the_same_open():
    close = (At(MINUTE, ("exit_all",)),)
    run = long(play(stop=5.0, leverage=2.0), (100, 100, 99, 99), (94, 95, 93, 94), then=close)
    assert (run.trade["exit_price"], net(run), run.trade["exit_reason"]) == (94.0, -61.067, codes.EXIT_SIGNAL)


def test_one_tick_is_the_smallest_slippage():
    coarse = attrs.evolve(INSTRUMENT, tick_size="0.5", max_price=1e6)
    run = long(play(slippage_bps=2.0), FLAT, instrument=coarse)
    fill = run.rows.fills[0]
    assert (fill["price"], fill["fee"], fill["slippage_cost"]) == (100.5, 0.55275, 5.0)


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
