"""The public WebSockets: /v5/public/linear has the market; other categories accept topics and have nothing to say."""

from collections.abc import Sequence

from starlette.websockets import WebSocket

from exchange.venue.faults.faults import PUBLIC
from exchange.venue.wire.connection import Connection
from exchange.venue.wire.control_frames import (
    LINEAR,
    OPTION,
    SPOT,
    Operation,
    acknowledgement,
    decode_operation,
    pong,
)
from exchange.venue.wire.floor import Floor
from exchange.venue.wire.refusal import VenueRefusal

# Categories whose frames of control look like another's.
CATEGORIES = {
    "linear": LINEAR,
    "inverse": LINEAR,
    "misc/status": LINEAR,
    "spot": SPOT,
    "option": OPTION,
    "spread": OPTION,
}
_SPEAKING = ("linear", "misc/status")
# Bounds of one connection, in characters of all its topics, and of one request for spot.
_MOST_CHARACTERS = 21_000
_MOST_SPOT_ARGS = 10


async def serve_public(floor: Floor, category: str, socket: WebSocket) -> None:
    """Serve one connection of a category until it ends."""
    connection = Connection(socket, kind=PUBLIC, conn_id=floor.next_connection(), faults=floor.faults)
    session = _Session(floor, category, connection)
    try:
        await connection.run(session.read)
    finally:
        session.end()


class _Session:
    def __init__(self, floor: Floor, category: str, connection: Connection) -> None:
        self._floor = floor
        self._kind = CATEGORIES[category]
        self._speaks = category in _SPEAKING
        self._connection = connection
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
                self._connection.post(pong(self._kind, self._connection.conn_id, asked, self._floor.now_ms()))
            case "subscribe":
                self._subscribe(asked)
            case "unsubscribe":
                for topic in [topic for topic in asked.args if topic in self._topics]:
                    self._leave(topic)
                self._acknowledge(asked)
            case _:
                self._acknowledge(asked, f"error:unknown op,op:{asked.op[:40]}")

    def end(self) -> None:
        """Leave every topic."""
        for topic in list(self._topics):
            self._leave(topic)

    def _subscribe(self, asked: Operation) -> None:
        failure = self._objection(asked.args)
        first: list[str] = []
        joined: list[str] = []
        try:
            for topic in () if failure else asked.args:
                if self._speaks:
                    first += self._floor.public.subscribe(topic, self._connection)
                self._topics.add(topic)
                joined.append(topic)
        except VenueRefusal as refusal:
            failure = refusal.message
            for topic in joined:
                self._leave(topic)
        self._acknowledge(asked, failure)
        if not failure:
            for frame in first:
                self._connection.post(frame)

    def _objection(self, topics: Sequence[object]) -> str:
        """Why topics cannot be subscribed to, as far as that does not depend on the market; "" if they can."""
        names = [topic for topic in topics if isinstance(topic, str)]
        if not names or len(names) < len(topics):
            return "error:args must be a list of topics"
        if self._kind == SPOT and len(names) > _MOST_SPOT_ARGS:
            return f"args size >{_MOST_SPOT_ARGS}"
        if sum(map(len, (*names, *self._topics))) > _MOST_CHARACTERS:
            return f"error:args of a connection must have at most {_MOST_CHARACTERS} characters"
        known = next((name for place, name in enumerate(names) if name in self._topics or name in names[:place]), None)
        return "" if known is None else f"error:already subscribed,topic:{known}"

    def _leave(self, topic: str) -> None:
        self._topics.remove(topic)
        if self._speaks:
            self._floor.public.unsubscribe(topic, self._connection)

    def _acknowledge(self, asked: Operation, failure: str = "") -> None:
        self._connection.post(acknowledgement(self._kind, self._connection.conn_id, asked, failure=failure))
