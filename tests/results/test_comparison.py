"""How runs differ: in inputs, metrics and trades."""

import attrs
import numpy as np
import pytest

from play_engine.intervals import DAY_MS
from results.archive import KeptRun
from results.comparison import (
    DECISIONS,
    Difference,
    first_parting,
    input_differences,
    metric_differences,
    not_determined,
)
from results.recorder import MemoryRecorder
from results.summary import InstrumentUsed, StagedPlay
from tests.results.rows import equity, run_records, trades
from tests.results.runs import LABELS, play, summary


def made(nets=(10, -5, 20), columns=(), **fields):
    recorder = MemoryRecorder("p", LABELS)
    recorder.add(run_records(equity=equity([100, 100 + sum(nets)]), trades=trades(list(nets), **dict(columns))))
    return recorder.finish(summary(**fields))


def kept(**arguments):
    result = made(**arguments)
    return KeptRun(path=None, run=result.run, metrics=result.metrics, made_ms=0)


def inputs(**fields):
    return input_differences([kept(), kept(**fields)])


SERIES = summary().series[0]
RENAMED = (StagedPlay(instance="other", play=play()),)
RETUNED = (StagedPlay(instance="ema", play=play(resolved={"id": "ema_cross", "sizing": {"value": 2.0}})),)


@pytest.mark.parametrize(
    ("fields", "name", "values"),
    [
        ({"settings": {"slippage_bps": 5.0}}, "settings.slippage_bps", (2.0, 5.0)),
        ({"start_ms": DAY_MS}, "start_ms", (0, DAY_MS)),
        ({"code_hash": "ce"}, "code", ("cd", "ce")),
        ({"mark_source": "mark_kline"}, "mark_source", ("last", "mark_kline")),
        ({"plays": RENAMED}, "instances", (["ema"], ["other"])),
        ({"series": (attrs.evolve(SERIES, sha256="ff"),)}, "data.BTCUSDT.last.60000.sha256", ("ab", "ff")),
        (
            {"instruments": {"BTCUSDT": InstrumentUsed(record={"tiers": [{"limit": 5}]}, source="built in")}},
            "instruments.BTCUSDT.record.tiers.1.limit",
            (None, 5),
        ),
    ],
)
def test_an_input_that_differs_is_named_with_its_values(fields, name, values):
    assert Difference(name, values) in inputs(**fields)


def test_the_same_inputs_do_not_differ():
    assert inputs() == []
    assert inputs(warnings=("odd",), wall_s={"run": 2.0}) == []


def test_another_value_of_a_variable_shows_in_the_play_and_not_in_its_text():
    (difference,) = inputs(plays=RETUNED)
    assert difference.name == "play"
    assert difference.values[0] != difference.values[1]


def test_metrics_that_differ():
    differences = {one.name: one.values for one in metric_differences([kept(), kept(nets=(10, -5, 21))])}
    assert differences["net_pnl"] == (25, 26)
    assert "trades" not in differences
    assert metric_differences([kept(), kept()]) == []


def test_the_same_trades_do_not_part():
    assert first_parting(made().trades, made().trades) is None
    nan = {"fees": np.nan}
    assert first_parting(made(columns=nan).trades, made(columns=nan).trades) is None


def test_the_first_trade_that_differs():
    parting = first_parting(made().trades, made(columns={"exit_reason": [5, 2, 2], "fees": [0, 0, 1]}).trades)
    assert (parting.place, parting.columns) == (1, ("exit_reason",))
    assert [row["exit_reason"] for row in parting.rows] == ["signal", "stop_loss"]


def test_trades_may_be_told_apart_by_what_was_decided():
    pair = made().trades, made(columns={"fees": [1, 0, 0], "exit_reason": [5, 5, 2]}).trades
    assert (first_parting(*pair).place, first_parting(*pair, DECISIONS).place) == (0, 2)


def test_ids_do_not_count():
    assert first_parting(made().trades, made(columns={"trade_id": [5, 6, 7]}).trades) is None


@pytest.mark.parametrize("turned", [False, True])
def test_a_history_that_ends_earlier(turned):
    pair = [made().trades, made(nets=(10, -5)).trades]
    parting = first_parting(*(reversed(pair) if turned else pair))
    assert (parting.place, parting.columns) == (2, ())
    assert [row is None for row in parting.rows] == [turned, not turned]


def test_the_same_inputs_with_another_result_are_an_alarm():
    assert not_determined(kept(), kept(nets=(1,)))
    assert not not_determined(kept(), kept())
    assert not not_determined(kept(), kept(nets=(1,), start_ms=60_000))
    assert not not_determined(kept(), kept(nets=(1,), stop_reason="halted"))
