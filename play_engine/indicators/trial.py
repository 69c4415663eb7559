"""Whether an indicator keeps the laws: tried on random bars, as a whole, in chunks, and cut short.

In chunks every call gets new columns that hold what a kernel may read, `lookback` rows before the chunk and the chunk
itself, in the middle of garbage. A kernel that reads anything else, or remembers anything else, gives another result.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.declaration import Indicator, Params
from play_engine.indicators.declaration_faults import Fault
from play_engine.indicators.mistakes import MISTAKES, mistake_text
from play_engine.structures import STRUCTURES

GARBAGE = 7.7e77
_ROWS_BEHIND = 5
_TRIAL_ROWS = 400
_START_MS = 1_704_067_200_000  # 2024-01-01, a Monday

_SAME_VALUE = "the same value of a bar however the bars before it came, and whatever comes after it"
_FIRST_VALUE = "no value before the bar that `first` names, and one from there on"
_COMPUTABLE = (
    "a kernel that takes its inputs, parameters, outputs, hidden columns, start and stop, and fills these rows"
)


def broken_laws(indicator: Indicator, params: Params, interval_ms: int, seed: int = 0) -> list[Fault]:
    """What is wrong with an indicator at these parameters; empty if it keeps the laws.

    An indicator that cannot be computed at all has that one fault.
    """
    try:
        return _broken_laws(indicator, params, interval_ms, seed)
    except MISTAKES as error:
        return [Fault(found=f"it cannot be computed: {mistake_text(error)}", allowed=_COMPUTABLE)]


def _broken_laws(indicator: Indicator, params: Params, interval_ms: int, seed: int) -> list[Fault]:
    rows = _TRIAL_ROWS + 3 * max(indicator.first(params, 0).values())
    rng = np.random.default_rng(seed)
    inputs = _random_inputs(indicator, rng, rows, interval_ms)
    whole = run_indicator(indicator, params, inputs, interval_ms=interval_ms)
    cuts = sorted({0, rows, *rng.integers(0, rows, 12).tolist(), *range(rows - 40, rows)})
    chunked = run_indicator(indicator, params, inputs, cuts, seed=seed, interval_ms=interval_ms)
    earlier = run_indicator(indicator, params, [column[: rows // 2] for column in inputs], interval_ms=interval_ms)
    differing = [
        f"{name} at bar {bar} differs when the bars come in chunks: a kernel may read its inputs, outputs and hidden "
        f"columns, at most `lookback` rows back, which is {indicator.lookback(params)} here"
        for name, bar in _differences(chunked, whole)
    ]
    differing += [f"{name} at bar {bar} depends on later bars" for name, bar in _differences(earlier, whole)]
    return [
        *(Fault(found=found, allowed=_SAME_VALUE) for found in differing),
        *(Fault(found=found, allowed=_FIRST_VALUE) for found in _wrong_first_bars(indicator, params, whole)),
    ]


def run_indicator(
    indicator: Indicator,
    params: Params,
    inputs: Sequence[NDArray[Any]],
    cuts: Sequence[int] | None = None,
    seed: int = 0,
    interval_ms: int = 60_000,
) -> dict[str, Floats]:
    """Output and hidden columns by name, as long as the inputs; in the chunks between `cuts`, without them as one.

    `params` are complete; inputs stand in the order of the declaration. Before the first row integer columns hold −1,
    structured ones the initial values of a swing.
    """
    lookback = indicator.lookback(params)
    rows = len(inputs[0])
    rng = np.random.default_rng(seed)
    names = [*(output.name for output in indicator.outputs), *indicator.hidden]
    done = {name: np.full(rows, np.nan) for name in names}
    for start, stop in pairwise([0, rows] if cuts is None else cuts):
        at = int(rng.integers(0, 20)) + lookback
        end = at + stop - start
        windows = [window(column, start, stop, at, lookback, before=_before(column.dtype)) for column in inputs]
        written = [window(column, start, start, at, lookback, stop - start) for column in done.values()]
        indicator.kernel(*windows, *indicator.kernel_arguments(params, interval_ms), *written, at, end)
        for name, column in zip(names, written, strict=True):
            done[name][start:stop] = column[at:end]
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


def _random_inputs(indicator: Indicator, rng: np.random.Generator, rows: int, interval_ms: int) -> list[NDArray[Any]]:
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.003, rows)))
    open_ = np.concatenate([[100.0], close[:-1]])
    spread = np.abs(rng.normal(0.0, 0.1, (2, rows)))
    columns: dict[str, NDArray[Any]] = {
        "open": open_,
        "high": np.maximum(open_, close) + spread[0],
        "low": np.minimum(open_, close) - spread[1],
        "close": close,
        "volume": rng.integers(0, 900, rows) / 7.0,
        "ts": _START_MS + np.arange(rows) * interval_ms,
        "bar": np.arange(rows),
        "swing": np.repeat(STRUCTURES["swing"].initial_row(), rows),
    }
    high_low = columns["high"] + columns["low"]
    derived = {"hl2": high_low / 2.0, "hlc3": (high_low + close) / 3.0, "ohlc4": (open_ + high_low + close) / 4.0}
    if indicator.source is not None:
        columns["x"] = (columns | derived)[indicator.source]
    return [columns[name] for name in indicator.inputs]


def _wrong_first_bars(indicator: Indicator, params: Params, found: dict[str, Floats]) -> list[str]:
    """Outputs that appear before the bar that the declaration names as the first one, or never."""
    problems: list[str] = []
    for name, first in indicator.first(params, 0).items():
        valid = np.flatnonzero(~np.isnan(found[name]))
        if len(valid) and valid[0] < first:
            problems.append(f"{name} has a value at bar {valid[0]}, before its first valid bar {first}")
        # What waits for a session or an anchor may have none in so few bars.
        elif not len(valid) and indicator.preroll is None:
            problems.append(f"{name} has no value in {len(found[name])} bars; its first valid bar should be {first}")
    return problems


def _differences(found: dict[str, Floats], expected: dict[str, Floats]) -> Iterator[tuple[str, int]]:
    """The columns that differ in a bit, as far as they were found, with the first bar at which they do."""
    for name, column in found.items():
        differs = np.flatnonzero(column.view(np.int64) != expected[name][: len(column)].view(np.int64))
        if len(differs):
            yield name, int(differs[0])


def _before(dtype: np.dtype[Any]) -> Any:
    """What an input holds before the first bar."""
    if dtype.names is not None:
        return STRUCTURES["swing"].initial_row()[0]
    return np.nan if dtype.kind == "f" else -1


def _garbage(dtype: np.dtype[Any]) -> Any:
    if dtype.names is None:
        return GARBAGE if dtype.kind == "f" else -77
    row = np.empty(1, dtype)
    for name in dtype.names:
        field = dtype[name]
        row[name] = GARBAGE if field.kind == "f" else 1 if field.itemsize == 1 else -77
    return row[0]
