"""Trade metrics: published values, the undefined cases, and sides."""

import numpy as np
import pytest

from results.measure import Undefined
from results.trade_statistics import kept_columns, trade_metrics
from tests.results.rows import GOLDEN_NETS, trades

PUBLISHED = {
    "profit_factor": 2.5333333333,
    "expectancy": 38.3333333333,
    "sqn": 0.8711871219,
    "win_rate": 0.5,
    "avg_win": 126.6666666667,
    "avg_loss": -50,
    "payoff_ratio": 2.5333333333,
    "kelly": 0.3026315789,
    "max_consecutive_wins": 1,
    "max_consecutive_losses": 1,
    "trades": 6,
    "gross_profit": 380,
    "gross_loss": -150,
    "largest_win": 200,
    "largest_loss": -80,
    "expectancy_r": 0.383333333333,
}
NO_TRADES = Undefined("no trades")


def metrics(nets, **columns):
    return trade_metrics(kept_columns(trades(nets, **columns)))


@pytest.mark.parametrize("name", PUBLISHED)
def test_published(name):
    assert metrics(GOLDEN_NETS)[name] == pytest.approx(PUBLISHED[name], abs=1e-10)


def test_no_trades():
    measures = metrics([])
    for name, value in measures.items():
        counted = name.endswith(("trades", "pnl", "fees", "funding", "wins", "losses", "profit", "loss", "breakeven"))
        if counted and name not in {"avg_loss", "largest_loss"}:
            assert value == 0, name
        else:
            assert isinstance(value, Undefined), name
    assert measures["win_rate"] == measures["profit_factor"] == measures["sqn"] == NO_TRADES


def test_no_losing_trade():
    measures = metrics([10, 20])
    for name in ("profit_factor", "payoff_ratio", "kelly", "avg_loss", "largest_loss"):
        assert measures[name] == Undefined("no losing trade")


def test_no_winning_trade():
    measures = metrics([-10, -20])
    assert measures["profit_factor"] == measures["payoff_ratio"] == 0
    for name in ("kelly", "avg_win", "largest_win", "avg_win_duration_ms"):
        assert measures[name] == Undefined("no winning trade")


def test_neither_a_winning_nor_a_losing_trade():
    measures = metrics([0, 0])
    for name in ("profit_factor", "payoff_ratio", "kelly", "avg_loss"):
        assert measures[name] == Undefined("no losing trade")
    assert measures["avg_win"] == Undefined("no winning trade")
    assert (measures["breakeven"], measures["win_rate"], measures["expectancy"]) == (2, 0, 0)


def test_one_trade_has_no_quality_number():
    assert metrics([5])["sqn"] == Undefined("fewer than 2 trades")


def test_equal_trades_have_no_variance():
    assert metrics([5, 5, 5])["sqn"] == Undefined("zero variance")


def test_a_breakeven_trade_ends_both_streaks():
    measures = metrics([1, 1, 0, 1, 1, 1, -1, -1, 0, -1])
    assert (measures["max_consecutive_wins"], measures["max_consecutive_losses"]) == (3, 2)
    assert measures["breakeven"] == 2


def test_trades_without_a_stop_have_no_part_in_expectancy_r():
    assert metrics([100, 50], r_multiple=[np.nan, 2.0])["expectancy_r"] == 2.0
    assert metrics([100], r_multiple=np.nan)["expectancy_r"] == Undefined("no trade with a stop")


def test_sides_stand_by_themselves():
    measures = metrics([30, -10, 5], side=[1, 1, -1], fees=[1, 2, 4], funding=[0.5, 0, -1])
    assert (measures["long_trades"], measures["short_trades"]) == (2, 1)
    assert (measures["long_net_pnl"], measures["long_fees"], measures["long_funding"]) == (20, 3, 0.5)
    assert measures["long_profit_factor"] == 3
    assert measures["short_profit_factor"] == Undefined("no losing trade")
    assert measures["short_win_rate"] == 1


def test_durations_and_excursions():
    measures = metrics([10, -5, 20], duration_ms=[10, 20, 60], mae=[0.1, 0.2, 0.0], mfe=[0.3, 0.0, 0.3])
    assert (measures["avg_trade_duration_ms"], measures["median_trade_duration_ms"]) == (30, 20)
    assert (measures["max_win_duration_ms"], measures["max_loss_duration_ms"]) == (60, 20)
    assert measures["mae_max"] == 0.2
    assert measures["edge_ratio"] == pytest.approx(2.0)


def test_without_adverse_excursion_there_is_no_edge_ratio():
    assert metrics([10])["edge_ratio"] == Undefined("no adverse excursion")
