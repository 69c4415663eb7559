"""The command `check`: what it says of good and bad files; nothing runs."""

import json
from pathlib import Path

import pytest

from tests.commands.inputs import PLAY, ROOT, program, write_candles, write_play


def test_good_play(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "check", write_play(tmp_path))
    assert printed.code == 0
    for text in (
        "cross  BTCUSDT",
        "exec 15m, decides at every exec close",
        "quick: ema(length 5",
        "entry_long",
        "warm-up",
        "bars of 15m",
    ):
        assert text in printed.out


def test_defaults_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "check", write_play(tmp_path), "--json")
    problems = json.loads(printed.out)["problems"]
    defaulted = [problem for problem in problems if problem["code"] == "DEFAULTED_FIELD"]
    assert any("slippage_bps" in problem["found"] for problem in defaulted)
    assert {problem["severity"] for problem in problems} == {"warning"}


def test_bad_play_gives_every_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play = write_play(
        tmp_path,
        PLAY.replace("max_leverage", "max_leverge").replace("indicator: ema, params: {length: 12}", "indicator: emma"),
    )
    printed = program(capsys, "check", play)
    assert (printed.code, printed.out) == (2, "")
    assert f"{play}:6:" in printed.err
    assert f"{play}:9:" in printed.err
    assert "2 errors" in printed.err
    as_json = program(capsys, "check", play, "--json")
    assert [
        problem["line"] for problem in json.loads(as_json.out)["error"]["problems"] if problem["severity"] == "error"
    ] == [6, 9]


def test_unknown_id_names_near_ones(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert program(capsys, "check", "ema_cross").code == 0
    printed = program(capsys, "check", "ema_cros")
    assert printed.code == 2
    assert "ema_cross" in printed.err


def test_the_config_of_the_repository(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    printed = program(capsys, "check", "instances.toml", "--json")
    assert printed.code == 0, printed.out
    instances = json.loads(printed.out)["instances"]
    assert len(instances) >= 3
    assert all(f"{one['instance']}: {one['play']['id']} on {one['play']['symbol']}" in one["plan"] for one in instances)


def test_config_reports_the_problems_of_all_plays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_play(tmp_path, PLAY.replace("max_leverage", "max_leverge"))
    write_play(tmp_path, PLAY, "good.yml")
    config = tmp_path / "instances.toml"
    config.write_text(
        '[feeds.f]\nsource = "file"\npath = "none.csv"\n'
        + "".join(
            f'[[instances]]\nid = "{name}"\nplay = "{play}"\nmode = "backtest"\nfeed = "f"\n{more}\n'
            for name, play, more in (
                ("a", "cross.yml", ""),
                ("b", "good.yml", "variables = { fats = 3 }"),
                ("c", "none.yml", ""),
                ("d", "cross.yml", ""),
            )
        )
    )
    printed = program(capsys, "check", config, "--json")
    assert printed.code == 2
    problems = json.loads(printed.out)["error"]["problems"]
    places = {(Path(problem["file"]).name, problem["line"], problem["code"]) for problem in problems}
    assert any(place[:2] == ("cross.yml", 6) and place[2] != "DEFAULTED_FIELD" for place in places)
    assert ("instances.toml", 15, "UNKNOWN_VARIABLE") in places
    assert any("none.yml" in json.dumps(problem) for problem in problems)
    assert [problem["severity"] for problem in problems].count("error") == 3


OWN = """
from play_engine.declaration import Indicator, Output

def kernel(x, value, start, stop):
    value[start:stop] = x[start:stop] - x[start:stop].mean()

OWN = Indicator(
    name="own", summary="", formula="", inputs=("x",), source="close", outputs=(Output(name="value", primary=True),),
    lookback=lambda _: 0, first=lambda _, s: {"value": s}, warmup=lambda _, w: {"value": w}, kernel=kernel,
)
"""


def _play_with_own_indicator(folder: Path) -> Path:
    (folder / "own.py").write_text(OWN)
    slow = "slow: {indicator: ema, params: {length: 12}}"
    play = PLAY.replace(slow, "slow: {indicator: own}").replace("features:", "indicators: [own.py]\nfeatures:")
    return write_play(folder, play)


@pytest.mark.parametrize(
    "command",
    [
        ("check",),
        ("backtest", "--candles", "{candles}"),
        ("inspect", "--candles", "{candles}", "--out", "{folder}/columns.parquet"),
        ("explain", "--candles", "{candles}", "--at", "2024-01-03"),
    ],
    ids=lambda command: command[0],
)
def test_a_broken_law_is_told_at_its_feature_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    play = _play_with_own_indicator(tmp_path)
    line = play.read_text().splitlines().index("  slow: {indicator: own}") + 1
    places = {"candles": write_candles(tmp_path), "folder": tmp_path}
    options = [option.format(**places) for option in command[1:]]
    printed = program(capsys, command[0], play, *options, "--json")
    assert printed.code == 2
    problems = json.loads(printed.out)["error"]["problems"]
    assert {(problem["code"], problem["path"]) for problem in problems} == {("BROKEN_LAW", "features.slow")}
    assert {(problem["line"], problem["column"]) for problem in problems} == {(line, 3)}
    assert any("own: value at bar" in problem["found"] for problem in problems)


def test_a_broken_law_is_told_before_the_instances_of_a_config_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play, candles = _play_with_own_indicator(tmp_path), write_candles(tmp_path)
    config = tmp_path / "instances.toml"
    config.write_text(
        f'[feeds.f]\nsource = "file"\npath = "{candles.name}"\n'
        f'[[instances]]\nid = "a"\nplay = "{play.name}"\nmode = "backtest"\nfeed = "f"\n'
    )
    printed = program(capsys, "--config", config, "--json")
    assert printed.code == 2
    problems = json.loads(printed.out)["error"]["problems"]
    assert {(Path(problem["file"]).name, problem["code"]) for problem in problems} == {("cross.yml", "BROKEN_LAW")}
