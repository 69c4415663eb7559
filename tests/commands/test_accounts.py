"""Instances of a config that share an account: one run, one row, and every disagreement with its line."""

import json
from pathlib import Path

import pytest

from tests.commands.inputs import PLAY, program, write_play

CONFIG = """\
[supervisor]
runs_dir = "out"
[feeds.made_up]
source = "synthetic"
start = 2024-01-01
days = 6
[accounts.duo]
latency_ms = 250
[[instances]]
id = "btc"
play = "cross.yml"
mode = "backtest"
feed = "made_up"
account = "duo"
[[instances]]
id = "eth"
play = "eth.yml"
mode = "backtest"
feed = "made_up"
account = "duo"
capital_usdt = 500
[[instances]]
id = "alone"
play = "cross.yml"
mode = "backtest"
feed = "made_up"
margin_mode = "cross"
accept_unsettled = true
window = { start = 2024-01-01, end = 2024-01-03 }
"""
# In place of the capital of the second instance: a window, and a third instance with another one.
THIRD = """\
window = { start = 2024-01-03, end = 2024-01-05 }
[[instances]]
id = "third"
play = "third.yml"
mode = "backtest"
feed = "made_up"
account = "duo"
window = { start = 2024-01-04, end = 2024-01-05 }"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    write_play(tmp_path)
    write_play(tmp_path, PLAY.replace("BTCUSDT", "ETHUSDT").replace("name: cross", "name: eth"), "eth.yml")
    path = tmp_path / "instances.toml"
    path.write_text(CONFIG)
    return path


def test_a_run_for_each_account(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "--config", config, "--json")
    assert printed.code == 0, printed.err
    duo, alone = json.loads(printed.out)["accounts"]
    assert (duo["account"], duo["instances"]) == ("duo", ["btc", "eth"])
    assert (alone["account"], alone["instances"]) == ("alone", ["alone"])
    result = duo["result"]
    assert (result["play_id"], result["symbols"]) == ("duo", ["BTCUSDT", "ETHUSDT"])
    assert result["metrics"]["values"]["initial_equity"] == 10_500
    assert set(result["metrics"]["per_play"]) == {"btc", "eth"}
    assert result["settings"]["account"]["latency_ms"] == 250
    assert [play["capital_usdt"] for play in result["settings"]["plays"]] == [10_000, 500]
    folder = Path(result["path"])
    assert folder.is_relative_to(config.parent / "out" / "duo")
    assert (folder / "play-eth.yaml").read_bytes() == (config.parent / "eth.yml").read_bytes()
    assert alone["result"]["settings"]["margin_mode"] == "cross"
    assert "not settled" in " ".join(alone["result"]["warnings"])


def test_the_plan_and_the_table_name_the_account(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "--config", config)
    assert "2 backtests" in printed.err
    assert "btc: cross on BTCUSDT 15m, feed made_up" in printed.err
    assert "500.00 USDT, account duo" in printed.err
    assert [row.split()[0] for row in printed.out.splitlines()] == ["account", "duo", "alone"]
    checked = json.loads(program(capsys, "check", config, "--json").out)["instances"]
    assert [(one["instance"], one["account"]) for one in checked] == [
        ("btc", "duo"),
        ("eth", "duo"),
        ("alone", "alone"),
    ]


@pytest.mark.parametrize(
    ("good", "bad", "line", "texts"),
    [
        (
            "capital_usdt = 500",
            'capital_usdt = 500\nmargin_mode = "cross"',
            22,
            ("margin_mode", "found    cross", "allowed  isolated, as in btc", "belongs to the account"),
        ),
        (
            "capital_usdt = 500",
            THIRD,
            28,
            ("window", "2024-01-04", "that of eth: 2024-01-03"),
        ),
        ('play = "eth.yml"', 'play = "cross.yml"', 20, ("BTCUSDT, which btc trades", "allow_shared_symbol = true")),
        ("latency_ms = 250", "latency_ms = -1", 8, ("latency_ms = -1", "a whole number")),
        ('margin_mode = "cross"', "leverage = 1000", 27, ("1000", "at most 100")),
        ("accept_unsettled = true", "accept_unsettled = false", 29, ("bars of 15m",)),
    ],
)
def test_what_does_not_go_together_is_refused_with_its_line(
    config: Path, capsys: pytest.CaptureFixture[str], good: str, bad: str, line: int, texts: tuple[str, ...]
) -> None:
    write_play(config.parent, PLAY.replace("BTCUSDT", "SOLUSDT").replace("name: cross", "name: third"), "third.yml")
    assert good in CONFIG
    config.write_text(CONFIG.replace(good, bad, 1))
    printed = program(capsys, "--config", config)
    assert (printed.code, printed.out) == (2, "")
    assert f"instances.toml:{line}:" in printed.err
    assert all(text in printed.err for text in texts), printed.err
    assert not (config.parent / "out").exists()


def test_plays_whose_files_disagree_are_told_at_their_account(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_play(config.parent, PLAY.replace("max_leverage: 2", "max_leverage: 5"), "eth.yml")
    config.write_text(CONFIG.replace("latency_ms = 250", "allow_shared_symbol = true"))
    printed = program(capsys, "--config", config)
    assert "instances.toml:20:1 error ACCOUNT_DISAGREES at instances[1].account" in printed.err
    assert "leverage belongs to BTCUSDT" in printed.err
