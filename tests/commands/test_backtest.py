"""The command `backtest`, from the command line to the artefacts, with the real actors."""

import json
from pathlib import Path

import pytest

from tests.commands.inputs import BARS, PLAY, START_MS, program, write_candles, write_play

COVERS = "2024-01-01T00:00"


@pytest.fixture
def play(tmp_path: Path) -> Path:
    """The Play file."""
    return write_play(tmp_path)


@pytest.fixture
def candles(tmp_path: Path) -> Path:
    """The file of candles."""
    return write_candles(tmp_path)


def test_shows_the_result_and_keeps_it(
    play: Path, candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = program(capsys, "backtest", play, "--candles", candles, "--out", tmp_path / "runs")
    assert printed.code == 0
    (run_file,) = (tmp_path / "runs").glob("cross/*/001/run.json")
    run = json.loads(run_file.read_text())
    assert run["hashes"]["result_hash"][:12] in printed.out
    assert "stop reason" in printed.out
    assert "last 5 of" in printed.out
    assert f"{BARS} bars of BTCUSDT" in printed.err
    assert str(run_file.parent) in printed.err
    assert "gap" not in printed.err


def test_json_is_one_document(play: Path, candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "backtest", play, "--candles", candles, "--out", tmp_path / "runs", "--json")
    document = json.loads(printed.out)
    assert printed.code == 0
    assert document["play_id"] == "cross"
    assert Path(document["path"]).is_dir()
    assert document["metrics"]["values"]["trades"] > 5
    assert document["gaps"] == []


def test_variables_and_window_reach_the_run(
    play: Path, candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    window = ("--start", "2024-01-03", "--end", "2024-01-04T12:00")
    arguments = ("backtest", play, "--candles", candles, "--out", tmp_path / "runs", "--json", *window)
    plain = json.loads(program(capsys, *arguments).out)
    assert (plain["start_ms"], plain["end_ms"]) == (1_704_240_000_000, 1_704_369_600_000)
    other = json.loads(program(capsys, *arguments, "--set", "fast=3").out)
    assert other["hashes"]["play_hash"] != plain["hashes"]["play_hash"]
    assert other["hashes"]["result_hash"] != plain["hashes"]["result_hash"]


def test_gaps_are_told(play: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    candles = write_candles(tmp_path, missing=3)
    arguments = ("backtest", play, "--candles", candles, "--out", tmp_path / "runs")
    assert "gap: 3 bars missing, 2024-01-03T12:00Z to 2024-01-03T12:45Z" in program(capsys, *arguments).err
    assert json.loads(program(capsys, *arguments, "--json").out)["gaps"][0]["missing_bars"] == 3


def test_series_without_data_are_told(
    play: Path, candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play.write_text(
        PLAY.replace("actions:", "setups: {paid: ['funding_rate', '>', 0]}\nactions:\n  exit_short: {setup: paid}")
    )
    document = json.loads(
        program(capsys, "backtest", play, "--candles", candles, "--out", tmp_path / "runs", "--json").out
    )
    assert "BTCUSDT: funding_rate is missing throughout: the data have none" in document["warnings"]


def test_settings_reach_the_run(play: Path, candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("backtest", play, "--candles", candles, "--out", tmp_path / "runs", "--json")
    given = ("slippage_bps=0", "taker_fee_bps=1.5", "limit_fill=through", "funding=off", "seed=7", "capital_usdt=5000")
    options = [text for setting in given for text in ("--setting", setting)]
    settings = json.loads(program(capsys, *arguments, *options).out)["settings"]
    found = [settings[setting.partition("=")[0]] for setting in given]
    assert found == [0.0, 1.5, "through", "off", 7, 5_000.0]
    assert [type(value) for value in found] == [float, float, str, str, int, float]


def test_files_beside_the_candles_reach_the_run(
    play: Path, candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play.write_text(
        PLAY.replace("actions:", "setups: {paid: ['funding_rate', '>', 0]}\nactions:\n  exit_short: {setup: paid}")
    )
    hours = [START_MS + 8 * 3_600_000 * number for number in range(16) if number != 11]
    funding, interest = tmp_path / "funding.csv", tmp_path / "interest.csv"
    funding.write_text("\n".join(["fundingTime,fundingRate", *(f"{hour},0.0001" for hour in hours)]))
    interest.write_text("\n".join(["ts,open_interest", *(f"{hour},1000" for hour in hours)]))
    beside = ("--mark", candles, "--funding", funding, "--open-interest", interest)
    arguments = ("backtest", play, "--candles", candles, "--out", tmp_path / "runs", "--json")
    document = json.loads(program(capsys, *arguments, *beside).out)
    assert document["mark_source"] == "mark_kline"
    assert [series["kind"] for series in document["series"]] == ["last", "mark", "funding"]
    assert document["metrics"]["values"]["funding_missing"] == 1
    assert not any(text.startswith("BTCUSDT: ") for text in document["warnings"])
    without = json.loads(program(capsys, *arguments).out)
    assert without["mark_source"] == "last"
    assert without["metrics"]["values"]["funding_missing"] is None
    assert "BTCUSDT: no funding was charged: the data have no funding rates" in without["warnings"]
    assert without["hashes"]["data_hash"] != document["hashes"]["data_hash"]


def test_mark_prices_of_another_step_are_not_used_and_told(
    play: Path, candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hours").mkdir()
    hours = write_candles(tmp_path / "hours", bars=120, interval_ms=3_600_000)
    arguments = ("backtest", play, "--candles", candles, "--mark", hours, "--out", tmp_path / "runs", "--json")
    document = json.loads(program(capsys, *arguments).out)
    assert document["mark_source"] == "last"
    told = "mark_price is the last price: mark prices are given for 1h bars, and the run is on 15m bars"
    assert f"BTCUSDT: {told}" in document["warnings"]


def test_a_play_that_decides_at_minutes_needs_minutes(
    play: Path, candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play.write_text(PLAY.replace("actions:", "actions:\n  exit_short: ['last_price', '>', 1]"))
    printed = program(capsys, "backtest", play, "--candles", candles, "--out", tmp_path / "runs")
    assert printed.code == 2
    assert "decides at every minute, but the bars given are of 15m; give 1m bars" in printed.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--start", "2024-01-03", "--end", "2024-01-03"), "empty"),
        (("--start", "2024-01-04", "--end", "2024-01-03"), "empty"),
        (("--start", "2025-01-01", "--end", "2025-02-01"), COVERS),
        (("--end", "2023-01-01"), COVERS),
        (("--start", "2024-01-03", "--end", "2024-02-01"), COVERS),
        (("--start", "2024-01-01"), COVERS),
        (("--set", "fats=3"), "did you mean fast?"),
        (("--set", "fast=many"), "many"),
        (("--setting", "slipage_bps=1"), "did you mean slippage_bps"),
        (("--setting", "leverage=0.5"), "at least 1"),
        (("--setting", "funding=maybe"), "on, off"),
        (("--funding", "none.csv"), "none.csv: no such file"),
    ],
)
def test_bad_options_write_nothing(
    play: Path,
    candles: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    message: str,
) -> None:
    arguments = ("backtest", play, "--candles", candles, "--out", tmp_path / "runs", *options)
    printed = program(capsys, *arguments)
    assert (printed.code, printed.out) == (2, "")
    assert message in printed.err
    assert not (tmp_path / "runs").exists()
    document = json.loads(program(capsys, *arguments, "--json").out)
    assert message in document["error"]["message"]


def test_bad_play_names_file_line_and_remedy(candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play = write_play(tmp_path, PLAY.replace("max_leverage", "max_leverge"))
    printed = program(capsys, "backtest", play, "--candles", candles, "--out", tmp_path / "runs", "--json")
    assert printed.code == 2
    (problem,) = json.loads(printed.out)["error"]["problems"]
    assert (problem["file"], problem["line"]) == (str(play), 6)
    assert "max_leverage" in problem["hint"]


@pytest.mark.parametrize(
    ("line", "spoiled", "messages"),
    [
        (3, "1704069000000,oops,1,1,1,1", ("row 3", "oops", "open")),
        (3, "1704069000000,5,1,6,5,1", ("row 3",)),
        (0, "when,open,high,low,close,volume", ("candles.csv",)),
    ],
)
def test_bad_candles_name_file_row_and_value(
    play: Path,
    candles: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    line: int,
    spoiled: str,
    messages: tuple[str, ...],
) -> None:
    lines = candles.read_text().splitlines()
    lines[line] = spoiled
    candles.write_text("\n".join(lines))
    printed = program(capsys, "backtest", play, "--candles", candles, "--out", tmp_path / "runs")
    assert (printed.code, printed.out) == (2, "")
    assert all(message in printed.err for message in ("candles.csv", *messages))
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(("play_name", "candles_name"), [("cross.yml", "none.csv"), ("none.yml", "candles.csv")])
def test_missing_files(
    play: Path,
    candles: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    play_name: str,
    candles_name: str,
) -> None:
    printed = program(capsys, "backtest", tmp_path / play_name, "--candles", tmp_path / candles_name)
    assert (printed.code, printed.out) == (2, "")
    assert "none." in printed.err


def test_runs_folder_that_is_a_file(
    play: Path, candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "runs").write_text("")
    printed = program(capsys, "backtest", play, "--candles", candles, "--out", tmp_path / "runs")
    assert printed.code == 2
    assert "runs is a file" in printed.err
