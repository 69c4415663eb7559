"""Server time: what the venue takes for the present when it checks signatures, counts requests and tells the time."""

from collections.abc import Callable

# A clock that is wrong by more than a day is no fault that anybody has met.
MOST_OFFSET_MS = 86_400_000


class ServerClock:
    """The time of `now_ms`, which a test may set wrong: `offset_ms` is how far the venue is ahead of it."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self.offset_ms = 0

    def __call__(self) -> int:
        """The venue's time in ms since the epoch, UTC."""
        return self._now_ms() + self.offset_ms

    def set_offset(self, offset_ms: int) -> None:
        """Step to another offset at once. Raises ValueError for one of more than a day."""
        if abs(offset_ms) > MOST_OFFSET_MS:
            raise ValueError(f"found {offset_ms}; allowed: {-MOST_OFFSET_MS} to {MOST_OFFSET_MS}")
        self.offset_ms = offset_ms
