"""How a result prints itself."""

import json

import pytest

from results.recorder import MemoryRecorder
from tests.results.rows import GOLDEN_DAYS, GOLDEN_NETS, equity, run_records, trades
from tests.results.runs import LABELS, summary


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
