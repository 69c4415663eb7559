import pytest
import trio

from actors.clock import VirtualClock
from play_engine.errors import InternalError


def test_the_clock_stands_at_the_earliest_hand() -> None:
    clock = VirtualClock()
    clock.add_hand("a", 1_000)
    clock.add_hand("b", 5_000)
    assert clock.now_ms() == 1_000
    clock.advance("a", 9_000)
    assert clock.now_ms() == 5_000
    clock.remove_hand("b")
    assert clock.now_ms() == 9_000


def test_the_clock_stays_where_the_last_hand_left_it() -> None:
    clock = VirtualClock()
    clock.add_hand("a", 1_000)
    clock.advance("a", 7_000)
    clock.remove_hand("a")
    assert clock.now_ms() == 7_000


def test_time_does_not_run_backwards() -> None:
    clock = VirtualClock()
    clock.add_hand("a", 1_000)
    with pytest.raises(InternalError, match="turned back from 1000 to 999"):
        clock.advance("a", 999)


def test_timers_fire_when_the_data_reach_them() -> None:
    clock = VirtualClock()
    clock.add_hand("bars", 0)
    fired: list[float] = []

    async def midnight() -> None:
        await trio.sleep_until(86_400)
        fired.append(trio.current_time())

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(midnight)
            for hour in range(1, 26):
                clock.advance("bars", hour * 3_600_000)
                await trio.testing.wait_all_tasks_blocked()
                assert bool(fired) == (hour >= 24)

    trio.run(main, clock=clock)
    assert fired == [86_400.0]
