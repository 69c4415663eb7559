"""The venue's clock: the best of several questions, and measured again when the machine's clock cannot be right."""

import pytest
import trio
from trio.testing import MockClock

from exchange.bybit.clock_keeping import keep_clock
from exchange.bybit.clock_offset import ClockOffset
from exchange.bybit.errors import Down

START_MS = 1_700_000_000_000


class Clocks:
    """A machine's clock that can be set, and a venue that is ahead and takes its time to say so."""

    def __init__(self, ahead_ms: int, delays_s: list[tuple[float, float]]) -> None:
        self.ahead_ms = ahead_ms
        self.delays_s = delays_s
        self.set_by_ms = 0
        self.asked = 0
        self.fails = 0
        self._start_s = trio.current_time()

    def real_ms(self) -> int:
        return START_MS + round((trio.current_time() - self._start_s) * 1e3)

    def machine_ms(self) -> int:
        return self.real_ms() + self.set_by_ms

    async def ask_ms(self) -> int:
        there_s, back_s = self.delays_s[self.asked % len(self.delays_s)]
        self.asked += 1
        await trio.sleep(there_s)
        if self.fails:
            self.fails -= 1
            raise Down("nobody there")
        venue_ms = self.real_ms() + self.ahead_ms
        await trio.sleep(back_s)
        return venue_ms


def offset_of(clocks: Clocks) -> ClockOffset:
    return ClockOffset(clocks.machine_ms, clocks.ask_ms, 3)


async def test_the_shortest_round_trip_counts_at_its_middle(autojump_clock: MockClock) -> None:
    clocks = Clocks(-3_000, [(0.4, 0.0), (0.03, 0.01), (0.1, 0.9)])
    clock = offset_of(clocks)
    assert clock.now_ms() == clocks.machine_ms()
    assert clock.reading().age_s == float("inf")
    await clock.measure()
    reading = clock.reading()
    assert reading.offset_ms == pytest.approx(-2_990, abs=1)
    assert reading.uncertainty_ms == pytest.approx(20, abs=1)
    assert abs(clock.now_ms() - (clocks.real_ms() - 3_000)) <= reading.uncertainty_ms
    assert reading.count == 1


async def test_some_answers_suffice_and_none_is_an_error_that_changes_nothing(autojump_clock: MockClock) -> None:
    clocks = Clocks(500, [(0.01, 0.01)])
    clock = offset_of(clocks)
    clocks.fails = 2
    await clock.measure()
    clocks.fails = 3
    with pytest.raises(Down, match="nobody there"):
        await clock.measure()
    assert clock.reading().offset_ms == pytest.approx(500, abs=1)
    assert clock.reading().count == 1


async def test_who_asks_at_the_same_time_shares_the_answer(autojump_clock: MockClock) -> None:
    clocks = Clocks(500, [(0.01, 0.01)])
    clock = offset_of(clocks)
    async with trio.open_nursery() as nursery:
        for _ in range(5):
            nursery.start_soon(clock.measure)
    assert clocks.asked == 3


@pytest.mark.parametrize("set_by_ms", [3_600_000, -3_600_000, 90_000])
async def test_a_clock_that_was_set_is_measured_at_once_and_told(
    autojump_clock: MockClock, nursery: trio.Nursery, set_by_ms: int
) -> None:
    clocks, told = Clocks(500, [(0.01, 0.01)]), list[str]()
    clock = offset_of(clocks)
    await clock.measure()
    nursery.start_soon(keep_clock, clock, 60.0, told.append)
    await trio.sleep(30)
    assert (clocks.asked, told) == (3, [])
    clocks.set_by_ms = set_by_ms
    await trio.sleep(1.5)
    assert len(told) == 1
    assert abs(clock.now_ms() - clocks.real_ms() - 500) <= 20
    await trio.sleep(30)
    assert (clocks.asked, len(told)) == (6, 1)
    nursery.cancel_scope.cancel()


async def test_it_is_measured_every_minute_and_after_a_failure_soon_again(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    clocks, told = Clocks(500, [(0.01, 0.01)]), list[str]()
    clock = offset_of(clocks)
    await clock.measure()
    nursery.start_soon(keep_clock, clock, 60.0, told.append)
    clocks.ahead_ms = 900
    await trio.sleep(59)
    assert clock.reading().offset_ms == pytest.approx(500, abs=1)
    clocks.fails = 3
    await trio.sleep(3)
    assert clock.reading().offset_ms == pytest.approx(500, abs=1)
    await trio.sleep(6)
    assert clock.reading().offset_ms == pytest.approx(900, abs=1)
    assert told == []
    nursery.cancel_scope.cancel()
