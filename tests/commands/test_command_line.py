"""What can be typed: help, options, and mistakes in them."""

import json
import subprocess
import sys

import pytest

from tests.commands.inputs import ROOT, process, program

HEAVY = ("numba", "duckdb", "pyarrow", "trio", "numpy", "rich")


def test_help_loads_no_heavy_module() -> None:
    script = (
        "import sys, supervisor\n"
        "sys.argv = ['supervisor.py', '--help']\n"
        "try:\n    supervisor.main()\nexcept SystemExit as end:\n    assert end.code == 0\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Exit codes: 0 success; 1" in done.stdout
    assert done.stdout.endswith("[]\n")


@pytest.mark.parametrize("command", ["backtest", "check", "inspect"])
def test_each_command_tells_its_exit_codes(capsys: pytest.CaptureFixture[str], command: str) -> None:
    printed = program(capsys, command, "--help")
    assert (printed.code, printed.err) == (0, "")
    assert "130 interrupted" in printed.out
    assert command in program(capsys, "--help").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to do; give --config FILE or a command"),
        (["--confg", "x"], "--config"),
        (["bakctest"], "bakctest"),
        (["--config", "x.toml", "check", "y.yml"], "leave it out before check"),
        (["backtest"], "PLAY"),
        (["backtest", "p.yml"], "--candles"),
        (["backtest", "p.yml", "--candles", "c", "--start", "soon"], "'soon' is not a time; write 2024-01-31"),
        (["backtest", "p.yml", "--candles", "c", "--end", "2024-01-31T00:00:30"], "whole minute"),
        (["backtest", "p.yml", "--candles", "c", "--set", "fast"], "'fast' is not NAME=VALUE"),
        (["backtest", "p.yml", "--candles", "c", "--set", "=3"], "'=3' is not NAME=VALUE"),
        (["inspect", "p.yml", "--candles", "c"], "--out"),
    ],
)
def test_usage_errors(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    printed = program(capsys, *arguments)
    assert (printed.code, printed.out) == (2, "")
    assert message in printed.err
    as_json = program(capsys, *arguments, "--json")
    assert as_json.code == 2
    document = json.loads(as_json.out)
    assert message in document["error"]["message"]
    assert document["error"]["kind"] == "usage"


def test_interrupt_before_the_run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("commands.check.run_check", interrupted)
    printed = program(capsys, "check", "x.yml")
    assert (printed.code, printed.out) == (130, "")
    assert "interrupted at once" in printed.err
    as_json = program(capsys, "check", "x.yml", "--json")
    assert as_json.code == 130
    assert json.loads(as_json.out)["error"]["kind"] == "interrupted"


def test_as_a_process() -> None:
    printed = process("--json")
    assert printed.code == 2
    assert json.loads(printed.out)["error"]["problems"] == []
    assert printed.err == ""
