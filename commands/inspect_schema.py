"""Which columns an inspection has and of which type: taken from what indicators and structures declare."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from play_engine.bars import BAR_COLUMNS
from play_engine.declaration import Output
from play_engine.inspection import Columns, series_name
from play_engine.play.model import Play
from play_engine.structures import STRUCTURES

_TYPES = {"FLOAT": pa.float64(), "INT": pa.int64(), "BOOL": pa.bool_(), "ENUM": pa.string(), "TEXT": pa.string()}


def inspect_schema(play: Play) -> pa.Schema:
    """Columns in the order of the inspection. What is not known yet at a row is null; only `ts` never is."""
    fields = [pa.field("ts", pa.int64(), nullable=False)]
    fields += [pa.field(name, pa.float64()) for name in BAR_COLUMNS]
    for feature in play.features:
        fields += [_field(series_name(feature.id, output.name), output) for output in feature.indicator.outputs]
    for structure in play.structures:
        fields += [
            _field(f"{structure.key}.{output.name}", output)
            for output in STRUCTURES[structure.type].columns(structure.params)
        ]
    return pa.schema([*fields, *(pa.field(f"rule.{block.id}", pa.bool_()) for block in play.blocks)])


def to_batch(columns: Columns, schema: pa.Schema) -> pa.RecordBatch:
    """One piece of an inspection in the types of the schema."""
    return pa.record_batch([_array(columns[field.name], field.type) for field in schema], schema=schema)


def _field(name: str, output: Output) -> pa.Field:
    return pa.field(name, _TYPES[output.kind])


def _array(values: NDArray[Any], kind: pa.DataType) -> pa.Array:
    if values.dtype == object or not np.issubdtype(values.dtype, np.floating):
        return pa.array(values, type=kind)
    missing = np.isnan(values)
    if pa.types.is_floating(kind):
        return pa.array(values, type=kind, mask=missing)
    whole = np.where(missing, 0.0, values).astype(np.bool_ if pa.types.is_boolean(kind) else np.int64)
    return pa.array(whole, type=kind, mask=missing)
