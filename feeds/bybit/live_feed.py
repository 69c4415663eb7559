"""LiveFeed: bars of any number of symbols from one public stream, with REST for whatever it does not bring."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import trio

from exchange.bybit.control_frames import Acknowledged, Pong
from exchange.bybit.errors import VenueError
from exchange.bybit.market_events import KlineEvent
from exchange.bybit.public_frames import decode_public
from exchange.bybit.settings import BybitSettings
from exchange.bybit.stream import BybitStream, FrameNotUnderstood, StreamDown, StreamStatistics, StreamUp
from feeds.assembler import AssemblerStatistics
from feeds.bybit.client import PublicClient
from feeds.bybit.live_events import FeedEvent, FeedFresh, FeedStale, StreamFailing
from feeds.bybit.live_history import Deliver, Wanted
from feeds.bybit.live_settings import LiveSettings
from feeds.bybit.live_symbol import LiveSymbol
from play_engine.errors import DataError
from play_engine.intervals import DAY_MS, MINUTE_MS, WEEK_MS

# How often it is looked whether a symbol has become silent: often, next to the minutes that it takes.
_LOOK_EVERY_S = 5.0
# A stream that fails so often in a row is told of, and then every hour.
_MANY_FAILURES, _TOLD_EVERY_S = 5, 3_600.0


class LiveFeed:
    """A feed that outlives its connections; for one run. `on_event` is told what happens beside the bars, in order."""

    def __init__(
        self,
        url: str,
        stream_settings: BybitSettings,
        client: PublicClient,
        settings: LiveSettings,
        rng: np.random.Generator,
        on_event: Callable[[FeedEvent], None] = lambda _: None,
        *,
        interval_ms: int = MINUTE_MS,
    ) -> None:
        """`url` is that of the venue's public stream for linear contracts; `interval_ms` is the length of all bars, one
        of those that it has. Longer ones are made of them by the engine."""
        self._url = url
        self._stream_settings = stream_settings
        self._client = client
        self._settings = settings
        self._rng = rng
        self._on_event = on_event
        self._interval_ms = interval_ms
        self._symbols: dict[str, LiveSymbol] = {}
        self._stream: BybitStream[KlineEvent] | None = None

    def statistics(self) -> Mapping[str, AssemblerStatistics]:
        """Counts of candles by symbol."""
        return {symbol: one.statistics() for symbol, one in self._symbols.items()}

    def stream_statistics(self) -> StreamStatistics | None:
        """How the stream is; None before the run."""
        return None if self._stream is None else self._stream.statistics()

    async def run(self, wanted: Sequence[Wanted], deliver: Deliver) -> None:
        """Call `deliver` with the bars of every symbol, each in order and without a hole, each once, until all is done.

        Symbols do not wait for one another; `deliver` runs at most once at a time for each. Raises Refused for a symbol
        that the venue does not answer for, DataError for a store that does not serve. May be cancelled at any time.
        """
        self._symbols = {
            one.symbol: LiveSymbol(one, self._interval_ms, self._client, self._settings, self._on_event)
            for one in wanted
        }
        self._stream = stream = BybitStream(
            self._url,
            self._stream_settings,
            self._rng,
            topics=[f"kline.{_code(self._interval_ms)}.{symbol}" for symbol in self._symbols],
            decode=_candles,
            deliver=self._take,
        )
        failures: list[VenueError | DataError] = []
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(stream.run)
                nursery.start_soon(self._watch, stream)
                async with trio.open_nursery() as symbols:
                    for symbol in self._symbols.values():
                        symbols.start_soon(symbol.run, deliver)
                nursery.cancel_scope.cancel()
        except* (VenueError, DataError) as group:
            failures += _each(group)
        if failures:
            # One is enough to say why, and a group of errors says little.
            raise failures[0]

    async def _take(self, event: KlineEvent | StreamUp | StreamDown | FrameNotUnderstood) -> None:
        match event:
            case KlineEvent():
                if event.symbol in self._symbols:
                    self._symbols[event.symbol].take(event)
            case StreamUp():
                self._on_event(FeedFresh())
                for one in self._symbols.values():
                    one.stream_up()
            case StreamDown(reason=reason):
                self._on_event(FeedStale(reason=reason))
                for one in self._symbols.values():
                    one.stream_down()
            case FrameNotUnderstood():
                self._on_event(event)

    async def _watch(self, stream: BybitStream[KlineEvent]) -> None:
        told_s = float("-inf")
        while True:
            await trio.sleep(_LOOK_EVERY_S)
            state, now_s = stream.statistics(), trio.current_time()
            if state.failures >= _MANY_FAILURES and now_s >= told_s + _TOLD_EVERY_S:
                told_s = now_s
                self._on_event(StreamFailing(failures=state.failures, reason=state.last_failure))
            silent = [symbol for symbol, one in self._symbols.items() if one.is_silent()]
            if silent:
                stream.reconnect(f"no closed candles of {', '.join(silent)}")


def _code(interval_ms: int) -> str:
    """The venue's name of an interval."""
    return {DAY_MS: "D", WEEK_MS: "W"}.get(interval_ms, str(interval_ms // MINUTE_MS))


def _candles(frame: bytes) -> list[KlineEvent | Acknowledged | Pong]:
    return [event for event in decode_public(frame) if isinstance(event, (KlineEvent, Acknowledged, Pong))]


def _each(group: BaseExceptionGroup[VenueError | DataError]) -> list[VenueError | DataError]:
    found: list[VenueError | DataError] = []
    for error in group.exceptions:
        found += _each(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found
