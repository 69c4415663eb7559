"""Exposure: unions of stretches, beside a plain count of milliseconds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.held_times import HELD, OpenTrades, exposure_metrics, union_ms
from results.measure import Undefined
from results.trade_statistics import kept_columns
from tests.results.rows import rows, trades

stretches = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12), st.sampled_from([1, -1])), max_size=8)


def held_of(*stretches):
    return np.array([(0, side, start, end) for start, end, side in stretches], dtype=HELD)


@given(stretches)
@settings(max_examples=60)
def test_a_union_is_what_a_plain_count_finds(drawn):
    held = held_of(*((start, start + length, side) for start, length, side in drawn))
    measures = exposure_metrics(held, 5, 45)
    for name, sides in (("time", {1, -1}), ("long", {1}), ("short", {-1})):
        counted = {
            ms for start, length, side in drawn if side in sides for ms in range(start, start + length) if 5 <= ms < 45
        }
        assert measures[f"exposure_{name}"] == len(counted) / 40


def test_positions_at_the_same_time_count_once():
    held = held_of((0, 10, 1), (2, 12, 1), (4, 6, -1), (50, 60, -1))
    assert exposure_metrics(held, 0, 100) == {"exposure_time": 0.22, "exposure_long": 0.12, "exposure_short": 0.12}


def test_a_stretch_outside_the_run_has_no_length():
    assert union_ms(np.array([10, 20]), np.array([5, 20])) == 0


def test_a_run_without_length_has_no_exposure():
    assert exposure_metrics(held_of(), 5, 5)["exposure_long"] == Undefined("the run has no length")


@pytest.mark.parametrize("apart", [False, True])
def test_a_trade_is_open_from_its_first_fill_until_its_row_comes(apart):
    fills = rows("fills", 4, trade_id=[7, 7, 8, 7], closing=[0, 0, 0, 1], side=[1, 1, -1, -1], ts=[10, 20, 30, 40])
    ended = trades([1], trade_id=7, entry_ts=10, exit_ts=40)
    open_trades = OpenTrades()
    for piece in (fills[:2], fills[2:]) if apart else (fills,):
        open_trades.add(piece, ended if piece[-1]["ts"] == 40 else ended[:0])
    assert open_trades.held(kept_columns(ended), 90).tolist() == [(0, 1, 10, 40), (0, -1, 30, 90)]


def test_only_open_trades_are_kept():
    open_trades = OpenTrades()
    for trade_id in range(1, 50):
        fills = rows("fills", 2, trade_id=trade_id, closing=[0, 1], ts=[0, 1])
        open_trades.add(fills[:1], trades([]))
        open_trades.add(fills[1:], trades([1], trade_id=trade_id))
    assert open_trades == OpenTrades()
