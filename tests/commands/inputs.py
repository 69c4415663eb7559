"""Small inputs for the commands: a Play, candles for it, and a way to run the program."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import attrs
import numpy as np

from commands.command_line import run

ROOT = Path(__file__).parents[2]
START_MS = 1_704_067_200_000
MINUTE_MS = 60_000
# Five days of fifteen-minute bars.
BARS = 480

PLAY = """\
version: "3.0.0"
name: cross
symbol: BTCUSDT
timeframes: {low_tf: "15m", med_tf: "1h", high_tf: "4h", exec: low_tf}
variables: {fast: 5}
account: {starting_equity_usdt: 10000, max_leverage: 2}
features:
  quick: {indicator: ema, params: {length: "${fast}"}}
  slow: {indicator: ema, params: {length: 12}}
actions:
  entry_long:
    - ["quick", "cross_above", "slow"]
  exit_long:
    - ["quick", "cross_below", "slow"]
position_policy: {mode: long_only, exit_mode: first_hit}
risk_model:
  stop_loss: {type: price_percent, value: 2.0}
  take_profit: {type: price_percent, value: 4.0}
  sizing: {model: percent_equity, value: 25.0}
"""


@attrs.frozen
class Printed:
    """What a run of the program gave."""

    code: int
    out: str
    err: str


def write_play(folder: Path, text: str = PLAY, name: str = "cross.yml") -> Path:
    """A Play in `folder`."""
    path = folder / name
    path.write_text(text)
    return path


def write_candles(folder: Path, *, bars: int = BARS, interval_ms: int = 15 * MINUTE_MS, missing: int = 0) -> Path:
    """A CSV of prices that swing enough for averages to cross; `missing` bars are left out in the middle."""
    path = folder / "candles.csv"
    rows = np.arange(bars)
    close = 100.0 + 6.0 * np.sin(rows / 9.0) + 3.0 * np.sin(rows / 31.0)
    open_ = np.concatenate(([100.0], close[:-1]))
    hole = range(bars // 2, bars // 2 + missing)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("ts", "open", "high", "low", "close", "volume"))
        for row in rows:
            if row not in hole:
                prices = (open_[row], max(open_[row], close[row]) + 0.5, min(open_[row], close[row]) - 0.5, close[row])
                writer.writerow((START_MS + int(row) * interval_ms, *(f"{price:.2f}" for price in prices), "10.0"))
    return path


def program(capsys, *arguments: object) -> Printed:
    """Run the command line in this process."""
    code = run([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return Printed(code, printed.out, printed.err)


def process(*arguments: object, cwd: Path = ROOT) -> Printed:
    """Run the program as a user does."""
    command = [sys.executable, str(ROOT / "supervisor.py"), *(str(argument) for argument in arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ})
    return Printed(done.returncode, done.stdout, done.stderr)
