"""Common time: the markets of several symbols and the intents of several Plays, brought to common instants.

They arrive in chunks of any size, in any order. What comes out are stretches of time for which everything is there:
each ends where the chunk of some symbol ends, so a run of one Play on one symbol gets its chunks as they came.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs
import numpy as np

from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.errors import InternalError
from play_engine.intents import IntentBatch, join
from play_engine.market import MarketSlice

_FOREVER = int(np.iinfo(np.int64).max)


@attrs.frozen(kw_only=True, eq=False)
class Source:
    """A symbol whose market comes from `start_ms` on, in bars of `interval_ms`; `marked` says with mark prices."""

    symbol: str
    start_ms: int
    interval_ms: int
    marked: bool = False

    def nothing(self) -> MarketSlice:
        """A slice without bars."""
        columns = {name: np.zeros(0) for name in BAR_COLUMNS}
        bars = BarSeries(symbol=self.symbol, interval_ms=self.interval_ms, ts=np.zeros(0, dtype=np.int64), **columns)
        return MarketSlice(bars=bars, mark=bars if self.marked else None)


@attrs.frozen(kw_only=True)
class Reader:
    """An instance that turns the market of `symbol` from `start_ms` on into intents."""

    instance: str
    symbol: str
    start_ms: int


@attrs.frozen(kw_only=True, eq=False)
class Stretch:
    """Everything up to `until_ms` since the stretch before: a slice by symbol, a batch of each reader."""

    until_ms: int
    market: Mapping[str, MarketSlice]
    intents: Sequence[IntentBatch]


@attrs.define(eq=False)
class _Market:
    source: Source
    waiting: deque[MarketSlice] = attrs.field(factory=deque)
    reached_ms: int = 0
    ended: bool = False

    def take(self, until_ms: int) -> MarketSlice:
        """The market up to an instant at which none of what waits has ended yet, or just the first."""
        if not self.waiting:
            return self.source.nothing()
        market = self.waiting.popleft()
        if market.end_ms > until_ms:
            market, rest = market.split(until_ms)
            self.waiting.appendleft(rest)
        return market


@attrs.define(eq=False)
class _Intents:
    reader: Reader
    waiting: deque[IntentBatch] = attrs.field(factory=deque)
    reached_ms: int = 0
    # Ends of slices that intents have not come for yet.
    due: deque[int] = attrs.field(factory=deque)
    # Ends of intents whose slice has not come yet: a play may be quicker than the way to us.
    early: deque[int] = attrs.field(factory=deque)

    def take(self, until_ms: int) -> IntentBatch:
        """The intents up to an instant; see `_Market.take`."""
        if not self.waiting:
            return join([], until_ms=until_ms)
        batch = self.waiting.popleft()
        if batch.until_ms > until_ms:
            batch, rest = batch.split(until_ms)
            self.waiting.appendleft(rest)
        return batch

    def match(self) -> None:
        while self.due and self.early:
            bars_ms, intents_ms = self.due.popleft(), self.early.popleft()
            if bars_ms != intents_ms:
                raise InternalError(f"{self.reader.instance}: intents up to {intents_ms} for bars up to {bars_ms}")


class CommonTime:
    """Takes what comes, and gives stretches as soon as they are whole. Holds what is ahead of the slowest."""

    def __init__(self, sources: Iterable[Source], readers: Iterable[Reader]) -> None:
        """`readers` in the order in which stretches are to have their intents."""
        self._markets = {source.symbol: _Market(source=source, reached_ms=source.start_ms) for source in sources}
        self._intents = {reader.instance: _Intents(reader=reader, reached_ms=reader.start_ms) for reader in readers}

    @property
    def is_over(self) -> bool:
        """Whether every market has ended, and every intent has come."""
        return all(market.ended for market in self._markets.values()) and not any(
            intents.due for intents in self._intents.values()
        )

    @property
    def is_empty(self) -> bool:
        """Whether everything that came has been given."""
        return not any(one.waiting for one in (*self._markets.values(), *self._intents.values()))

    def add_market(self, market: MarketSlice) -> None:
        """Take the next slice of a symbol."""
        mine = self._markets[market.symbol]
        mine.waiting.append(market)
        mine.reached_ms = market.end_ms
        for intents in self._intents.values():
            if intents.reader.symbol == market.symbol and market.end_ms > intents.reader.start_ms:
                intents.due.append(market.end_ms)
                intents.match()

    def add_intents(self, instance: str, batch: IntentBatch) -> None:
        """Take the next intents of an instance. Raises InternalError if they are not for a slice that it was given."""
        mine = self._intents[instance]
        mine.waiting.append(batch)
        mine.reached_ms = batch.until_ms
        mine.early.append(batch.until_ms)
        mine.match()

    def end(self, symbol: str, *, whole: bool) -> None:
        """No more of a symbol will come; if that was its `whole` market, the others go on without it."""
        market = self._markets[symbol]
        market.ended = True
        if whole:
            market.reached_ms = _FOREVER

    def stretches(self) -> Iterator[Stretch]:
        """Every stretch that is whole by now."""
        while (until_ms := self._next_end()) is not None:
            yield Stretch(
                until_ms=until_ms,
                market={symbol: market.take(until_ms) for symbol, market in self._markets.items()},
                intents=[intents.take(until_ms) for intents in self._intents.values()],
            )

    def _next_end(self) -> int | None:
        """Where the next stretch ends: at the first end of a slice that waits, if all has come up to there."""
        ends = [market.waiting[0].end_ms for market in self._markets.values() if market.waiting]
        if not ends:
            return None
        end_ms = min(ends)
        reached = [market.reached_ms for market in self._markets.values()]
        reached += [
            _FOREVER if not one.due and self._has_ended(one) else one.reached_ms for one in self._intents.values()
        ]
        return end_ms if end_ms <= min(reached) else None

    def _has_ended(self, intents: _Intents) -> bool:
        """Whether the whole market of a reader has come."""
        return self._markets[intents.reader.symbol].reached_ms == _FOREVER
