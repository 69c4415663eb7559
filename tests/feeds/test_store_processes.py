"""Many processes at one store: readers beside a writer see whole series, never a lock, never a torn one."""

import subprocess
import sys
from pathlib import Path

import pytest

from feeds.store import CandleStore
from play_engine.intervals import MINUTE_MS
from tests.feeds.candles import START_MS, read_all, same, walk

ROOT = Path(__file__).parents[2]
# Before the end of January, so that the writer makes partitions, and makes them anew.
FIRST_MS = START_MS + (31 * 1_440 - 600) * MINUTE_MS
READER = """
import sys
from pathlib import Path
from feeds.store import CandleStore
from tests.feeds.candles import EVER, same, walk

root, first_ms, rows = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
bars, seen = walk(rows, start_ms=first_ms), [10]
store = CandleStore(root)
print("ready", flush=True)
while seen[-1] < rows:
    provider = store.provider("bybit", 60_000)
    pieces = list(provider.bars("BTCUSDT", *EVER, 500))
    seen.append(sum(map(len, pieces)))
    assert seen[-1] >= seen[-2], seen
    assert same(pieces, bars.rows(0, seen[-1])), "torn"
    (entry,) = store.series()
    assert entry.rows >= seen[-1] and not entry.gaps, entry
    assert provider.coverage("BTCUSDT").rows >= entry.rows
    assert not store.check().damaged
print(len(set(seen)))
"""


def reading(root: Path, rows: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", READER, str(root), str(FIRST_MS), str(rows)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def lengths_seen(root: Path, readers: int, rows: int, piece: int) -> list[int]:
    """Append `piece` rows at a time while so many processes read; how many lengths of the series each of them met."""
    store, bars = CandleStore(root), walk(rows, start_ms=FIRST_MS)
    where = {"venue": "bybit", "symbol": "BTCUSDT", "interval_ms": MINUTE_MS}
    store.add([bars.rows(0, 10)], **where)
    processes = [reading(root, rows) for _ in range(readers)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.stderr and process.stderr.read()
    for start in range(0, rows, piece):
        store.add([bars.rows(start, min(start + piece, rows))], **where)
    ended = [process.communicate(timeout=120) for process in processes]
    assert [error for _, error in ended if error] == []
    assert [process.returncode for process in processes] == [0] * readers
    assert same(read_all(store.provider("bybit", MINUTE_MS)), bars)
    assert store.check().damaged is False
    return [int(out) for out, _ in ended]


def test_two_readers_and_a_writer(tmp_path: Path) -> None:
    assert max(lengths_seen(tmp_path, readers=2, rows=450, piece=15)) >= 3


@pytest.mark.slow
def test_eight_readers_and_a_writer(tmp_path: Path) -> None:
    seen = lengths_seen(tmp_path, readers=8, rows=1_500, piece=15)
    assert min(seen) >= 3
