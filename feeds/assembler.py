"""Assembler: closed candles of one symbol become its bars: in order, each once, none passing a hole before it.

Candles may come late, twice, in any order, from the stream and from REST. As long as they say the same of the same
time, what `take` gives depends on which of them came, never on the order in which they came.
"""

from collections.abc import Iterable, Iterator

import attrs
import numpy as np

from feeds.gaps import GapSpan
from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.errors import InternalError
from play_engine.intervals import floor_to

# Candles that may wait behind a hole: two days of minutes. The newest beyond that are dropped, to be a hole later on.
MOST_WAITING = 2_880
# Bars that have been taken and are still compared with what else is said of them: two hours of minutes.
MOST_REMEMBERED = 120


@attrs.frozen(kw_only=True)
class Candle:
    """What a `source` (`stream`, `rest`, `store`) says of the time from `ts` (ms since the epoch, UTC) on.

    Prices are in quote currency, `volume` in base currency; `closed` means that they are final. Two are equal if they
    say the same, whoever says it.
    """

    ts: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    closed: bool = True
    source: str = attrs.field(default="stream", eq=False)

    @property
    def is_possible(self) -> bool:
        """Whether a market can make it: prices above 0, open and close between low and high, no NaN."""
        inside = 0 < self.low <= self.open <= self.high and self.low <= self.close <= self.high
        return inside and self.high < np.inf and 0 <= self.volume < np.inf


@attrs.frozen(kw_only=True)
class Disagreement:
    """Two closed candles of the same time say different things. `used` is the bar, or is going to be it."""

    used: Candle
    other: Candle


@attrs.define(kw_only=True)
class AssemblerStatistics:
    """Counts of candles: given as bars, open, the same again, later than its place could be compared, impossible or off
    the grid, dropped for want of room, and in disagreement."""

    bars: int = 0
    unclosed: int = 0
    duplicates: int = 0
    late: int = 0
    refused: int = 0
    dropped: int = 0
    disagreements: int = 0


class Assembler:
    """The bars of one symbol and interval from the open time `next_ms` on, which must be on the interval's grid."""

    def __init__(self, symbol: str, interval_ms: int, next_ms: int) -> None:
        self.symbol = symbol
        self.interval_ms = interval_ms
        self._next_ms = next_ms
        self._waiting: dict[int, Candle] = {}
        self._taken: dict[int, Candle] = {}
        self._disputed: set[int] = set()
        self._disagreements: list[Disagreement] = []
        self._statistics = AssemblerStatistics()

    @property
    def next_ms(self) -> int:
        """The open time of the next bar to be taken."""
        return self._next_ms

    @property
    def reach_ms(self) -> int:
        """The open time of the first bar that has not come."""
        reach_ms = self._next_ms
        while reach_ms in self._waiting:
            reach_ms += self.interval_ms
        return reach_ms

    @property
    def hole(self) -> GapSpan | None:
        """The bars that have not come before some that have; None without such."""
        reach_ms = self.reach_ms
        end_ms = min((ts for ts in self._waiting if ts > reach_ms), default=reach_ms)
        missing = (end_ms - reach_ms) // self.interval_ms
        return GapSpan(start_ms=reach_ms, end_ms=end_ms, missing_bars=missing) if missing else None

    @property
    def is_ready(self) -> bool:
        """Whether there is a bar to take."""
        return self._next_ms in self._waiting

    def statistics(self) -> AssemblerStatistics:
        """The counts so far."""
        return attrs.evolve(self._statistics)

    def disagreements(self) -> list[Disagreement]:
        """Those found since the last call, at most one for each bar."""
        found, self._disagreements = self._disagreements, []
        return found

    def offer(self, candle: Candle) -> None:
        """Take note of a candle. Of a bar that has not been taken yet, REST has the last word."""
        if not candle.closed:
            self._statistics.unclosed += 1
        elif not candle.is_possible or floor_to(candle.ts, self.interval_ms) != candle.ts:
            self._statistics.refused += 1
        elif candle.ts < self._next_ms:
            self._compare_late(candle)
        elif candle.ts in self._waiting:
            self._settle(self._waiting[candle.ts], candle)
        else:
            self._wait(candle)

    def offer_all(self, bars: BarSeries, source: str) -> None:
        """Take note of the closed candles of a series."""
        for candle in _candles(bars, source):
            self.offer(candle)

    def take(self, most_bars: int) -> BarSeries | None:
        """The next bars without a hole, at most so many; None if the next one is not there."""
        taken: list[Candle] = []
        while len(taken) < most_bars and (candle := self._waiting.pop(self._next_ms, None)) is not None:
            taken.append(candle)
            self._next_ms += self.interval_ms
        if not taken:
            return None
        self._remember(taken)
        self._statistics.bars += len(taken)
        return _series(self.symbol, self.interval_ms, taken)

    def forget_from(self, ts: int) -> None:
        """Refuse what waits with an open time of `ts` or later: it has turned out that it cannot be yet."""
        for impossible in [waiting for waiting in self._waiting if waiting >= ts]:
            del self._waiting[impossible]
            self._statistics.refused += 1

    def go_on_after(self, bars: BarSeries, source: str) -> None:
        """One or more bars have been taken from elsewhere; the next one follows on them. Raises as `skip` does."""
        if bars.ts[0] < self._next_ms:
            raise self._backward(int(bars.ts[0]))
        self._remember(_candles(bars.rows(max(0, len(bars) - MOST_REMEMBERED), len(bars)), source))
        self.skip(bars.end_ms)

    def skip(self, to_ms: int) -> None:
        """The next bar is that of `to_ms`; there are none before it. Raises InternalError when that is backwards."""
        if to_ms < self._next_ms or floor_to(to_ms, self.interval_ms) != to_ms:
            raise self._backward(to_ms)
        self._next_ms = to_ms
        for ts in [ts for ts in self._waiting if ts < to_ms]:
            self._compare_late(self._waiting.pop(ts))

    def _backward(self, to_ms: int) -> InternalError:
        return InternalError(f"{self.symbol}: the next bar is that of {self._next_ms} ms; cannot go on at {to_ms} ms")

    def _wait(self, candle: Candle) -> None:
        self._waiting[candle.ts] = candle
        if len(self._waiting) > MOST_WAITING:
            del self._waiting[max(self._waiting)]
            self._statistics.dropped += 1

    def _settle(self, waiting: Candle, candle: Candle) -> None:
        if candle == waiting:
            self._statistics.duplicates += 1
        elif candle.source == "rest":
            self._waiting[candle.ts] = candle
            self._dispute(used=candle, other=waiting)
        else:
            self._dispute(used=waiting, other=candle)

    def _compare_late(self, candle: Candle) -> None:
        taken = self._taken.get(candle.ts)
        if taken is None:
            self._statistics.late += 1
        elif taken == candle:
            self._statistics.duplicates += 1
        else:
            self._dispute(used=taken, other=candle)

    def _dispute(self, *, used: Candle, other: Candle) -> None:
        self._statistics.disagreements += 1
        if used.ts not in self._disputed:
            self._disputed.add(used.ts)
            self._disagreements.append(Disagreement(used=used, other=other))

    def _remember(self, taken: Iterable[Candle]) -> None:
        for candle in taken:
            self._taken[candle.ts] = candle
        while len(self._taken) > MOST_REMEMBERED:
            oldest = next(iter(self._taken))
            del self._taken[oldest]
            self._disputed.discard(oldest)


def _candles(bars: BarSeries, source: str) -> Iterator[Candle]:
    columns = [getattr(bars, name).tolist() for name in ("ts", *BAR_COLUMNS)]
    for ts, open_, high, low, close, volume in zip(*columns, strict=True):
        yield Candle(ts=ts, open=open_, high=high, low=low, close=close, volume=volume, source=source)


def _series(symbol: str, interval_ms: int, candles: list[Candle]) -> BarSeries:
    rows = [[one.open for one in candles], [one.high for one in candles], [one.low for one in candles]]
    rows += [[one.close for one in candles], [one.volume for one in candles]]
    open_, high, low, close, volume = np.array(rows)
    ts = np.array([one.ts for one in candles], dtype=np.int64)
    return BarSeries(
        symbol=symbol, interval_ms=interval_ms, ts=ts, open=open_, high=high, low=low, close=close, volume=volume
    )
