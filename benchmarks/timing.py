"""How long something takes: the median of some runs after one that does not count."""

import statistics
from collections.abc import Callable

from actors.clock import Stopwatch


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Median time of `work` after one call that does not count."""
    work()
    times: list[float] = []
    for _ in range(repeats):
        stopwatch = Stopwatch()
        work()
        times.append(stopwatch.elapsed_s())
    return statistics.median(times)
