"""The signed REST of one account: reads that are repeated, and requests that never are."""

from collections.abc import Callable
from typing import TypeVar

import attrs
import trio

from exchange.bybit.acknowledgements import decode_ack
from exchange.bybit.acting import Told, act
from exchange.bybit.answers import decode_envelope
from exchange.bybit.budgets import Budgets, Priority, limits_in
from exchange.bybit.clock_offset import ClockOffset
from exchange.bybit.errors import Down, ProtocolError, Refused, Throttled, Unknown, VenueError
from exchange.bybit.http import Http, Reply, Sending
from exchange.bybit.market_answers import decode_server_time
from exchange.bybit.outcomes import Action, Meaning, Outcome, outcome_of
from exchange.bybit.queries import server_time
from exchange.bybit.request import Request
from exchange.bybit.settings import BybitSettings
from exchange.bybit.signing import Credentials, rest_signature
from exchange.reports import Accepted, Answer, Rejected
from exchange.reports import Unknown as UnknownAnswer

T = TypeVar("T")
_OK, _FORBIDDEN, _TOO_OFTEN = 200, 403, 10006
# Between two attempts of a read, times the number of the attempt.
_READ_AGAIN_S = 0.2
_PUBLIC = "market"


@attrs.frozen(kw_only=True)
class _Heard:
    """A whole reply, and what it means."""

    reply: Reply
    outcome: Outcome
    code: int
    message: str


class BybitRest:
    """REST of one account. `now_ms` is the machine's clock; requests are signed when they leave the queue, with the
    venue's time as `clock` has it."""

    def __init__(
        self,
        http: Http,
        credentials: Credentials,
        settings: BybitSettings,
        budgets: Budgets,
        now_ms: Callable[[], int],
    ) -> None:
        self._http = http
        self._credentials = credentials
        self._settings = settings
        self._budgets = budgets
        self.clock = ClockOffset(now_ms, self._ask_time_ms, settings.clock_samples)

    async def read(self, request: Request, decode: Callable[[bytes], T], priority: Priority = Priority.LOOKUP) -> T:
        """The answer to a GET as `decode` has it, asked for a few times if need be.

        Raises Refused for what the venue will not answer, and what the last attempt met: Down, Throttled, or
        ProtocolError for what is not understood. None of them is evidence of anything.
        """
        attempt = 1
        while True:
            try:
                heard = await self._hear(request, priority, "")
                if heard.outcome.meaning is Meaning.ACCEPTED:
                    return decode(heard.reply.body)
                await self._before_another(request, heard)
            except (Down, ProtocolError):
                if attempt >= self._settings.read_attempts:
                    raise
            else:
                if attempt >= self._settings.read_attempts:
                    raise _failure(request, heard)
            await trio.sleep(_READ_AGAIN_S * attempt)
            attempt += 1

    async def act(self, request: Request, priority: Priority, symbol: str = "") -> Answer:
        """The answer to a POST, which is sent once; once more only if it was certainly refused for now.

        Never raises for what the venue or the network did. If cancelled on its way, its outcome is unknown.
        """

        async def attempt() -> Told:
            heard = await self._hear(request, priority, symbol)
            return Told(outcome=heard.outcome, code=heard.code, message=heard.message, accepted=_accepted(heard))

        try:
            return await act(attempt, self.clock)
        except Throttled as error:
            # It has not left the queue.
            return Rejected(code=_FORBIDDEN if error.wait_s else _TOO_OFTEN, message=str(error))
        except (Down, Unknown, ProtocolError) as error:
            return UnknownAnswer(cause=str(error))

    async def _hear(self, request: Request, priority: Priority, symbol: str) -> _Heard:
        async with self._budgets.turn(request.group, priority, symbol):
            reply = await self._http.send(self._signed(request), self._settings.request_timeout_s)
            heard, limits = _judged(request, reply), limits_in(reply.headers)
            if reply.status == _FORBIDDEN:
                self._budgets.ban()
            elif heard.outcome.action is Action.WAIT:
                self._budgets.too_often(request.group, limits, self.clock.now_ms())
            else:
                self._budgets.learn(request.group, limits)
            return heard

    async def _before_another(self, request: Request, heard: _Heard) -> None:
        """Make a read ready to be asked again. Raises what says that there is no use in it."""
        if heard.outcome.action in (Action.FAIL, Action.STOP, Action.NX):
            raise _failure(request, heard)
        if heard.outcome.action is Action.CLOCK:
            await self.clock.measure()
        self._budgets.check_ban()

    def _signed(self, request: Request) -> Sending:
        headers = {"Content-Type": "application/json"} if request.body else {}
        if request.group != _PUBLIC:
            timestamp_ms, window_ms = self.clock.now_ms(), self._settings.recv_window_ms
            payload = request.body or request.query
            headers |= {
                "X-BAPI-API-KEY": self._credentials.api_key,
                "X-BAPI-TIMESTAMP": str(timestamp_ms),
                "X-BAPI-RECV-WINDOW": str(window_ms),
                "X-BAPI-SIGN": rest_signature(self._credentials, timestamp_ms, window_ms, payload),
            }
        return Sending(
            method=request.method, path=request.path, query=request.query, headers=headers, body=request.body
        )

    async def _ask_time_ms(self) -> int:
        """The venue's clock, past the queue, whose waits would spoil the measurement. Raises VenueError."""
        self._budgets.check_ban()
        request = server_time()
        reply = await self._http.send(self._signed(request), self._settings.request_timeout_s)
        heard = _judged(request, reply)
        if reply.status == _FORBIDDEN:
            self._budgets.ban()
        if heard.outcome.meaning is not Meaning.ACCEPTED:
            raise _failure(request, heard)
        return decode_server_time(reply.body)


def _judged(request: Request, reply: Reply) -> _Heard:
    """What a reply means. One whose body is no answer has the HTTP status as its code."""
    code, message = None, f"HTTP {reply.status}"
    if reply.status == _OK:
        try:
            envelope = decode_envelope(reply.body)
            code, message = envelope.code, envelope.message
        except ProtocolError as error:
            message = str(error)
    outcome = outcome_of(code, reply.status, request.kind)
    return _Heard(reply=reply, outcome=outcome, code=reply.status if code is None else code, message=message)


def _accepted(heard: _Heard) -> Accepted:
    """Names of an order. Raises ProtocolError for an acceptance that is not understood."""
    return decode_ack(heard.reply.body) if heard.outcome.meaning is Meaning.ACCEPTED else Accepted()


def _failure(request: Request, heard: _Heard) -> VenueError:
    text = f"{request}: the venue answered {heard.code}: {heard.message or 'no reason given'}"
    if heard.outcome.action in (Action.FAIL, Action.STOP, Action.NX):
        return Refused(heard.code, text)
    return Throttled(text) if heard.outcome.action is Action.WAIT else Down(text)
