import json
from collections.abc import Mapping

import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from exchange.venue.faults.maintenance import Maintenance
from exchange.venue.venue import Venue
from play_engine.market import MarketSlice
from tests.exchange.venue.market_scene import MINUTE_MS, made_market


class Noted:
    """An account that notes what it is told, in one list with what the public hears."""

    def __init__(self, log: list[str], name: str) -> None:
        self._log, self._name = log, name

    def advance(self, market: Mapping[str, MarketSlice]) -> None:
        self._log.append(f"{self._name} {market['BTCUSDT'].end_ms}")


def venue(log: list[str], *, speed: float | None = None, count: int = 305) -> Venue:
    made = Venue(made_market(count), [Noted(log, "account")], speed=speed, now_ms=lambda: 77)
    made.listen_public(lambda topic, _frame: log.append(topic))
    return made


def test_accounts_play_a_step_before_the_public_hears_of_it() -> None:
    log: list[str] = []
    played = venue(log)
    played.topics.subscribe("kline.1.BTCUSDT")
    now_ms = played.market.now_ms
    assert played.play_step()
    assert log == [f"account {now_ms + MINUTE_MS}", "kline.1.BTCUSDT"]


def test_an_account_that_comes_later_sees_the_next_step() -> None:
    log: list[str] = []
    played = venue(log)
    played.play_step()
    played.add_account(Noted(log, "late"))
    played.play_step()
    assert [line.split()[0] for line in log] == ["account", "account", "late"]


def test_a_listener_can_stop() -> None:
    heard: list[str] = []
    played = venue([])
    stop = played.listen_public(lambda topic, _frame: heard.append(topic))
    played.topics.subscribe("kline.1.BTCUSDT")
    played.play_step()
    stop()
    stop()
    played.play_step()
    assert heard == ["kline.1.BTCUSDT"]


def test_the_tape_has_an_end() -> None:
    log: list[str] = []
    played = venue(log)
    assert [played.play_step() for _ in range(7)] == [True] * 5 + [False] * 2
    assert len(log) == 5


async def test_a_free_run_plays_all_and_says_so(autojump_clock: MockClock) -> None:
    log: list[str] = []
    played = venue(log, speed=float("inf"))
    await played.run()
    assert played.finished.is_set()
    assert len(log) == 5


async def test_the_clock_stands_at_each_step_until_it_is_acknowledged(autojump_clock: MockClock) -> None:
    log: list[str] = []
    played = venue(log)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(played.run)
        await wait_all_tasks_blocked()
        assert not played.waiting
        at_ms = played.join("one")
        assert played.waiting
        for steps in range(5):
            await wait_all_tasks_blocked()
            assert played.market.now_ms == at_ms + steps * MINUTE_MS
            assert len(log) == steps
            played.acknowledge("one", played.market.now_ms)
    assert played.finished.is_set()
    assert not played.waiting
    assert played.participants() == {"one": at_ms + 4 * MINUTE_MS}
    played.leave("one")


async def test_who_acknowledges_ahead_is_not_asked_in_between(autojump_clock: MockClock) -> None:
    played = venue([])
    async with trio.open_nursery() as nursery:
        nursery.start_soon(played.run)
        played.acknowledge("one", played.join("one") + 2 * MINUTE_MS)
        await wait_all_tasks_blocked()
        assert played.market.now_ms == played.participants()["one"] + MINUTE_MS
        played.set_speed(600.0)
        played.leave("one")
    assert played.speed == 600.0
    assert played.market.ended


async def test_a_run_that_is_cancelled_can_go_on(autojump_clock: MockClock) -> None:
    log: list[str] = []
    played = venue(log, speed=60.0)
    with trio.move_on_after(2.5):
        await played.run()
    assert len(log) == 3
    await played.run()
    assert len(log) == 5


def test_maintenance_is_announced_to_everybody() -> None:
    heard: list[tuple[str, str]] = []
    played = venue([])
    played.listen_public(lambda topic, frame: heard.append((topic, frame)))
    played.announce([Maintenance(start_ms=70, end_ms=80, parts=frozenset({"rest"}))])
    ((topic, text),) = heard
    frame = json.loads(text)
    assert (topic, frame["topic"], frame["ts"]) == ("system.status", "system.status", 77)
    assert [row["state"] for row in frame["data"]] == ["ongoing"]
