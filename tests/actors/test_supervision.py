from functools import partial
from itertools import pairwise

import pytest
import trio
import trio.testing

from actors.supervision import Child, ChildFailed, Restarts, supervise


class Flaky:
    """An actor that fails its first `failures` times; remembers when it was started."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.starts: list[float] = []

    async def run(self) -> None:
        self.starts.append(trio.current_time())
        await trio.lowlevel.checkpoint()
        if len(self.starts) <= self.failures:
            raise ValueError(f"failure {len(self.starts)}")


async def remember(into: list[ChildFailed], failed: ChildFailed) -> None:
    into.append(failed)


async def test_a_child_is_restarted_while_its_budget_lasts(autojump_clock: trio.testing.MockClock) -> None:
    flaky = Flaky(failures=3)
    await supervise([Child(name="feed", run=flaky.run, restarts=Restarts(intensity=3, period_s=600))])
    assert len(flaky.starts) == 4


async def test_pauses_grow_and_are_drawn_from_the_seed(autojump_clock: trio.testing.MockClock) -> None:
    async def starts(seed: int) -> list[float]:
        flaky = Flaky(failures=5)
        begin = trio.current_time()
        child = Child(name="feed", run=flaky.run, restarts=Restarts(intensity=5, period_s=600, first_pause_s=1.0))
        await supervise([child], seed=seed)
        return [round(start - begin, 9) for start in flaky.starts]

    first, again, other = await starts(1), await starts(1), await starts(2)
    assert first == again != other
    for number, (before, after) in enumerate(pairwise(first)):
        assert 0 <= after - before <= min(30.0, 2.0**number)


async def test_failures_long_ago_do_not_count(autojump_clock: trio.testing.MockClock) -> None:
    starts: list[float] = []

    async def fails_every_hour() -> None:
        starts.append(trio.current_time())
        if len(starts) < 6:
            await trio.sleep(3600)
            raise OSError("lost")

    await supervise([Child(name="feed", run=fails_every_hour, restarts=Restarts(intensity=1, period_s=600))])
    assert len(starts) == 6


async def test_a_contained_failure_leaves_the_others_alone() -> None:
    told: list[ChildFailed] = []
    finished: list[str] = []

    async def works() -> None:
        await trio.testing.wait_all_tasks_blocked()
        finished.append("works")

    await supervise(
        [
            Child(name="play a", run=Flaky(failures=1).run, on_failure=partial(remember, told)),
            Child(name="play b", run=works),
        ]
    )
    assert [failed.text() for failed in told] == ["play a: ValueError: failure 1"]
    assert finished == ["works"]


async def test_a_failure_that_nobody_contains_stops_everything() -> None:
    cancelled: list[str] = []

    async def waits() -> None:
        try:
            await trio.sleep_forever()
        finally:
            cancelled.append("waits")

    with pytest.RaisesGroup(pytest.RaisesExc(ValueError, match="failure 1")):
        await supervise([Child(name="play", run=waits), Child(name="persistence", run=Flaky(failures=1).run)])
    assert cancelled == ["waits"]


async def test_cancellation_is_not_a_failure(autojump_clock: trio.testing.MockClock) -> None:
    told: list[ChildFailed] = []
    with trio.move_on_after(5):
        await supervise([Child(name="play", run=trio.sleep_forever, on_failure=partial(remember, told))])
    assert told == []
