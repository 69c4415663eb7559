"""One symbol of a live feed: its candles from the stream, its past from store and REST, its bars to whoever wants them.

The order is: the stream is there, and its candles wait; history; what waits; live bars. Then two tasks go on side by
side: one delivers what is contiguous, the other asks REST for whatever is missing, so that a hole closes by itself,
however it came about.
"""

from collections.abc import Callable

import trio

from exchange.bybit.market_events import KlineEvent
from feeds.assembler import Assembler, AssemblerStatistics, Candle
from feeds.bybit.ask_schedule import AskSchedule
from feeds.bybit.asking import Asking
from feeds.bybit.client import PublicClient
from feeds.bybit.live_events import (
    BarDisagrees,
    CandleRefused,
    CaughtUp,
    FeedEvent,
    FeedFresh,
    FeedStale,
    HoleFilled,
    HoleFound,
)
from feeds.bybit.live_history import Deliver, LiveHistory, Wanted
from feeds.bybit.live_settings import LiveSettings
from play_engine.intervals import floor_to, interval_name

# The venue's clocks may differ so much: a candle that ends later than its frame was sent cannot be closed.
_CLOCKS_DIFFER_MS = 1_000


class LiveSymbol:
    """Made inside the Trio run. The methods that take something never wait; `run` does all the work."""

    def __init__(
        self,
        wanted: Wanted,
        interval_ms: int,
        client: PublicClient,
        settings: LiveSettings,
        on_event: Callable[[FeedEvent], None],
    ) -> None:
        now_s = trio.current_time()
        self._wanted = wanted
        self._interval_ms = interval_ms
        self._settings = settings
        self._on_event = on_event
        self._assembler = Assembler(wanted.symbol, interval_ms, wanted.start_ms)
        self._schedule = AskSchedule(interval_ms, settings, now_s)
        self._asking = Asking(
            assembler=self._assembler,
            schedule=self._schedule,
            client=client,
            settings=settings,
            start_ms=wanted.start_ms,
            on_event=on_event,
        )
        self._connected, self._ready, self._changed = trio.Event(), trio.Event(), trio.Event()
        self._up = self._stale = self._live = self._in_hole = False
        # When the stream last brought a closed candle, and the open time of the newest.
        self._heard_s, self._newest_ms = now_s, 0

    def statistics(self) -> AssemblerStatistics:
        """Counts of its candles."""
        return self._assembler.statistics()

    def take(self, event: KlineEvent) -> None:
        """A candle of the stream."""
        now_s = trio.current_time()
        self._schedule.note_time(event.ts_ms, now_s)
        candle = _candle(event)
        if event.confirm and not self._is_sound(event, candle):
            return
        self._assembler.offer(candle)
        if not event.confirm:
            return
        self._heard_s, self._newest_ms = now_s, max(self._newest_ms, event.start_ms)
        if self._stale:
            self._stale = False
            self._note_stream()
            self._on_event(FeedFresh(symbol=self._wanted.symbol))
        self._look_about(now_s)

    def stream_up(self) -> None:
        """The stream has connected; if it was interrupted, what it missed is asked for."""
        self._up, self._heard_s = True, trio.current_time()
        self._note_stream(again=self._connected.is_set())
        self._connected.set()

    def stream_down(self) -> None:
        """The stream is interrupted: bars are asked for."""
        self._up = False
        self._note_stream()

    def is_silent(self) -> bool:
        """Whether the stream is up and has brought no closed candle for too long. That it is so is told once."""
        silent_s = trio.current_time() - self._heard_s
        if not self._up or silent_s < self._settings.silent_intervals * self._interval_ms / 1e3:
            return False
        if not self._stale:
            self._stale = True
            self._note_stream()
            self._on_event(FeedStale(symbol=self._wanted.symbol, reason=f"no closed candle for {silent_s:.0f} s"))
        return True

    async def run(self, deliver: Deliver) -> None:
        """Deliver all that is wanted: history in chunks, then each bar by itself. Waits for bars without end.

        Raises Refused when the venue will not answer for this symbol, and DataError for a store that does not serve.
        Cancellation loses what has been taken and is being delivered, nothing else.
        """
        with trio.move_on_after(self._settings.first_up_s):
            await self._connected.wait()
        await LiveHistory(wanted=self._wanted, asking=self._asking, deliver=deliver).run()
        self._on_event(CaughtUp(symbol=self._wanted.symbol, until_ms=self._assembler.next_ms))
        self._live = True
        self._look_about(trio.current_time())
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._keep_asking)
            await self._deliver_live(deliver)
            nursery.cancel_scope.cancel()

    async def _deliver_live(self, deliver: Deliver) -> None:
        while self._assembler.next_ms < self._wanted.end_ms:
            bars = self._assembler.take(1)
            if bars is None:
                self._ready = trio.Event()
                await self._ready.wait()
            else:
                await deliver(bars)

    async def _keep_asking(self) -> None:
        while (reach_ms := self._assembler.reach_ms) < self._wanted.end_ms:
            now_s = trio.current_time()
            due_s = self._schedule.due_s(reach_ms, now_s, hole=self._assembler.hole is not None)
            if due_s <= now_s:
                await self._ask()
                continue
            self._changed = trio.Event()
            with trio.move_on_at(due_s):
                await self._changed.wait()

    async def _ask(self) -> None:
        answer = await self._asking.ask(self._wanted.end_ms)
        if answer is None:
            return
        if not answer.lacking and self._newest_ms + self._interval_ms >= self._assembler.reach_ms:
            # The stream has brought all there is: the market stands still, not the stream.
            self._heard_s = trio.current_time()
        self._look_about(trio.current_time())

    def _look_about(self, now_s: float) -> None:
        """After new candles: wake who waits for them, and tell what they show."""
        if self._assembler.is_ready:
            self._ready.set()
        for found in self._assembler.disagreements():
            self._on_event(BarDisagrees(symbol=self._wanted.symbol, used=found.used, other=found.other))
        hole = self._assembler.hole if self._live else None
        if (hole is not None) == self._in_hole:
            return
        self._in_hole = hole is not None
        if hole is None:
            self._on_event(HoleFilled(symbol=self._wanted.symbol))
            return
        self._on_event(HoleFound(symbol=self._wanted.symbol, hole=hole))
        self._schedule.note_hole(now_s)
        self._changed.set()

    def _note_stream(self, *, again: bool = False) -> None:
        self._schedule.note_stream(well=self._up and not self._stale, again=again)
        self._changed.set()

    def _is_sound(self, event: KlineEvent, candle: Candle) -> bool:
        """Whether what comes as closed can be a closed candle of ours."""
        whole = event.end_ms - event.start_ms == self._interval_ms
        aligned = floor_to(event.start_ms, self._interval_ms) == event.start_ms
        if whole and aligned and candle.is_possible and event.end_ms <= event.ts_ms + _CLOCKS_DIFFER_MS:
            return True
        kind = interval_name(self._interval_ms)
        self._on_event(CandleRefused(symbol=self._wanted.symbol, reason=f"{event} is no closed candle of {kind}"))
        return False


def _candle(event: KlineEvent) -> Candle:
    return Candle(
        ts=event.start_ms,
        open=event.open,
        high=event.high,
        low=event.low,
        close=event.close,
        volume=event.volume,
        closed=event.confirm,
    )
