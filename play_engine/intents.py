"""What a Play wants: the engine's output, in columns."""

from collections.abc import Sequence
from typing import Any, Self

import attrs
import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats, Ints

# Codes of the actions a Play may emit; the order is part of no file format.
ACTION_CODES = {
    "no_action": 0,
    "entry_long": 1,
    "entry_short": 2,
    "exit_long": 3,
    "exit_short": 4,
    "exit_all": 5,
}


@attrs.frozen(kw_only=True, eq=False)
class IntentBatch:
    """Every instant of a stretch of time at which something may be decided, and what the Play emitted there.

    One row per instant T, in rising order, n rows. `is_exec_close` marks exec closes (equity point, drawdown test);
    `price` is the decision price P. The intents emitted at row i, in the Play's order, are entries
    `first[i] … first[i+1] − 1` of `action` (ACTION_CODES), `percent` (of the present quantity, for exits) and `intent`
    (number of the intent in `Play.intents`). `stop_long`, `stop_short` and `target` are the operands that the Play's
    stop and target rules read at T (an ATR or a level); NaN where missing or not used. `noted` has what the metadata of
    intents read at T: one column per reference of `metadata_references(play)`, shape (n, number of references), NaN
    for missing.

    `trail_ts` are the closes (ms) of the minutes of the stretch and `trail_atr` the ATR that the Play's trailing stop
    reads at each of them, NaN where missing; both are empty for a Play without one.

    `until_ms`: everything up to and including this instant has been decided.
    """

    until_ms: int
    ts: Ints
    is_exec_close: NDArray[np.uint8]
    price: Floats
    first: Ints
    action: NDArray[np.int8]
    percent: Floats
    intent: NDArray[np.int32]
    stop_long: Floats
    stop_short: Floats
    target: Floats
    noted: Floats
    trail_ts: Ints
    trail_atr: Floats

    def __len__(self) -> int:
        return len(self.ts)

    def split(self, at_ms: int) -> tuple[Self, Self]:
        """What is decided up to the instant `at_ms`, that one included, and the rest; views on the same memory."""
        row, minute = (int(np.searchsorted(ts, at_ms, side="right")) for ts in (self.ts, self.trail_ts))
        until_ms = min(at_ms, self.until_ms)
        return (
            self._part(slice(0, row), slice(0, minute), until_ms),
            self._part(slice(row, len(self)), slice(minute, len(self.trail_ts)), self.until_ms),
        )

    def _part(self, rows: slice, minutes: slice, until_ms: int) -> Self:
        start, stop = int(self.first[rows.start]), int(self.first[rows.stop])
        by_row = ("ts", "is_exec_close", "price", "stop_long", "stop_short", "target", "noted")
        columns = {name: getattr(self, name)[rows] for name in by_row}
        columns |= {name: getattr(self, name)[start:stop] for name in ("action", "percent", "intent")}
        columns |= {name: getattr(self, name)[minutes] for name in ("trail_ts", "trail_atr")}
        return attrs.evolve(self, until_ms=until_ms, first=self.first[rows.start : rows.stop + 1] - start, **columns)


_EMPTY: dict[str, NDArray[Any]] = {
    "ts": np.zeros(0, dtype=np.int64),
    "is_exec_close": np.zeros(0, dtype=np.uint8),
    "price": np.zeros(0),
    "stop_long": np.zeros(0),
    "stop_short": np.zeros(0),
    "target": np.zeros(0),
    "action": np.zeros(0, dtype=np.int8),
    "percent": np.zeros(0),
    "intent": np.zeros(0, dtype=np.int32),
    "trail_ts": np.zeros(0, dtype=np.int64),
    "trail_atr": np.zeros(0),
}


_NOTHING_NOTED = np.zeros((0, 0))
_NOTHING_EMITTED: Ints = np.zeros(1, dtype=np.int64)
for _shared in (*_EMPTY.values(), _NOTHING_EMITTED, _NOTHING_NOTED):
    _shared.flags.writeable = False


def join(batches: Sequence[IntentBatch], *, until_ms: int) -> IntentBatch:
    """Batches of consecutive stretches of time as one."""
    if len(batches) == 1:
        return batches[0]
    if not batches:
        return IntentBatch(until_ms=until_ms, first=_NOTHING_EMITTED, noted=_NOTHING_NOTED, **_EMPTY)
    columns: dict[str, Any] = {
        name: np.concatenate([empty, *(getattr(batch, name) for batch in batches)]) for name, empty in _EMPTY.items()
    }
    counts = [np.diff(batch.first) for batch in batches]
    noted = [batch.noted for batch in batches if len(batch)]
    return IntentBatch(
        until_ms=until_ms,
        first=_offsets(np.concatenate([_EMPTY["ts"], *counts])),
        noted=np.concatenate(noted) if noted else _NOTHING_NOTED,
        **columns,
    )


def with_exec_closes(batch: IntentBatch, closes: Ints, prices: Floats) -> IntentBatch:
    """A batch evaluated at minutes, with its exec closes marked; those that end no minute become rows of their own.

    The latter happens where the market lacks the last minutes of an exec bar: it has closed, but nothing was evaluated.
    """
    lone = ~np.isin(closes, batch.ts)
    order = np.argsort(np.concatenate([batch.ts, closes[lone]]), kind="stable")
    counts = np.concatenate([np.diff(batch.first), np.zeros(int(lone.sum()), dtype=np.int64)])[order]
    missing = np.full(int(lone.sum()), np.nan)
    columns = {
        name: np.concatenate([getattr(batch, name), missing])[order] for name in ("stop_long", "stop_short", "target")
    }
    noted = np.concatenate([batch.noted, np.full((len(missing), batch.noted.shape[1]), np.nan)])[order]
    ts = np.concatenate([batch.ts, closes[lone]])[order]
    return attrs.evolve(
        batch,
        ts=ts,
        is_exec_close=np.isin(ts, closes).astype(np.uint8),
        price=np.concatenate([batch.price, prices[lone]])[order],
        first=_offsets(counts),
        noted=noted,
        **columns,
    )


def _offsets(counts: Ints) -> Ints:
    return np.concatenate([_EMPTY["ts"], [0], np.cumsum(counts)])
