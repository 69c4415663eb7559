import math

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from exchange.venue.pace import Pace


async def steps_after(pace: Pace, steps: int, step_ms: int = 1000) -> float:
    """How many seconds so many turns take, from the instant 0 on."""
    begun_s = trio.current_time()
    for number in range(steps):
        await pace.turn(number * step_ms)
    return trio.current_time() - begun_s


async def test_a_speed_is_market_seconds_a_second(autojump_clock: MockClock) -> None:
    assert await steps_after(Pace(1000, 1.0), 11) == pytest.approx(10.0)
    assert await steps_after(Pace(1000, 4.0), 11) == pytest.approx(2.5)
    assert await steps_after(Pace(60_000, 600.0), 11, 60_000) == pytest.approx(1.0)


async def test_an_infinite_speed_does_not_wait(autojump_clock: MockClock) -> None:
    assert await steps_after(Pace(1000, math.inf), 1000) == 0.0


async def test_a_slow_step_is_not_made_up_for(autojump_clock: MockClock) -> None:
    pace = Pace(1000, 1.0)
    await pace.turn(0)
    await trio.sleep(5.0)
    assert await steps_after(pace, 3) == pytest.approx(2.0)


async def test_a_short_delay_is_made_up_for(autojump_clock: MockClock) -> None:
    pace = Pace(1000, 1.0)
    await pace.turn(0)
    begun_s = trio.current_time()
    await trio.sleep(1.3)
    await pace.turn(0)
    assert trio.current_time() - begun_s == pytest.approx(1.3)
    await pace.turn(0)
    assert trio.current_time() - begun_s == pytest.approx(2.0)


async def turned(pace: Pace, now_ms: int) -> bool:
    """Whether the clock may go on from here without waiting."""
    with trio.move_on_after(0.5) as scope:
        await pace.turn(now_ms)
    return not scope.cancelled_caught


async def test_without_a_speed_the_clock_waits_for_somebody_to_take_part(autojump_clock: MockClock) -> None:
    pace = Pace(1000, None)
    assert not await turned(pace, 0)
    pace.join("one", 0)
    assert not await turned(pace, 0)
    pace.acknowledge("one", 0)
    assert await turned(pace, 0)
    assert not await turned(pace, 1000)
    pace.leave("one")
    assert not await turned(pace, 1000)


@pytest.mark.parametrize("speed", [None, 1000.0, math.inf])
async def test_the_clock_waits_for_all_who_take_part(speed: float | None, autojump_clock: MockClock) -> None:
    pace = Pace(1000, speed)
    pace.join("one", 0)
    pace.join("other", 0)
    pace.acknowledge("one", 5000)
    assert not await turned(pace, 0)
    pace.acknowledge("other", 0)
    assert await turned(pace, 0)
    assert not await turned(pace, 1000)
    pace.leave("other")
    assert await turned(pace, 5000)
    assert pace.participants() == {"one": 5000}


async def test_an_acknowledgement_is_never_taken_back(autojump_clock: MockClock) -> None:
    pace = Pace(1000, None)
    pace.join("one", 0)
    pace.acknowledge("one", 3000)
    pace.acknowledge("one", 1000)
    assert await turned(pace, 3000)


async def test_who_waits_is_woken(autojump_clock: MockClock) -> None:
    pace = Pace(1000, 0.001)
    async with trio.open_nursery() as nursery:
        await pace.turn(0)
        nursery.start_soon(pace.turn, 1000)
        await wait_all_tasks_blocked()
        begun_s = trio.current_time()
        pace.set_speed(1.0)
    assert trio.current_time() - begun_s == pytest.approx(1.0)
    assert pace.speed == 1.0


@pytest.mark.parametrize("speed", [0.0, -1.0, math.nan])
def test_a_speed_is_positive(speed: float) -> None:
    with pytest.raises(ValueError, match="speed: found"):
        Pace(1000, speed)


async def test_names_are_known_once() -> None:
    pace = Pace(1000, None)
    pace.join("one", 0)
    with pytest.raises(ValueError, match="takes part already"):
        pace.join("one", 0)
    with pytest.raises(ValueError, match="'two' does not take part; those who do: one"):
        pace.acknowledge("two", 0)
    with pytest.raises(ValueError, match="does not take part"):
        pace.leave("two")
