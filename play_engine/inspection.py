"""Every column that the engine computed, as a user reads them: one row per exec bar, named as a Play would name it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import BAR_COLUMNS, Floats, Ints
from play_engine.engine import Engine
from play_engine.market import MarketSlice
from play_engine.play.model import FeatureSpec, StructureSpec
from play_engine.structures import STRUCTURES
from play_engine.timeline import gather

# A column of the inspection: numbers with NaN for missing, labels or verdicts with None for missing.
Columns = dict[str, NDArray[Any]]

# False, unknown and true, as a user reads them; see `play_engine.rules.verdicts`.
_VERDICTS = np.array([False, None, True], dtype=object)


def inspect(engine: Engine, market: MarketSlice) -> Iterator[Columns]:
    """Feed a slice of the market to the engine and yield, piece by piece, what was visible at each exec close.

    Columns: `ts` (open time of the exec bar, ms), `open` … `volume`, each feature (`rsi_14`, `macd_x.signal`), each
    structure output (`swing.high_level`), and `rule.<block>` (True, False, or None for unknown).
    """
    for piece in engine.chunks(market):
        engine.advance(piece)
        yield _observe(engine)


def series_name(id_: str, output: str) -> str:
    """An output as a Play refers to it: the bare id for `value`, else `id.output`."""
    return id_ if output == "value" else f"{id_}.{output}"


def _observe(engine: Engine) -> Columns:
    frame = engine.frames[engine.play.exec_ms]
    rows = slice(frame.table.start, frame.table.stop)
    columns: Columns = {"ts": frame.ts[rows].copy()}
    columns |= {name: frame.columns[name, "value"][rows].copy() for name in BAR_COLUMNS}
    instants = frame.closes()
    for feature in engine.play.features:
        columns |= _feature(engine, feature, instants)
    for structure in engine.play.structures:
        columns |= _structure(engine, structure, instants)
    return columns | _rules(engine, instants)


def _read(engine: Engine, interval_ms: int, id_: str, output: str, instants: Ints) -> Floats:
    frame = engine.frames[interval_ms]
    return gather(frame.columns[id_, output], frame.visible(instants), frame.table.origin)


def _feature(engine: Engine, spec: FeatureSpec, instants: Ints) -> Columns:
    outputs = spec.indicator.outputs
    return {
        series_name(spec.id, output.name): _read(engine, spec.interval_ms, spec.id, output.name, instants)
        for output in outputs
    }


def _structure(engine: Engine, spec: StructureSpec, instants: Ints) -> Columns:
    columns: Columns = {}
    for output in STRUCTURES[spec.type].columns(spec.params):
        values: NDArray[Any] = _read(engine, spec.interval_ms, spec.key, output.name, instants)
        if output.kind == "ENUM":
            labels = np.array([*output.labels, None], dtype=object)
            values = labels[np.where(np.isnan(values), len(output.labels), values).astype(np.int64)]
        columns[f"{spec.key}.{output.name}"] = values
    return columns


def _rules(engine: Engine, instants: Ints) -> Columns:
    timeline = engine.timeline
    table = timeline.table
    rows = table.start - 1 + np.searchsorted(timeline.ts[table.start : table.stop], instants, side="right")
    columns: Columns = {}
    for compiled in engine.blocks:
        verdicts = compiled.verdict(0, table.stop)[rows]
        columns[f"rule.{compiled.block.id}"] = _VERDICTS[verdicts]
    return columns
