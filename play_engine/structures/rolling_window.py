"""Highest or lowest value of the last bars (R. Donchian's channel).

The extreme is the front of a monotonic queue: of the values in the window only those that no later one equals or beats
can still become the extreme. Every value enters and leaves the queue once (D. Lemire, Streaming maximum-minimum filter
using no more than three comparisons per element, 2006).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import BAR_COLUMNS, Floats, Ints
from play_engine.compiled import compiled
from play_engine.declaration import Parameter, Params, Structure, StructureInputs, StructureOutputs
from play_engine.structures.outputs import level
from play_engine.structures.stateless import no_state


@compiled
def rolling_window_kernel(bar: Ints, x: Floats, size: int, side: int, out: NDArray[Any], start: int, stop: int) -> None:
    """Fill output rows start … stop − 1 with the greatest (side 1) or smallest (side −1) of the last `size` x."""
    # The queue is built again from the rows before `start`; there are fewer of them near the first bar.
    first = start - min(size - 1, bar[start])
    queue = np.empty(stop - first, np.int64)
    front, end = 0, 0
    for t in range(first, stop):
        while end > front and side * x[queue[end - 1]] <= side * x[t]:
            end -= 1
        queue[end] = t
        end += 1
        if queue[front] <= t - size:
            front += 1
        if t >= start:
            out[t].value = x[queue[front]]


def _advance(
    inputs: StructureInputs, params: Params, out: StructureOutputs, _: NDArray[Any], start: int, stop: int
) -> None:
    if start == stop:
        return
    side = 1 if params["mode"] == "max" else -1
    source: Floats = getattr(inputs, params["source"])
    rolling_window_kernel(inputs.bar, source, params["size"], side, out.rows, start, stop)


ROLLING_WINDOW = Structure(
    name="rolling_window",
    summary="Highest or lowest value of the last bars, the current one included",
    formula="Donchian channel",
    parameters=(
        Parameter(
            name="size",
            kind="int",
            required=True,
            minimum=1,
            maximum=100_000,
            meaning="number of bars, the current one included",
        ),
        Parameter(name="source", kind="text", required=True, choices=BAR_COLUMNS, meaning="column of the bars"),
        Parameter(
            name="mode", kind="text", required=True, choices=("min", "max"), meaning="smallest or greatest value"
        ),
    ),
    outputs=(level("value", "the extreme, in units of the source; from the first bar on"),),
    uses={},
    lookback=lambda params: params["size"] - 1,
    warmup=lambda params, _: params["size"],
    initial_state=no_state,
    advance=_advance,
)
