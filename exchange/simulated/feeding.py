"""Market data and decisions as the columns that the compiled loop takes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exchange.simulated import kernel
from exchange.simulated.market import check_playable, plain_column
from play_engine.bars import BAR_COLUMNS, BarSeries, Floats
from play_engine.errors import InternalError
from play_engine.intents import IntentBatch
from play_engine.market import MarketSlice, Readings

_INSTANT_TYPES: dict[str, Any] = {
    "ts": np.int64,
    "is_exec_close": np.uint8,
    "price": np.float64,
    "action": np.int8,
    "percent": np.float64,
    "intent": np.int32,
    "stop_long": np.float64,
    "stop_short": np.float64,
    "target": np.float64,
}
_MARKS = ("open", "high", "low", "close")
_NOTHING = np.zeros(0)


def minutes_of(slices: Sequence[MarketSlice]) -> kernel.Minutes:
    """The bars of all desks. Raises DataError for bars that cannot be played."""
    for one in slices:
        check_playable(one.bars)
        if one.mark is not None:
            check_playable(one.mark)
    bars = [one.bars for one in slices]
    marks = [one.bars if one.mark is None else one.mark for one in slices]
    columns = {name: _joined([getattr(series, name) for series in bars], np.float64) for name in BAR_COLUMNS}
    own_marks = any(one.mark is not None for one in slices)
    flags = [one.synthetic for one in slices]
    return kernel.Minutes(
        ts=_joined([series.ts for series in bars], np.int64),
        **columns,
        **{
            f"mark_{name}": _joined([getattr(series, name) for series in marks], np.float64)
            if own_marks
            else columns[name]
            for name in _MARKS
        },
        synthetic=_joined(
            [
                np.zeros(len(one), dtype=np.uint8) if flag is None else flag
                for one, flag in zip(slices, flags, strict=True)
            ],
            np.uint8,
        )
        if any(flag is not None for flag in flags)
        else np.zeros(0, dtype=np.uint8),
        first=_offsets([len(series) for series in bars]),
    )


def fundings_of(pending: Sequence[Readings]) -> kernel.Fundings:
    """The settlements of all desks."""
    return kernel.Fundings(
        ts=_joined([readings.ts for readings in pending], np.int64),
        rate=_joined([readings.values for readings in pending], np.float64),
        first=_offsets([len(readings) for readings in pending]),
    )


def instants_of(batches: Sequence[IntentBatch], atr: Sequence[Floats | None]) -> kernel.Instants:
    """The instants of all seats; `atr` is what the trailing stop of each reads at its desk's bars, None if nothing."""
    columns = {
        name: _joined([getattr(batch, name) for batch in batches], kind) for name, kind in _INSTANT_TYPES.items()
    }
    starts = [0, *np.cumsum([len(batch.action) for batch in batches]).tolist()]
    first = [batch.first[:-1] + start for batch, start in zip(batches, starts[:-1], strict=True)]
    first.append(np.array(starts[-1:], dtype=np.int64))
    lengths = [-1 if column is None else len(column) for column in atr]
    atr_first = np.cumsum([0, *(max(length, 0) for length in lengths)])[:-1]
    return kernel.Instants(
        **columns,
        first=_joined(first, np.int64),
        first_of_seat=_offsets([len(batch) for batch in batches]),
        atr=_joined([column for column in atr if column is not None], np.float64),
        atr_first=np.where(np.array(lengths, dtype=np.int64) < 0, -1, atr_first).astype(np.int64),
    )


def trailing_atr(bars: BarSeries, batch: IntentBatch) -> Floats:
    """What a trailing stop reads at the close of each of the bars. Raises InternalError where that is not there."""
    closes = bars.ts + bars.interval_ms
    rows = np.searchsorted(batch.trail_ts, closes)
    if len(bars) and (rows[-1] == len(batch.trail_ts) or (batch.trail_ts[rows] != closes).any()):
        raise InternalError(f"the ATR of the trailing stop is not there for every bar from {bars.ts[0]} on")
    return batch.trail_atr[rows]


def _joined(columns: Sequence[NDArray[Any]], kind: Any) -> NDArray[Any]:
    """Columns one behind the other; a single one is not copied."""
    if not columns:
        return np.zeros(0, dtype=kind)
    return plain_column(columns[0] if len(columns) == 1 else np.concatenate(columns), kind)


def _offsets(lengths: Sequence[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *lengths], dtype=np.int64)
