"""Ctrl-C while instances run: what was done is kept and named, and the exit code says so."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.inputs import ROOT, write_play

# Long enough to be still running when it is interrupted after a quarter.
DAYS = 730
DAY_MS = 86_400_000


@pytest.mark.slow
def test_interrupted_run_keeps_what_was_done(tmp_path: Path) -> None:
    write_play(tmp_path)
    config = tmp_path / "instances.toml"
    config.write_text(
        f'[feeds.f]\nsource = "synthetic"\nstart = 2022-01-01\ndays = {DAYS}\n'
        '[[instances]]\nid = "a"\nplay = "cross.yml"\nmode = "backtest"\nfeed = "f"\n'
    )
    command = [sys.executable, str(ROOT / "supervisor.py"), "--config", str(config), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        told = next(line for line in process.stderr if "25 % done" in line)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, told + err
    result = json.loads(out)["instances"][0]["result"]
    assert result["stop_reason"] == "halted"
    assert result["start_ms"] + DAYS * DAY_MS // 5 < result["stop_ts"] < result["end_ms"]
    assert (Path(result["path"]) / "trades.parquet").is_file()
    assert "Traceback" not in err
