"""Rows as the candle store keeps them, whatever their series: times, values beside them, and who made them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Self

import attrs
import numpy as np
from numpy.typing import NDArray

from feeds.partitions import BAR_KINDS, SeriesFolder
from play_engine.bars import BAR_COLUMNS, BarSeries, Floats, Ints
from play_engine.market import Readings

READING_COLUMN = "value"


@attrs.frozen(kw_only=True, eq=False)
class StoredRows:
    """Rows in order: `ts` (ms, int64), float64 columns by name, and which of the rows a gap filler made."""

    ts: Ints
    values: Mapping[str, Floats]
    synthetic: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ts)

    def taken(self, chosen: slice | Ints) -> Self:
        """The chosen rows: views for a slice, copies for indices."""
        return type(self)(
            ts=self.ts[chosen],
            values={name: column[chosen] for name, column in self.values.items()},
            synthetic=self.synthetic[chosen],
        )

    def cut(self, series: SeriesFolder) -> Iterator[tuple[str, Self]]:
        """The rows cut where periods change, each part with the name of its period."""
        if len(self) == 0:
            return
        periods = series.periods(self.ts)
        edges = [0, *(np.flatnonzero(periods[1:] != periods[:-1]) + 1).tolist(), len(self)]
        for start, stop in pairwise(edges):
            yield str(periods[start]), self.taken(slice(start, stop))

    def bars(self, series: SeriesFolder) -> BarSeries:
        """The rows as bars."""
        return BarSeries(symbol=series.symbol, interval_ms=series.interval_ms, ts=self.ts, **self.values)

    def readings(self) -> Readings:
        """The rows as readings."""
        return Readings(ts=self.ts, values=self.values[READING_COLUMN])


def value_columns(kind: str) -> tuple[str, ...]:
    """The names of the columns of values of a series."""
    return BAR_COLUMNS if kind in BAR_KINDS else (READING_COLUMN,)


def rows_of_bars(bars: BarSeries, kind: str, synthetic: Ints) -> StoredRows:
    """Bars as rows; those whose open time is in `synthetic` are marked. A mark price has no volume: it is kept as 0."""
    values = {name: getattr(bars, name) for name in BAR_COLUMNS}
    if kind == "mark":
        values["volume"] = np.zeros(len(bars))
    made = np.isin(bars.ts, synthetic) if len(synthetic) else np.zeros(len(bars), dtype=np.bool_)
    return StoredRows(ts=bars.ts, values=values, synthetic=made)


def rows_of_readings(readings: Readings) -> StoredRows:
    """Readings as rows."""
    real = np.zeros(len(readings), dtype=np.bool_)
    return StoredRows(ts=readings.ts, values={READING_COLUMN: readings.values}, synthetic=real)


def joined(pieces: Sequence[StoredRows]) -> StoredRows:
    """One or more pieces end to end, in new arrays; a single piece as it is."""
    if len(pieces) == 1:
        return pieces[0]

    def end_to_end(columns: list[NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate(columns)

    return StoredRows(
        ts=end_to_end([piece.ts for piece in pieces]),
        values={name: end_to_end([piece.values[name] for piece in pieces]) for name in pieces[0].values},
        synthetic=end_to_end([piece.synthetic for piece in pieces]),
    )
