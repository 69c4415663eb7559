"""One backtest in a process of its own, which says when its first bar was done and how much memory it took."""

import json
import sys
from pathlib import Path

from actors.clock import wall_time_ms
from actors.harness import backtest
from actors.stage import Progress
from benchmarks.market import VENUE
from feeds.store import CandleStore
from play_engine.intervals import MINUTE_MS


def peak_memory_mb() -> float:
    """The most memory that this process has had resident. Linux only: getrusage counts what the parent had, too."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main(play: str, store: str, runs_dir: str) -> None:
    """Run `play` over the store; with a `runs_dir` its artefacts are written."""
    first: list[int] = []

    def note(_: Progress) -> None:
        if not first:
            first.append(wall_time_ms())

    provider = CandleStore(store).provider(VENUE, MINUTE_MS)
    result = backtest(play, provider, runs_dir=Path(runs_dir) if runs_dir else None, on_progress=note)
    report = {"first": first[0], "ended": wall_time_ms(), "peak_mb": peak_memory_mb(), "hash": result.result_hash}
    print(json.dumps(report))


main(*sys.argv[1:4])
