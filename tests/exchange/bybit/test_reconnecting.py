"""How soon a lost connection is tried again: random within bounds that grow, and never too often. Time is virtual."""

import numpy as np
import pytest
import trio
from trio.testing import MockClock

from exchange.bybit.reconnecting import Reconnecting
from exchange.bybit.settings import BybitSettings


def pace(seed: int = 0) -> Reconnecting:
    return Reconnecting(BybitSettings(), np.random.default_rng(seed))


async def test_waits_grow_to_their_limit_and_use_all_of_it() -> None:
    waits = np.array([[*_waits(pace(seed), 10)] for seed in range(400)])
    limits = np.minimum(30.0, 0.5 * 2.0 ** np.arange(1, 11))
    assert (waits >= 0.5).all()
    assert (waits <= limits).all()
    assert (waits.max(axis=0) > 0.95 * limits).all()
    assert (waits.min(axis=0) < 0.5 + 0.05 * limits).all()


def _waits(paces: Reconnecting, count: int) -> list[float]:
    waits: list[float] = []
    for _ in range(count):
        paces.lost(0.0)
        waits.append(paces.wait_s())
    return waits


async def test_a_minute_of_health_lets_it_begin_anew() -> None:
    paces = pace()
    _waits(paces, 8)
    paces.lost(59.9)
    assert paces.failures == 9
    paces.lost(60.0)
    assert paces.failures == 1
    assert paces.wait_s() <= 1.0


@pytest.mark.parametrize("alive_s", [0.0, 0.5, 61.0])
async def test_a_venue_that_accepts_and_drops_for_an_hour_is_not_flooded(
    autojump_clock: MockClock, alive_s: float
) -> None:
    paces, connects = pace(), list[float]()
    while trio.current_time() < 3_600:
        paces.connecting()
        connects.append(trio.current_time())
        await trio.sleep(alive_s)
        paces.lost(alive_s)
        await trio.sleep(paces.wait_s())
    assert all(late - early >= 300 for early, late in zip(connects, connects[25:], strict=False))
    assert len(connects) > 50
