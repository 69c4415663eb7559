"""Minutes of several instruments and instants of several Plays, merged by time alone."""

from collections.abc import Iterator, Sequence

import attrs
import numpy as np

from exchange.trading.excursions import Bar
from play_engine.intents import IntentBatch
from play_engine.market import MarketSlice


@attrs.frozen(kw_only=True, eq=False)
class MinuteClosed:
    """A minute has ended, which opened at `ts`: the bar of each desk that has one, by its number, and the close of its
    mark price."""

    ts: int
    interval_ms: int
    bars: dict[int, Bar]
    marks: dict[int, float]


@attrs.frozen(kw_only=True, eq=False)
class InstantDue:
    """An instant of decision: the row in the batch of each place that has it, by its number."""

    ts: int
    rows: dict[int, int]


def merged(slices: Sequence[MarketSlice], batches: Sequence[IntentBatch]) -> Iterator[MinuteClosed | InstantDue]:
    """What happens, in order: an instant comes before the first minute that opens at it or after it."""
    minutes = np.unique(np.concatenate([one.bars.ts for one in slices])) if slices else np.zeros(0, dtype=np.int64)
    instants = np.unique(np.concatenate([batch.ts for batch in batches])) if batches else np.zeros(0, dtype=np.int64)
    keys = [(int(ts), 1) for ts in minutes] + [(int(ts), 0) for ts in instants]
    for ts, is_minute in sorted(keys):
        if is_minute:
            yield _minute(slices, ts)
        else:
            yield InstantDue(ts=ts, rows=_rows([batch.ts for batch in batches], ts))


def _minute(slices: Sequence[MarketSlice], ts: int) -> MinuteClosed:
    bars: dict[int, Bar] = {}
    marks: dict[int, float] = {}
    interval_ms = 0
    for number, row in _rows([one.bars.ts for one in slices], ts).items():
        series, mark = slices[number].bars, slices[number].mark
        interval_ms = series.interval_ms
        bars[number] = Bar(
            ts=ts,
            interval_ms=interval_ms,
            open=float(series.open[row]),
            high=float(series.high[row]),
            low=float(series.low[row]),
            close=float(series.close[row]),
        )
        marks[number] = bars[number].close if mark is None else float(mark.close[row])
    return MinuteClosed(ts=ts, interval_ms=interval_ms, bars=bars, marks=marks)


def _rows(columns: Sequence[np.ndarray], ts: int) -> dict[int, int]:
    """The row of each column that holds `ts`, by the column's number."""
    found: dict[int, int] = {}
    for number, column in enumerate(columns):
        row = int(np.searchsorted(column, ts))
        if row < len(column) and column[row] == ts:
            found[number] = row
    return found
