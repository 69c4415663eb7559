"""When a connection that was lost may be tried again."""

from collections import deque

import numpy as np
import trio

from exchange.bybit.settings import BybitSettings

# The venue allows 500 connections in five minutes for a host. Four streams of ours stay far below.
_MOST_CONNECTS, _WITHIN_S = 25, 300.0
# Beyond 2³⁰ the longest wait has long been reached.
_MOST_DOUBLINGS = 30


class Reconnecting:
    """The pace of one stream: uniformly random waits in [first, min(most, first · 2ⁿ)] after n failures in a row, and
    never more than 25 connections in five minutes. Time is the clock of the Trio run."""

    def __init__(self, settings: BybitSettings, rng: np.random.Generator) -> None:
        self._settings = settings
        self._rng = rng
        self._connects: deque[float] = deque(maxlen=_MOST_CONNECTS)
        self.failures = 0

    def connecting(self) -> None:
        """A connection is tried now."""
        self._connects.append(trio.current_time())

    def lost(self, healthy_s: float) -> None:
        """A connection is over, or did not come about, after so many seconds of health."""
        self.failures = 1 if healthy_s >= self._settings.healthy_s else self.failures + 1

    def wait_s(self) -> float:
        """How long to wait now."""
        first_s, most_s = self._settings.backoff_first_s, self._settings.backoff_most_s
        limit_s = min(most_s, first_s * 2.0 ** min(self.failures, _MOST_DOUBLINGS))
        wait_s = float(self._rng.uniform(first_s, max(first_s, limit_s)))
        if len(self._connects) == _MOST_CONNECTS:
            wait_s = max(wait_s, self._connects[0] + _WITHIN_S - trio.current_time())
        return wait_s
