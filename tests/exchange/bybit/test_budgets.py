"""The queue in front of the venue: who goes first, how many, and what the venue's own words change. Time is virtual."""

from collections import Counter, deque
from collections.abc import Awaitable, Callable

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock, wait_all_tasks_blocked

from exchange.bybit.budgets import Budgets, Priority, limits_in
from exchange.bybit.errors import Throttled
from exchange.bybit.rate_window import RateWindow
from exchange.bybit.settings import BybitSettings
from exchange.bybit.trade_frames import Limits

CREATE, STOP, READ = "order/create", "position/trading-stop", "order/realtime"
Sent = list[tuple[float, str]]


def asker(budgets: Budgets, sent: Sent, start_s: float) -> Callable[..., Awaitable[None]]:
    """Requests that note when they leave, and take 50 ms."""

    async def ask(name: str, group: str, priority: Priority, symbol: str = "", answer_s: float = 0.05) -> None:
        async with budgets.turn(group, priority, symbol):
            sent.append((trio.current_time() - start_s, name))
            await trio.sleep(answer_s)

    return ask


def limits(capacity: int, remaining: int) -> Limits:
    return limits_in({"x-bapi-limit": str(capacity), "x-bapi-limit-status": str(remaining)})


async def test_an_exit_is_the_next_request_after_a_flood_of_entries(autojump_clock: MockClock) -> None:
    budgets, sent = Budgets(BybitSettings()), Sent()
    ask = asker(budgets, sent, trio.current_time())
    async with trio.open_nursery() as nursery:
        for number in range(20):
            nursery.start_soon(ask, "entry", CREATE, Priority.ENTRY, f"COIN{number}")
        await wait_all_tasks_blocked()
        assert [name for _, name in sent] == ["entry"] * 8
        nursery.start_soon(ask, "exit", CREATE, Priority.EXIT)
        nursery.start_soon(ask, "exit", CREATE, Priority.EXIT)
        nursery.start_soon(ask, "exit", CREATE, Priority.EXIT)
        await wait_all_tasks_blocked()
        assert sent[8:] == [(0.0, "exit"), (0.0, "exit")]
    assert (sent[10][0], sent[10][1]) == (1.05, "exit")
    assert len(sent) == 23
    assert budgets.waiting() == 0


async def test_whoever_waits_goes_in_order_of_priority_and_of_arrival(autojump_clock: MockClock) -> None:
    budgets, sent = Budgets(BybitSettings()), Sent()
    ask = asker(budgets, sent, trio.current_time())
    budgets.learn(CREATE, limits(1, 1))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask, "first", CREATE, Priority.ENTRY)
        await wait_all_tasks_blocked()
        for name, priority in [
            ("read", Priority.READ),
            ("entry", Priority.ENTRY),
            ("cancel", Priority.CANCEL),
            ("stop", Priority.STOP),
            ("exit 1", Priority.EXIT),
            ("lookup", Priority.LOOKUP),
            ("exit 2", Priority.EXIT),
            ("amend", Priority.AMEND),
        ]:
            nursery.start_soon(ask, name, CREATE, priority)
            await wait_all_tasks_blocked()
    names = ["first", "stop", "exit 1", "exit 2", "cancel", "lookup", "amend", "entry", "read"]
    assert [name for _, name in sent] == names
    assert [round(at_s, 2) for at_s, _ in sent] == [round(1.05 * n, 2) for n in range(9)]


async def test_a_full_limit_holds_nobody_up_who_waits_for_another(autojump_clock: MockClock) -> None:
    budgets, sent = Budgets(BybitSettings()), Sent()
    ask = asker(budgets, sent, trio.current_time())
    async with trio.open_nursery() as nursery:
        for _ in range(30):
            nursery.start_soon(ask, "stop", STOP, Priority.STOP)
        await wait_all_tasks_blocked()
        nursery.start_soon(ask, "read", READ, Priority.READ)
        await wait_all_tasks_blocked()
        assert sent[-1] == (0.0, "read")
        assert len(sent) == 11


@pytest.mark.parametrize("capacity", [5, 10, 20])
async def test_an_announced_limit_is_never_broken(autojump_clock: MockClock, capacity: int) -> None:
    """The venue counts in a rolling second at an instant between sending and answer; it never counts too many."""
    budgets, counted = Budgets(BybitSettings()), deque[float]()
    budgets.learn(CREATE, limits(capacity, capacity))
    most = 0

    async def ask(delay_s: float) -> None:
        nonlocal most
        async with budgets.turn(CREATE, Priority.EXIT):
            await trio.sleep(delay_s)
            now_s = trio.current_time()
            counted.append(now_s)
            while counted[0] <= now_s - 1.0:
                counted.popleft()
            most = max(most, len(counted))
            budgets.learn(CREATE, limits(capacity, capacity - len(counted)))
            await trio.sleep(0.3 - delay_s)

    start_s = trio.current_time()
    async with trio.open_nursery() as nursery:
        for number in range(10 * capacity):
            nursery.start_soon(ask, 0.03 * (number % 10))
    assert most == capacity
    assert trio.current_time() - start_s < 14


async def test_what_others_use_of_a_limit_is_left_to_them(autojump_clock: MockClock) -> None:
    budgets, sent = Budgets(BybitSettings()), Sent()
    ask = asker(budgets, sent, trio.current_time())
    budgets.learn(CREATE, limits(10, 2))
    async with trio.open_nursery() as nursery:
        for _ in range(4):
            nursery.start_soon(ask, "exit", CREATE, Priority.EXIT)
    assert [at_s for at_s, _ in sent] == [0.0, 0.0, 1.0, 1.0]


async def test_one_symbol_cannot_starve_another_and_exits_pass(autojump_clock: MockClock) -> None:
    budgets, sent = Budgets(BybitSettings()), Sent()
    ask = asker(budgets, sent, trio.current_time())
    async with trio.open_nursery() as nursery:
        for _ in range(40):
            nursery.start_soon(ask, "flood", CREATE, Priority.ENTRY, "BTCUSDT")
        await wait_all_tasks_blocked()
        assert Counter(name for _, name in sent) == {"flood": 5}
        nursery.start_soon(ask, "exit", CREATE, Priority.EXIT, "BTCUSDT")
        for second in range(5):
            nursery.start_soon(ask, f"other {second}", CREATE, Priority.ENTRY, "ETHUSDT")
            await trio.sleep(1)
    others = [at_s for at_s, name in sent if name.startswith("other")]
    assert others == [float(second) for second in range(5)]
    assert (0.0, "exit") in sent
    floods = [at_s for at_s, name in sent if name == "flood"]
    assert len(floods) == 40
    assert all(late - early >= 1.0 for early, late in zip(floods, floods[5:], strict=False))


async def test_the_address_has_a_limit_of_its_own(autojump_clock: MockClock) -> None:
    budgets, sent = Budgets(BybitSettings(requests_per_5_s=10)), Sent()
    ask = asker(budgets, sent, trio.current_time())
    async with trio.open_nursery() as nursery:
        for number in range(30):
            nursery.start_soon(ask, "read", f"group {number}", Priority.READ)
        await wait_all_tasks_blocked()
        assert len(sent) == 8
        nursery.start_soon(ask, "exit", CREATE, Priority.EXIT)
        await wait_all_tasks_blocked()
        assert sent[-1] == (0.0, "exit")
    times_s = sorted(at_s for at_s, _ in sent)
    assert all(late - early >= 5 for early, late in zip(times_s, times_s[10:], strict=False))


@pytest.mark.parametrize(
    ("reset_ms", "wait_s"), [("1300", 0.3), ("1010", 0.05), ("90000", 5.0), ("500", 1.0), ("", 1.0), ("soon", 1.0)]
)
async def test_too_often_closes_a_limit_for_a_bounded_time(
    autojump_clock: MockClock, reset_ms: str, wait_s: float
) -> None:
    budgets, sent = Budgets(BybitSettings()), Sent()
    ask = asker(budgets, sent, trio.current_time())
    budgets.too_often(CREATE, limits_in({"x-bapi-limit-reset-timestamp": reset_ms}), 1000)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask, "other", STOP, Priority.STOP)
        nursery.start_soon(ask, "exit", CREATE, Priority.EXIT)
    assert sent == [(0.0, "other"), (pytest.approx(wait_s), "exit")]


async def test_a_ban_is_silence_and_then_exits_come_first(autojump_clock: MockClock) -> None:
    budgets, sent = Budgets(BybitSettings()), Sent()
    ask = asker(budgets, sent, trio.current_time())
    budgets.ban()
    for priority in (Priority.LOOKUP, Priority.AMEND, Priority.ENTRY, Priority.READ):
        with pytest.raises(Throttled, match="600 s") as caught:
            await ask("no", CREATE, priority)
        assert caught.value.wait_s == 600
    with pytest.raises(Throttled):
        budgets.check_ban()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask, "cancel", "order/cancel", Priority.CANCEL)
        nursery.start_soon(ask, "exit", CREATE, Priority.EXIT)
    assert sent == [(600.0, "exit"), (600.0, "cancel")]
    budgets.check_ban()


async def test_who_gives_up_waiting_leaves_no_trace(autojump_clock: MockClock) -> None:
    budgets, sent = Budgets(BybitSettings()), Sent()
    ask = asker(budgets, sent, trio.current_time())
    budgets.learn(CREATE, limits(1, 1))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask, "first", CREATE, Priority.EXIT)
        await wait_all_tasks_blocked()
        with trio.move_on_after(0.5):
            await ask("gave up", CREATE, Priority.STOP)
        with trio.CancelScope() as scope:
            scope.cancel()
            await ask("never began", CREATE, Priority.STOP)
        assert budgets.waiting() == 0
        nursery.start_soon(ask, "second", CREATE, Priority.EXIT)
    assert [name for _, name in sent] == ["first", "second"]
    assert sent[1][0] == pytest.approx(1.05)


async def test_the_queue_is_bounded_and_keeps_room_for_what_is_urgent(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.bybit.budgets._MOST_WAITING", 50)
    budgets, sent = Budgets(BybitSettings(ban_s=1.0)), Sent()
    ask = asker(budgets, sent, trio.current_time())
    budgets.too_often(CREATE, limits_in({}), 0)
    async with trio.open_nursery() as nursery:
        for _ in range(50):
            nursery.start_soon(ask, "read", CREATE, Priority.READ)
        await wait_all_tasks_blocked()
        with pytest.raises(Throttled, match="50 requests wait"):
            await ask("read", CREATE, Priority.READ)
        nursery.start_soon(ask, "exit", CREATE, Priority.EXIT)
        await wait_all_tasks_blocked()
        assert budgets.waiting() == 51
        await trio.sleep(1.0)
        await wait_all_tasks_blocked()
        assert sent[0] == (1.0, "exit")
        nursery.cancel_scope.cancel()


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 2)), max_size=60), st.integers(1, 8))
def test_a_window_never_counts_more_than_it_holds(requests: list[tuple[float, float]], capacity: int) -> None:
    """Wherever between sending and answer a request is counted, no rolling second has more than the capacity."""
    window, now_s = RateWindow(capacity, 1.0), 0.0
    answers: list[float] = []
    spans: list[tuple[float, float]] = []
    for wait_s, answer_s in requests:
        now_s += wait_s
        for done_s in sorted(end for end in answers if end <= now_s):
            window.answered(done_s)
            answers.remove(done_s)
        if window.free(now_s) > 0:
            window.take()
            answers.append(now_s + answer_s)
            spans.append((now_s, now_s + answer_s))
    for instant in {point for span in spans for point in span}:
        assert sum(sent <= instant < answered + 1.0 for sent, answered in spans) <= capacity
