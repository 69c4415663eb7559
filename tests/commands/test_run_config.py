"""Running a config file with the real actors: plan, results, exit codes, and refusals before anything starts."""

import json
from pathlib import Path

import attrs
import pytest

from actors.messages import Outcome
from tests.commands.inputs import PLAY, process, program, write_candles, write_play

CONFIG = """\
[supervisor]
runs_dir = "out"
[feeds.file]
source = "file"
path = "candles.csv"
[feeds.made_up]
source = "synthetic"
start = 2024-01-01
days = 4
[[instances]]
id = "from-file"
play = "cross.yml"
mode = "backtest"
feed = "file"
window = { start = 2024-01-03, end = 2024-01-05 }
[[instances]]
id = "made-up"
play = "cross.yml"
mode = "backtest"
feed = "made_up"
variables = { fast = 3 }
capital_usdt = 500
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config with its Play and candles."""
    write_play(tmp_path)
    write_candles(tmp_path)
    path = tmp_path / "instances.toml"
    path.write_text(CONFIG)
    return path


def test_plan_results_and_artefacts(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "--config", config)
    assert printed.code == 0
    assert "2 backtests" in printed.err
    assert "from-file: cross on BTCUSDT 15m, feed file, 2024-01-03T00:00Z to 2024-01-05T00:00Z" in printed.err
    assert "500.00 USDT" in printed.err
    header, *rows = printed.out.splitlines()
    assert header.split()[:2] == ["account", "mode"]
    assert [row.split()[0] for row in rows] == ["from-file", "made-up"]
    # Relative paths start at the folder of the file, wherever the program runs.
    paths = [Path(row.split()[-1]) for row in rows]
    assert all(path.is_relative_to(config.parent / "out") for path in paths)
    runs = [json.loads((path / "run.json").read_text()) for path in paths]
    assert [run["hashes"]["result_hash"][:12] for run in runs] == [row.split()[-2] for row in rows]


def test_json(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "--config", config, "--json")
    assert printed.code == 0
    first, second = json.loads(printed.out)["accounts"]
    assert (first["account"], first["instances"], first["error"]) == ("from-file", ["from-file"], None)
    assert second["result"]["metrics"]["values"]["initial_equity"] == 500.0
    assert second["result"]["settings"]["capital_usdt"] == 500.0


def test_the_same_config_gives_the_same_results(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hashes = [
        [
            one["result"]["hashes"]["result_hash"]
            for one in json.loads(program(capsys, "--config", config, "--json").out)["accounts"]
        ]
        for _ in range(2)
    ]
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize(
    ("good", "bad", "line", "message"),
    [
        ('play = "cross.yml"', 'play = "crass.yml"', 0, "crass.yml"),
        ("fast = 3", "fats = 3", 21, "did you mean fast?"),
        ('path = "candles.csv"', 'path = "none.csv"', 14, "none.csv"),
        ("end = 2024-01-05", "end = 2024-02-05", 15, "2024-01-06T00:00:00Z"),
        ("start = 2024-01-03", "start = 2024-01-01", 15, "bars of 15m"),
        ("days = 4", "days = 400000", 9, "1 to 3660"),
    ],
)
def test_refused_before_anything_starts(
    config: Path, capsys: pytest.CaptureFixture[str], good: str, bad: str, line: int, message: str
) -> None:
    assert good in CONFIG
    config.write_text(CONFIG.replace(good, bad, 1))
    printed = program(capsys, "--config", config)
    assert (printed.code, printed.out) == (2, "")
    assert message in printed.err
    assert f"instances.toml:{line}:" in printed.err or line == 0
    assert not (config.parent / "out").exists()
    assert message in json.loads(program(capsys, "--config", config, "--json").out)["error"]["message"]


def test_data_problems_of_all_instances_at_once(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text(
        CONFIG.replace("end = 2024-01-05", "end = 2024-02-05")
        .replace("days = 4", "days = 1")
        .replace("fast = 3", "fast = 90")
    )
    printed = program(capsys, "--config", config, "--json")
    assert [problem["line"] for problem in json.loads(printed.out)["error"]["problems"]] == [15, 20]


def test_one_file_cannot_serve_two_symbols(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_play(config.parent, PLAY.replace("BTCUSDT", "ETHUSDT"), "eth.yml")
    text = CONFIG.replace('feed = "made_up"', 'feed = "file"')
    config.write_text(
        text[: text.rindex("cross.yml")] + "eth.yml" + text[text.rindex("cross.yml") + len("cross.yml") :]
    )
    printed = program(capsys, "--config", config)
    assert printed.code == 2
    assert "instances.toml:20:1 error UNUSABLE_DATA" in printed.err
    assert "BTCUSDT, ETHUSDT" in printed.err


@pytest.mark.parametrize(
    ("reasons", "code"),
    [
        (("completed", "max_drawdown"), 0),
        (("completed", "failed"), 1),
        (("completed", None), 1),
        (("failed", "halted"), 130),
    ],
)
def test_exit_codes(
    config: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    reasons: tuple[str | None, ...],
    code: int,
) -> None:
    from commands import run_config

    real = run_config.run_prepared

    def pretended(*arguments: object, **options: object) -> list[Outcome]:
        outcomes = real(*arguments, **options)
        for outcome, reason in zip(outcomes, reasons, strict=True):
            if reason is not None:
                outcome.result.run["stop_reason"] = reason
        return [
            attrs.evolve(
                outcome,
                result=outcome.result if reason else None,
                error="" if reason in ("completed", "max_drawdown", "halted") else "it broke",
            )
            for outcome, reason in zip(outcomes, reasons, strict=True)
        ]

    monkeypatch.setattr(run_config, "run_prepared", pretended)
    printed = program(capsys, "--config", config)
    assert printed.code == code
    assert ("made-up failed: it broke" in printed.err) is (reasons[1] in ("failed", None))
    assert len(printed.out.splitlines()) == 3


def test_as_a_process_from_elsewhere(config: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    printed = process("--config", config, "--json", cwd=elsewhere)
    assert printed.code == 0, printed.err
    assert len(json.loads(printed.out)["accounts"]) == 2
    assert list(elsewhere.iterdir()) == []
    assert "%" not in printed.out
    assert "\x1b" not in printed.err
