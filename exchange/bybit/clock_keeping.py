"""The offset of the venue's clock is measured in time, and at once when the machine's clock did what no clock does."""

from collections.abc import Callable

import trio

from exchange.bybit.clock_offset import ClockOffset
from exchange.bybit.errors import VenueError

# How often the machine's clock is looked at, how far it may have moved by itself, and the pause after a failure.
_LOOK_S, _MOST_APART_MS, _AGAIN_S = 1.0, 5_000.0, 5.0


async def keep_clock(clock: ClockOffset, every_s: float, on_jump: Callable[[str], None]) -> None:
    """Measure `clock` every `every_s`, for ever; a measurement that fails is tried again after 5 s.

    If the machine has slept, or its clock was set, by more than 5 s, it is measured at once, and `on_jump` is told.
    """
    while True:
        await trio.sleep(_LOOK_S)
        reading = clock.reading()
        has_jumped = abs(reading.apart_ms) > _MOST_APART_MS
        if not has_jumped and reading.age_s < every_s:
            continue
        try:
            await clock.measure()
        except VenueError:
            await trio.sleep(_AGAIN_S)
            continue
        if has_jumped:
            on_jump(f"the machine's clock has moved by {reading.apart_ms:,.0f} ms against the time that passed")
