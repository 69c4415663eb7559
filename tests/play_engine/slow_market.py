"""What is visible at an instant, looked up in lists by the closes of bars: slow, and as the language defines it."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from math import isnan
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.play.model import FeatureSpec, Play, StructureSpec
from play_engine.rules.expression import Reference
from play_engine.structures import STRUCTURES
from tests.play_engine.columns import run_indicator, run_structure
from tests.play_engine.minutes import slow_bars

Columns = Mapping[str, NDArray[Any]]


@attrs.frozen
class Series:
    """Values of one timeframe and the closes of their bars."""

    closes: list[int]
    values: list[float]

    def at(self, instant: int, offset: int) -> float | None:
        """The value of bar number v(f, t) − n, counted from 1; None for missing."""
        number = bisect_right(self.closes, instant) - offset
        if number < 1:
            return None
        value = self.values[number - 1]
        return None if isnan(value) else value


class SlowMarket:
    """Every series that a Play can read, and the instants at which it is evaluated."""

    def __init__(self, play: Play, bars: BarSeries) -> None:
        self._bars = bars
        self._tables: dict[int, tuple[list[int], Columns]] = {}
        self._series: dict[tuple[str, str], Series] = {}
        for name in BAR_COLUMNS:
            self._add(play.exec_ms, (name, "value"), self.table(play.exec_ms)[1][name])
        minute = self.table(bars.interval_ms)[1]
        self._add(bars.interval_ms, ("last_price", "value"), minute["close"])
        self._add(bars.interval_ms, ("mark_price", "value"), minute["close"])
        self._features = {spec.id: spec for spec in play.features}
        for spec in play.features:
            self._add_feature(spec)
        self._structures = {spec.key: spec for spec in play.structures}
        self._rows: dict[str, NDArray[Any]] = {}
        for structure in play.structures:
            self._structure(structure)
        self.exec_closes = self.table(play.exec_ms)[0]
        self.instants = self.table(bars.interval_ms)[0] if play.minute_mode else self.exec_closes

    def read(self, reference: Reference, instant: int) -> float | None:
        """The value of a reference at an instant, None for missing."""
        if reference.series in ("funding_rate", "open_interest"):
            return None
        if reference.series == "timestamp":
            closes = Series(self.exec_closes, [float(close) for close in self.exec_closes])
            return closes.at(instant, reference.offset) if reference.offset else float(instant)
        return self._series[reference.series, reference.field].at(instant, reference.offset)

    def table(self, interval_ms: int) -> tuple[list[int], Columns]:
        """Closes and columns of the bars of an interval."""
        if interval_ms not in self._tables:
            rows = slow_bars(self._bars, interval_ms)
            columns = np.array(rows, dtype=np.float64).reshape(len(rows), 6).T
            fields = dict(zip(BAR_COLUMNS, (column.copy() for column in columns[1:]), strict=True))
            self._tables[interval_ms] = [row[0] + interval_ms for row in rows], fields
        return self._tables[interval_ms]

    def _add(self, interval_ms: int, name: tuple[str, str], values: NDArray[Any]) -> None:
        self._series[name] = Series(self.table(interval_ms)[0], values.astype(np.float64).tolist())

    def _add_feature(self, spec: FeatureSpec) -> None:
        for output, column in self._feature(spec).items():
            if output not in spec.indicator.hidden:
                self._add(spec.interval_ms, (spec.id, output), column)

    def _feature(self, spec: FeatureSpec) -> Columns:
        fields = self.table(spec.interval_ms)[1]
        inputs = [self._source(spec) if name == "x" else fields[name] for name in spec.indicator.inputs]
        return run_indicator(spec.indicator, spec.params, inputs)

    def _source(self, spec: FeatureSpec) -> NDArray[Any]:
        if spec.source_output is not None:
            return self._feature(self._features[str(spec.source)])[spec.source_output]
        return _PRICES[str(spec.source)](self.table(spec.interval_ms)[1])

    def _structure(self, spec: StructureSpec) -> NDArray[Any]:
        if spec.key not in self._rows:
            used = [self._structures[key] for key in spec.uses]
            out = run_structure(
                STRUCTURES[spec.type],
                spec.params,
                self.table(spec.interval_ms)[1],
                atr=self._feature(self._features[spec.atr[0]])[spec.atr[1]] if spec.atr else None,
                uses={use.type: self._structure(use) for use in used},
            )
            self._rows[spec.key] = out.rows
            structure = STRUCTURES[spec.type]
            for output in structure.columns(spec.params):
                column = structure.column(spec.params, out, output.name)
                self._add(spec.interval_ms, (spec.key, output.name), column)
        return self._rows[spec.key]


def _mean_of(*names: str) -> Callable[[Columns], NDArray[Any]]:
    def mean(fields: Columns) -> NDArray[Any]:
        rows = zip(*(fields[name].tolist() for name in names), strict=True)
        return np.array([sum(row[1:], start=row[0]) / len(names) for row in rows], dtype=np.float64)

    return mean


_PRICES: dict[str, Callable[[Columns], NDArray[Any]]] = {
    **{name: _mean_of(name) for name in BAR_COLUMNS},
    "hl2": _mean_of("high", "low"),
    "hlc3": _mean_of("high", "low", "close"),
    "ohlc4": _mean_of("open", "high", "low", "close"),
}
