"""A request whose outcome is unknown is looked up until the venue says what became of it."""

from collections.abc import Sequence
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from actors.looking_up import outcome_of
from exchange.bybit.errors import Down
from exchange.orders import NewOrder, OrderName
from exchange.reports import Accepted, Answer, OrderReport, Rejected, Unknown
from exchange.trading.commands import CancelOrder, SubmitOrder

ENTRY = SubmitOrder(symbol="BTCUSDT", order=NewOrder(side=1, qty=1.0, link_id="a"))
FOUND = OrderReport(
    symbol="BTCUSDT",
    order_id="1",
    link_id="a",
    side=1,
    type="Market",
    tif="IOC",
    status="Filled",
    qty=1.0,
    created_ms=0,
    updated_ms=0,
)


class Venue:
    """Answers one look after the other; the last answer for ever."""

    def __init__(self, answers: Sequence[OrderReport | Down | None]) -> None:
        self.answers = list(answers)
        self.looked_s: list[float] = []

    async def find_order(self, symbol: str, name: OrderName) -> OrderReport | None:
        assert (symbol, name) == ("BTCUSDT", OrderName(link_id="a"))
        self.looked_s.append(trio.current_time())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Down):
            raise answer
        return answer


async def outcome(venue: Any, command: Any = ENTRY) -> Answer:
    return await outcome_of(venue, command, Unknown(cause="no answer in time"))


@pytest.mark.parametrize("before", [[], [None], [Down("x"), Down("y")], [None] * 4])
async def test_an_order_that_is_found_was_accepted(before: list[Any], autojump_clock: MockClock) -> None:
    venue = Venue([*before, FOUND])
    assert await outcome(venue) == Accepted(order_id="1", link_id="a")
    assert len(venue.looked_s) == len(before) + 1


async def test_absent_only_when_it_cannot_come_any_more_and_twice(autojump_clock: MockClock) -> None:
    venue = Venue([None])
    answer = await outcome(venue)
    assert isinstance(answer, Rejected)
    late = [at_s for at_s in venue.looked_s if at_s - venue.looked_s[0] > 10.0 - 0.25]
    assert len(late) == 2
    assert late[1] - late[0] >= 1.0


async def test_no_answer_is_no_evidence_however_long_it_lasts(autojump_clock: MockClock) -> None:
    venue = Venue([Down("nobody there")])
    with trio.move_on_after(3_600) as scope:
        await outcome(venue)
    assert scope.cancelled_caught
    assert len(venue.looked_s) > 600


async def test_what_is_no_order_stays_unknown(autojump_clock: MockClock) -> None:
    venue = Venue([None])
    cancel = CancelOrder(symbol="BTCUSDT", name=OrderName(link_id="a"))
    assert await outcome(venue, cancel) == Unknown(cause="no answer in time")
    assert venue.looked_s == []
