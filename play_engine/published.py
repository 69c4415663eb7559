"""What a venue publishes beside bars, as a Play's rules read it: readings at any instant, and columns of timeframes."""

from collections.abc import Iterable

import numpy as np

from play_engine.bars import Floats, Ints
from play_engine.errors import InternalError
from play_engine.intervals import interval_name
from play_engine.market import NO_READINGS, MarketSlice, Readings
from play_engine.timeframe import Timeframe

# What a rule may name, and where a slice of the market has it.
READINGS_OF = {"funding_rate": "funding", "open_interest": "open_interest"}
MARK_PRICE = "mark_price"


class LastReadings:
    """Readings of one kind while they come in: the last one before the newest chunk, and those that came with it."""

    def __init__(self) -> None:
        self._known = NO_READINGS

    def append(self, readings: Readings, passed_ms: int) -> None:
        """Take the next readings; nothing before the last one at or before `passed_ms` will be asked for any more.

        Raises InternalError if they do not follow those before.
        """
        known = self._known
        first = max(0, int(np.searchsorted(known.ts, passed_ms, side="right")) - 1)
        if len(readings) and len(known) and readings.ts[0] <= known.ts[-1]:
            raise InternalError(f"a reading of {readings.ts[0]} follows one of {known.ts[-1]}: each must come once")
        if first or len(readings):
            ts, values = known.ts[first:], known.values[first:]
            self._known = Readings(
                ts=np.concatenate([ts, readings.ts]), values=np.concatenate([values, readings.values])
            )

    def at(self, instants: Ints) -> Floats:
        """The last reading at or before each instant, NaN where there is none; no instant lies before `passed_ms`."""
        if not len(self._known):
            return np.full(len(instants), np.nan)
        rows = np.searchsorted(self._known.ts, instants, side="right") - 1
        return np.where(rows < 0, np.nan, self._known.values[rows])


class Published:
    """What a Play reads of it: `readings` by the name in a rule, and columns beside the bars' own.

    The exec timeframe gets a column of each kind of reading, as it stood at the close of each bar; the finest timeframe
    gets one of mark prices, which are last prices where the market has no others.
    """

    def __init__(self, names: Iterable[str], exec_frame: Timeframe, finest: Timeframe | None) -> None:
        """`names` are those of all series that the Play reads; `finest` is there if one of them is of minutes."""
        read = set(names)
        self.readings = {name: LastReadings() for name in READINGS_OF if name in read}
        self._exec = exec_frame
        self._columns = {name: exec_frame.add_series(name) for name in self.readings}
        self._finest = finest
        self._mark = None if finest is None or MARK_PRICE not in read else finest.add_series(MARK_PRICE)
        self._passed_ms = np.iinfo(np.int64).min

    def extend(self, market: MarketSlice) -> None:
        """Take what the market published with bars that every timeframe has been extended by."""
        _check(market)
        table = self._exec.table
        for name, known in self.readings.items():
            known.append(getattr(market, READINGS_OF[name]), self._passed_ms)
            self._columns[name][table.start : table.stop] = known.at(self._exec.closes())
        if self._mark is not None and self._finest is not None:
            prices = market.bars if market.mark is None else market.mark
            self._mark[self._finest.table.start : self._finest.table.stop] = prices.close
        self._passed_ms = max(self._passed_ms, market.end_ms) if len(market) else self._passed_ms


def _check(market: MarketSlice) -> None:
    mark, bars = market.mark, market.bars
    if mark is not None and (mark.interval_ms != bars.interval_ms or len(mark) != len(bars)):
        found = f"{len(mark)} of {interval_name(mark.interval_ms)}"
        raise InternalError(f"{bars.symbol}: mark prices must be there for every bar, or for none; found {found}")
