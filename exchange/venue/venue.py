"""The venue as a whole: its market, the accounts that trade on it, and the clock that moves both.

A step is played at once: the market moves, each account plays the step and publishes what came of it, then the public
topics follow. Between two steps the clock stands at the end of the last one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

import trio

from exchange.venue.faults.maintenance import Maintenance
from exchange.venue.market.market import VenueMarket
from exchange.venue.market.system_status import STATUS_TOPIC, status_frame
from exchange.venue.market.topics import PublicTopics
from exchange.venue.pace import Pace
from play_engine.market import MarketSlice

Listener = Callable[[str, str], None]


class Trader(Protocol):
    """What plays the steps of the market."""

    def advance(self, market: Mapping[str, MarketSlice]) -> None:
        """Play a step: a slice of each symbol."""
        ...


class Venue:
    """One market with its accounts. `speed` is as in Pace; `now_ms` asks server time, which clients sign with.

    `finished` is set at the end of the tapes; what has been traded can still be asked for.
    """

    def __init__(
        self, market: VenueMarket, accounts: Iterable[Trader], *, speed: float | None, now_ms: Callable[[], int]
    ) -> None:
        self.market = market
        self.topics = PublicTopics(market)
        self.now_ms = now_ms
        self.finished = trio.Event()
        self._accounts = list(accounts)
        self._pace = Pace(market.step_ms, speed)
        self._listeners: dict[int, Listener] = {}
        self._listened = 0

    @property
    def waiting(self) -> bool:
        """Whether the clock stands for those who take part: an order is then for the instant at which it goes on."""
        return bool(self._pace.participants()) and not self.market.ended

    @property
    def speed(self) -> float | None:
        """Market seconds a second; None: as fast as those who take part acknowledge."""
        return self._pace.speed

    def set_speed(self, speed: float | None) -> None:
        """Go at another speed from now on. Raises ValueError for one that is not positive."""
        self._pace.set_speed(speed)

    def add_account(self, account: Trader) -> None:
        """One more account; it sees the market from the next step on."""
        self._accounts.append(account)

    def join(self, name: str) -> int:
        """From now on the clock waits for `name`; the instant (ms) at which it stands, to be acknowledged first. Raises
        ValueError for a name that takes part already."""
        self._pace.join(name, self.market.now_ms)
        return self.market.now_ms

    def leave(self, name: str) -> None:
        """The clock no longer waits for `name`. Raises ValueError if it did not."""
        self._pace.leave(name)

    def acknowledge(self, name: str, until_ms: int) -> None:
        """`name` is done with every instant up to `until_ms`, which may lie ahead. Raises ValueError for a name that
        does not take part."""
        self._pace.acknowledge(name, until_ms)

    def participants(self) -> dict[str, int]:
        """Who takes part, and up to which instant (ms) each has acknowledged."""
        return self._pace.participants()

    def listen_public(self, callback: Listener) -> Callable[[], None]:
        """Call `callback` with topic and frame of everything public, after each step; the answer ends that."""
        self._listened += 1
        number = self._listened
        self._listeners[number] = callback

        def stop() -> None:
            self._listeners.pop(number, None)

        return stop

    def announce(self, windows: Sequence[Maintenance]) -> None:
        """Tell everybody what maintenance there is."""
        self._publish(STATUS_TOPIC, status_frame(windows, self.now_ms()))

    def play_step(self) -> bool:
        """Play one step now; whether there was one left."""
        slices = self.market.next_step()
        if slices is None:
            return False
        for account in tuple(self._accounts):
            account.advance(slices)
        for topic, frame in self.topics.step():
            self._publish(topic, frame)
        return True

    async def run(self) -> None:
        """Play step after step at the venue's pace, to the end. When cancelled, no step is left half played."""
        while not self.market.ended:
            await self._pace.turn(self.market.now_ms)
            self.play_step()
        self.finished.set()

    def _publish(self, topic: str, frame: str) -> None:
        for listener in tuple(self._listeners.values()):
            listener(topic, frame)
