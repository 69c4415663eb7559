"""How a result prints itself."""

import json

import pytest

from exchange.simulated.records import CODED_COLUMNS
from results.printing import result_text
from results.recorder import MemoryRecorder
from results.summary import StagedPlay
from tests.results.rows import GOLDEN_DAYS, GOLDEN_NETS, equity, rows, run_records, trades, with_plays
from tests.results.runs import LABELS, play, summary

REASONS = {name: code for code, name in CODED_COLUMNS["ledger"]["reason"].items()}


def result(play_id="ema_cross", **fields):
    recorder = MemoryRecorder(play_id, LABELS)
    recorder.add(run_records(equity=equity(GOLDEN_DAYS), trades=trades(GOLDEN_NETS)))
    return recorder.finish(summary(**fields))


def line(shown, name):
    return next(text.split(name, 1)[1].strip() for text in str(shown).splitlines() if text.strip().startswith(name))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("window", "1970-01-01 00:00 to 1970-01-11 00:00 UTC, 1m"),
        ("trades", "6"),
        ("win rate", "50.00 %"),
        ("return", "+6.00 %"),
        ("max drawdown", "2.94 %"),
        ("sharpe", "6.47"),
        ("profit factor", "2.53"),
        ("fees", "0.00 USDT"),
        ("final equity", "10,600.00 USDT"),
        ("stop reason", "completed"),
    ],
)
def test_a_line_for_each_fact(name, text):
    assert line(result(), name) == text


def test_the_first_line_says_who_and_on_which_bars():
    assert str(result()).splitlines()[0] == "ema_cross  BTCUSDT  backtest"
    assert "fills on 4h bars, not on minutes" in str(result(fill_bar_ms=14_400_000)).splitlines()[0]


def test_an_early_stop_shows_when_and_why():
    stopped = result(stop_reason="failed", stop_ms=86_400_000, error="ValueError: no")
    assert line(stopped, "stop reason") == "failed at 1970-01-02 00:00"
    assert line(stopped, "error") == "ValueError: no"


def test_cautions_and_warnings_are_shown():
    shown = str(result(counters={"gap_minutes": 1234, "gate_refusals": {}}, warnings=("look here",)))
    assert "1,234 minutes without a bar" in shown
    assert "look here" in shown
    assert "refused" not in shown


def test_refusals_are_shown_with_their_reasons():
    counters = {"gate_refusals": {"HALTED": 2, "SIZE_TOO_SMALL": 1000}}
    assert "1,002 intents refused (SIZE_TOO_SMALL 1,000, HALTED 2)" in str(result(counters=counters))


def test_missing_funding_is_told():
    shown = str(result(counters={"funding_missing": 3}))
    assert "3 funding settlements without a rate, at which nothing was paid or received" in shown


def test_funding_and_a_credit_have_lines_where_there_were_any():
    ledger = rows("ledger", 2, reason=[REASONS["BANKRUPTCY_CREDIT"]] * 2, amount=[30.5, 1000.0])
    recorder = MemoryRecorder("p", LABELS)
    recorder.add(run_records(equity=equity([100, 0]), ledger=ledger))
    shown = str(recorder.finish(summary(stop_reason="bankrupt")))
    assert "1,030.50 USDT below 0 in the wallet, made good by the exchange" in shown
    assert "funding" not in shown
    metrics = result().metrics
    paid = {**metrics, "values": {**metrics["values"], "funding_paid": 2.5, "net_funding": -2.5}}
    assert line(result_text(result().run, paid, None), "funding") == "-2.50 USDT"


def test_what_was_assumed_is_one_line():
    settings = {
        "leverage": 2.0,
        "slippage_bps": 2.0,
        "latency_ms": 250,
        "latency_jitter_ms": 0,
        "limit_fill": "touch",
        "participation_rate": None,
    }
    told = "leverage 2, slippage 2 bps, latency 250 ms, limits fill on touch, no volume cap, marks are last prices"
    assert line(result(settings=settings), "assumed") == told
    settings = {"funding": "on", "a": {"leverage": 2.0, "slippage_jitter_bps": 1.5}, "b": {"leverage": 10.0}}
    told = "leverage 2/10, ± 1.5 bps, funding on, mark prices"
    assert line(result(settings=settings, mark_source="mark_kline"), "assumed") == told


def test_several_plays_on_an_account_have_a_line_each():
    plays = tuple(StagedPlay(instance=name, play=play()) for name in ("a", "b"))
    recorder = MemoryRecorder("shared", LABELS)
    recorder.add(run_records(equity=equity(GOLDEN_DAYS), trades=with_plays(trades([30, -10, 1000]), [0, 1, 0])))
    shown = str(recorder.finish(summary(plays=plays))).splitlines()
    lines = [text.split("play", 1)[1].strip() for text in shown if text.startswith("  play")]
    assert lines == [
        "a: 2 trades, win rate 100.00 %, net +1,030.00 USDT",
        "b: 1 trade, win rate 0.00 %, net -10.00 USDT",
    ]
    assert "  play " not in str(result())


def test_unknown_values_are_dashes():
    recorder = MemoryRecorder("p", LABELS)
    recorder.add(run_records(equity=equity([100])))
    assert line(recorder.finish(summary()), "win rate") == "–"


def test_html_is_escaped():
    html = result(play_id="<b>", warnings=("<script>alert(1)</script>",))._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<caption>&lt;b&gt;" in html
    assert "50.00 %" in html


def test_to_dict_is_json():
    document = result().to_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["metrics"]["values"]["trades"] == 6


def test_properties():
    made = result(warnings=("w",))
    assert (made.play_id, made.window, made.stop_reason) == ("ema_cross", (0, 864_000_000), "completed")
    assert (made.warnings, made.path, len(made.trades), len(made.fills)) == (("w",), None, 6, 0)
    assert len(made.result_hash) == len(made.input_hash) == 64
