"""Time. The only module that may ask the machine what time it is."""

import time  # noqa: TID251

import trio

from play_engine.errors import InternalError


class VirtualClock(trio.abc.Clock):
    """A clock that stands still until data move it on.

    Its time is seconds since the epoch, UTC, like the time stamps of the bars. Every source of data holds a hand; the
    clock stands at the earliest of them, so that no timer fires before all data up to it have been delivered.
    """

    def __init__(self, start_ms: int = 0) -> None:
        self._start_ms = start_ms
        self._hands: dict[str, int] = {}

    def add_hand(self, source: str, at_ms: int) -> None:
        """Let `source` take part, at `at_ms` to begin with."""
        self._hands[source] = at_ms

    def advance(self, source: str, to_ms: int) -> None:
        """All data of `source` up to `to_ms` have been delivered. Time does not run backwards: InternalError."""
        if to_ms < self._hands[source]:
            raise InternalError(f"the clock of {source} was turned back from {self._hands[source]} to {to_ms} ms")
        self._hands[source] = to_ms

    def remove_hand(self, source: str) -> None:
        """`source` has no more data; the clock no longer waits for it."""
        self._start_ms = self.now_ms()
        del self._hands[source]

    def now_ms(self) -> int:
        """The time, in ms since the epoch, UTC."""
        return max(self._start_ms, min(self._hands.values(), default=self._start_ms))

    def start_clock(self) -> None:
        """Nothing to do: the hands are set by whoever holds them."""

    def current_time(self) -> float:
        """The time for Trio, in seconds."""
        return self.now_ms() / 1000

    def deadline_to_sleep_time(self, deadline: float) -> float:
        """How long Trio may sleep before looking again: virtual time passes only when a task moves a hand."""
        return 0.0 if deadline <= self.current_time() else 1.0


class Stopwatch:
    """Measures how long something took on the machine's own clock; for run records, never for results."""

    def __init__(self) -> None:
        self._started = time.perf_counter()

    def elapsed_s(self) -> float:
        """Seconds since it was made."""
        return time.perf_counter() - self._started


def wall_time_ms() -> int:
    """The machine's time in ms since the epoch, UTC; for measurements, never for results."""
    return time.time_ns() // 1_000_000
