"""The whole metrics document: published values, groups, undefined names, chunks."""

import json

import numpy as np
import pytest

from exchange.simulated.records import CODED_COLUMNS
from play_engine.errors import InternalError
from play_engine.intervals import DAY_MS, MINUTE_MS
from results.metrics import MetricsAccumulator
from results.summary import StagedPlay
from tests.results.rows import GOLDEN_DAYS, GOLDEN_NETS, cut, equity, rows, run_records, simulated, trades, with_plays
from tests.results.runs import play, summary

LEDGER = {name: code for code, name in CODED_COLUMNS["ledger"]["reason"].items()}
COUNTERS = {
    "minutes": 100,
    "leverage_sum": 150.0,
    "max_gross_exposure": 2.5,
    "max_margin_usage": 0.5,
    "closest_liquidation": float("inf"),
    "gap_minutes": 7,
    "gate_refusals": {"SIZE_TOO_SMALL": 2, "HALTED": 1},
}


def metrics_of(*chunks, **fields):
    accumulator = MetricsAccumulator()
    for records in chunks:
        accumulator.add(records)
    return accumulator.metrics_of(summary(**fields))


def golden(**fields):
    return metrics_of(run_records(equity=equity(GOLDEN_DAYS), trades=trades(GOLDEN_NETS)), **fields)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("total_return", 0.06),
        ("cagr", 7.3881093256),
        ("max_drawdown", 0.0294117647),
        ("max_drawdown_abs", 300),
        ("max_drawdown_duration_ms", 3 * DAY_MS),
        ("max_drawdown_duration_bars", 3),
        ("max_drawdown_peak_ts", 3 * DAY_MS),
        ("max_drawdown_valley_ts", 4 * DAY_MS),
        ("max_drawdown_recovery_ts", 6 * DAY_MS),
        ("time_under_water", 5 / 11),
        ("sharpe", 6.4727445075),
        ("sqn", 0.8711871219),
        ("net_pnl", 600),
        ("recovery_factor", 2.0),
        ("best_month", 0.06),
    ],
)
def test_published(name, value):
    assert golden()["values"][name] == pytest.approx(value, abs=1e-10)


def test_every_null_has_a_reason_and_the_document_is_json():
    document = golden(counters=COUNTERS)
    nulls = {name for name, value in document["values"].items() if value is None}
    assert nulls == set(document["undefined"])
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_counters_become_risk_and_honesty():
    document = golden(counters=COUNTERS)
    values = document["values"]
    assert (values["avg_leverage"], values["max_gross_exposure"], values["gap_minutes"]) == (1.5, 2.5, 7)
    assert values["gate_refusals"] == 3
    assert document["by_reason"]["gate_refusals"] == {"SIZE_TOO_SMALL": 2, "HALTED": 1}
    assert document["undefined"]["closest_liquidation"] == "no position with a liquidation price"
    assert document["undefined"]["unprotected_minutes"] == "not counted"


def test_a_run_without_counters_says_so():
    undefined = golden()["undefined"]
    assert undefined["avg_leverage"] == undefined["gate_refusals"] == undefined["gap_minutes"] == "not counted"


def test_exposure_comes_from_the_trades():
    day = DAY_MS // 10
    columns = {"side": [1, -1], "entry_ts": [0, 5 * day], "exit_ts": [10 * day, 20 * day]}
    values = metrics_of(run_records(equity=equity([100] * 11), trades=trades([1, 1], **columns)))["values"]
    exposure = [values[f"exposure_{name}"] for name in ("time", "long", "short")]
    assert exposure == pytest.approx([0.2, 0.1, 0.15])


def test_a_position_that_stays_open_counts_to_the_end():
    fills = rows("fills", 3, trade_id=[1, 1, 2], side=[1, -1, -1], closing=[0, 1, 0], ts=np.array([0, 1, 4]) * DAY_MS)
    ended = trades([5], trade_id=1, entry_ts=0, exit_ts=DAY_MS)
    whole = run_records(equity=equity([100] * 11), fills=fills, trades=ended)
    for document in (metrics_of(whole), metrics_of(*cut(whole, 3))):
        values = document["values"]
        exposure = [values[f"exposure_{name}"] for name in ("time", "long", "short")]
        assert exposure == pytest.approx([0.7, 0.1, 0.6])


def test_by_reason_and_per_play():
    document = golden()
    assert document["by_reason"]["exits"] == {"signal": {"trades": 6, "wins": 3, "net_pnl": 230}}
    assert document["per_play"]["ema"]["values"]["profit_factor"] == pytest.approx(2.5333333333)


def test_plays_on_one_account_have_metrics_of_their_own():
    plays = tuple(StagedPlay(instance=name, play=play()) for name in ("a", "b", "idle"))
    shared = with_plays(trades([30, -10, 5], fees=[1, 2, 4], funding=[0.5, 0, -1], slippage_cost=[0, 2, 3]), [0, 1, 0])
    shared["exit_reason"] = [1, 2, 5]
    shared["exit_ts"] = shared["entry_ts"] + np.array([1, 1, 5]) * DAY_MS
    counters = {"gate_refusals": {"HALTED": 3}, "gate_refusals_by_play": [{"HALTED": 2}, {"HALTED": 1}, {}]}
    document = metrics_of(run_records(equity=equity([100] * 11), trades=shared), plays=plays, counters=counters)
    a, b, idle = (document["per_play"][name] for name in ("a", "b", "idle"))
    costs = ("trades", "net_pnl", "fees_total", "net_funding", "slippage_cost", "gate_refusals")
    assert [a["values"][name] for name in costs] == [2, 35, 5, -0.5, 3, 2]
    assert [b["values"][name] for name in costs] == [1, -10, 2, 0, 2, 1]
    assert [idle["values"][name] for name in costs] == [0, 0, 0, 0, 0, 0]
    assert a["by_reason"]["exits"].keys() == {"take_profit", "signal"}
    assert b["by_reason"] == {
        "exits": {"stop_loss": {"trades": 1, "wins": 0, "net_pnl": -10}},
        "gate_refusals": {"HALTED": 1},
    }
    assert a["values"]["exposure_time"] == pytest.approx(0.5, abs=0.001)
    assert (idle["values"]["exposure_time"], idle["undefined"]["win_rate"]) == (0, "no trades")


def test_refusals_of_a_single_play_are_those_of_the_account():
    assert golden(counters=COUNTERS)["per_play"]["ema"]["by_reason"]["gate_refusals"] == COUNTERS["gate_refusals"]


def test_without_counts_by_play_several_plays_do_not_share_one():
    plays = tuple(StagedPlay(instance=name, play=play()) for name in ("a", "b"))
    assert golden(plays=plays, counters=COUNTERS)["per_play"]["b"]["undefined"]["gate_refusals"] == "not counted"


def test_no_trades_and_a_flat_curve():
    document = metrics_of(run_records(equity=equity([10_000] * 5)))
    values, undefined = document["values"], document["undefined"]
    assert (values["total_return"], values["max_drawdown"], values["trades"], values["volume"]) == (0, 0, 0, 0)
    assert undefined["win_rate"] == "no trades"
    assert undefined["calmar"] == undefined["recovery_factor"] == "no drawdown"
    assert undefined["cost_share"] == "no gross profit before costs"
    assert undefined["benchmark_return"] == "no benchmark"


def test_a_short_run_has_no_cagr():
    document = metrics_of(run_records(equity=equity([100, 101], step_ms=MINUTE_MS)))
    assert document["undefined"]["cagr"] == "shorter than 1 day"
    assert document["undefined"]["sharpe"] == "fewer than 2 days"
    assert document["values"]["var_95"] == pytest.approx(-0.01)


def test_everything_lost():
    values = metrics_of(run_records(equity=equity([100, 50, 0, 0])))["values"]
    assert values["total_return"] == values["cagr"] == -1
    assert values["max_drawdown"] == 1


def test_deposits_are_no_profit():
    ledger = rows("ledger", 2, reason=LEDGER["DEPOSIT"], amount=[100.0, 30.0])
    values = metrics_of(run_records(equity=equity([100, 140]), ledger=ledger))["values"]
    assert values["net_pnl"] == 10


def test_what_belongs_to_no_trade_makes_up_the_difference():
    ledger = rows("ledger", 3, amount=[100.0, -130.0, 30.0])
    ledger["reason"] = [LEDGER["DEPOSIT"], LEDGER["REALISED_PNL"], LEDGER["BANKRUPTCY_CREDIT"]]
    records = run_records(equity=equity([100, 0]), ledger=ledger, trades=trades([-130]))
    values = metrics_of(records, stop_reason="bankrupt")["values"]
    assert (values["bankruptcy_credit"], values["liquidation_residue"]) == (30, 0)
    assert values["net_pnl"] == -100 == -130 + values["bankruptcy_credit"] + values["liquidation_residue"]


def test_costs():
    fills = rows("fills", 3, liquidity=[1, 2, 2], exec_type=[1, 1, 2], fee=[1, 2, 4], value=[100, 200, 100])
    fills["slippage_cost"] = [0, 3, 0]
    records = run_records(equity=equity([100, 300]), fills=fills, trades=trades([17], gross_pnl=17))
    values = metrics_of(records)["values"]
    assert (values["fees_total"], values["fees_maker"], values["fees_taker"]) == (7, 1, 6)
    assert (values["maker_share"], values["volume"], values["turnover"]) == (0.25, 400, 2)
    assert values["cost_share"] == pytest.approx((7 + 3) / (17 + 3))
    assert values["liquidations"] == 1


def test_orders_by_state_and_reason():
    orders = rows("orders", 4, status=[5, 6, 7, 7], reason=[0, 32, 16, 16])
    document = metrics_of(run_records(equity=equity([100]), orders=orders))
    assert [document["values"][name] for name in ("orders", "filled", "cancelled", "rejected")] == [4, 1, 1, 2]
    assert document["by_reason"]["orders_rejected"] == {"INSUFFICIENT_MARGIN": 2}
    assert document["by_reason"]["orders_cancelled"] == {"POSITION_CLEARED": 1}


@pytest.mark.parametrize("pieces", [2, 7, 97, 500])
def test_chunks_do_not_show(pieces):
    whole = simulated(500)
    assert metrics_of(*cut(whole, pieces)) == metrics_of(whole)


def test_months_are_calendar_months():
    days = np.full(60, 100.0)
    days[31:] = 150.0  # January 1970 ends at the midnight of day 31
    days[59:] = 120.0  # February at that of day 59
    values = metrics_of(run_records(equity=equity(days)))["values"]
    assert (values["best_month"], values["worst_month"]) == (pytest.approx(0.5), pytest.approx(-0.2))


def test_a_run_without_a_point_has_no_result():
    with pytest.raises(InternalError, match="discard"):
        metrics_of(run_records())
