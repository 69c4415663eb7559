"""Orders over a WebSocket: requests by id on a connection that is signed in once, and their answers."""

from itertools import count

import attrs
import msgspec
import numpy as np
import trio

from exchange.bybit.acting import Told, act
from exchange.bybit.budgets import Budgets, Priority
from exchange.bybit.clock_offset import ClockOffset
from exchange.bybit.control_frames import auth_frame
from exchange.bybit.errors import Down, Throttled
from exchange.bybit.market_events import UnknownTopic
from exchange.bybit.outcomes import Action, outcome_of
from exchange.bybit.request import Request
from exchange.bybit.settings import BybitSettings
from exchange.bybit.signing import Credentials
from exchange.bybit.stream import BybitStream, StreamStatistics
from exchange.bybit.trade_frames import TradeAnswer, decode_trade, trade_frame
from exchange.reports import Accepted, Answer, FrameNotUnderstood, Rejected, StreamDown, StreamUp, Unknown

# What this connection can do; all else goes over REST.
_OPS = {"order/create": "order.create", "order/amend": "order.amend", "order/cancel": "order.cancel"}
_OK, _TOO_OFTEN = 200, 10006
_Item = TradeAnswer | UnknownTopic | StreamUp | StreamDown | FrameNotUnderstood
_FIELDS = msgspec.json.Decoder(dict[str, str | int | bool])


class _NotSent(Exception):
    """There is no connection; the request has not left."""


class _Lost(Exception):
    """The request may have left, and there will be no answer."""


@attrs.define(eq=False)
class _Asked:
    done: trio.Event = attrs.field(factory=trio.Event)
    answer: TradeAnswer | None = None
    lost: str = ""


class TradeSocket:
    """The trade connection of one account. Its requests count against the limits of the same requests over REST."""

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        settings: BybitSettings,
        rng: np.random.Generator,
        clock: ClockOffset,
        budgets: Budgets,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._budgets = budgets
        self._ids = count(1)
        self._asked: dict[str, _Asked] = {}
        self._stream: BybitStream[TradeAnswer | UnknownTopic] = BybitStream(
            url,
            settings,
            rng,
            decode=decode_trade,
            deliver=self._take,
            sign_in=lambda: auth_frame(credentials, clock.now_ms() + settings.recv_window_ms),
        )

    async def run(self) -> None:
        """Keep the connection, for ever."""
        await self._stream.run()

    def reconnect(self, reason: str) -> None:
        """Give the connection up, if there is one, and make another."""
        self._stream.reconnect(reason)

    async def wait_first_try(self) -> None:
        """Wait until the first connection is up. Raises what its first failure was instead."""
        await self._stream.wait_first_try()

    def statistics(self) -> StreamStatistics:
        """How the connection is."""
        return self._stream.statistics()

    def can_send(self, request: Request) -> bool:
        """Whether the connection is up and this request is for it."""
        return request.group in _OPS and self._stream.statistics().up

    async def act(self, request: Request, priority: Priority, symbol: str = "") -> Answer | None:
        """The answer to a request; None if it was not sent, because the connection was gone when its turn came.

        As for REST it is sent once, and once more only if it was certainly refused for now. Whatever is under way when
        the connection ends is Unknown. If cancelled on its way, its outcome is unknown, too.
        """

        async def attempt() -> Told:
            async with self._budgets.turn(request.group, priority, symbol):
                answer = await self._ask(request)
                outcome = outcome_of(answer.code, _OK, request.kind)
                if outcome.action is Action.WAIT:
                    self._budgets.too_often(request.group, answer.limits, self._clock.now_ms())
                else:
                    self._budgets.learn(request.group, answer.limits)
            accepted = Accepted(order_id=answer.order_id, link_id=answer.link_id)
            return Told(outcome=outcome, code=answer.code, message=answer.message, accepted=accepted)

        try:
            return await act(attempt, self._clock)
        except Throttled as error:
            return Rejected(code=_TOO_OFTEN, message=str(error))
        except _NotSent:
            return None
        except _Lost as error:
            return Unknown(cause=str(error))

    async def _ask(self, request: Request) -> TradeAnswer:
        if not self.can_send(request):
            raise _NotSent
        req_id, asked = str(next(self._ids)), _Asked()
        body = _FIELDS.decode(request.body)
        op, window_ms = _OPS[request.group], self._settings.recv_window_ms
        self._asked[req_id] = asked
        try:
            await self._stream.send(trade_frame(op, body, req_id, self._clock.now_ms(), window_ms))
            with trio.move_on_after(self._settings.request_timeout_s):
                await asked.done.wait()
        except Down as error:
            raise _Lost(f"{request}: {error}") from error
        finally:
            del self._asked[req_id]
        if asked.answer is None:
            raise _Lost(f"{request}: {asked.lost or 'no answer in time'}")
        return asked.answer

    async def _take(self, event: _Item) -> None:
        if isinstance(event, TradeAnswer):
            asked = self._asked.get(event.req_id)
            # An answer that comes too late, or to nothing, is for nobody.
            if asked is not None:
                asked.answer = event
                asked.done.set()
        elif isinstance(event, StreamDown):
            for asked in self._asked.values():
                asked.lost = f"the connection ended: {event.reason}"
                asked.done.set()
