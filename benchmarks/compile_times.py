"""Seconds until the first result of each indicator, as JSON: run in a process with an empty compile cache."""

import json

import numpy as np

from actors.clock import Stopwatch
from benchmarks.columns import MARGIN
from benchmarks.indicator_speed import work
from play_engine.indicators import INDICATORS


def main() -> None:
    """Call every kernel once, over a few bars."""
    prices = np.concatenate([np.full(MARGIN, np.nan), np.linspace(100.0, 101.0, 8)])
    columns = dict.fromkeys(("open", "high", "low", "close", "volume", "x"), prices)
    columns |= {name: np.arange(-MARGIN, 8) for name in ("ts", "bar")}
    took_s: dict[str, float] = {}
    for name, indicator in INDICATORS.items():
        call = work(indicator, columns)
        stopwatch = Stopwatch()
        call()
        took_s[name] = stopwatch.elapsed_s()
    print(json.dumps(took_s))


main()
