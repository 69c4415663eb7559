"""A sync that is stopped at any moment, by a signal or without one, goes on later as if nothing had been."""

import signal
import sys
from pathlib import Path

import numpy as np
import pytest
import trio

from feeds.store import CandleStore
from tests.commands.inputs import ROOT
from tests.feeds.bybit.faults import Faults
from tests.feeds.bybit.syncing import EVERYTHING, assert_all_stored, sync
from tests.feeds.bybit.truth import Market, market
from tests.feeds.bybit.venue import Venue

MARKET = market()
# What a sync of all of it asks, roughly.
QUESTIONS = 25


async def stopped_sync(venue: Venue, root: Path, seed: int, after: int, pause_s: float, how: signal.Signals) -> int:
    """Start a sync in a process of its own, stop it a moment after it has asked so much; its exit code."""
    asked = trio.Event()
    before = sum(venue.targets.values())

    def count() -> None:
        if sum(venue.targets.values()) - before >= after:
            asked.set()

    venue.on_request = count
    command = [sys.executable, "-m", "tests.feeds.bybit.syncing", venue.url, str(root), str(seed)]
    process = await trio.lowlevel.open_process(command, cwd=ROOT)

    async def stop() -> None:
        await asked.wait()
        await trio.sleep(pause_s)
        process.send_signal(how)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(stop)
        code = await process.wait()
        # It may have come to its end before that.
        nursery.cancel_scope.cancel()
    return code


def assert_part_of(root: Path, truth: Market) -> int:
    """Everything stored is sound and true; how many rows it is."""
    store = CandleStore(root)
    assert not [finding for finding in store.check().findings if finding.damage]
    for entry in store.series():
        series = truth.bars[entry.kind] if entry.interval_ms else truth.readings[entry.kind]
        assert entry.rows <= len(np.unique(series.ts))
    return sum(entry.rows for entry in store.series())


async def stop_often(nursery: trio.Nursery, root: Path, seed: int, times: int) -> None:
    venue = Venue(MARKET, faults=Faults(seed, chance=0.1, only=("hang_up", "twice", "throttled")))
    await venue.serve(nursery)
    rng = np.random.default_rng(seed)
    rows = 0
    for attempt in range(times):
        after, pause_s = int(rng.integers(2, QUESTIONS)), float(rng.uniform(0.0, 0.05))
        await stopped_sync(venue, root, seed + attempt, after, pause_s, signal.SIGKILL)
        left = assert_part_of(root, MARKET)
        assert left >= rows
        rows = left
    assert (await sync(venue, root, kinds=EVERYTHING, seed=seed)).sound
    assert_all_stored(root, MARKET)


async def test_a_killed_sync_goes_on_where_it_was(nursery: trio.Nursery, tmp_path: Path) -> None:
    await stop_often(nursery, tmp_path, seed=1, times=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
async def test_a_sync_killed_often_goes_on_where_it_was(nursery: trio.Nursery, tmp_path: Path, seed: int) -> None:
    await stop_often(nursery, tmp_path, seed=1_000 + seed, times=6)


async def test_a_signal_ends_a_sync_with_everything_fetched_stored(nursery: trio.Nursery, tmp_path: Path) -> None:
    venue = Venue(MARKET)
    # Slow enough for the signal to arrive before the end.
    venue.delay_s = 0.05
    await venue.serve(nursery)
    assert await stopped_sync(venue, tmp_path, 1, 12, 0.0, signal.SIGINT) == 130
    venue.delay_s = 0.0
    assert_part_of(tmp_path, MARKET)
    fetched = [target for target in venue.targets if "/kline" in target]
    venue.targets.clear()
    assert (await sync(venue, tmp_path, kinds=EVERYTHING)).sound
    assert_all_stored(tmp_path, MARKET)
    # At most the page that was under way is asked for again.
    assert len(set(fetched) & set(venue.targets)) <= 1
