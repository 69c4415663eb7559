"""The past of a symbol on a live feed: what the store has, and REST for the rest, up to the last bar that is closed."""

from collections.abc import Awaitable, Callable

import attrs
import trio

from feeds.bybit.asking import Answer, Asking
from feeds.bybit.live_events import HistoryLacks
from feeds.bybit.spans import Span
from feeds.bybit.stored_stretches import StretchReader, stored_stretches
from feeds.gaps import GapSpan
from feeds.provider import DataProvider
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.instants import iso
from play_engine.intervals import floor_to

# Bars of one symbol to those who want them; they follow on those before.
Deliver = Callable[[BarSeries], Awaitable[None]]
# What our idea of the venue's time may be wrong by.
_TIME_ERROR_MS = 5_000


@attrs.frozen(kw_only=True)
class Wanted:
    """Bars of `symbol` with start_ms ≤ open time < end_ms, both on their grid; the venue must have had the symbol at
    `start_ms`. What `history` has of them is taken from there, as it is; the rest comes from the venue."""

    symbol: str
    start_ms: int
    end_ms: int
    history: DataProvider | None = None


@attrs.frozen(kw_only=True, eq=False)
class LiveHistory:
    """Delivers in chunks, while candles of the stream wait in the assembler; they come last."""

    wanted: Wanted
    asking: Asking
    deliver: Deliver

    async def run(self) -> None:
        """Return when no bar lacks that is closed. Waits for what REST does not answer, or lacks but should have.

        Raises DataError for damage in the store, or a store that is ahead of the venue; and what `Asking.ask` raises.
        """
        wanted, assembler = self.wanted, self.asking.assembler
        if wanted.history is not None:
            await self._learn_time()
            span = Span(wanted.start_ms, wanted.end_ms)
            for stretch in await stored_stretches(wanted.history, wanted.symbol, assembler.interval_ms, span):
                await self._deliver_asked(stretch.start_ms)
                reader = StretchReader(wanted.history, wanted.symbol, stretch, self._chunk_bars)
                while (bars := await reader.read()) is not None:
                    assembler.go_on_after(bars, "store")
                    self._check_not_ahead()
                    await self.deliver(bars)
        await self._deliver_asked(wanted.end_ms)

    @property
    def _chunk_bars(self) -> int:
        return self.asking.settings.chunk_bars

    async def _deliver_asked(self, until_ms: int) -> None:
        """Deliver the bars before `until_ms`, and ask for those that have not come."""
        assembler, schedule = self.asking.assembler, self.asking.schedule
        while True:
            await self._deliver_ready(until_ms)
            reach_ms = assembler.reach_ms
            if reach_ms >= until_ms or schedule.is_current(reach_ms, trio.current_time()):
                return
            answer = await self.asking.ask(until_ms)
            if answer is None or (answer.lacking and assembler.reach_ms == reach_ms and not self._left_out(answer)):
                await self._wait()

    async def _learn_time(self) -> None:
        """See to it that the venue's time is known, by a question if the stream has not said it yet."""
        while self.asking.schedule.venue_ms(trio.current_time()) is None:
            if await self.asking.ask(self.wanted.end_ms) is None:
                await self._wait()

    async def _wait(self) -> None:
        now_s = trio.current_time()
        await trio.sleep_until(self.asking.schedule.due_s(self.asking.assembler.reach_ms, now_s, hole=True))

    async def _deliver_ready(self, until_ms: int) -> None:
        assembler = self.asking.assembler
        while (room := (until_ms - assembler.next_ms) // assembler.interval_ms) > 0:
            bars = assembler.take(min(room, self._chunk_bars))
            if bars is None:
                return
            await self.deliver(bars)

    def _left_out(self, answer: Answer) -> bool:
        """Leave out what an answer should have and does not, if it is old: then it will not come any more."""
        assembler = self.asking.assembler
        hole, start_ms = assembler.hole, assembler.reach_ms
        settled_ms = floor_to(answer.time_ms - self.asking.settings.settled_ms, assembler.interval_ms)
        end_ms = min(settled_ms, answer.span.end_ms, hole.end_ms if hole else settled_ms)
        missing = (end_ms - start_ms) // assembler.interval_ms
        if missing <= 0:
            return False
        left_out = GapSpan(start_ms=start_ms, end_ms=end_ms, missing_bars=missing)
        self.asking.on_event(HistoryLacks(symbol=assembler.symbol, hole=left_out))
        assembler.skip(end_ms)
        return True

    def _check_not_ahead(self) -> None:
        """A venue that replays the past must not be given its future."""
        history, next_ms = self.wanted.history, self.asking.assembler.next_ms
        now_ms = self.asking.schedule.venue_ms(trio.current_time())
        if now_ms is not None and history is not None and next_ms > now_ms + _TIME_ERROR_MS:
            raise DataError(
                f"{self.wanted.symbol}: {history.describe()} has bars up to {iso(next_ms)}, but at the venue it is "
                f"{iso(int(now_ms))}. A venue that replays the past goes without a store"
            )
