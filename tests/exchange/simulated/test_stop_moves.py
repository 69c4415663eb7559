"""Worked minutes of trailing and break-even stops."""

from typing import Any

import numpy as np
import pytest

from exchange.simulated import codes
from play_engine.errors import InternalError
from play_engine.play.model import BreakEven, StopRule, Trailing
from play_engine.rules.expression import Reference
from tests.exchange.simulated.sim_driver import FLAT, MINUTE, At, candles, exchange, long, play, play_out
from tests.exchange.simulated.test_limit_orders import fills, net

PERCENT = Trailing(trail_pct=2.0)
ATR = Trailing(atr=Reference("atr", "value", "FLOAT"), atr_multiplier=2.0)


def stops(of: Any, *bars: Any, **how: Any) -> list[float]:
    """The level of the stop in force in each minute behind the first, on a fresh run up to it; NaN without one."""
    levels = []
    for count in range(1, len(bars) + 1):
        run = long(of, *bars[:count], (bars[count - 1][3],) * 4, **how)
        levels.append(run.stop["trigger"] if run.stop else np.nan)
    return levels


# High and close of the minutes of a long from 100.
MINUTES = [(100, 101, 100, 100.9), (100.9, 102, 100.5, 101.2), (101.2, 101.5, 100.6, 100.8)]


def test_a_trailing_stop_holds_from_the_next_minute_on():
    assert stops(play(trailing=PERCENT), *MINUTES) == [98.98, 99.96, 99.96]


def test_break_even_holds_from_the_next_minute_on():
    got = stops(play(break_even=BreakEven(activation_pct=1.0, offset_pct=0.1)), *MINUTES)
    assert np.isnan(got[0])
    assert got[1:] == [100.1, 100.1]


def test_trailing_by_percent_of_the_peak():
    run = long(play(stop=2.0, trailing=PERCENT), FLAT, (100, 121, 99.5, 120), (120, 120.5, 118, 118.2))
    assert [(row[1], row[-1]) for row in fills(run)][1] == (118.58, 134_200)
    assert (net(run), run.trade["exit_reason"]) == (184.59781, codes.EXIT_TRAILING_STOP)
    stop = run.rows.orders[run.rows.orders["kind"] == codes.KIND_STOP_LOSS][0]
    # 98 at first, which is where the peak of the first minute puts it too, then 118.58.
    assert (stop["trigger_price"], stop["amendments"]) == (118.58, 1)
    assert run.trade["stop_loss"] == 98.0


def test_a_stop_that_the_open_has_passed_is_a_close_at_market():
    run = long(play(stop=2.0, trailing=PERCENT), FLAT, (100, 121, 99.5, 120), (117, 119, 116, 118))
    assert [(row[1], row[-1]) for row in fills(run)][1] == (117.0, 2 * MINUTE)
    assert run.trade["exit_reason"] == codes.EXIT_TRAILING_STOP
    close = run.rows.orders[run.rows.orders["kind"] == codes.KIND_CLOSE][0]
    assert (close["created_ts"], close["status"]) == (2 * MINUTE, codes.FILLED)


def test_a_close_under_way_is_enough():
    then = (At(2 * MINUTE, ("exit_all",)),)
    run = long(play(stop=2.0, trailing=PERCENT), FLAT, (100, 121, 99.5, 120), (117, 119, 116, 118), then=then)
    assert (run.trade["exit_reason"], len(run.rows.orders)) == (codes.EXIT_SIGNAL, 3)


def test_a_trailing_stop_waits_for_its_activation():
    of = play(trailing=Trailing(trail_pct=1.0, activation_pct=3.0))
    got = stops(of, (100, 102.9, 100, 102), (102, 103, 102, 102.5), (102.5, 102.6, 102, 102.2))
    assert np.isnan(got[0])
    assert got[1:] == [101.97, 101.97]


def test_trailing_by_atr_falls_back_on_percent():
    of = play(trailing=Trailing(atr=ATR.atr, atr_multiplier=2.0, trail_pct=5.0))
    bars = (100, 104, 100, 104), (104, 104, 103, 103), (103, 103, 102.5, 102.5), FLAT
    assert stops(of, *bars[:1], atr=[1.0, 1.0]) == [102.0]
    assert stops(of, *bars[:1], atr=[np.nan, 1.0]) == [98.8]
    assert stops(of, *bars[:1], atr=[0.0, 1.0]) == [98.8]


def test_trailing_by_atr_without_percent_waits_for_an_atr():
    run = long(play(trailing=ATR), (100, 104, 100, 104), (104, 104, 103, 103), FLAT, atr=[np.nan, 1.0, np.nan])
    assert [(row[1], row[-1]) for row in fills(run)][1] == (100.0, 2 * MINUTE)


def test_a_first_stop_by_trailing_rules():
    by_percent = play(stop=StopRule(type="trailing_pct", value=2.0), trailing=PERCENT)
    assert long(by_percent, FLAT).stop["trigger"] == 98.0
    by_atr = play(stop=StopRule(type="trailing_atr", value=1.5), trailing=ATR)
    account = exchange(by_atr)
    play_out(account, candles(FLAT), [At(0, ("entry_long",), stop=2.0)], [], [np.nan])
    assert [order["trigger"] for order in account.open_orders("TUSDT")] == [97.0]


def test_a_stop_never_goes_back():
    got = stops(play(stop=1.0, trailing=PERCENT), (100, 100.5, 100, 100.2), (100.2, 104, 100, 103))
    assert got == [99.0, 101.92]


def test_what_moved_the_stop_last_is_the_reason():
    of = play(stop=5.0, trailing=PERCENT, break_even=BreakEven(activation_pct=1.0, offset_pct=0.1))
    run = long(of, FLAT, (100, 101.5, 99.9, 101), (101, 101, 100, 100.05))
    assert (run.trade["exit_price"], run.trade["exit_reason"]) == (100.1, codes.EXIT_BREAK_EVEN)
    run = long(of, FLAT, (100, 104, 99.9, 103), (103, 103, 100, 101))
    assert (run.trade["exit_price"], run.trade["exit_reason"]) == (101.92, codes.EXIT_TRAILING_STOP)


def test_the_first_stop_keeps_its_own_reason():
    run = long(play(stop=2.0, trailing=PERCENT), FLAT, (100, 100, 97, 98))
    assert run.trade["exit_reason"] == codes.EXIT_STOP_LOSS


def test_every_minute_needs_its_atr():
    account = exchange(play(trailing=ATR))
    with pytest.raises(InternalError, match="ATR of the trailing stop"):
        play_out(account, candles(FLAT), [At(0, ("entry_long",))], [])
