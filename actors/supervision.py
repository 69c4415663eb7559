"""Supervision as data: which children there are, and what happens when one fails.

Children start in order. A child that fails is restarted after a pause while its budget lasts; after that its failure
is either contained, which means that whoever depends on it is told and the others go on, or escalated, which stops
them all.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import attrs
import numpy as np
import trio


@attrs.frozen(kw_only=True)
class Restarts:
    """How often a child may be restarted: at most `intensity` times within `period_s`.

    Pauses are uniformly random in [0, min(longest_pause_s, first_pause_s · 2ⁿ)] ("full jitter"), n counting the
    failures within the period. Pauses pass by Trio's clock, so they are for children that do not themselves move it.
    """

    intensity: int
    period_s: float
    first_pause_s: float = 0.5
    longest_pause_s: float = 30.0


NO_RESTARTS = Restarts(intensity=0, period_s=1.0)


@attrs.frozen(kw_only=True)
class ChildFailed:
    """A child raised and will not be restarted again."""

    name: str
    error: Exception

    def text(self) -> str:
        """The failure in one line."""
        error = only_error(self.error)
        return f"{self.name}: {type(error).__name__}: {error}"


@attrs.frozen(kw_only=True)
class Child:
    """An actor to run. `on_failure` contains its last failure; without it the failure escalates."""

    name: str
    run: Callable[[], Awaitable[None]]
    restarts: Restarts = NO_RESTARTS
    on_failure: Callable[[ChildFailed], Awaitable[None]] | None = None


async def supervise(children: Sequence[Child], *, seed: int = 0) -> None:
    """Run all children until each has ended. Cancelling it cancels them all.

    An escalated failure cancels the others and is raised, in the group that the nursery makes of it.
    """
    jitter = np.random.Generator(np.random.PCG64(seed))
    async with trio.open_nursery() as nursery:
        for child in children:
            nursery.start_soon(_guard, child, jitter, name=child.name)


async def _guard(child: Child, jitter: np.random.Generator) -> None:
    failures: deque[float] = deque()
    while True:
        try:
            await child.run()
        except Exception as error:
            now = trio.current_time()
            failures.append(now)
            while failures[0] <= now - child.restarts.period_s:
                failures.popleft()
            if len(failures) > child.restarts.intensity:
                if child.on_failure is None:
                    raise
                await child.on_failure(ChildFailed(name=child.name, error=error))
                return
        else:
            return
        await trio.sleep(jitter.uniform(0.0, _longest_pause(child.restarts, len(failures))))


def _longest_pause(restarts: Restarts, failures: int) -> float:
    return min(restarts.longest_pause_s, restarts.first_pause_s * 2.0 ** (failures - 1))


def only_error(error: BaseException) -> BaseException:
    """The single error inside nested groups; a group that really holds several comes out as it is."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error
