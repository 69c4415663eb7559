"""The page: one file without the network, for runs of every kind."""

import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("bokeh", reason="Bokeh is not installed")

from charts.report.page import write_report
from results.result import Result
from tests.charts.report_runs import made_up

SECTIONS = ("account", "months", "trades", "price", "costs", "honesty", "assumptions", "metrics", "origin")


def page(folder: Path, result: Result) -> str:
    write_report(result, folder / "report.html", {})
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ({"trades": 40, "points": 400, "plays": 2, "symbols": ("BTCUSDT", "ETHUSDT")}, ("play-1", "ETHUSDT")),
        (
            {"trades": 0, "points": 1, "stop_reason": "failed", "error": "<b>broken</b>"},
            ("&lt;b&gt;broken", "no trades"),
        ),
        pytest.param({"trades": 1, "points": 40}, ("fewer than 2 days",), marks=pytest.mark.slow),
    ],
    ids=["plays", "failed at once", "one trade"],
)
def test_one_file_that_needs_no_network(tmp_path: Path, shape: dict[str, Any], words: tuple[str, ...]) -> None:
    text = page(tmp_path, made_up(**shape))
    assert not re.search(r"<(script|link|img)[^>]*\s(src|href)=", text)
    assert "<b>broken" not in text
    for word in (*words, "<title>made_up · ", *(f"<section id='{name}'>" for name in SECTIONS)):
        assert word in text
    # Each figure has its place in the page.
    roots = re.findall(r'data-root-id="([^"]+)"', text)
    assert len(roots) == len(set(roots)) >= 1


@pytest.mark.slow
def test_ten_years_and_twelve_thousand_trades(tmp_path: Path) -> None:
    text = page(tmp_path, made_up(trades=12_000, points=350_000))
    assert "of 350,000 points are drawn" in text
    assert len(text) < 9_000_000
