"""What became of a request whose outcome is unknown: it is looked up until the venue says so, never sent again."""

from collections.abc import Iterator

import trio

from exchange.adapter import ExchangeAdapter
from exchange.bybit.errors import VenueError
from exchange.orders import OrderName
from exchange.reports import Accepted, Answer, Rejected, Unknown
from exchange.trading.commands import Command, SubmitOrder

_FIRST_WAITS_S = (0.25, 0.5, 1.0, 2.0, 4.0)
_LATER_WAIT_S = 5.0
# A request that the venue has not taken by then lies outside its time window for ever.
_TOO_LATE_S = 10.0
# Two looks, apart, that both find nothing.
_LOOKS_FOR_ABSENT = 2


async def outcome_of(adapter: ExchangeAdapter, command: Command, answer: Unknown) -> Answer:
    """What became of a command: an order is looked up by its name, for as long as it takes.

    An order is absent only when the venue has said so more than once, at a time at which it cannot take the request any
    more. Of a cancel, an amendment or a stop the reports of the account tell; its outcome stays as it was.
    """
    if not isinstance(command, SubmitOrder):
        return answer
    asked_s, absent = trio.current_time(), 0
    for wait_s in _waits_s():
        await trio.sleep(wait_s)
        try:
            found = await adapter.find_order(command.symbol, OrderName(link_id=command.order.link_id))
        except VenueError:
            # No answer is no evidence.
            continue
        if found is not None:
            return Accepted(order_id=found.order_id, link_id=found.link_id)
        absent += trio.current_time() - asked_s > _TOO_LATE_S
        if absent >= _LOOKS_FOR_ABSENT:
            return Rejected(code=0, message=f"the venue never had the order: {answer.cause}")
    raise AssertionError


def _waits_s() -> Iterator[float]:
    yield from _FIRST_WAITS_S
    while True:
        yield _LATER_WAIT_S
