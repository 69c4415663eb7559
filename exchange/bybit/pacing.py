"""When the next question may be sent: a steady pace for all tasks together, pauses that the venue asks for, backoff."""

import numpy as np
import trio


class Pacing:
    """A turnstile that every question passes: at most `per_s` a second, and none during a pause.

    One of these serves all tasks, because the venue counts by address. Time is the clock of the Trio run.
    """

    def __init__(self, per_s: float) -> None:
        self._spacing_s = 1.0 / per_s
        self._next_s = -np.inf
        self._open_s = -np.inf

    async def turn(self) -> None:
        """Wait for the next free place. If cancelled while waiting, the place is lost; nothing else happens."""
        self._next_s = max(self._next_s + self._spacing_s, trio.current_time())
        await trio.sleep_until(self._next_s)
        while trio.current_time() < self._open_s:  # noqa: ASYNC110  a pause may grow while it lasts
            await trio.sleep_until(self._open_s)

    def pause(self, wait_s: float) -> None:
        """Let nobody pass for `wait_s` seconds from now; a pause that is under way never becomes shorter."""
        self._open_s = max(self._open_s, trio.current_time() + wait_s)


class Backoff:
    """How long to wait before asking again: a uniform share of a limit that doubles up to a cap ("full jitter").

    Full jitter spreads clients that failed together over the whole wait, so that they do not come back together.
    """

    def __init__(self, first_s: float, most_s: float, rng: np.random.Generator) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._rng = rng

    def wait_s(self, failures: int) -> float:
        """The wait after so many failures in a row (1 or more), in seconds."""
        # Beyond 2³⁰ the cap has long been reached.
        limit_s = min(self._most_s, self._first_s * 2.0 ** min(failures - 1, 30))
        return float(self._rng.uniform(0.0, limit_s))
