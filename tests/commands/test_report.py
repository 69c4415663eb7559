"""The command `report` and the option of that name: where the page goes, what it refuses, whose candles it draws."""

import json
from pathlib import Path
from typing import Any

import click
import pytest

from charts.report import page
from commands import drawing_library
from commands.report import run_report
from play_engine.errors import DataError
from results.result import Result
from tests.commands.inputs import program, write_candles, write_play
from tests.results.rows import equity, run_records
from tests.results.runs import kept, summary

pytest.importorskip("bokeh", reason="Bokeh is not installed")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Result, Any]]:
    """The runs that were to be shown, with their prices; a small file is written instead."""
    reports: list[tuple[Result, Any]] = []

    def keep(result: Result, path: Path, prices: Any) -> None:
        reports.append((result, prices))
        path.write_text("a report")

    monkeypatch.setattr(page, "write_report", keep)
    return reports


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The artefacts of a run."""
    return place_of(kept(tmp_path / "runs", run_records(equity=equity([10_000.0, 10_100.0]))))


def place_of(result: Result) -> Path:
    assert result.path is not None
    return result.path


def report(folder: Path, out: Path | None = None, candles: tuple[str, ...] = (), *, force: bool = False) -> int:
    return run_report(folder, out, candles, force=force, as_json=False)


def test_it_lies_beside_the_run_and_is_not_replaced(
    folder: Path, written: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(folder) == 0
    assert (folder / "report.html").read_text() == "a report"
    assert str(folder / "report.html") in capsys.readouterr().out
    with pytest.raises(click.BadParameter, match="--force replaces it"):
        report(folder)
    assert report(folder, force=True) == 0
    assert len(written) == 2
    assert not list(folder.glob("*.partial"))


def test_another_place(folder: Path, tmp_path: Path, written: list[Any]) -> None:
    report(folder, tmp_path / "elsewhere.html")
    assert (tmp_path / "elsewhere.html").exists()
    assert not (folder / "report.html").exists()


def test_json(folder: Path, written: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    run_report(folder, None, (), force=False, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert document == {"file": str(folder / "report.html"), "run": written[0][0].run["run_id"]}


@pytest.mark.parametrize(("out", "message"), [(".", "is a folder"), ("none/x.html", "no folder")])
def test_places_that_cannot_be_written(folder: Path, tmp_path: Path, out: str, message: str) -> None:
    with pytest.raises(click.BadParameter, match=message):
        report(folder, tmp_path / out)


def test_a_folder_without_a_run(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no finished run"):
        report(tmp_path)


def test_candles_of_one_symbol(folder: Path, tmp_path: Path, written: list[Any]) -> None:
    candles = write_candles(tmp_path)
    report(folder, candles=(str(candles),))
    ((_, prices),) = written
    assert set(prices) == {"BTCUSDT"}


def test_several_symbols_name_their_files(tmp_path: Path, written: list[Any]) -> None:
    candles = write_candles(tmp_path)
    instruments = dict.fromkeys(("BTCUSDT", "ETHUSDT"), summary().instruments["BTCUSDT"])
    records = run_records(equity=equity([10_000.0, 10_100.0]))
    shared = place_of(kept(tmp_path / "runs", records, instruments=instruments))
    with pytest.raises(click.BadParameter, match="write BTCUSDT=FILE or ETHUSDT=FILE"):
        report(shared, candles=(str(candles),))
    report(shared, candles=(f"ETHUSDT={candles}",))
    assert set(written[0][1]) == {"ETHUSDT"}


def test_without_the_library_one_line_says_how_to_get_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing_library, "find_spec", lambda _: None)
    with pytest.raises(click.UsageError, match="pip install") as caught:
        report(folder)
    assert "\n" not in str(caught.value)


def test_a_backtest_with_its_report(tmp_path: Path, written: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    play, candles = write_play(tmp_path), write_candles(tmp_path)
    out = tmp_path / "runs"
    printed = program(capsys, "backtest", play, "--candles", candles, "--out", out, "--report")
    (place,) = out.glob("cross/*/001/report.html")
    assert f"report: {place}" in printed.out
    ((result, prices),) = written
    assert result.path == place.parent
    assert prices["BTCUSDT"].interval_ms == result.run["exec_ms"]
    assert prices["BTCUSDT"].strangers(result.fills["ts"].to_numpy(), result.fills["ref_price"].to_numpy()) == 0


def test_a_backtest_without_the_library_does_not_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(drawing_library, "find_spec", lambda _: None)
    play, candles = write_play(tmp_path), write_candles(tmp_path)
    printed = program(capsys, "backtest", play, "--candles", candles, "--out", tmp_path / "runs", "--report")
    assert printed.code == 2
    assert "pip install" in printed.err
    assert not (tmp_path / "runs").exists()
