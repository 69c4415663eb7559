"""Asking REST for the bars that an assembler lacks, and for its last ones again, to compare."""

from collections.abc import Callable

import attrs
import trio

from exchange.bybit.errors import Down, Throttled, WrongAnswer
from feeds.assembler import Assembler
from feeds.bybit import endpoints
from feeds.bybit.ask_schedule import AskSchedule
from feeds.bybit.client import PublicClient
from feeds.bybit.decoding import decode_klines
from feeds.bybit.live_events import AskingFailed, FeedEvent
from feeds.bybit.live_settings import LiveSettings
from feeds.bybit.page_check import checked_bars
from feeds.bybit.spans import Span
from play_engine.bars import BarSeries

# The stream may be ahead of an answer by the time that this is on its way. A candle further ahead is an error of the
# venue, and would keep a hole open before it for ever.
_AHEAD_MS = 60_000


@attrs.frozen(kw_only=True)
class Answer:
    """Closed bars of a span at the venue's time of the answer (ms). `lacking`: some that should be there are not."""

    span: Span
    time_ms: int
    bars: BarSeries
    lacking: bool = False


@attrs.frozen(kw_only=True, eq=False)
class Asking:
    """What is asked, of whom, and what is told of it. Nothing before `start_ms` is ever asked for."""

    assembler: Assembler
    schedule: AskSchedule
    client: PublicClient
    settings: LiveSettings
    start_ms: int
    on_event: Callable[[FeedEvent], None]

    async def ask(self, until_ms: int) -> Answer | None:
        """Ask for the first bars lacking, as far as they open before `until_ms`, and offer them to the assembler.

        Returns None if the venue did not answer. Raises Refused if it never will.
        """
        reached_ms = self.assembler.reach_ms
        try:
            answer = await self._answer(self._next_span(until_ms))
        except (Down, Throttled, WrongAnswer) as error:
            self.schedule.note_failure(trio.current_time())
            self.on_event(AskingFailed(symbol=self.assembler.symbol, reason=str(error)))
            return None
        self.assembler.forget_from(answer.time_ms + _AHEAD_MS)
        self.assembler.offer_all(answer.bars, "rest")
        reach_ms = self.assembler.reach_ms
        self.schedule.note_answer(answer.time_ms, trio.current_time(), reached_ms, reach_ms)
        return attrs.evolve(answer, lacking=self.schedule.closes_ms(reach_ms) <= answer.time_ms)

    async def _answer(self, span: Span) -> Answer:
        symbol, interval_ms = self.assembler.symbol, self.assembler.interval_ms

        def read(body: bytes) -> Answer:
            page = decode_klines(body, "last")
            bars = checked_bars(page, symbol, interval_ms, span, self.settings.closed_margin_ms)
            return Answer(span=span, time_ms=page.time_ms, bars=bars)

        return await self.client.ask(endpoints.klines("last", symbol, interval_ms, span.start_ms, span.end_ms), read)

    def _next_span(self, until_ms: int) -> Span:
        interval_ms = self.assembler.interval_ms
        start_ms = max(self.start_ms, self.assembler.reach_ms - self.settings.compare_bars * interval_ms)
        return Span(start_ms, min(start_ms + endpoints.KLINE_ROWS * interval_ms, until_ms))
