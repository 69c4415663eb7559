"""Runs indicators and structures over arrays, the way a table does it: as one slice, or in chunks on sliding columns.

In chunks every call gets new columns that hold only what a kernel may read: see `play_engine.indicators.trial`.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.declaration import Indicator, Params, Structure, StructureInputs, StructureOutputs
from play_engine.indicators import trial

Columns = Mapping[str, NDArray[Any]]
_ROWS_BEHIND = 5


def with_defaults(declared: Indicator | Structure, params: Params) -> dict[str, Any]:
    """`params` with the defaults of the declaration filled in, numbers as floats."""
    values = {parameter.name: params.get(parameter.name, parameter.default) for parameter in declared.parameters}
    numbers = {p.name for p in declared.parameters if p.kind == "number"}
    return {name: float(value) if name in numbers and value is not None else value for name, value in values.items()}


def random_cuts(rng: np.random.Generator, rows: int, chunks: int) -> list[int]:
    """Borders of up to `chunks` chunks of `rows` rows, among them chunks of one row."""
    borders = rng.integers(0, rows + 1, chunks - 1)
    return sorted({0, rows, *borders.tolist(), *(np.minimum(borders + 1, rows)).tolist()})


def run_indicator(
    indicator: Indicator,
    params: Params,
    inputs: Sequence[NDArray[Any]],
    cuts: Sequence[int] | None = None,
    seed: int = 0,
    interval_ms: int = 60_000,
) -> dict[str, Floats]:
    """`trial.run_indicator` with the defaults of the declaration filled in."""
    return trial.run_indicator(indicator, with_defaults(indicator, params), inputs, cuts, seed, interval_ms)


def run_structure(
    structure: Structure,
    params: Params,
    bars: Columns,
    *,
    atr: Floats | None = None,
    uses: Columns | None = None,
    cuts: Sequence[int] | None = None,
    seed: int = 0,
) -> StructureOutputs:
    """What a structure puts out; its state goes through bytes between the chunks.

    `uses` has the output rows of the structures used, structured arrays, by type.
    """
    values = with_defaults(structure, params)
    lookback = structure.lookback(values)
    rows = len(bars["close"])
    rng = np.random.default_rng(seed)
    columns = {name: bars[name] for name in ("open", "high", "low", "close", "volume")}
    columns["atr"] = np.full(rows, np.nan) if atr is None else atr
    first, first_slots = structure.initial_row(), structure.initial_slots(values)
    done = StructureOutputs(
        rows=np.empty(rows, first.dtype), slots=np.empty((rows, first_slots.shape[1]), first_slots.dtype)
    )
    state = structure.initial_state(values)
    for start, stop in pairwise([0, rows] if cuts is None else cuts):
        at = int(rng.integers(0, 20)) + lookback
        end = at + stop - start
        inputs = StructureInputs(
            bar=np.arange(start - at, stop + _ROWS_BEHIND, dtype=np.int64),
            uses={name: trial.window(used, start, stop, at, 0) for name, used in (uses or {}).items()},
            **{name: trial.window(column, start, stop, at, lookback) for name, column in columns.items()},
        )
        out = StructureOutputs(
            rows=trial.window(done.rows, start, start, at, lookback, stop - start, before=first[0]),
            slots=trial.window(done.slots, start, start, at, lookback, stop - start, before=first_slots[0]),
        )
        structure.advance(inputs, values, out, state, at, end)
        done.rows[start:stop] = out.rows[at:end]
        done.slots[start:stop] = out.slots[at:end]
        state = np.frombuffer(state.tobytes(), state.dtype).copy()
    return done
