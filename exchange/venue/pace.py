"""When the clock of the venue goes on: as fast as it was told to, and not before all who take part are done."""

import math

import trio


class Pace:
    """The clock of a replay in steps of `step_ms` at `speed` market seconds a second.

    A speed of None waits for participants alone: the clock stands while nobody takes part, and goes on as soon as all
    have acknowledged the instant at which it stands. An infinite speed does not wait by itself. Raises ValueError for a
    speed that is not positive.
    """

    def __init__(self, step_ms: int, speed: float | None) -> None:
        self._step_ms = step_ms
        self._speed = _checked(speed)
        self._acknowledged_ms: dict[str, int] = {}
        self._changed = trio.Event()
        # When the last step was due, in seconds of Trio's clock; none has been yet.
        self._due_s = -math.inf

    @property
    def speed(self) -> float | None:
        """Market seconds a second."""
        return self._speed

    def set_speed(self, speed: float | None) -> None:
        """Go at another speed from now on. Raises ValueError for one that is not positive."""
        self._speed = _checked(speed)
        self._wake()

    def participants(self) -> dict[str, int]:
        """Who takes part, and up to which instant (ms, market time) each has acknowledged."""
        return dict(self._acknowledged_ms)

    def join(self, name: str, now_ms: int) -> None:
        """From `now_ms` on the clock waits for `name`. Raises ValueError for a name that takes part already."""
        if name in self._acknowledged_ms:
            raise ValueError(f"{name!r} takes part already; leave first, or take another name")
        self._acknowledged_ms[name] = now_ms - self._step_ms
        self._wake()

    def leave(self, name: str) -> None:
        """The clock no longer waits for `name`. Raises ValueError if it did not."""
        self._check(name)
        del self._acknowledged_ms[name]
        self._wake()

    def acknowledge(self, name: str, until_ms: int) -> None:
        """`name` is done with every instant up to `until_ms`, which may lie ahead; one that lies behind what it has
        acknowledged before changes nothing. Raises ValueError for a name that does not take part."""
        self._check(name)
        self._acknowledged_ms[name] = max(until_ms, self._acknowledged_ms[name])
        self._wake()

    async def turn(self, now_ms: int) -> None:
        """Wait until the clock may go on from `now_ms`. It may be cancelled at any time, and asked again."""
        while True:
            await trio.lowlevel.checkpoint()
            changed = self._changed
            if not self._may_go_on(now_ms):
                await changed.wait()
                continue
            now_s, due_s = trio.current_time(), self._due_s + self._period_s()
            if now_s >= due_s:
                break
            with trio.move_on_at(due_s):
                await changed.wait()
        # A clock that has fallen behind by a step or more does not hurry to catch up.
        self._due_s = due_s if now_s - due_s < self._period_s() else now_s

    def _may_go_on(self, now_ms: int) -> bool:
        if self._speed is None and not self._acknowledged_ms:
            return False
        return all(until_ms >= now_ms for until_ms in self._acknowledged_ms.values())

    def _period_s(self) -> float:
        return 0.0 if self._speed is None else self._step_ms / 1000.0 / self._speed

    def _check(self, name: str) -> None:
        if name not in self._acknowledged_ms:
            known = ", ".join(sorted(self._acknowledged_ms)) or "nobody"
            raise ValueError(f"{name!r} does not take part; those who do: {known}")

    def _wake(self) -> None:
        self._changed.set()
        self._changed = trio.Event()


def _checked(speed: float | None) -> float | None:
    if speed is not None and not speed > 0.0:
        raise ValueError(f"speed: found {speed}; allowed: more than 0 market seconds a second, or none")
    return speed
