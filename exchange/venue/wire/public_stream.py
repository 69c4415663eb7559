"""PublicStream: frames of the market, handed to the connections that have subscribed to their topics."""

from exchange.venue.market.system_status import STATUS_TOPIC
from exchange.venue.venue import Venue
from exchange.venue.wire.connection import Connection


class PublicStream:
    """Who listens to which topic of the market. A frame is written once, by the venue, however many listen."""

    def __init__(self, venue: Venue) -> None:
        self._topics = venue.topics
        self._listeners: dict[str, list[Connection]] = {}
        venue.listen_public(self._publish)

    def subscribe(self, topic: str, connection: Connection) -> list[str]:
        """From now on the connection gets the frames of a topic; returns those that come first. Raises VenueRefusal for
        a topic that does not exist."""
        # Maintenance is not of the market: the venue announces it.
        first = [] if topic == STATUS_TOPIC else self._topics.subscribe(topic)
        self._listeners.setdefault(topic, []).append(connection)
        return first

    def unsubscribe(self, topic: str, connection: Connection) -> None:
        """From now on it does not; it must have subscribed."""
        listeners = self._listeners[topic]
        listeners.remove(connection)
        if not listeners:
            del self._listeners[topic]
        if topic != STATUS_TOPIC:
            self._topics.unsubscribe(topic)

    def _publish(self, topic: str, frame: str) -> None:
        for connection in self._listeners.get(topic, ()):
            connection.post(frame)
