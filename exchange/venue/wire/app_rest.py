"""The venue over HTTP: a request as raw bytes becomes an answer, unless a fault has other plans for it."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import trio
from starlette.types import Receive, Scope, Send

from exchange.venue.faults.faults import Asked, Fate, Instead
from exchange.venue.wire.auth import check_request
from exchange.venue.wire.floor import ENDPOINTS, Floor, refused
from exchange.venue.wire.limits import Budget
from exchange.venue.wire.params import Params
from exchange.venue.wire.refusal import VenueRefusal
from exchange.venue.wire.replies import Reply, envelope

_OK, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 200, 401, 403, 404
_NO_ROUTE = 10017
# A batch of orders has a hundredth of this.
_LARGEST_BODY_BYTES = 1024 * 1024


@attrs.frozen(kw_only=True)
class Answer:
    """What goes out: an HTTP status, a body, and the budget that its headers tell of."""

    body: bytes
    budget: Budget
    status: int = _OK
    content_type: bytes = b"application/json; charset=utf-8"


class RestApp:
    """The ASGI application behind every path that is no socket."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await _body(receive)
        if body is None:
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        asked = Asked(
            method=scope["method"],
            path=scope["path"],
            account=headers.get("x-bapi-api-key", ""),
            query=scope["query_string"].decode("latin-1"),
            body=body,
        )
        address = scope["client"][0] if scope.get("client") else ""
        await self._let_happen(asked, headers, address, scope, send)

    async def _let_happen(
        self, asked: Asked, headers: Mapping[str, str], address: str, scope: Scope, send: Send
    ) -> None:
        fate = self._floor.faults.request(asked)
        if fate.wait_s:
            await trio.sleep(fate.wait_s)
        if fate.instead is not None:
            await self._send(self._instead(fate.instead), send)
            return
        if fate.lost == "request":
            _cut(scope)
            return
        answer = self._answers(asked, fate, headers, address)[0]
        answer = attrs.evolve(answer, body=self._floor.faults.answer(asked, answer.body))
        if fate.lost == "answer":
            _cut(scope)
            return
        if fate.answer_wait_s:
            await trio.sleep(fate.answer_wait_s)
        if fate.disguise is not None:
            answer = self._instead(fate.disguise)
        await self._send(answer, send, most_bytes=fate.broken_after)
        if fate.broken_after is not None:
            _cut(scope)

    def _answers(self, asked: Asked, fate: Fate, headers: Mapping[str, str], address: str) -> Sequence[Answer]:
        """The answers to a request, as often as it is to be carried out."""
        return [self._answer(asked, fate.body, headers, address) for _ in range(max(1, fate.times))]

    def _answer(self, asked: Asked, body: bytes, headers: Mapping[str, str], address: str) -> Answer:
        """The answer to a request that is checked as it came, and carried out with `body`."""
        floor, now_ms = self._floor, self._floor.now_ms()
        shared, admitted = floor.addresses.take(address, now_ms)
        if not admitted:
            return Answer(status=_FORBIDDEN, body=b"access too frequent", budget=shared, content_type=b"text/plain")
        if asked.method == "GET" and asked.body:
            return Answer(status=_FORBIDDEN, body=b"GET with a body", budget=shared, content_type=b"text/plain")
        if asked.method == "GET" and asked.path in floor.market.paths:
            return self._market_answer(asked, shared)
        if (asked.method, asked.path) not in ENDPOINTS:
            reply = Reply(code=_NO_ROUTE, message="Route not found.")
            return Answer(status=_NOT_FOUND, body=envelope(reply, now_ms), budget=shared)
        if "x-bapi-api-key" not in headers or "x-bapi-sign" not in headers:
            reply = Reply(code=10003, message="API key is invalid: the headers of authentication are missing.")
            return Answer(status=_UNAUTHORIZED, body=envelope(reply, now_ms), budget=shared)
        reply, budget = self._member_reply(asked, body, headers, shared)
        return Answer(body=envelope(reply, now_ms), budget=budget)

    def _market_answer(self, asked: Asked, budget: Budget) -> Answer:
        floor = self._floor
        try:
            query = {name: str(value) for name, value in Params.of_query(asked.query).values.items()}
            reply = Reply(result=floor.market.answer(asked.path, query))
        except VenueRefusal as refusal:
            reply = refused(refusal)
        return Answer(body=envelope(reply, floor.market.envelope_ms(asked.path)), budget=budget)

    def _member_reply(
        self, asked: Asked, body: bytes, headers: Mapping[str, str], shared: Budget
    ) -> tuple[Reply, Budget]:
        floor = self._floor
        reads = asked.method == "GET"
        try:
            payload = asked.query.encode("latin-1") if reads else asked.body
            member = check_request(floor.members, headers, payload, floor.now_ms())
            params = Params.of_query(asked.query) if reads else Params.of_body(body)
        except VenueRefusal as refusal:
            return refused(refusal), shared
        return floor.carry_out(member, asked.method, asked.path, params)

    def _instead(self, instead: Instead) -> Answer:
        now_ms = self._floor.now_ms()
        budget = Budget(limit=1, remaining=0, reset_ms=now_ms + instead.reset_in_ms, granted=0)
        if instead.status != _OK:
            page = instead.page.encode()
            return Answer(status=instead.status, body=page, budget=budget, content_type=b"text/html")
        reply = Reply(code=instead.code, message=instead.message)
        return Answer(body=envelope(reply, now_ms), budget=budget)

    async def _send(self, answer: Answer, send: Send, most_bytes: int | None = None) -> None:
        headers = [
            (b"content-type", answer.content_type),
            (b"content-length", str(len(answer.body)).encode()),
            (b"x-bapi-limit", str(answer.budget.limit).encode()),
            (b"x-bapi-limit-status", str(answer.budget.remaining).encode()),
            (b"x-bapi-limit-reset-timestamp", str(answer.budget.reset_ms).encode()),
            (b"traceid", self._floor.next_trace().encode()),
            (b"timenow", str(self._floor.now_ms()).encode()),
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        part: dict[str, Any] = {"type": "http.response.body", "body": answer.body[:most_bytes]}
        await send(part | {"more_body": most_bytes is not None})


async def _body(receive: Receive) -> bytes | None:
    """The whole body of a request; None if the client has gone, or sends more than a request of ours can be."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if sum(map(len, parts)) > _LARGEST_BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def _cut(scope: Scope) -> None:
    """Break the connection at once."""
    cut = scope.get("state", {}).get("cut")
    if cut is not None:
        cut()
