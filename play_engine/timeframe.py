"""One timeframe of a symbol: its bars, features and structures, extended bar by bar or chunk by chunk."""

from collections.abc import Callable, Iterable
from graphlib import TopologicalSorter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.aggregate import aggregate, no_bar_yet
from play_engine.bars import BAR_COLUMNS, BarSeries, Floats
from play_engine.declaration import StructureInputs, StructureOutputs
from play_engine.intervals import grid_origin
from play_engine.play.model import FeatureSpec, StructureSpec
from play_engine.structures import STRUCTURES
from play_engine.table import Table

Step = Callable[[int, int], None]

# Price fields that are not columns of a bar, as sums of its columns in this order and the divisor.
_DERIVED_PRICES: dict[str, tuple[tuple[str, ...], float]] = {
    "hl2": (("high", "low"), 2.0),
    "hlc3": (("high", "low", "close"), 3.0),
    "ohlc4": (("open", "high", "low", "close"), 4.0),
}


class Timeframe:
    """The table of one interval. `append` adds the bars that base bars complete, then extends every column over them.

    Columns are reached by (id, output): features by id, structures by key, bar fields by ("close", "value").
    """

    def __init__(
        self,
        interval_ms: int,
        base_ms: int,
        features: tuple[FeatureSpec, ...],
        structures: tuple[StructureSpec, ...],
        *,
        lookback: int,
        capacity: int,
    ) -> None:
        self.interval_ms = interval_ms
        self._base_ms = base_ms
        self._partial = no_bar_yet()
        self.table = Table(lookback=max(lookback, kernel_lookback(features, structures)), capacity=capacity + 1)
        self.ts: NDArray[np.int64] = self.table.add_column(np.int64, -1)
        self._bar: NDArray[np.int64] = self.table.add_column(np.int64, -1)
        self._fields: dict[str, Floats] = {name: self.table.add_column(np.float64, np.nan) for name in BAR_COLUMNS}
        self._prices = dict(self._fields)
        self.columns: dict[tuple[str, str], NDArray[Any]] = {
            (name, "value"): column for name, column in self._fields.items()
        }
        self._structures: dict[str, tuple[str, NDArray[Any]]] = {}
        self._steps: list[Step] = []
        for declared in in_order(features, structures):
            if isinstance(declared, FeatureSpec):
                self._add_feature(declared)
            else:
                self._add_structure(declared)

    def add_series(self, name: str) -> Floats:
        """A further column beside the bar fields, for whoever fills it after each `append`."""
        column: Floats = self.table.add_column(np.float64, np.nan)
        self.columns[name, "value"] = column
        return column

    def append(self, bars: BarSeries) -> None:
        """Add the bars that `bars` (of the base interval) complete, and extend all columns over them."""
        table = self.table
        # Each base bar completes at most its own bar, and the first one also the bar that a gap left open.
        table.reserve(len(bars) + 1)
        if self.interval_ms == self._base_ms:
            self._copy(bars)
            table.commit(len(bars))
        else:
            out = (self.ts, *(self._fields[name] for name in BAR_COLUMNS))
            columns = (bars.ts, bars.open, bars.high, bars.low, bars.close, bars.volume)
            origin = grid_origin(self.interval_ms)
            stop = aggregate(*columns, self._base_ms, self.interval_ms, origin, self._partial, out, table.start)
            table.commit(stop - table.start)
        start, stop = table.start, table.stop
        if stop > start:
            self._bar[start:stop] = np.arange(start + table.origin, stop + table.origin)
            for step in self._steps:
                step(start, stop)

    def closes(self) -> NDArray[np.int64]:
        """The instants at which the rows added last closed, in ms."""
        return self.ts[self.table.start : self.table.stop] + self.interval_ms

    def visible(self, instants: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each instant since the chunk before, the array row of the last bar closed at or before it."""
        return self.table.start - 1 + np.searchsorted(self.closes(), instants, side="right")

    def _copy(self, bars: BarSeries) -> None:
        start = self.table.start
        stop = start + len(bars)
        self.ts[start:stop] = bars.ts
        for name, column in self._fields.items():
            column[start:stop] = getattr(bars, name)

    def _source(self, spec: FeatureSpec) -> Floats:
        if spec.source_output is not None:
            return self.columns[str(spec.source), spec.source_output]
        name = str(spec.source)
        if name not in self._prices:
            self._add_derived_price(name)
        return self._prices[name]

    def _add_derived_price(self, name: str) -> None:
        fields, divisor = _DERIVED_PRICES[name]
        inputs = [self._fields[field] for field in fields]
        column: Floats = self.table.add_column(np.float64, np.nan)

        def extend(start: int, stop: int) -> None:
            total = inputs[0][start:stop]
            for other in inputs[1:]:
                total = total + other[start:stop]
            column[start:stop] = total / divisor

        self._prices[name] = column
        self._steps.append(extend)

    def _add_feature(self, spec: FeatureSpec) -> None:
        indicator = spec.indicator
        inputs = [self._input(name, spec) for name in indicator.inputs]
        outputs = [self.table.add_column(np.float64, np.nan) for _ in indicator.outputs]
        hidden = [self.table.add_column(np.float64, np.nan) for _ in indicator.hidden]
        arguments = (*inputs, *indicator.kernel_arguments(spec.params, self.interval_ms), *outputs, *hidden)
        kernel = indicator.kernel
        self._steps.append(lambda start, stop: kernel(*arguments, start, stop))
        for output, column in zip(indicator.outputs, outputs, strict=True):
            self.columns[spec.id, output.name] = column

    def _input(self, name: str, spec: FeatureSpec) -> NDArray[Any]:
        match name:
            case "x":
                return self._source(spec)
            case "ts":
                return self.ts
            case "bar":
                return self._bar
            case "swing":
                # A feature that is anchored to a time reads none: rows that never change stand in for it.
                unchanged = STRUCTURES["swing"].initial_row()
                return (
                    self._structures[spec.swing][1]
                    if spec.swing
                    else self.table.add_column(unchanged.dtype, unchanged[0])
                )
            case _:
                return self._fields[name]

    def _add_structure(self, spec: StructureSpec) -> None:
        structure = STRUCTURES[spec.type]
        row, slots = structure.initial_row(), structure.initial_slots(spec.params)
        out = StructureOutputs(
            rows=self.table.add_column(row.dtype, row[0]),
            slots=self.table.add_column(slots.dtype, slots[0], width=slots.shape[1]),
        )
        state = structure.initial_state(spec.params)
        atr = self.columns[spec.atr] if spec.atr else self.table.add_column(np.float64, np.nan)
        fields = {name: self._fields[name] for name in BAR_COLUMNS}
        uses = dict(self._structures[key] for key in spec.uses)
        inputs = StructureInputs(bar=self._bar, atr=atr, uses=uses, **fields)
        self._steps.append(lambda start, stop: structure.advance(inputs, spec.params, out, state, start, stop))
        self._structures[spec.key] = (spec.type, out.rows)
        for output in structure.columns(spec.params):
            self.columns[spec.key, output.name] = structure.column(spec.params, out, output.name)


def kernel_lookback(features: tuple[FeatureSpec, ...], structures: tuple[StructureSpec, ...]) -> int:
    """How many rows before the current one the kernels of a timeframe may read."""
    reads = [spec.indicator.lookback(spec.params) for spec in features]
    reads += [STRUCTURES[spec.type].lookback(spec.params) for spec in structures]
    return max(reads, default=1)


def needs(spec: FeatureSpec | StructureSpec) -> tuple[str, ...]:
    """The ids of the features and structures that a declaration reads."""
    if isinstance(spec, StructureSpec):
        return spec.uses if spec.atr is None else (*spec.uses, spec.atr[0])
    source = (str(spec.source),) if spec.source_output is not None else ()
    return source if spec.swing is None else (*source, spec.swing)


def in_order(features: Iterable[FeatureSpec], structures: Iterable[StructureSpec]) -> list[FeatureSpec | StructureSpec]:
    """Features and structures, each after those that it reads."""
    by_id = {spec.id: spec for spec in features} | {spec.key: spec for spec in structures}
    graph = {id_: needs(spec) for id_, spec in by_id.items()}
    return [by_id[id_] for id_ in TopologicalSorter(graph).static_order()]
