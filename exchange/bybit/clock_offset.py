"""What the venue's clock says, by the machine's clock and a measured difference."""

import math
from collections.abc import Awaitable, Callable

import attrs
import trio

from exchange.bybit.errors import VenueError


@attrs.frozen(kw_only=True)
class ClockReading:
    """The last measurement: the venue is ahead by `offset_ms`, which may be wrong by `uncertainty_ms`, and was found
    `age_s` ago (infinite or NaN before the first). `apart_ms` is how far the machine's clock has moved since, less the
    time that really passed: a machine that slept, or whose clock was set, shows here. `count` counts measurements."""

    offset_ms: float = math.nan
    uncertainty_ms: float = math.inf
    age_s: float = math.inf
    apart_ms: float = 0.0
    count: int = 0


@attrs.frozen(kw_only=True)
class _Sample:
    offset_ms: float
    round_trip_s: float
    wall_ms: int
    at_s: float


class ClockOffset:
    """The venue's time. `now_ms` is the machine's clock; `ask_ms` asks the venue for its own and raises VenueError
    without an answer. Real durations are measured by the clock of the Trio run, which nobody sets."""

    def __init__(self, now_ms: Callable[[], int], ask_ms: Callable[[], Awaitable[int]], samples: int) -> None:
        self._now_ms = now_ms
        self._ask_ms = ask_ms
        self._samples = samples
        self._best: _Sample | None = None
        self._count = 0
        self._turn = trio.Lock()

    def now_ms(self) -> int:
        """The venue's time by the last measurement; the machine's own before the first."""
        return self._now_ms() + (0 if self._best is None else round(self._best.offset_ms))

    async def measure(self) -> None:
        """Measure again: of several questions the one with the shortest round trip counts, taken at its middle.

        Callers that come while it is being measured share the result. Raises VenueError if no question was answered;
        then, and when cancelled, the offset stays as it was.
        """
        seen = self._count
        async with self._turn:
            if self._count == seen:
                self._best = await self._best_sample()
                self._count += 1

    def reading(self) -> ClockReading:
        """How good the offset is now."""
        best = self._best
        if best is None:
            return ClockReading()
        age_s = trio.current_time() - best.at_s
        return ClockReading(
            offset_ms=best.offset_ms,
            uncertainty_ms=best.round_trip_s * 1e3 / 2,
            age_s=age_s,
            apart_ms=self._now_ms() - best.wall_ms - age_s * 1e3,
            count=self._count,
        )

    async def _best_sample(self) -> _Sample:
        best, failure = None, None
        for _ in range(self._samples):
            try:
                sample = await self._sample()
            except VenueError as error:
                failure = error
                continue
            if best is None or sample.round_trip_s < best.round_trip_s:
                best = sample
        if best is None:
            raise failure or VenueError("the venue's clock was not asked for")
        return best

    async def _sample(self) -> _Sample:
        wall_ms, at_s = self._now_ms(), trio.current_time()
        venue_ms = await self._ask_ms()
        round_trip_s = trio.current_time() - at_s
        middle_ms = wall_ms + round_trip_s * 1e3 / 2
        return _Sample(offset_ms=venue_ms - middle_ms, round_trip_s=round_trip_s, wall_ms=wall_ms, at_s=at_s)
