"""The tables of the report: costs add up, counts stand out, undefined figures say why, texts are escaped."""

import re
from html import escape

import pytest

from charts.report.costs import costs
from charts.report.counts import exits_table, honesty_table, reasons
from charts.report.headline import alarms, head, tiles
from charts.report.markup import Cell, table
from charts.report.metric_names import GROUPS, Metrics, metric_tables, metrics_of
from charts.report.plays import plays_table
from charts.report.provenance import provenance
from results.result import Result
from tests.charts.report_runs import made_up


@pytest.fixture(scope="module")
def result() -> Result:
    return made_up(trades=30, points=600, plays=2, symbols=("BTCUSDT", "ETHUSDT"))


@pytest.fixture(scope="module")
def metrics(result: Result) -> Metrics:
    return metrics_of(result.metrics)


def joined(pieces) -> str:
    return "".join(pieces)


def test_cells_are_escaped() -> None:
    text = table(("<a>",), [(Cell("<b>", "<c>"),)])
    assert not re.search(r"<[abc]>", text)


def test_costs_lead_from_prices_to_the_net_result(metrics: Metrics) -> None:
    text = joined(costs(metrics))
    values = metrics.values
    assert metrics.text("net_pnl") in text
    assert f"−{values['fees_taker']:,.2f}" in text
    assert "everything else" not in text


def test_what_is_in_no_trade_is_shown_as_a_rest(metrics: Metrics) -> None:
    more = Metrics({**metrics.values, "net_pnl": metrics.values["net_pnl"] + 5.0, "bankruptcy_credit": 2.0}, {})
    text = joined(costs(more))
    assert "bankruptcy credit" in text
    assert re.search(r"everything else.*\+3\.00", text)


def test_every_metric_is_shown_and_unknown_ones_by_their_names(metrics: Metrics) -> None:
    text = metric_tables(Metrics({**metrics.values, "brand_new": 1.5}, metrics.undefined), frozenset())
    assert "brand_new" in text
    shown = {name: label for group in GROUPS.values() for name, (label, _) in group.items() if name in metrics.values}
    assert len(shown) > 90
    assert all(escape(label) in text for label in shown.values())


def test_an_undefined_metric_says_why(metrics: Metrics) -> None:
    undefined = Metrics({"sharpe": None}, {"sharpe": "zero variance"})
    assert undefined.cell("sharpe") == Cell("–", "zero variance", "faint")
    assert "undefined: not in this run" in tiles(undefined)


def test_counts_that_ask_for_care_stand_out(metrics: Metrics) -> None:
    text = honesty_table(metrics)
    assert re.search(r"caution'><span>7</span>", text)
    assert "not counted" in text


def test_exits_and_refusals(result: Result) -> None:
    by_reason = result.metrics["by_reason"]
    assert "take profit" in exits_table(by_reason["exits"])
    text = joined(reasons(by_reason))
    assert "Refused by the gate" in text
    assert "the stop lay on the wrong side" in text
    assert "Nothing was refused" in joined(reasons({"exits": by_reason["exits"], "gate_refusals": {}}))


def test_plays_side_by_side(result: Result) -> None:
    text = plays_table(result.metrics["per_play"])
    assert text.count("<tr>") == 1 + 2
    assert "play-0" in text
    assert "play-1" in text


def test_origin(result: Result) -> None:
    text = joined(provenance(result.run))
    for name in ("result_hash", "trades_hash"):
        assert result.hashes[name] in text
    assert result.hashes["play_hash"]["play-1"] in text


def test_a_run_that_came_to_its_end_has_no_alarm(result: Result) -> None:
    assert list(alarms(result.run, trades=30)) == []
    assert "completed" in head(result.run)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stop_reason": "failed", "error": "<b>oh</b>"}, ("The run failed", "&lt;b&gt;oh&lt;/b&gt;")),
        ({"stop_reason": "max_drawdown"}, ("drawdown reached its limit",)),
        ({"fill_bar_ms": 900_000}, ("15m bars, not on minutes",)),
        ({"warnings": ["gaps & more"]}, ("Warnings", "gaps &amp; more")),
    ],
)
def test_alarms(result: Result, changes: dict[str, object], words: tuple[str, ...]) -> None:
    text = joined(alarms(result.run | changes, trades=1))
    assert all(word in text for word in words)
    assert "No trade was closed" in joined(alarms(result.run, trades=0))
