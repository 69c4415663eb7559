"""The whole path from bars to result beside a hand-written loop; start-up and memory of fresh processes."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from actors.clock import wall_time_ms
from actors.harness import backtest
from benchmarks.market import VENUE, in_memory, stored_market
from benchmarks.reference_loop import ema_cross
from benchmarks.timing import seconds
from play_engine.intervals import MINUTE_MS
from play_engine.play import load_play

ROOT = Path(__file__).parents[1]
MINUTE_PLAY = ROOT / "benchmarks" / "ema_cross_1m.yml"
QUARTER_PLAY = ROOT / "plays" / "ema_cross.yml"


def speed(folder: Path, repeats: int, console: Console) -> None:
    """Time of a year of minutes along several paths, as multiples of the reference loop in the same run."""
    store = stored_market(folder, 365)
    provider = store.provider(VENUE, MINUTE_MS)
    bars = in_memory(store)
    loop_s = seconds(lambda: ema_cross(bars.open, bars.high, bars.low, bars.close), 5 * repeats)
    minute, quarter = load_play(MINUTE_PLAY), load_play(QUARTER_PLAY)
    with tempfile.TemporaryDirectory(dir=folder) as runs:
        paths: dict[str, Callable[[], object]] = {
            "15m execution: bars in memory to result": lambda: backtest(quarter, bars),
            "15m execution: store to result": lambda: backtest(quarter, provider),
            "15m execution: store to artefacts on disk": lambda: backtest(quarter, provider, runs_dir=Path(runs)),
            "1m execution: bars in memory to result": lambda: backtest(minute, bars),
            "1m execution: store to result": lambda: backtest(minute, provider),
            "1m execution: store to artefacts on disk": lambda: backtest(minute, provider, runs_dir=Path(runs)),
        }
        table = Table("path", "ms", "bars/s", "× loop", title=f"EMA cross, stop, target over {len(bars):,} minutes")
        table.add_row("hand-written compiled loop", f"{loop_s * 1e3:.1f}", f"{len(bars) / loop_s:,.0f}", "1.0")
        for name, work in paths.items():
            took_s = seconds(work, repeats)
            table.add_row(name, f"{took_s * 1e3:.1f}", f"{len(bars) / took_s:,.0f}", f"{took_s / loop_s:.1f}")
    console.print(table)


def one_run(play: Path, store: Path, runs_dir: Path, cache: Path) -> dict[str, float]:
    """A run in a fresh process: seconds to the first bars and to the end, peak memory in MB."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT)}
    began = wall_time_ms()
    command = [sys.executable, "-m", "benchmarks.one_run", str(play), str(store), str(runs_dir)]
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    report = json.loads(run.stdout)
    return {
        "first_s": (report["first"] - began) / 1000,
        "total_s": (report["ended"] - began) / 1000,
        "peak_mb": report["peak_mb"],
    }


def processes(folder: Path, years: tuple[int, ...], console: Console) -> None:
    """Start-up without and with compiled kernels in the cache, and memory over the years, each in a fresh process."""
    table = Table("process", "first bars, s", "whole run, s", "peak MB", title="Fresh processes, artefacts on disk")
    runs: list[tuple[str, Path, int]] = [("cold: empty compile cache, 1 year, 15m", QUARTER_PLAY, 1)]
    runs += [
        (f"warm: {count} years, {name}", play, count)
        for count in years
        for name, play in (("15m", QUARTER_PLAY), ("1m", MINUTE_PLAY))
    ]
    with tempfile.TemporaryDirectory(dir=folder) as cache, tempfile.TemporaryDirectory(dir=folder) as runs_dir:
        stored_market(folder, 365)
        for name, play, count in runs:
            stored_market(folder, 365 * count)
            report = one_run(play, folder / f"store-{365 * count}", Path(runs_dir), Path(cache))
            if play == MINUTE_PLAY and count == years[0]:
                report = one_run(play, folder / f"store-{365 * count}", Path(runs_dir), Path(cache))
            table.add_row(name, f"{report['first_s']:.2f}", f"{report['total_s']:.2f}", f"{report['peak_mb']:.0f}")
    console.print(table)
