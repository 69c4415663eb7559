"""The private WebSocket: what happens on one account."""

from collections.abc import Sequence

from starlette.websockets import WebSocket

from exchange.venue.faults.faults import PRIVATE
from exchange.venue.wire.auth import check_login
from exchange.venue.wire.connection import Connection, idle_limit_s
from exchange.venue.wire.control_frames import PRIVATE as PRIVATE_FRAMES
from exchange.venue.wire.control_frames import Operation, acknowledgement, decode_operation, pong
from exchange.venue.wire.floor import Floor
from exchange.venue.wire.member import Member
from exchange.venue.wire.private_stream import CATEGORIES, DCP_TOPICS, PRIVATE_TOPICS
from exchange.venue.wire.refusal import VenueRefusal


async def serve_private(floor: Floor, socket: WebSocket) -> None:
    """Serve one connection until it ends."""
    connection = Connection(
        socket,
        kind=PRIVATE,
        conn_id=floor.next_connection(),
        faults=floor.faults,
        idle_s=idle_limit_s(socket),
    )
    session = _Session(floor, connection)
    try:
        await connection.run(session.read)
    finally:
        session.end()


class _Session:
    def __init__(self, floor: Floor, connection: Connection) -> None:
        self._floor = floor
        self._connection = connection
        self._member: Member | None = None
        self._topics: set[str] = set()

    async def read(self, frame: str) -> None:
        """One frame of the client."""
        try:
            asked = decode_operation(frame)
        except VenueRefusal as refusal:
            self._acknowledge(Operation(op=""), refusal.message)
            return
        match asked.op:
            case "ping":
                frame = pong(PRIVATE_FRAMES, self._connection.conn_id, asked, self._floor.now_ms())
                self._connection.post(frame)
            case "auth":
                self._log_in(asked)
            case "subscribe" | "unsubscribe" if self._member is None:
                self._acknowledge(asked, "Request not authorized")
            case "subscribe":
                self._subscribe(asked)
            case "unsubscribe":
                for topic in [topic for topic in asked.args if topic in self._topics]:
                    self._leave(topic)
                self._acknowledge(asked)
            case _:
                self._acknowledge(asked, f"error:unknown op,op:{asked.op[:40]}")

    def end(self) -> None:
        """Leave every topic; from now on the account may be without a watcher."""
        for topic in list(self._topics):
            self._leave(topic)

    def _log_in(self, asked: Operation) -> None:
        try:
            self._member = check_login(self._floor.members, list(asked.args), self._floor.now_ms())
        except VenueRefusal as refusal:
            self._acknowledge(asked, refusal.message)
            self._connection.dismiss()
            return
        self._connection.account = self._member.api_key
        self._acknowledge(asked)

    def _subscribe(self, asked: Operation) -> None:
        assert self._member is not None  # noqa: S101 - as `read` has made sure
        failure = self._objection(asked.args)
        self._acknowledge(asked, failure)
        for topic in () if failure else asked.args:
            self._topics.add(topic)
            self._member.stream.subscribe(topic, self._connection)
            if topic in DCP_TOPICS:
                self._floor.dcp.watch(topic, self._member.account, self._connection)

    def _objection(self, topics: Sequence[object]) -> str:
        """Why topics cannot be subscribed to; "" if they can."""
        names = [topic for topic in topics if isinstance(topic, str)]
        if not names or len(names) < len(topics):
            return "error:args must be a list of topics"
        unknown = next((name for name in names if name not in PRIVATE_TOPICS), None)
        if unknown is not None:
            return f"error:handler not found,topic:{unknown[:100]}"
        mixed = next((name for name in names if any(f"{name}.{part}" in names for part in CATEGORIES)), None)
        if mixed is not None:
            return f"error:{mixed} cannot be subscribed to together with its categories"
        known = next((name for place, name in enumerate(names) if name in self._topics or name in names[:place]), None)
        return "" if known is None else f"error:already subscribed,topic:{known}"

    def _leave(self, topic: str) -> None:
        self._topics.remove(topic)
        if self._member is not None:
            self._member.stream.unsubscribe(topic, self._connection)
            if topic in DCP_TOPICS:
                self._floor.dcp.gone(self._member.account, self._connection)

    def _acknowledge(self, asked: Operation, failure: str = "") -> None:
        frame = acknowledgement(PRIVATE_FRAMES, self._connection.conn_id, asked, failure=failure)
        self._connection.post(frame)
