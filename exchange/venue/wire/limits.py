"""Limits: how often an account may call an endpoint, and an address the venue.

A limit is a window that rolls: of the last second for an account and a group of endpoints, of the last five seconds for
an address. Times are server time in ms.
"""

from collections import deque

import attrs

WINDOW_MS = 1000
# A client that waits until the reset must not find it in the past when the answer arrives.
_SOONEST_RESET_MS = 100
# What is announced where there is no limit: clients pace themselves by it.
_UNLIMITED = 10_000
ADDRESS_WINDOW_MS = 5000
ADDRESS_REQUESTS = 600
# An address that asked too often is heard again after so much silence.
ADDRESS_SILENCE_MS = 600_000


@attrs.frozen(kw_only=True)
class Budget:
    """What a request was given: `granted` of the units asked for; `remaining` of `limit` are left until `reset_ms`."""

    limit: int
    remaining: int
    reset_ms: int
    granted: int = 1


class AccountLimits:
    """Counts the requests of all accounts by group of endpoints. `factor` multiplies every limit; 0 means that none is
    ever reached."""

    def __init__(self, factor: float = 1.0) -> None:
        self._factor = factor
        self._taken: dict[tuple[str, str], deque[int]] = {}

    def take(self, account: str, group: str, per_second: int, now_ms: int, units: int = 1) -> Budget:
        """Take up to `units` out of the budget; `granted` says how many there were."""
        if not self._factor:
            return Budget(limit=_UNLIMITED, remaining=_UNLIMITED, reset_ms=now_ms, granted=units)
        limit = max(1, round(per_second * self._factor))
        taken = self._taken.setdefault((account, group), deque(maxlen=limit))
        while taken and taken[0] <= now_ms - WINDOW_MS:
            taken.popleft()
        granted = min(units, limit - len(taken))
        taken.extend([now_ms] * granted)
        reset_ms = now_ms if granted == units else max(taken[0] + WINDOW_MS, now_ms + _SOONEST_RESET_MS)
        return Budget(limit=limit, remaining=limit - len(taken), reset_ms=reset_ms, granted=granted)


class AddressLimit:
    """Counts the requests of an address. `requests` is how many it may make in five seconds; 0 means as many as it
    likes."""

    def __init__(self, requests: int = ADDRESS_REQUESTS) -> None:
        self._most = requests
        self._seen: dict[str, deque[int]] = {}
        self._barred: dict[str, int] = {}

    def take(self, address: str, now_ms: int) -> tuple[Budget, bool]:
        """Count a request; and whether it is heard. One that is not prolongs the silence."""
        if not self._most:
            return Budget(limit=_UNLIMITED, remaining=_UNLIMITED, reset_ms=now_ms), True
        if now_ms - self._barred.get(address, now_ms - ADDRESS_SILENCE_MS) < ADDRESS_SILENCE_MS:
            return self._bar(address, now_ms)
        seen = self._seen.setdefault(address, deque(maxlen=self._most))
        while seen and seen[0] <= now_ms - ADDRESS_WINDOW_MS:
            seen.popleft()
        if len(seen) == self._most:
            return self._bar(address, now_ms)
        seen.append(now_ms)
        return Budget(limit=self._most, remaining=self._most - len(seen), reset_ms=now_ms), True

    def _bar(self, address: str, now_ms: int) -> tuple[Budget, bool]:
        self._barred[address] = now_ms
        return Budget(limit=self._most, remaining=0, reset_ms=now_ms + ADDRESS_SILENCE_MS, granted=0), False
