"""What an indicator or a structure says about itself: parameters, outputs, first valid bar, warm-up.

Validation, documentation and warm-up all come from these declarations, so that a kernel and its description cannot
drift apart.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.rules.expression import Kind

Params = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Parameter:
    """One parameter of an indicator or structure.

    `kind`: int (also `14.0`), number (finite), flag, or text out of `choices`. `default` None with `required` False
    means "not given". `minimum` belongs to the range unless `open_minimum`.
    """

    name: str
    kind: Literal["int", "number", "flag", "text"]
    default: Any = None
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    open_minimum: bool = False
    choices: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Output:
    """One output column. `initial` is its value before anything is known; ENUM columns hold codes into `labels`."""

    name: str
    kind: Kind = "FLOAT"
    primary: bool = False
    initial: float | int = float("nan")
    labels: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Constraint:
    """A condition between parameters and the sentence that says it (`fast < slow`)."""

    holds: Callable[[Params], bool]
    text: str


@attrs.frozen(kw_only=True, eq=False)
class Indicator:
    """An indicator type: its contract with Play files, and the kernel that computes it.

    `inputs` are bar columns (`high`, `low` …) or `x`, the replaceable source whose default is the price field
    `source`. The kernel is called as `kernel(*inputs, *params, *outputs, *hidden, start, stop)`: float64 columns,
    parameters in declared order (int parameters as int, number parameters as float), and the rows to fill. It may
    read `lookback(params)` rows before `start`; rows before the first bar hold NaN. `first(params, s)` and
    `warmup(params, w)` give per output name the index of the first valid bar and the number of bars after which the
    start no longer matters, with s and w those of the source (0 for a price field). `formula` is where
    the literature has it.
    """

    name: str
    summary: str
    formula: str
    inputs: tuple[str, ...]
    source: str | None = None
    parameters: tuple[Parameter, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    outputs: tuple[Output, ...]
    hidden: tuple[str, ...] = ()
    lookback: Callable[[Params], int]
    first: Callable[[Params, int], dict[str, int]]
    warmup: Callable[[Params, int], dict[str, int]]
    kernel: Callable[..., None]

    @property
    def primary(self) -> Output:
        """The output that a bare feature id means."""
        return next((output for output in self.outputs if output.primary), self.outputs[0])


@attrs.frozen(kw_only=True, eq=False)
class StructureInputs:
    """What a detector reads: columns that are as long as its output rows.

    `bar` is the number of each bar from the first one fed (int64); `atr` all NaN where the structure has none; `uses`
    the output rows (structured arrays) of the structures used, by type.
    """

    bar: NDArray[np.int64]
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    atr: Floats
    uses: Mapping[str, NDArray[Any]]


@attrs.frozen(kw_only=True, eq=False)
class Structure:
    """A market-structure type: its contract with Play files, and the detector.

    Output rows are one structured array with a field per output (FLOAT f8, INT i8, BOOL u1, ENUM i1 code), rows before
    the first bar hold the outputs' initial values. `advance(inputs, params, out, state, start, stop)` fills
    `out[start:stop]`, reads at most `lookback(params)` rows before, and keeps what else it knows in `state`, a
    structured array of one record made by `initial_state(params)`. `uses` maps the structure types it takes to whether
    each is required. `warmup(params, swing_params)` is the number of bars before the first trustworthy one, without
    the warm-up of features. `atr` says when it reads an ATR: never, only where `atr_key` is written, or by default.
    """

    name: str
    summary: str
    formula: str
    parameters: tuple[Parameter, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    outputs: tuple[Output, ...]
    uses: Mapping[str, bool]
    atr: Literal["never", "written", "default"] = "never"
    lookback: Callable[[Params], int]
    warmup: Callable[[Params, Params | None], int]
    initial_state: Callable[[Params], NDArray[Any]]
    advance: Callable[[StructureInputs, Params, NDArray[Any], NDArray[Any], int, int], None]

    @property
    def row(self) -> np.dtype[Any]:
        """The dtype of an output row."""
        return np.dtype([(output.name, _FIELD_TYPES[output.kind]) for output in self.outputs])

    def initial_row(self) -> NDArray[Any]:
        """One output row as it is before the first bar."""
        return np.array([tuple(output.initial for output in self.outputs)], dtype=self.row)


_FIELD_TYPES: dict[str, str] = {"FLOAT": "<f8", "INT": "<i8", "BOOL": "|u1", "ENUM": "|i1"}
