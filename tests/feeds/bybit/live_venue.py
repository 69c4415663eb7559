"""A venue on the clock of the Trio run: minutes close as time passes, by stream and by REST, each with its faults."""

import json
from collections.abc import Awaitable, Callable

import attrs
import numpy as np
import trio

from exchange.bybit.errors import Down
from exchange.bybit.http import Question, Reply
from exchange.bybit.market_events import KlineEvent
from feeds.bybit.client import PublicClient
from feeds.bybit.live_events import FeedEvent
from feeds.bybit.live_history import Wanted
from feeds.bybit.live_settings import LiveSettings
from feeds.bybit.live_symbol import LiveSymbol
from feeds.bybit.settings import ClientSettings
from feeds.bybit.spans import Span
from feeds.provider import DataProvider
from play_engine.bars import BarSeries
from play_engine.intervals import MINUTE_MS
from tests.feeds.candles import START_MS, walk

TRUTH = walk(2_000)
# The session of a test begins 20 s after this, unless it says otherwise: with 600 minutes behind it.
NOW_MS = START_MS + 600 * MINUTE_MS


class LiveVenue:
    """Faults are fields; a candle is named by its open time. `now_ms` begins when it is made."""

    def __init__(self, now_ms: int = NOW_MS + 20_000, truth: BarSeries = TRUTH) -> None:
        self.truth = truth
        self._offset_ms = now_ms - trio.current_time() * 1e3
        self.frame_delay_s = 0.1
        self.answer_delay_s = 0.05
        self.lost: set[int] = set()
        self.late_s: dict[int, float] = {}
        self.twice: set[int] = set()
        self.altered: dict[int, float] = {}
        self.rest_lacks: dict[int, float] = {}
        self.rest_altered: dict[int, float] = {}
        self.rest_down = False
        self.down: list[Span] = []
        # From this instant on the venue's clock stands for so many seconds.
        self.stands_ms, self.stands_s = 1e18, 0.0
        self.asked: list[Span] = []
        self.asked_s: list[float] = []

    @property
    def now_ms(self) -> int:
        now_ms = self._offset_ms + trio.current_time() * 1e3
        return round(min(now_ms, max(self.stands_ms, now_ms - self.stands_s * 1e3)))

    async def sleep_until(self, at_ms: float) -> None:
        stood_s = self.stands_s if at_ms > self.stands_ms else 0.0
        await trio.sleep_until((at_ms - self._offset_ms) / 1e3 + stood_s)

    async def get(self, question: Question, _timeout_s: float) -> Reply:
        """As `Http.get`: closed candles and the open one, newest first."""
        parameters = dict(question.parameters)
        span = Span(int(parameters["start"]), int(parameters["end"]) + 1)
        self.asked.append(span)
        self.asked_s.append(trio.current_time())
        await trio.sleep(self.answer_delay_s / 2)
        if self.rest_down:
            raise Down("nobody answers")
        now_ms = self.now_ms
        bars = self.truth.between(span.start_ms, min(span.end_ms, now_ms))
        rows = [self._row(bars, row) for row in reversed(range(len(bars)))]
        rows = [row for row in rows if now_ms >= self.rest_lacks.get(int(row[0]), 0)][: int(parameters["limit"])]
        result = {"category": "linear", "symbol": parameters["symbol"], "list": rows}
        body = {"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": now_ms}
        await trio.sleep(self.answer_delay_s / 2)
        return Reply(status=200, headers={}, body=json.dumps(body).encode())

    def _row(self, bars: BarSeries, row: int) -> list[str]:
        ts = int(bars.ts[row])
        close = self.rest_altered.get(ts, float(bars.close[row]))
        values = (bars.open[row], bars.high[row], bars.low[row], close, bars.volume[row], 1.0)
        return [str(ts), *(repr(float(value)) for value in values)]

    async def stream(self, symbol: LiveSymbol) -> None:
        """Frames of one connection after the other, into a symbol, for ever."""
        connected = self._connect(symbol, connected=False)
        for row in range(int(np.searchsorted(self.truth.ts, self.now_ms - MINUTE_MS)), len(self.truth)):
            end_ms = int(self.truth.ts[row]) + MINUTE_MS
            for at_ms in (end_ms - 30_000, end_ms):
                await self.sleep_until(at_ms + self.frame_delay_s * 1e3)
                connected = self._connect(symbol, connected=connected)
                if connected:
                    self._send(symbol, row, closed=at_ms == end_ms)

    def _connect(self, symbol: LiveSymbol, *, connected: bool) -> bool:
        up = not any(down.start_ms <= self.now_ms < down.end_ms for down in self.down)
        if up != connected:
            (symbol.stream_up if up else symbol.stream_down)()
        return up

    def _send(self, symbol: LiveSymbol, row: int, *, closed: bool) -> None:
        ts = int(self.truth.ts[row])
        if closed and ts in self.lost:
            return
        event = self.event(row, closed=closed)
        if closed and ts in self.late_s:
            event = attrs.evolve(event, ts_ms=event.ts_ms + round(self.late_s[ts] * 1e3))
            self.late.start_soon(self._send_late, symbol, event, self.late_s[ts])
            return
        for _ in range(1 + (ts in self.twice)):
            symbol.take(event)

    async def _send_late(self, symbol: LiveSymbol, event: KlineEvent, late_s: float) -> None:
        await trio.sleep(late_s)
        symbol.take(event)

    def event(self, row: int, *, closed: bool = True) -> KlineEvent:
        """A candle as the stream sends it now."""
        truth, ts = self.truth, int(self.truth.ts[row])
        values = {name: float(getattr(truth, name)[row]) for name in ("open", "high", "low", "close", "volume")}
        return KlineEvent(
            **{**values, "close": self.altered.get(ts, values["close"])},
            symbol=truth.symbol,
            interval="1",
            start_ms=ts,
            end_ms=ts + MINUTE_MS,
            turnover=1.0,
            confirm=closed,
            ts_ms=self.now_ms,
        )

    def client(self) -> PublicClient:
        """A client of it that gives up soon."""
        settings = ClientSettings(most_failures=2, most_wrong=2, backoff_most_s=0.5)
        return PublicClient(self, settings, np.random.default_rng(1))  # type: ignore[arg-type]

    late: trio.Nursery


@attrs.define
class Session:
    """What came of a symbol: bars as they were delivered and when, events, and the questions that were asked."""

    pieces: list[BarSeries] = attrs.field(factory=list)
    delivered_ms: list[int] = attrs.field(factory=list)
    events: list[FeedEvent] = attrs.field(factory=list)

    def rows(self) -> int:
        return sum(len(piece) for piece in self.pieces)

    def told(self, kind: type) -> list[FeedEvent]:
        return [event for event in self.events if isinstance(event, kind)]


async def session(
    venue: LiveVenue,
    *,
    minutes: int,
    start_ms: int = START_MS,
    history: DataProvider | None = None,
    streaming_after_s: float = 0.0,
    besides: Callable[[LiveSymbol], Awaitable[None]] | None = None,
    deliver_s: float = 0.0,
    **settings: object,
) -> Session:
    """Bars from `start_ms` on until so many minutes after the venue's now have been delivered, or an hour longer."""
    wanted = Wanted(
        symbol=venue.truth.symbol,
        start_ms=start_ms,
        end_ms=_minute(venue.now_ms) + minutes * MINUTE_MS,
        history=history,
    )
    seen = Session()

    async def deliver(bars: BarSeries) -> None:
        await trio.sleep(deliver_s)
        seen.pieces.append(bars)
        seen.delivered_ms.append(venue.now_ms)

    symbol = LiveSymbol(wanted, MINUTE_MS, venue.client(), LiveSettings(**settings), seen.events.append)

    async def streaming() -> None:
        await trio.sleep(streaming_after_s)
        await venue.stream(symbol)

    with trio.move_on_after(minutes * 60 + 3_600):
        async with trio.open_nursery() as nursery:
            venue.late = nursery
            nursery.start_soon(streaming)
            if besides is not None:
                nursery.start_soon(besides, symbol)
            await symbol.run(deliver)
            nursery.cancel_scope.cancel()
    return seen


def _minute(ts_ms: int) -> int:
    return ts_ms - ts_ms % MINUTE_MS
