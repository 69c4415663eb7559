"""The venue's market: recorded bars replayed step by step, and what can be seen of them at an instant.

Everything that is shown is a function of the tapes and of the instant at which the replay stands, so that a replay
that goes on from there shows the same. Nothing that comes later is ever looked at.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from exchange.venue.market.candles import (
    Candle,
    CandleColumns,
    Candles,
    Day,
    last_price_columns,
    mark_columns,
    premium_columns,
)
from exchange.venue.market.tape import Tape
from exchange.venue.market.track import Track
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.market import MarketSlice

# Prices that candles are made of. No tape has an index price: the mark price stands for it.
PRICES = ("last", "mark", "index", "premium")


class VenueMarket:
    """Several symbols, one clock. The replay begins at `start_ms`, rounded up to the grid of bars and steps; bars
    before it are history.

    With steps shorter than the bars, each bar is played in parts along its path. Raises DataError for tapes that do not
    go together, and for a start after their end.
    """

    def __init__(self, tapes: Sequence[Tape], step_ms: int, *, start_ms: int, seed: int = 0) -> None:
        self._tracks = {tape.symbol: Track(tape, step_ms) for tape in tapes}
        lengths = {track.interval_ms for track in self._tracks.values()}
        if len(self._tracks) != len(tapes) or len(lengths) != 1:
            found = ", ".join(f"{tape.symbol} in bars of {tape.bars.interval_ms} ms" for tape in tapes) or "nothing"
            raise DataError(f"a market needs symbols, each once, in bars of one length; found {found}")
        self.step_ms = step_ms
        self.seed = seed
        self.interval_ms = lengths.pop()
        grid_ms = max(step_ms, self.interval_ms)
        self.start_ms = -(-start_ms // grid_ms) * grid_ms
        self.now_ms = self.start_ms
        self.end_ms = max(-(-track.bars.end_ms // step_ms) * step_ms for track in self._tracks.values())
        if self.now_ms >= self.end_ms:
            raise DataError(f"the replay would begin at {self.now_ms}, and the tapes end at {self.end_ms} ms")
        self.before_ms = self.now_ms
        self.current: Mapping[str, MarketSlice] = self._slices(self.now_ms)
        # At most one entry for each symbol and price.
        self._candles: dict[tuple[str, str], Candles] = {}

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols that are traded."""
        return tuple(self._tracks)

    @property
    def ended(self) -> bool:
        """Whether the tapes have been played to their end."""
        return self.now_ms >= self.end_ms

    def tape(self, symbol: str) -> Tape:
        """What is replayed of a symbol."""
        return self._tracks[symbol].tape

    def next_step(self) -> Mapping[str, MarketSlice] | None:
        """Play one step, and say what happened in it: a slice of each symbol, without bars where it had none; None
        after the end."""
        if self.ended:
            return None
        self.before_ms, self.now_ms = self.now_ms, self.now_ms + self.step_ms
        self.current = self._slices(self.before_ms)
        return self.current

    def skip_to(self, now_ms: int) -> None:
        """Let the replay stand at `now_ms`; what is before is history. Raises ValueError for an instant off the grid of
        the steps or outside the tapes."""
        begin_ms = min(int(track.bars.ts[0]) for track in self._tracks.values())
        if now_ms % self.step_ms or not begin_ms <= now_ms <= self.end_ms:
            raise ValueError(
                f"the replay cannot stand at {now_ms} ms: it must lie between {begin_ms} and {self.end_ms} "
                f"on a multiple of {self.step_ms}"
            )
        self.before_ms = self.now_ms = now_ms
        self.current = self._slices(now_ms)

    def last(self, symbol: str) -> float:
        """The last price; before the first bar the one at which it opens."""
        return self._tracks[symbol].last(self.now_ms)[0]

    def mark(self, symbol: str) -> float:
        """The mark price; the last price where the tape has none."""
        return self._tracks[symbol].last(self.now_ms)[1]

    def played(self, symbol: str, most: int) -> BarSeries:
        """The last `most` bars as they were played, in parts if bars are divided."""
        return self._tracks[symbol].played(self.now_ms, most)

    def candles_ended(self, symbol: str, price: str, code: str) -> list[Candle]:
        """Candles of an interval that ended with the last step, oldest first."""
        return self._candles_of(symbol, price).closed(code, self.before_ms, self.now_ms)

    def open_candle(self, symbol: str, price: str, code: str) -> Candle | None:
        """The candle of an interval that is under way; None if nothing has been traded in it."""
        return self._candles_of(symbol, price).open(code, self.now_ms, self._running(symbol, price))

    def candles(self, symbol: str, price: str, code: str, from_ms: int, to_ms: int, most: int) -> list[Candle]:
        """Candles that begin from the one instant to the other, both included: the newest `most`, newest first, and the
        open one before all others. `price` is one of PRICES."""
        closed = self._candles_of(symbol, price).begun(code, from_ms, to_ms, self.now_ms, most)[::-1]
        under_way = self.open_candle(symbol, price, code)
        if under_way is None or not from_ms <= under_way.start_ms <= to_ms:
            return closed
        return [under_way, *closed[: most - 1]]

    def day(self, symbol: str) -> Day | None:
        """What the last 24 hours were like; None if nothing was traded in them."""
        return self._candles_of(symbol, "last").day(self.now_ms, self._running(symbol, "last"))

    def _slices(self, start_ms: int) -> Mapping[str, MarketSlice]:
        end_ms = self.now_ms
        slices = {symbol: track.step(start_ms, end_ms) for symbol, track in self._tracks.items()}
        return MappingProxyType(slices)

    def _candles_of(self, symbol: str, price: str) -> Candles:
        key = symbol, price
        if key not in self._candles:
            track = self._tracks[symbol]
            base = _price_columns(price, track.bars, track.mark)
            self._candles[key] = Candles(base, track.interval_ms, track.tape.instrument.qty_step)
        return self._candles[key]

    def _running(self, symbol: str, price: str) -> CandleColumns | None:
        """What has been played of the bar under way, None if none is."""
        bars, mark = self._tracks[symbol].running(self.now_ms)
        return _price_columns(price, bars, mark) if len(bars) else None


def _price_columns(price: str, bars: BarSeries, mark: BarSeries | None) -> CandleColumns:
    if price == "last":
        return last_price_columns(bars)
    marks = bars if mark is None else mark
    return premium_columns(bars, marks) if price == "premium" else mark_columns(marks)
