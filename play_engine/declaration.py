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

    `kind`: int (also `14.0`), number (finite), flag, text out of `choices`, numbers (a list of 1 to `most` numbers, a
    tuple to whoever reads it), key (id of a structure or of a feature's output), or instant (ISO 8601, or ms since the
    epoch, UTC; an int to whoever reads it). `default` None with `required` False means "not given"; `nullable` says
    that `null` may be written although there is a default. `minimum` belongs to the range unless `open_minimum`, and
    so does `maximum` unless `open_maximum`; of numbers the range is that of each. `meaning` says in a few words what
    the parameter does, units included.
    """

    name: str
    kind: Literal["int", "number", "flag", "text", "numbers", "key", "instant"]
    default: Any = None
    required: bool = False
    nullable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    open_minimum: bool = False
    open_maximum: bool = False
    choices: tuple[str, ...] = ()
    most: int = 32
    meaning: str = ""


@attrs.frozen(kw_only=True)
class Output:
    """One output column. `initial` is its value before anything is known; ENUM columns hold codes into `labels`.

    `meaning` says in a few words what the value is, units included.
    """

    name: str
    kind: Kind = "FLOAT"
    primary: bool = False
    initial: float | int = float("nan")
    labels: tuple[str, ...] = ()
    meaning: str = ""


@attrs.frozen(kw_only=True)
class Constraint:
    """A condition between parameters and the sentence that says it (`fast < slow`)."""

    holds: Callable[[Params], bool]
    text: str


@attrs.frozen(kw_only=True)
class TimeframeRule:
    """A condition between parameters and the timeframe (ms) that a feature is on, and the sentence that says it."""

    holds: Callable[[Params, int], bool]
    text: str


@attrs.frozen(kw_only=True)
class NoEffect:
    """When a written parameter has no effect: by the other parameters and the structure types used; and why."""

    parameter: str
    when: Callable[[Params, frozenset[str]], bool]
    text: str


@attrs.frozen(kw_only=True)
class Surroundings:
    """What a feature's memory may depend on beside its parameters: its timeframe, and the swing that it is anchored to
    (None without one) with that swing's warm-up in bars."""

    interval_ms: int
    swing: Params | None = None
    swing_warmup: int = 0


@attrs.frozen(kw_only=True, eq=False)
class Indicator:
    """An indicator type: its contract with Play files, and the kernel that computes it.

    `inputs` are bar columns (`high`, `low` …), `x`, the replaceable source whose default is the price field `source`,
    `ts` (open time of the bar, int64 ms), `bar` (its number from the first one fed, int64), or `swing` (the output rows
    of the swing that the parameter `anchor_structure` names, a structured array). The kernel is called as
    `kernel(*inputs, *arguments, *outputs, *hidden, start, stop)`: columns, float64 where not said otherwise, and the
    rows to fill. `arguments(params, interval_ms)` is what it gets for the parameters, by default their values in
    declared order (int parameters as int, number parameters as float). It may read `lookback(params)` rows before
    `start`; rows before the first bar hold NaN, −1 in `ts` and `bar`, initial values in `swing`.

    `first(params, s)` and `warmup(params, w)` give per output name the index of the first valid bar and the number of
    bars after which the start no longer matters, with s and w those of the source (0 for a price field). Both hold for
    an indicator whose memory is a number of bars. `preroll(params, surroundings)` is what a memory of another kind, a
    session or an anchor, adds to the warm-up of each output; then `first` is the earliest bar possible.
    `needs_swing(params)` says whether there must be a swing. `formula` is where the literature has it.
    """

    name: str
    summary: str
    formula: str
    inputs: tuple[str, ...]
    source: str | None = None
    parameters: tuple[Parameter, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    timeframe_rules: tuple[TimeframeRule, ...] = ()
    arguments: Callable[[Params, int], tuple[Any, ...]] | None = None
    outputs: tuple[Output, ...]
    hidden: tuple[str, ...] = ()
    needs_swing: Callable[[Params], bool] | None = None
    lookback: Callable[[Params], int]
    first: Callable[[Params, int], dict[str, int]]
    warmup: Callable[[Params, int], dict[str, int]]
    preroll: Callable[[Params, Surroundings], dict[str, int]] | None = None
    kernel: Callable[..., None]

    @property
    def primary(self) -> Output:
        """The output that a bare feature id means."""
        return next((output for output in self.outputs if output.primary), self.outputs[0])

    def kernel_arguments(self, params: Params, interval_ms: int) -> tuple[Any, ...]:
        """What the kernel gets for the parameters."""
        if self.arguments is not None:
            return self.arguments(params, interval_ms)
        return tuple(params[parameter.name] for parameter in self.parameters)


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
class StructureOutputs:
    """What a detector fills: `rows`, a structured array with a field per output, and `slots`, a structured array of
    shape (rows, number of slots) with a field per slot output. FLOAT is f8, INT i8, BOOL u1, ENUM an i1 code."""

    rows: NDArray[Any]
    slots: NDArray[Any]


@attrs.frozen(kw_only=True)
class Used:
    """A structure that another one uses: its parameters, and its own warm-up in bars without that of features."""

    params: Params
    warmup: int


@attrs.frozen(kw_only=True)
class UsesRule:
    """A condition between the parameters and the structure types used, and the sentence that says it."""

    holds: Callable[[Params, frozenset[str]], bool]
    text: str


@attrs.frozen(kw_only=True, eq=False)
class Structure:
    """A market-structure type: its contract with Play files, and the detector.

    `outputs` are there whatever the parameters. Beside them there may be slots, as many as the parameters say, each
    with the outputs `slot_outputs`; `slot_names(params)` has the public names of the outputs of each slot. Rows before
    the first bar hold the outputs' initial values.

    `advance(inputs, params, out, state, start, stop)` fills rows `start … stop − 1` of `out`, reads at most
    `lookback(params)` rows before, and keeps what else it knows in `state`, a structured array of one record made by
    `initial_state(params)`. `uses` maps the structure types it takes to whether each is required (`uses_rules` what
    depends on parameters); `key_parameters` maps parameters that name a used structure to its type. `warmup(params,
    used)` is the number of bars before the first trustworthy one, without the warm-up of features. `atr` says when it
    reads an ATR: never, only where `atr_key` is written, or by default; `needs_atr(params, used types)` whether it
    makes a difference.
    """

    name: str
    summary: str
    formula: str
    parameters: tuple[Parameter, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    no_effects: tuple[NoEffect, ...] = ()
    outputs: tuple[Output, ...]
    slot_outputs: tuple[Output, ...] = ()
    slot_names: Callable[[Params], tuple[tuple[str, ...], ...]] | None = None
    uses: Mapping[str, bool]
    uses_rules: tuple[UsesRule, ...] = ()
    key_parameters: Mapping[str, str] = attrs.field(factory=dict[str, str])
    atr: Literal["never", "written", "default"] = "never"
    needs_atr: Callable[[Params, frozenset[str]], bool] | None = None
    lookback: Callable[[Params], int]
    warmup: Callable[[Params, Mapping[str, Used]], int]
    initial_state: Callable[[Params], NDArray[Any]]
    advance: Callable[[StructureInputs, Params, StructureOutputs, NDArray[Any], int, int], None]

    def columns(self, params: Params) -> tuple[Output, ...]:
        """Every output by its public name, those of the slots included, slot after slot."""
        slots = [
            attrs.evolve(output, name=name)
            for names in self._names(params)
            for output, name in zip(self.slot_outputs, names, strict=True)
        ]
        return (*self.outputs, *slots)

    def column(self, params: Params, out: StructureOutputs, name: str) -> NDArray[Any]:
        """The column of an output by its public name."""
        for number, names in enumerate(self._names(params)):
            if name in names:
                return out.slots[self.slot_outputs[names.index(name)].name][:, number]
        return out.rows[name]

    def initial_row(self) -> NDArray[Any]:
        """The outputs as they are before the first bar: a structured array of one row."""
        return _initial(self.outputs)

    def initial_slots(self, params: Params) -> NDArray[Any]:
        """The slots as they are before the first bar: a structured array of shape (1, number of slots)."""
        return np.tile(_initial(self.slot_outputs), (1, len(self._names(params))))

    def _names(self, params: Params) -> tuple[tuple[str, ...], ...]:
        return () if self.slot_names is None else self.slot_names(params)


_FIELD_TYPES: dict[str, str] = {"FLOAT": "<f8", "INT": "<i8", "BOOL": "|u1", "ENUM": "|i1"}


def _initial(outputs: tuple[Output, ...]) -> NDArray[Any]:
    row = np.dtype([(output.name, _FIELD_TYPES[output.kind]) for output in outputs])
    return np.array([tuple(output.initial for output in outputs)], dtype=row)
