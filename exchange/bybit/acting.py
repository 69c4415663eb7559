"""What the answer to a request that changes something means to whoever made it, and when it is made once more."""

from collections.abc import Awaitable, Callable

import attrs

from exchange.bybit.clock_offset import ClockOffset
from exchange.bybit.errors import VenueError
from exchange.bybit.outcomes import Action, Meaning, Outcome
from exchange.reports import Accepted, Answer, Gone, Rejected, Unknown

_BANNED_STATUS = 403


@attrs.frozen(kw_only=True)
class Told:
    """What came back of a request: `code` and `message` are the venue's, or the HTTP status; `accepted` has the names
    of an order that was taken."""

    outcome: Outcome
    code: int
    message: str
    accepted: Accepted

    @property
    def may_be_repeated(self) -> bool:
        """Refused for now, with nothing done: outside the time window, or too often."""
        for_now = self.outcome.action in (Action.CLOCK, Action.WAIT)
        return for_now and self.outcome.meaning is Meaning.REJECTED and self.code != _BANNED_STATUS

    def answer(self) -> Answer:
        """The same for a gateway."""
        meaning = self.outcome.meaning
        if meaning is Meaning.ACCEPTED:
            return self.accepted
        if meaning is Meaning.REJECTED:
            return Rejected(code=self.code, message=self.message)
        if meaning is Meaning.GONE:
            return Gone(code=self.code, message=self.message)
        return Unknown(cause=f"the venue answered {self.code}: {self.message or 'no reason given'}")


async def act(attempt: Callable[[], Awaitable[Told]], clock: ClockOffset) -> Answer:
    """Make a request, and once more if it was refused for now: after another look at the venue's clock, or after the
    wait that its limit wants, which `attempt` keeps. Nothing else is ever repeated. Raises what `attempt` raises."""
    told = await attempt()
    if not told.may_be_repeated:
        return told.answer()
    if told.outcome.action is Action.CLOCK:
        try:
            await clock.measure()
        except VenueError:
            # Without a better offset the same request would be refused again.
            return told.answer()
    return (await attempt()).answer()
