"""Who may ask the venue next: one queue for an account, in order of priority, within every limit of the venue."""

import bisect
import math
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from enum import IntEnum

import attrs
import trio

from exchange.bybit.errors import Throttled
from exchange.bybit.rate_window import RateWindow
from exchange.bybit.settings import BybitSettings
from exchange.bybit.trade_frames import Limits

# Limits of the venue for each endpoint and second, until an answer names others.
_USUAL_PER_S = 10
_PER_S = {
    **dict.fromkeys(("order/realtime", "order/history", "execution/list"), 50),
    **dict.fromkeys(("position/list", "position/closed-pnl", "account/wallet-balance", "account/info"), 50),
    **dict.fromkeys(("account/fee-rate", "account/set-margin-mode", "account/query-dcp-info"), 5),
    "order/disconnected-cancel-all": 5,
    "market": 50,
}
_GROUP_SPAN_S, _ADDRESS_SPAN_S = 1.0, 5.0
_WHOLE = re.compile(r"[0-9]{1,18}")
# What an announced limit can be; all else is a mistake.
_MOST_PER_S = 10_000
# Of each order budget at least so many requests a second are closed to entries.
_LEAST_ENTRY_FREE = 2
# More requests than this do not wait: whoever asks so much has lost control. What is urgent has as much room again.
_MOST_WAITING = 1_000
# A venue that says "too often" is left alone for a time in these bounds: as it says, or else for as long as it counts.
_SHORTEST_WAIT_S, _LONGEST_WAIT_S, _USUAL_WAIT_S = 0.05, 5.0, 1.0


class Priority(IntEnum):
    """What goes first."""

    STOP = 0
    EXIT = 1
    CANCEL = 2
    LOOKUP = 3
    AMEND = 4
    ENTRY = 5
    READ = 6


@attrs.define(eq=False)
class _Waiter:
    group: str
    priority: Priority
    symbol: str
    order: int
    called: trio.Event = attrs.field(factory=trio.Event)
    alarm: trio.CancelScope = attrs.field(factory=trio.CancelScope)


class Budgets:
    """The queue and its limits. Time is the clock of the Trio run."""

    def __init__(self, settings: BybitSettings) -> None:
        self._settings = settings
        self._address = RateWindow(settings.requests_per_5_s, _ADDRESS_SPAN_S)
        self._groups: dict[str, RateWindow] = {}
        self._symbols: dict[str, RateWindow] = {}
        self._waiting: list[_Waiter] = []
        self._called: _Waiter | None = None
        self._arrivals = 0
        self._banned_until_s = -math.inf

    @asynccontextmanager
    async def turn(self, group: str, priority: Priority, symbol: str = "") -> AsyncGenerator[None]:
        """Wait for a place in the limit `group`; it is taken while the body runs. `symbol` counts for entries only.

        Raises Throttled at once where waiting is no use: while the address is banned for what is less urgent than a
        cancellation, and when too many wait already. If cancelled while waiting, nothing has happened.
        """
        self._refuse_to_wait(priority)
        waiter = _Waiter(group, priority, symbol if priority is Priority.ENTRY else "", self._arrivals)
        self._arrivals += 1
        await self._wait(waiter)
        self._called = None
        self._call()
        try:
            yield
        finally:
            now_s = trio.current_time()
            for window in self._windows(waiter):
                window.answered(now_s)
            self._call()

    def learn(self, group: str, limits: Limits) -> None:
        """Take what an answer says of a limit: its capacity, and what remains of it."""
        if 0 < limits.capacity <= _MOST_PER_S and limits.remaining >= 0:
            self._group(group).learn(limits.capacity, limits.remaining, trio.current_time())

    def too_often(self, group: str, limits: Limits, venue_ms: int) -> None:
        """The venue refused a request because of its limit: leave it alone until the time that the answer names."""
        ahead_s = (limits.reset_ms - venue_ms) / 1e3
        # A time that is past, or was not said, says nothing.
        wait_s = _USUAL_WAIT_S if ahead_s <= 0 else min(max(ahead_s, _SHORTEST_WAIT_S), _LONGEST_WAIT_S)
        self._group(group).close(trio.current_time() + wait_s)

    def ban(self) -> None:
        """The venue has banned this address: be silent for as long as it wants."""
        self._banned_until_s = trio.current_time() + self._settings.ban_s
        self._address.close(self._banned_until_s)

    def check_ban(self) -> None:
        """Raise Throttled while this address is banned."""
        left_s = self._banned_until_s - trio.current_time()
        if left_s > 0:
            reason = "the venue has banned this address, or does not serve its country"
            raise Throttled(f"{reason}; not asked for another {left_s:.0f} s", left_s)

    def waiting(self) -> int:
        """How many requests wait."""
        return len(self._waiting)

    def _refuse_to_wait(self, priority: Priority) -> None:
        urgent = priority <= Priority.CANCEL
        if not urgent:
            self.check_ban()
        if len(self._waiting) >= _MOST_WAITING * (1 + urgent):
            raise Throttled(f"{len(self._waiting):,} requests wait for the venue already")

    async def _wait(self, waiter: _Waiter) -> None:
        bisect.insort(self._waiting, waiter, key=lambda other: (other.priority, other.order))
        try:
            while not waiter.called.is_set():
                with trio.CancelScope() as waiter.alarm:
                    self._call()
                    await waiter.called.wait()
        except trio.Cancelled:
            self._leave(waiter)
            raise

    def _leave(self, waiter: _Waiter) -> None:
        if waiter.called.is_set():
            self._called = None
            for window in self._windows(waiter):
                window.give_back()
        else:
            self._waiting.remove(waiter)
        self._call()

    def _call(self) -> None:
        """Call whose turn it is, unless somebody has just been called, who calls the next one.

        Nobody waits for somebody who waits for another limit. If nobody can go, the first in the queue looks again
        when the next place becomes free.
        """
        if self._called is None and self._waiting:
            waiter = self._next()
            if waiter is None:
                self._waiting[0].alarm.deadline = self._next_change_s()
                return
            self._waiting.remove(waiter)
            for window in self._windows(waiter):
                window.take()
            self._called = waiter
            waiter.called.set()

    def _next(self) -> _Waiter | None:
        now_s = trio.current_time()
        rooms: dict[tuple[str, Priority], bool] = {}
        for waiter in self._waiting:
            limit = waiter.group, waiter.priority
            if limit not in rooms:
                windows = (self._address, self._group(waiter.group))
                rooms[limit] = all(self._has_room(window, waiter.priority, now_s) for window in windows)
            if rooms[limit] and (not waiter.symbol or self._symbol(waiter.symbol).free(now_s) > 0):
                return waiter
        return None

    def _has_room(self, window: RateWindow, priority: Priority, now_s: float) -> bool:
        """A part of every limit is kept free for what is more urgent than an entry."""
        kept = 0
        if priority >= Priority.ENTRY:
            kept = max(_LEAST_ENTRY_FREE, math.ceil(window.capacity * self._settings.entry_free_share))
        return window.free(now_s) > min(kept, window.capacity - 1)

    def _next_change_s(self) -> float:
        now_s = trio.current_time()
        windows = (self._address, *self._groups.values(), *self._symbols.values())
        return min(window.next_change_s(now_s) for window in windows)

    def _windows(self, waiter: _Waiter) -> list[RateWindow]:
        windows = [self._group(waiter.group), self._address]
        return [*windows, self._symbol(waiter.symbol)] if waiter.symbol else windows

    def _group(self, group: str) -> RateWindow:
        per_s = _PER_S.get(group, _USUAL_PER_S)
        return self._groups.setdefault(group, RateWindow(per_s, _GROUP_SPAN_S))

    def _symbol(self, symbol: str) -> RateWindow:
        per_s = self._settings.entries_per_symbol_per_s
        return self._symbols.setdefault(symbol, RateWindow(per_s, _GROUP_SPAN_S))


def limits_in(headers: Mapping[str, str]) -> Limits:
    """What the headers of an answer say of a limit (names in lower case); what is no number is not said."""
    names = ("x-bapi-limit", "x-bapi-limit-status", "x-bapi-limit-reset-timestamp")
    capacity, remaining, reset_ms = (_count(headers.get(name, "")) for name in names)
    return Limits(capacity=capacity, remaining=remaining, reset_ms=reset_ms)


def _count(text: str) -> int:
    return int(text) if _WHOLE.fullmatch(text.strip()) else -1
