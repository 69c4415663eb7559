"""At most so many of something within a rolling time: what a venue's rate limit leaves us, counted on our side."""

import heapq
import math


class RateWindow:
    """`capacity` places, each taken from when a request is sent until `span_s` after its answer.

    The venue counts a request somewhere between the two, so it never counts more than `capacity` within `span_s`. Times
    are those of one clock, in seconds.
    """

    def __init__(self, capacity: int, span_s: float) -> None:
        self.capacity = capacity
        self._span_s = span_s
        self._under_way = 0
        self._ends: list[float] = []
        self._closed_until_s = -math.inf

    def free(self, now_s: float) -> int:
        """Places that are free now; none while it is closed. Below 0 if the capacity has shrunk."""
        self._forget(now_s)
        return 0 if now_s < self._closed_until_s else self.capacity - self._under_way - len(self._ends)

    def next_change_s(self, now_s: float) -> float:
        """When the next place becomes free without an answer; infinite if none does."""
        self._forget(now_s)
        first_end_s = self._ends[0] if self._ends else math.inf
        return self._closed_until_s if now_s < self._closed_until_s else first_end_s

    def take(self) -> None:
        """A request takes a place."""
        self._under_way += 1

    def answered(self, now_s: float) -> None:
        """A request has its answer, or never will have one; its place becomes free after the span."""
        self._under_way -= 1
        heapq.heappush(self._ends, now_s + self._span_s)

    def give_back(self) -> None:
        """A place was taken by a request that was not sent after all."""
        self._under_way -= 1

    def learn(self, capacity: int, remaining: int, now_s: float) -> None:
        """What an answer says of the limit. Others use it too if less remains than we have left."""
        self.capacity = capacity
        for _ in range(self.free(now_s) - remaining):
            heapq.heappush(self._ends, now_s + self._span_s)

    def close(self, until_s: float) -> None:
        """Let nobody pass until then; what is closed longer stays so."""
        self._closed_until_s = max(self._closed_until_s, until_s)

    def _forget(self, now_s: float) -> None:
        while self._ends and self._ends[0] <= now_s:
            heapq.heappop(self._ends)
