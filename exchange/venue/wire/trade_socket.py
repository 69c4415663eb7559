"""The trade WebSocket: order requests of one account, answered under the names that they were given."""

from typing import Any

import trio
from starlette.websockets import WebSocket

from exchange.venue.faults.faults import TRADE, Asked, Instead
from exchange.venue.wire.auth import PARAMETER_ERROR, check_login, check_window, header_text
from exchange.venue.wire.connection import Connection, idle_limit_s
from exchange.venue.wire.control_frames import Operation, decode_operation
from exchange.venue.wire.floor import Floor, refused
from exchange.venue.wire.limits import Budget
from exchange.venue.wire.member import Member
from exchange.venue.wire.params import Params, bad_parameter
from exchange.venue.wire.refusal import VenueRefusal
from exchange.venue.wire.replies import Reply, encoded
from exchange.venue.wire.rest_batch import TRADE_OPERATIONS

_ALREADY_IN, _DUPLICATE_ID, _UNKNOWN_OP, _UNKNOWN_KEY = 20001, 20006, 10404, 10003
_LONGEST_ID = 36
# Of the requests of a connection, so many are remembered by their names.
_REMEMBERED = 10_000


async def serve_trade(floor: Floor, socket: WebSocket) -> None:
    """Serve one connection until it ends."""
    connection = Connection(
        socket,
        kind=TRADE,
        conn_id=floor.next_connection(),
        faults=floor.faults,
        idle_s=idle_limit_s(socket),
    )
    await connection.run(_Session(floor, connection).read)


class _Session:
    def __init__(self, floor: Floor, connection: Connection) -> None:
        self._floor = floor
        self._connection = connection
        self._member: Member | None = None
        # A dict is a set that knows which of its members is oldest.
        self._seen: dict[str, None] = {}

    async def read(self, frame: str) -> None:
        """One frame of the client."""
        try:
            asked = decode_operation(frame, id_name="reqId")
        except VenueRefusal as refusal:
            self._reply(Operation(op=""), refused(refusal))
            return
        match asked.op:
            case "ping":
                pong = {"retCode": 0, "retMsg": "OK", "op": "pong", "data": [str(self._floor.now_ms())]}
                self._connection.post(encoded(pong | {"connId": self._connection.conn_id}).decode())
            case "auth":
                self._log_in(asked)
            case _:
                await self._trade(asked)

    def _log_in(self, asked: Operation) -> None:
        if self._member is not None:
            self._reply(asked, Reply(code=_ALREADY_IN, message="Repeat auth"))
            return
        try:
            self._member = self._trader(asked)
        except VenueRefusal as refusal:
            self._reply(asked, refused(refusal))
            self._connection.dismiss()
            return
        self._connection.account = self._member.api_key
        self._reply(asked, Reply())

    def _trader(self, asked: Operation) -> Member:
        """Who logs in; raises VenueRefusal for somebody who may not trade here."""
        member = check_login(self._floor.members, list(asked.args), self._floor.now_ms())
        if member.demo:
            raise VenueRefusal(_UNKNOWN_KEY, "API key is invalid: demo accounts have no trade socket.")
        return member

    async def _trade(self, asked: Operation) -> None:
        """Carry out a request, unless a fault has other plans for it."""
        path = TRADE_OPERATIONS.get(asked.op, "")
        question = Asked(method="WS", path=path, account=self._connection.account, body=_body(asked))
        fate = self._floor.faults.request(question)
        if fate.wait_s:
            await trio.sleep(fate.wait_s)
        if fate.instead is not None:
            self._reply(asked, *self._instead(fate.instead))
            return
        if fate.lost == "request":
            self._connection.close()
            return
        answers = self._answers(asked, path, fate.body, max(1, fate.times))
        if fate.lost == "answer":
            self._connection.close()
            return
        if fate.answer_wait_s:
            await trio.sleep(fate.answer_wait_s)
        self._reply(asked, *(answers[0] if fate.disguise is None else self._instead(fate.disguise)))

    def _answers(self, asked: Operation, path: str, body: bytes, times: int) -> list[tuple[Reply, Budget | None]]:
        """The answers to a request that is checked as it came, and carried out `times` times with `body`."""
        try:
            member = self._checked(asked, path)
            params = Params.of_body(body)
        except VenueRefusal as refusal:
            return [(refused(refusal), None)]
        return [self._floor.carry_out(member, "POST", path, params) for _ in range(times)]

    def _checked(self, asked: Operation, path: str) -> Member:
        """The sender of a request that may be carried out; raises VenueRefusal otherwise."""
        if self._member is None:
            raise VenueRefusal(_UNKNOWN_KEY, "Request not authorized: auth comes first.")
        if not path:
            raise VenueRefusal(_UNKNOWN_OP, "op type is not found")
        if len(asked.args) != 1:
            raise VenueRefusal(PARAMETER_ERROR, "Params Error: args must hold one object")
        self._check_id(asked.req_id)
        timestamp = header_text(asked.header, "X-BAPI-TIMESTAMP")
        check_window(timestamp, header_text(asked.header, "X-BAPI-RECV-WINDOW"), self._floor.now_ms())
        return self._member

    def _check_id(self, req_id: object) -> None:
        if req_id is None:
            return
        if not isinstance(req_id, str) or len(req_id) > _LONGEST_ID:
            raise bad_parameter(f"reqId must be a string of at most {_LONGEST_ID} characters")
        if req_id in self._seen:
            raise VenueRefusal(_DUPLICATE_ID, "reqId is duplicate")
        self._seen[req_id] = None
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]

    def _instead(self, instead: Instead) -> tuple[Reply, Budget]:
        reset_ms = self._floor.now_ms() + instead.reset_in_ms
        code = instead.code or instead.status
        return Reply(code=code, message=instead.message), Budget(limit=1, remaining=0, reset_ms=reset_ms, granted=0)

    def _reply(self, asked: Operation, reply: Reply, budget: Budget | None = None) -> None:
        members: dict[str, Any] = {} if asked.req_id is None else {"reqId": asked.req_id}
        members |= {"retCode": reply.code, "retMsg": reply.message, "op": asked.op}
        if asked.op != "auth":
            members |= {"data": reply.result, "retExtInfo": reply.extra, "header": self._header(budget)}
        self._connection.post(encoded(members | {"connId": self._connection.conn_id}).decode())

    def _header(self, budget: Budget | None) -> dict[str, str]:
        now_ms = self._floor.now_ms()
        header = {"Traceid": self._floor.next_trace(), "Timenow": str(now_ms)}
        if budget is None:
            return header
        return header | {
            "X-Bapi-Limit": str(budget.limit),
            "X-Bapi-Limit-Status": str(budget.remaining),
            "X-Bapi-Limit-Reset-Timestamp": str(budget.reset_ms),
        }


def _body(asked: Operation) -> bytes:
    """The request itself, as the body of the endpoint that does the same."""
    return encoded(asked.args[0]) if asked.args else b"{}"
