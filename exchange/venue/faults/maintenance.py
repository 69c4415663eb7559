"""Maintenance: stretches of time in which parts of the venue are away."""

from collections.abc import Collection

import attrs

# Parts of the venue, by what its status says of them: order requests, all of HTTP, and the three kinds of sockets.
SERVICES = {"trading": 1, "rest": 2, "trade": 3, "private": 4, "public": 5}
# Of windows that are over, so many are remembered.
REMEMBERED = 20


def _check_parts(_window: object, _attribute: object, parts: Collection[str]) -> None:
    if not parts or not set(parts) <= SERVICES.keys():
        found = ", ".join(sorted(parts)) or "nothing"
        raise ValueError(f"parts of the venue: found {found}; allowed: {', '.join(SERVICES)}")


def _check_end(window: "Maintenance", _attribute: object, end_ms: int) -> None:
    if end_ms <= window.start_ms:
        raise ValueError(f"maintenance must end after its start: found {window.start_ms} to {end_ms} ms")


@attrs.frozen(kw_only=True)
class Maintenance:
    """From `start_ms` to before `end_ms`, server time, the `parts` (names of SERVICES) are away.

    A request is answered with `code` in an envelope, or with the HTTP status `status` if that is not 200. `announced`
    says whether the venue's status tells of it.
    """

    start_ms: int
    end_ms: int = attrs.field(validator=_check_end)
    parts: frozenset[str] = attrs.field(converter=frozenset, validator=_check_parts)
    code: int = 10016
    status: int = 200
    announced: bool = True

    def covers(self, now_ms: int) -> bool:
        """Whether it lasts at this instant."""
        return self.start_ms <= now_ms < self.end_ms


class MaintenancePlan:
    """All windows that are known, oldest first."""

    def __init__(self) -> None:
        self._windows: tuple[Maintenance, ...] = ()

    def add(self, window: Maintenance, now_ms: int) -> None:
        """Plan one more; the oldest that are over are forgotten beyond REMEMBERED."""
        past = [one for one in self._windows if one.end_ms <= now_ms]
        kept = set(map(id, past[-REMEMBERED:]))
        rest = [one for one in self._windows if one.end_ms > now_ms or id(one) in kept]
        self._windows = tuple(sorted([*rest, window], key=lambda one: (one.start_ms, one.end_ms)))

    def end_all(self, now_ms: int) -> None:
        """Everything is back, and nothing is planned."""
        cut = [attrs.evolve(one, end_ms=min(one.end_ms, now_ms)) for one in self._windows if one.start_ms < now_ms]
        self._windows = tuple(cut)

    def away(self, part: str, now_ms: int) -> Maintenance | None:
        """The window that has taken `part` away at this instant, if any."""
        return next((one for one in self._windows if part in one.parts and one.covers(now_ms)), None)

    def windows(self) -> tuple[Maintenance, ...]:
        """Past, present and to come."""
        return self._windows
