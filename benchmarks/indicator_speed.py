"""Values per second of each indicator over a year of minutes, beside TA-Lib's C function in the same run."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.columns import MARGIN, defaults, year_of_minutes
from benchmarks.ta_lib import TA_LIB
from benchmarks.timing import seconds
from play_engine.declaration import Indicator
from play_engine.engine import CHUNK_ROWS
from play_engine.indicators import INDICATORS
from play_engine.structures import STRUCTURES

ROOT = Path(__file__).parents[1]
# What a Play with ten indicators might declare.
TEN = ("ema", "sma", "rsi", "macd", "atr", "bbands", "adx", "stoch", "supertrend", "vwap")


def indicator_speed(folder: Path, repeats: int, console: Console) -> None:
    """One table: time per value here and in TA-Lib, their ratio, and the compile time of each kernel."""
    columns = year_of_minutes(folder)
    bars = len(columns["close"]) - MARGIN
    cold_s, cached_s = compile_times()
    title = f"Indicators over {bars:,} minutes in chunks of {CHUNK_ROWS:,}, default parameters"
    table = Table(
        "indicator", "ns a value", "million/s", "TA-Lib, ns", "times TA-Lib", "compile, s", "cached, s", title=title
    )
    ratios: list[float] = []
    for name, indicator in INDICATORS.items():
        took_s = seconds(work(indicator, columns), repeats)
        row = [
            name,
            f"{took_s * 1e9 / bars:.2f}",
            f"{bars / took_s / 1e6:.0f}",
            "",
            "",
            f"{cold_s[name]:.2f}",
            f"{cached_s[name]:.3f}",
        ]
        if name in TA_LIB:
            reference_s = seconds(_reference(name, columns), repeats)
            ratios.append(took_s / reference_s)
            row[3:5] = [f"{reference_s * 1e9 / bars:.2f}", f"{took_s / reference_s:.2f}"]
        table.add_row(*row)
    mean = statistics.geometric_mean(ratios)
    ten = [sum(times[name] for name in TEN) for times in (cold_s, cached_s)]
    table.caption = (
        f"geometric mean {mean:.2f} times TA-Lib, slowest {max(ratios):.2f} times; below 1 is faster\n"
        f"ten common indicators: compiled in {ten[0]:.1f} s, loaded from the cache in {ten[1]:.2f} s"
    )
    console.print(table)


def work(indicator: Indicator, columns: dict[str, NDArray[Any]]) -> Callable[[], None]:
    """One pass of an indicator over all bars, in the chunks that the engine gives it."""
    rows = len(columns["close"])
    given = {**columns, "swing": np.repeat(STRUCTURES["swing"].initial_row(), rows)}
    if indicator.source is not None and indicator.source in columns:
        given["x"] = columns[indicator.source]
    inputs = [given[name] for name in indicator.inputs]
    written = [np.full(rows, np.nan) for _ in (*indicator.outputs, *indicator.hidden)]
    arguments = (*inputs, *indicator.kernel_arguments(defaults(indicator), 60_000), *written)

    def run() -> None:
        for start in range(MARGIN, rows, CHUNK_ROWS):
            indicator.kernel(*arguments, start, min(start + CHUNK_ROWS, rows))

    return run


def _reference(name: str, columns: dict[str, NDArray[Any]]) -> Callable[[], object]:
    year = {field: np.ascontiguousarray(column[MARGIN:]) for field, column in columns.items()}
    return lambda: TA_LIB[name](year)


def compile_times() -> tuple[dict[str, float], dict[str, float]]:
    """Seconds until the first result of each indicator, in a process that finds no compiled code, and in the next."""
    command = [sys.executable, "-m", "benchmarks.compile_times"]
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache, "PYTHONPATH": str(ROOT)}
        runs = [
            subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
            for _ in range(2)
        ]
    cold, cached = (json.loads(run.stdout) for run in runs)
    return cold, cached
