"""The fingerprint of the market data that a run reads: what identifies its input."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from actors.account import PreparedAccount, TradedSymbol
from feeds.mark_joining import with_marks
from feeds.provider import COLUMNS, DataProvider
from play_engine.bars import PRICE_COLUMNS
from play_engine.errors import DataError
from play_engine.market import MarketSlice
from results.hashes import SeriesUsed
from results.table_hash import Column, table_hash

# A hash runs over one column after the other. Up to two years of minutes (50 MB, twice that with mark prices) are kept
# on their way for that; a longer series is read once more for each column, so that memory does not grow with it.
_KEPT_ROWS = 1_051_200
_READ_BARS = 32_768
# The column of values, by kind of readings.
_VALUES = {"funding": "rate", "open_interest": "open_interest"}

ColumnReader = Callable[[str], Iterable[NDArray[Any]]]


@attrs.define(eq=False, kw_only=True)
class Fingerprint:
    """Identifies what a run reads of one symbol up to `end_ms`. `add` takes it as it is delivered."""

    provider: DataProvider
    traded: TradedSymbol
    end_ms: int
    marked: bool
    _given: list[MarketSlice] = attrs.field(factory=list)
    _rows: int = 0

    def add(self, market: MarketSlice) -> None:
        """Note what was delivered, in order."""
        self._rows += len(market)
        if self._rows <= _KEPT_ROWS:
            self._given.append(market)
        else:
            self._given.clear()

    def used(self, *, all_given: bool) -> list[SeriesUsed]:
        """The fingerprints of all series of the symbol, over the whole range.

        Bars are read again unless all of them were delivered and kept. Where that fails, because the data are damaged
        behind the point at which the run ended, the fingerprint is that of what was delivered.
        """
        if all_given and self._given:
            return [*self._bars(self._kept, self._kept_marks), *self._readings()]
        try:
            return [*self._bars(self._read, self._read_marks), *self._readings()]
        except DataError:
            return [*self._bars(self._kept, self._kept_marks), *self._readings()]

    def _bars(self, last: ColumnReader, mark: ColumnReader) -> list[SeriesUsed]:
        used = [self._series("last", last, COLUMNS[1:])]
        return [*used, self._series("mark", mark, PRICE_COLUMNS)] if self.marked else used

    def _kept(self, name: str) -> Iterable[NDArray[Any]]:
        return [getattr(market.bars, name) for market in self._given]

    def _kept_marks(self, name: str) -> Iterable[NDArray[Any]]:
        return [getattr(market.mark, name) for market in self._given]

    def _read(self, name: str) -> Iterable[NDArray[Any]]:
        return self.provider.column(self.traded.symbol, name, self.traded.feed_from_ms, self.end_ms)

    def _read_marks(self, name: str) -> Iterable[NDArray[Any]]:
        span = self.traded.symbol, self.traded.feed_from_ms, self.end_ms, _READ_BARS
        joined = with_marks(self.provider.bars(*span), self.provider.mark_bars(*span))
        return (getattr(mark, name) for _, mark in joined)

    def _series(self, kind: str, column: ColumnReader, names: Sequence[str]) -> SeriesUsed:
        rows, first_ts, last_ts = 0, 0, 0
        for ts in column("ts"):
            if len(ts):
                first_ts = first_ts if rows else int(ts[0])
                last_ts = int(ts[-1])
                rows += len(ts)
        columns: list[Column] = [("open_ts", "<i8", column("ts"))]
        columns += [(name, "<f8", column(name)) for name in names]
        if kind == "last" and len(self.traded.synthetic):
            made = (np.isin(ts, self.traded.synthetic).astype(np.uint8) for ts in column("ts"))
            columns.append(("synthetic", "|u1", made))
        return SeriesUsed(
            symbol=self.traded.symbol,
            kind=kind,
            step_ms=self.traded.coverage.interval_ms,
            rows=rows,
            first_ts=first_ts,
            last_ts=last_ts,
            sha256=table_hash(kind, rows, columns),
        )

    def _readings(self) -> list[SeriesUsed]:
        return [
            SeriesUsed(
                symbol=self.traded.symbol,
                kind=kind,
                step_ms=0,
                rows=len(readings),
                first_ts=int(readings.ts[0]),
                last_ts=int(readings.ts[-1]),
                sha256=table_hash(
                    kind, len(readings), [("ts", "<i8", [readings.ts]), (_VALUES[kind], "<f8", [readings.values])]
                ),
            )
            for kind, readings in sorted(self.traded.readings.items())
        ]


def fingerprints_of(account: PreparedAccount, feeds: Mapping[str, DataProvider]) -> dict[str, Fingerprint]:
    """A fingerprint of each symbol of an account."""
    return {
        traded.symbol: Fingerprint(
            provider=feeds[traded.feed], traded=traded, end_ms=account.window.end_ms, marked=account.marked
        )
        for traded in account.symbols
    }
