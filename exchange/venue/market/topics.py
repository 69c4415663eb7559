"""Public topics by name, who listens to them, and the frames that each step makes for those that are listened to."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from exchange.venue.market.candle_grid import INTERVAL_CODES, holds_whole_bars
from exchange.venue.market.channels import (
    BookChannel,
    Channel,
    Frame,
    KlineChannel,
    LiquidationChannel,
    PriceLimitChannel,
    SilentChannel,
    TickerChannel,
    TradeChannel,
)
from exchange.venue.market.market import VenueMarket
from exchange.venue.market.ticker import Tickers
from exchange.venue.wire.refusal import VenueRefusal

BOOK_DEPTHS = ("1", "50", "200", "1000")
_UNKNOWN_TOPIC = 10001


class PublicTopics:
    """The topics of one market.

    A topic is counted once for each subscription of a connection. Frames are JSON text, made once for all subscribers.
    The channels that exist are bounded by the names that there are.
    """

    def __init__(self, market: VenueMarket) -> None:
        self._market = market
        self._tickers = Tickers(market)
        self._channels: dict[str, Channel] = {}
        self._subscribers: Counter[str] = Counter()

    def subscribe(self, topic: str) -> list[str]:
        """One more subscriber; the frames that it gets at once. Raises VenueRefusal for a topic that there is not."""
        channel = self._channel(topic)
        self._subscribers[topic] += 1
        return _encoded(channel.first())

    def unsubscribe(self, topic: str) -> None:
        """One subscriber fewer. Raises ValueError for a topic that has none."""
        if not self._subscribers[topic]:
            raise ValueError(f"nobody is subscribed to {topic!r}")
        self._subscribers[topic] -= 1
        if not self._subscribers[topic]:
            del self._subscribers[topic]

    def subscribers(self) -> dict[str, int]:
        """How many listen to each topic that has any."""
        return dict(self._subscribers)

    def step(self) -> Iterator[tuple[str, str]]:
        """Topic and frame of everything that the last step brings to subscribers; to be asked for once after a step."""
        for topic in tuple(self._subscribers):
            for frame in _encoded(self._channels[topic].step()):
                yield topic, frame

    def liquidated(self, symbol: str, side: int, qty: float, price: float) -> None:
        """A position of an account was taken over; those who listen hear of it after the step."""
        topic = f"allLiquidation.{symbol}"
        channel = self._channels.get(topic)
        if isinstance(channel, LiquidationChannel) and self._subscribers[topic]:
            channel.add(side, qty, price, self._market.now_ms)

    def _channel(self, topic: str) -> Channel:
        if topic not in self._channels:
            channel = self._made(topic)
            if channel is None:
                raise VenueRefusal(_UNKNOWN_TOPIC, f"error:handler not found,topic:{topic}")
            self._channels[topic] = channel
        return self._channels[topic]

    def _made(self, topic: str) -> Channel | None:
        """The channel of a topic; None if there is no such topic."""
        match topic.split("."):
            case ["insurance" | "adlAlert", _]:
                return SilentChannel()
            case [kind, symbol] if symbol in self._market.symbols:
                return self._plain(topic, kind, symbol)
            case [kind, setting, symbol] if symbol in self._market.symbols:
                return self._set(topic, kind, setting, symbol)
            case _:
                return None

    def _plain(self, topic: str, kind: str, symbol: str) -> Channel | None:
        match kind:
            case "tickers":
                return TickerChannel(topic, self._market, self._tickers, symbol)
            case "publicTrade":
                return TradeChannel(topic, self._market, symbol)
            case "allLiquidation":
                return LiquidationChannel(topic, self._market, symbol)
            case "priceLimit":
                return PriceLimitChannel(topic, self._market, symbol)
            case _:
                return None

    def _set(self, topic: str, kind: str, setting: str, symbol: str) -> Channel | None:
        """A topic that has a setting beside its symbol."""
        if kind == "kline" and setting in INTERVAL_CODES and holds_whole_bars(setting, self._market.interval_ms):
            return KlineChannel(topic, self._market, symbol, setting)
        if kind == "orderbook" and setting in BOOK_DEPTHS:
            return BookChannel(topic, self._market, self._tickers, symbol, int(setting))
        return None


def _encoded(frames: list[Frame]) -> list[str]:
    return [msgspec.json.encode(frame).decode() for frame in frames]
