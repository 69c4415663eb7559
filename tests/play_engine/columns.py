"""Runs indicators and structures over arrays, the way a table does it: as one slice, or in chunks on sliding columns.

In `in_chunks` every chunk gets new columns that hold only what a kernel may read: `lookback` rows before the chunk and
the chunk itself, at a random row, in the middle of garbage. A kernel that reads anything else gives another result.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.declaration import Indicator, Params, Structure, StructureInputs, StructureOutputs
from play_engine.structures import STRUCTURES

Columns = Mapping[str, NDArray[Any]]
_GARBAGE = 7.7e77
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
    """Output and hidden columns by name, as long as the inputs; in the chunks between `cuts`, without them as one.

    Inputs stand in the order of the declaration. Before the first row integer columns hold −1, structured ones the
    initial values of a swing.
    """
    values = with_defaults(indicator, params)
    lookback = indicator.lookback(values)
    rows = len(inputs[0])
    rng = np.random.default_rng(seed)
    names = [*(output.name for output in indicator.outputs), *indicator.hidden]
    done = {name: np.full(rows, np.nan) for name in names}
    for start, stop in pairwise([0, rows] if cuts is None else cuts):
        at = int(rng.integers(0, 20)) + lookback
        end = at + stop - start
        windows = [window(column, start, stop, at, lookback, before=_before(column.dtype)) for column in inputs]
        written = [window(column, start, start, at, lookback, stop - start) for column in done.values()]
        indicator.kernel(*windows, *indicator.kernel_arguments(values, interval_ms), *written, at, end)
        for name, column in zip(names, written, strict=True):
            done[name][start:stop] = column[at:end]
    return done


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
            uses={name: window(used, start, stop, at, 0) for name, used in (uses or {}).items()},
            **{name: window(column, start, stop, at, lookback) for name, column in columns.items()},
        )
        out = StructureOutputs(
            rows=window(done.rows, start, start, at, lookback, stop - start, before=first[0]),
            slots=window(done.slots, start, start, at, lookback, stop - start, before=first_slots[0]),
        )
        structure.advance(inputs, values, out, state, at, end)
        done.rows[start:stop] = out.rows[at:end]
        done.slots[start:stop] = out.slots[at:end]
        state = np.frombuffer(state.tobytes(), state.dtype).copy()
    return done


def window(
    column: NDArray[Any], start: int, stop: int, at: int, lookback: int, room: int = 0, before: Any = np.nan
) -> NDArray[Any]:
    """Rows start … stop − 1 of `column`, from row `at` on, with `lookback` rows before them and `room` behind.

    Rows before the first one hold `before`, all others garbage.
    """
    shape = (at + stop - start + room + _ROWS_BEHIND, *column.shape[1:])
    rows = np.full(shape, _garbage(column.dtype), column.dtype)
    known = min(lookback, start)
    if known < lookback:
        rows[at - lookback : at - known] = before
    rows[at - known : at + stop - start] = column[start - known : stop]
    return rows


def _before(dtype: np.dtype[Any]) -> Any:
    """What an input holds before the first bar."""
    if dtype.names is not None:
        return STRUCTURES["swing"].initial_row()[0]
    return np.nan if dtype.kind == "f" else -1


def _garbage(dtype: np.dtype[Any]) -> Any:
    if dtype.names is None:
        return _GARBAGE if dtype.kind == "f" else -77
    row = np.empty(1, dtype)
    for name in dtype.names:
        field = dtype[name]
        row[name] = _GARBAGE if field.kind == "f" else 1 if field.itemsize == 1 else -77
    return row[0]
