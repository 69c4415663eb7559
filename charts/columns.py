"""What the engine computed over the bars of a chart: a row for each exec bar, and the columns of each structure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from charts.seen import Seen
from play_engine.bars import BAR_COLUMNS, BarSeries, Floats
from play_engine.engine import Engine
from play_engine.inspection import Columns, inspect, series_name
from play_engine.market import MarketSlice
from play_engine.play.model import Play, StructureSpec
from play_engine.structures import STRUCTURES
from play_engine.timeframe import Timeframe

# The column of a timeframe: a field of its bars, or a structure's key and output.
_Name = str | tuple[str, str]


@attrs.frozen(kw_only=True, eq=False)
class ChartColumns:
    """`exec` has a row for each exec bar: `ts`, `open` … `volume`, and whatever is drawn as a line (see `line_names`),
    values of slower timeframes carried forward. `seen` has the columns of each structure, by key."""

    exec: Mapping[str, NDArray[Any]]
    seen: Mapping[str, Seen]

    def between(self, start_ms: int, end_ms: int) -> Mapping[str, NDArray[Any]]:
        """The exec rows with start_ms ≤ ts < end_ms."""
        first, last = np.searchsorted(self.exec["ts"], (start_ms, end_ms), side="left")
        return {name: values[first:last] for name, values in self.exec.items()}


def line_names(play: Play, chosen: frozenset[str]) -> list[str]:
    """The columns that can be drawn as lines: all outputs of the chosen features, and the values of rolling windows."""
    names = [
        series_name(spec.id, output.name)
        for spec in play.features
        if spec.id in chosen
        for output in spec.indicator.outputs
    ]
    windows = [spec.key for spec in play.structures if spec.type == "rolling_window" and spec.key in chosen]
    return [*names, *(f"{key}.value" for key in windows)]


def chart_columns(play: Play, bars: Iterable[BarSeries], base_ms: int, chosen: frozenset[str]) -> ChartColumns:
    """Feed the bars to a new engine and keep what a chart of the chosen features and structures needs."""
    engine = Engine(play, base_ms=base_ms)
    drawn = [spec for spec in play.structures if spec.key in chosen]
    kept = ("ts", *BAR_COLUMNS, *line_names(play, chosen))
    rows: list[Columns] = []
    pieces: dict[int, list[dict[_Name, NDArray[Any]]]] = {spec.interval_ms: [] for spec in drawn}
    for series in bars:
        for columns in inspect(engine, MarketSlice(bars=series)):
            rows.append({name: columns[name] for name in kept})
            for interval_ms, piece in pieces.items():
                piece.append(_new_rows(play, engine.frames[interval_ms], drawn))
    tables = {interval_ms: _joined(piece) for interval_ms, piece in pieces.items()}
    seen = {spec.key: _seen(play, spec, tables[spec.interval_ms]) for spec in drawn}
    return ChartColumns(exec=_joined(rows), seen=seen)


def _new_rows(play: Play, frame: Timeframe, drawn: Iterable[StructureSpec]) -> dict[_Name, NDArray[Any]]:
    """The rows that a timeframe added last: bars, outputs of its drawn structures and of those that they use."""
    rows = slice(frame.table.start, frame.table.stop)
    columns: dict[_Name, NDArray[Any]] = {"ts": frame.ts[rows].copy()}
    columns |= {name: frame.columns[name, "value"][rows].copy() for name in BAR_COLUMNS}
    for spec in _with_used(play, drawn):
        if spec.interval_ms == frame.interval_ms:
            for output in STRUCTURES[spec.type].columns(spec.params):
                columns[spec.key, output.name] = frame.columns[spec.key, output.name][rows].copy()
    return columns


def _with_used(play: Play, drawn: Iterable[StructureSpec]) -> Iterator[StructureSpec]:
    needed = {key for spec in drawn for key in (spec.key, *spec.uses)}
    return (spec for spec in play.structures if spec.key in needed)


def _joined(pieces: list[dict[Any, NDArray[Any]]]) -> dict[Any, NDArray[Any]]:
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in (pieces[0] if pieces else ())}


def _seen(play: Play, spec: StructureSpec, table: Mapping[_Name, NDArray[Any]]) -> Seen:
    types = {other.key: other.type for other in play.structures}

    def outputs(key: str) -> dict[str, NDArray[Any]]:
        return {name[1]: values for name, values in table.items() if isinstance(name, tuple) and name[0] == key}

    def prices(name: str) -> Floats:
        return table[name]

    return Seen(
        key=spec.key,
        params=spec.params,
        interval_ms=spec.interval_ms,
        ts=table["ts"],
        open=prices("open"),
        high=prices("high"),
        low=prices("low"),
        close=prices("close"),
        outputs=outputs(spec.key),
        uses={types[key]: outputs(key) for key in spec.uses},
    )
