"""The command `chart`: what it draws, where trades come from, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import click
import pytest

from charts import page
from charts.chart import Chart
from commands import drawing_library
from commands.chart import Trades, run_chart
from play_engine.errors import DataError, Gap
from tests.commands.inputs import BARS, MINUTE_MS, PLAY, START_MS, program, write_candles, write_play

pytest.importorskip("bokeh", reason="Bokeh is not installed")

DAY_MS = 1_440 * MINUTE_MS
STRUCTURES = """\
structures:
  exec:
    - {type: swing, key: sw, params: {left: 2, right: 2}}
  med_tf:
    - {type: fair_value_gap, key: gap, params: {max_age_bars: 6}}
"""


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Chart]:
    """The charts that were to be written; a small file is written instead."""
    charts: list[Chart] = []

    def keep(chart: Chart, path: Path) -> None:
        charts.append(chart)
        path.write_text("a chart")

    monkeypatch.setattr(page, "write_page", keep)
    return charts


def draw(folder: Path, *, text: str = PLAY, trades: Trades | None = None, **options: Any) -> int:
    play, candles = write_play(folder, text), folder / "candles.csv"
    if not candles.exists():
        write_candles(folder)
    return run_chart(
        str(play),
        options.pop("candles", candles),
        options.pop("out", folder / "chart.html"),
        options.pop("bounds_ms", (None, None)),
        options.pop("assignments", ()),
        options.pop("only", None),
        trades or Trades(),
        force=options.pop("force", False),
        as_json=options.pop("as_json", False),
    )


def test_the_run_and_what_it_saw(tmp_path: Path, drawn: list[Chart], capsys: pytest.CaptureFixture[str]) -> None:
    assert draw(tmp_path, text=PLAY.replace("actions:", f"{STRUCTURES}actions:")) == 0
    (chart,) = drawn
    assert str(tmp_path / "chart.html") in capsys.readouterr().out
    assert chart.title == "cross · BTCUSDT · 15m"
    assert {one.name for one in chart.lines.series} == {"quick", "slow"}
    assert [sketch.key for sketch in chart.sketches] == ["sw", "gap"]
    assert len(chart.sketches[0].drawing.marks) > 8
    assert len(chart.executions.passages) > 3
    assert len(chart.executions.fills) == 2 * len(chart.executions.passages)
    assert {level.kind for level in chart.executions.levels} == {"stop", "target"}
    assert "trades, net" in chart.subtitle


def test_the_values_are_those_that_the_run_used(tmp_path: Path, drawn: list[Chart]) -> None:
    bounds = (START_MS + 2 * DAY_MS, START_MS + 3 * DAY_MS)
    draw(tmp_path, bounds_ms=bounds)
    (chart,) = drawn
    ts, closes = chart.columns["ts"], chart.columns["close"]
    assert (ts[0], ts[-1] + 15 * MINUTE_MS) == bounds
    for fill in chart.executions.fills:
        row = int((fill.ts_ms - ts[0]) // (15 * MINUTE_MS))
        crossed = chart.columns["quick"][row - 1] - chart.columns["slow"][row - 1]
        if fill.is_entry:
            assert crossed > 0.0
            assert abs(fill.price - closes[row - 1]) < 0.2
    assert any(fill.is_entry for fill in chart.executions.fills)


def test_without_a_run_everything_is_drawn(tmp_path: Path, drawn: list[Chart]) -> None:
    draw(tmp_path, trades=Trades(run=False))
    assert len(drawn[0].columns["ts"]) == BARS
    assert drawn[0].executions.fills == ()


def test_trades_of_an_earlier_run(tmp_path: Path, drawn: list[Chart], capsys: pytest.CaptureFixture[str]) -> None:
    play, candles = write_play(tmp_path), write_candles(tmp_path)
    window = ("--start", "2024-01-03", "--end", "2024-01-05")
    program(capsys, "backtest", play, "--candles", candles, "--out", tmp_path / "runs", *window)
    (folder,) = (tmp_path / "runs").glob("cross/*/001")
    draw(tmp_path, trades=Trades(folder=folder))
    assert drawn[0].columns["ts"][0] == START_MS + 2 * DAY_MS
    assert len(drawn[0].executions.fills) > 2
    write_play(tmp_path, PLAY.replace("name: cross", "name: other"), "other.yml")
    with pytest.raises(DataError, match="is a run of cross, not of other"):
        run_chart(
            str(tmp_path / "other.yml"),
            candles,
            tmp_path / "o.html",
            (None, None),
            (),
            None,
            Trades(folder=folder),
            force=False,
            as_json=False,
        )


def test_only_some(tmp_path: Path, drawn: list[Chart]) -> None:
    draw(tmp_path, only="slow", trades=Trades(run=False))
    assert [one.name for one in drawn[0].lines.series] == ["slow"]
    assert drawn[0].notes[0] == "Not chosen: quick."
    with pytest.raises(click.BadParameter, match="slwo: not declared by cross, which has quick, slow"):
        draw(tmp_path, only="slwo", trades=Trades(run=False), force=True)


def test_json(tmp_path: Path, drawn: list[Chart], capsys: pytest.CaptureFixture[str]) -> None:
    draw(tmp_path, trades=Trades(run=False), as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert document == {
        "file": str(tmp_path / "chart.html"),
        "bars": BARS,
        "start_ms": START_MS,
        "end_ms": START_MS + 5 * DAY_MS,
        "notes": [],
    }


@pytest.mark.slow
def test_a_whole_page(tmp_path: Path) -> None:
    draw(tmp_path, text=PLAY.replace("actions:", f"{STRUCTURES}actions:"))
    text = (tmp_path / "chart.html").read_text(encoding="utf-8")
    assert "cross · BTCUSDT · 15m" in text
    assert not (tmp_path / "chart.html.partial").exists()


@pytest.mark.parametrize(
    ("bounds_ms", "trades", "error", "message"),
    [
        ((START_MS + 9 * DAY_MS, None), Trades(run=False), DataError, "nothing to draw"),
        ((START_MS + DAY_MS, START_MS + DAY_MS), Trades(run=False), DataError, "nothing to draw"),
        ((START_MS, None), Trades(), Gap, "needs"),
        ((START_MS + 1, START_MS + 2), Trades(run=False), DataError, "no 15m bar lies in"),
    ],
)
def test_windows_that_cannot_be_drawn(
    tmp_path: Path, bounds_ms: tuple[int | None, int | None], trades: Trades, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        draw(tmp_path, bounds_ms=bounds_ms, trades=trades)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["candles.csv", "cross.yml"]


@pytest.mark.parametrize(
    ("out", "message"), [("cross.yml", "--force replaces it"), (".", "is a folder"), ("none/x.html", "no folder")]
)
def test_places_that_cannot_be_written(tmp_path: Path, out: str, message: str) -> None:
    with pytest.raises(click.BadParameter, match=message):
        draw(tmp_path, out=tmp_path / out)


def test_the_candles_are_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(click.BadParameter, match="candles itself"):
        draw(tmp_path, out=tmp_path / "candles.csv", force=True)


def test_a_run_is_drawn_or_not(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="exclude each other"):
        draw(tmp_path, trades=Trades(run=False, folder=tmp_path))


def test_without_the_library_one_line_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing_library, "find_spec", lambda _: None)
    with pytest.raises(click.UsageError, match="pip install") as caught:
        draw(tmp_path)
    assert "\n" not in str(caught.value)
