"""The engine: the market in, intents out. The same code for ten years at once and for the bar that just closed."""

from collections.abc import Iterator, Mapping

import attrs
import numpy as np

from play_engine.bars import BarSeries, Floats, Ints
from play_engine.emission import CompiledBlock, emit
from play_engine.errors import InternalError
from play_engine.intents import ACTION_CODES, IntentBatch, join, with_exec_closes
from play_engine.intervals import interval_name
from play_engine.market import MarketSlice
from play_engine.play.declared import MINUTE_NAMES
from play_engine.play.model import Play
from play_engine.published import Published
from play_engine.rules.expression import Constant, Reference
from play_engine.rules.program import Program
from play_engine.rules.walk import (
    conditions_of,
    intervals_of,
    level_references,
    lookbacks,
    metadata_references,
    references_of,
)
from play_engine.timeframe import Timeframe
from play_engine.timeline import Timeline
from play_engine.warmup import Window

# Base bars per pass over the columns: few enough to stay in cache, enough that Python's share is small.
CHUNK_ROWS = 32_768


class Engine:
    """Computes a Play over the market of its symbol in bars of `base_ms`, the finest interval there is.

    `process` takes the next slice of it, in any cut, and returns what the Play wants at each instant of `window` (all
    instants without one). Its state is the tail of its columns and a few records; nothing in it knows in which
    mode it runs.
    """

    def __init__(self, play: Play, *, base_ms: int, window: Window | None = None, chunk_rows: int = CHUNK_ROWS) -> None:
        self.play = play
        self.base_ms = base_ms
        self._window = window
        self._chunk_rows = chunk_rows
        self._last_ts = -1
        self._step_ms = base_ms if play.minute_mode else play.exec_ms
        self.frames = self._make_frames()
        names = {reference.series for reference in references_of(play)}
        self._published = Published(names, self.frames[play.exec_ms], self.frames.get(base_ms))
        self._timelines = self._make_timelines()
        self.timeline = self._timelines[self._step_ms]
        self._program = Program(self._timelines)
        numbers = [[self._program.verdict(self._step_ms, case.when) for case in block.cases] for block in play.blocks]
        levels = level_references(play)
        self._stop_long, self._stop_short = self._operand(levels["stop_long"]), self._operand(levels["stop_short"])
        self._target = self._operand(levels["target"])
        self._notes = [self._operand(reference) for reference in metadata_references(play)]
        self._price = self._operand(Reference("last_price" if play.minute_mode else "close", "value", "FLOAT"))
        self.rules = self._program.build()
        self._columns = self.rules[self._step_ms]
        self.blocks = [
            CompiledBlock(block, tuple(self._columns.verdicts[number] for number in cases))
            for block, cases in zip(play.blocks, numbers, strict=True)
        ]
        self._trail_atr = None if play.trailing is None else play.trailing.atr
        self._action = np.array([ACTION_CODES.get(intent.action, 0) for intent in play.intents], dtype=np.int8)
        self._percent = np.array([intent.percent for intent in play.intents], dtype=np.float64)

    def process(self, market: MarketSlice) -> IntentBatch:
        """Take the next slice of the market and return the intents of all instants that it completes.

        Raises InternalError if its bars do not follow those before, or have another interval.
        """
        return join([self._process(piece) for piece in self.chunks(market)], until_ms=market.end_ms)

    def chunks(self, market: MarketSlice) -> Iterator[MarketSlice]:
        """The slice cut into pieces that one pass can take, their bars in memory that may be written to."""
        bars = market.bars.writable()
        rest = market if bars is market.bars else attrs.evolve(market, bars=bars)
        while len(rest) > self._chunk_rows:
            piece, rest = rest.split(int(rest.bars.ts[self._chunk_rows]))
            yield piece
        yield rest

    def advance(self, market: MarketSlice) -> None:
        """Extend all columns, structures and rules by one piece; refuses what `process` refuses."""
        self.extend(market)
        self.evaluate()

    def extend(self, market: MarketSlice) -> None:
        """The first half of `advance`: bars, features and structures of every timeframe, and the new instants."""
        self._check(market.bars)
        for frame in self.frames.values():
            frame.append(market.bars)
        self._published.extend(market)
        for timeline in self._timelines.values():
            timeline.append()

    def evaluate(self) -> None:
        """The second half of `advance`: the rules at the new instants."""
        self._program.extend()

    def _process(self, market: MarketSlice) -> IntentBatch:
        self.advance(market)
        bars = market.bars
        table = self.timeline.table
        start, deciding, stop = self._in_window(table.start, table.stop)
        if start == stop and not self.play.minute_mode and self._trail_atr is None:
            return join([], until_ms=bars.end_ms)
        trail_ts, trail_atr = self._trail(bars)
        first, numbers = emit(self.blocks, self.play.intents, deciding, stop)
        batch = IntentBatch(
            until_ms=bars.end_ms,
            ts=self.timeline.ts[start:stop].copy(),
            is_exec_close=np.ones(stop - start, dtype=np.uint8),
            price=self._read(self._price, start, stop),
            first=np.concatenate([np.zeros(deciding - start, dtype=np.int64), first]),
            action=self._action[numbers],
            percent=self._percent[numbers],
            intent=numbers,
            stop_long=self._read(self._stop_long, start, stop),
            stop_short=self._read(self._stop_short, start, stop),
            target=self._read(self._target, start, stop),
            noted=self._noted(start, stop),
            trail_ts=trail_ts,
            trail_atr=trail_atr,
        )
        return with_exec_closes(batch, *self._exec_closes()) if self.play.minute_mode else batch

    def _in_window(self, start: int, stop: int) -> tuple[int, int, int]:
        """The first row inside the window, the first whose bar began in it, too, and the row behind the last."""
        if self._window is None:
            return start, start, stop
        instants = self.timeline.ts[start:stop]
        high = int(np.searchsorted(instants, self._window.end_ms, side="right"))
        low = int(np.searchsorted(instants, self._window.start_ms, side="right"))
        deciding = int(np.searchsorted(instants, self._window.start_ms + self._step_ms, side="left"))
        return start + min(low, high), start + min(deciding, high), start + high

    def _noted(self, start: int, stop: int) -> Floats:
        """What the metadata of intents read, one column per reference."""
        columns = [self._read(number, start, stop) for number in self._notes]
        return np.column_stack(columns) if columns else np.zeros((stop - start, 0))

    def _trail(self, bars: BarSeries) -> tuple[Ints, Floats]:
        """The closes of the bars, and what the trailing stop reads at each of them; empty if it reads nothing."""
        if self._trail_atr is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        closes = bars.ts + self.base_ms
        return closes, self.timeline.read_at(self._trail_atr, closes)

    def _exec_closes(self) -> tuple[Ints, Floats]:
        frame = self.frames[self.play.exec_ms]
        closes = frame.closes()
        prices = frame.columns["close", "value"][frame.table.start : frame.table.stop]
        if self._window is None:
            return closes, prices
        inside = (closes > self._window.start_ms) & (closes <= self._window.end_ms)
        return closes[inside], prices[inside]

    def _operand(self, reference: Reference | None) -> int:
        """The number of what is read at a decision; a missing constant where nothing is."""
        return self._program.operand(self._step_ms, Constant(np.nan, "FLOAT") if reference is None else reference)

    def _read(self, number: int, start: int, stop: int) -> Floats:
        return self._columns.value(number, start, stop).copy()

    def _make_timelines(self) -> dict[int, Timeline]:
        """The timeline of the rules and those along which windows step, by interval in ms."""
        reads = {self._step_ms: 1}
        for condition in conditions_of(self.play):
            for step_ms, count in lookbacks(condition, self._step_ms).items():
                reads[step_ms] = max(reads.get(step_ms, 1), count)
        return {
            step_ms: Timeline(
                self.frames,
                self._published.readings,
                step_ms=step_ms,
                exec_ms=self.play.exec_ms,
                base_ms=self.base_ms,
                lookback=count,
                capacity=self._chunk_rows + 1,
            )
            for step_ms, count in reads.items()
        }

    def _make_frames(self) -> Mapping[int, Timeframe]:
        play = self.play
        lengths = {*intervals_of(play), self._step_ms}
        if any(reference.series in MINUTE_NAMES for reference in references_of(play)):
            lengths.add(self.base_ms)
        unfit = [length for length in sorted(lengths) if length % self.base_ms]
        if unfit:
            names = interval_name(unfit[0]), interval_name(self.base_ms)
            raise InternalError("{} bars cannot be built from {} bars".format(*names))
        return {
            length: Timeframe(
                length,
                self.base_ms,
                tuple(spec for spec in play.features if spec.interval_ms == length),
                tuple(spec for spec in play.structures if spec.interval_ms == length),
                lookback=1 + self._longest_offset(length),
                capacity=self._chunk_rows,
            )
            for length in sorted(lengths)
        }

    def _longest_offset(self, length: int) -> int:
        """The longest offset at which anything on the timeframe of `length` is read; bar fields are exec fields."""
        play = self.play
        lengths = {spec.id: spec.interval_ms for spec in play.features}
        lengths |= {spec.key: spec.interval_ms for spec in play.structures}
        lengths |= dict.fromkeys(MINUTE_NAMES, self.base_ms)
        offsets = [
            reference.offset
            for reference in references_of(play)
            if lengths.get(reference.series, play.exec_ms) == length
        ]
        return max(offsets, default=0)

    def _check(self, bars: BarSeries) -> None:
        if bars.interval_ms != self.base_ms:
            names = interval_name(bars.interval_ms), interval_name(self.base_ms)
            raise InternalError("{} bars given to an engine that works on {} bars".format(*names))
        if not len(bars):
            return
        if bars.ts[0] <= self._last_ts or not (bars.ts[1:] > bars.ts[:-1]).all():
            raise InternalError(f"a bar at or after {bars.ts[0]} follows one as late: bars must be in order, each once")
        self._last_ts = int(bars.ts[-1])
