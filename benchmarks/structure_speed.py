"""Bars per second of each detector, at its default parameters, over a year of minutes."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.columns import MARGIN, defaults, year_of_minutes
from benchmarks.timing import seconds
from play_engine.bars import BAR_COLUMNS
from play_engine.declaration import Structure, StructureInputs, StructureOutputs
from play_engine.indicators import INDICATORS
from play_engine.structures import STRUCTURES

# What parameters without a default are in the measurement.
REQUIRED: dict[str, dict[str, object]] = {
    "swing": {"left": 5, "right": 5},
    "fibonacci": {"levels": (0.236, 0.382, 0.5, 0.618, 0.786)},
    "zone": {"zone_type": "demand", "width_atr": 1.0},
    "derived_zone": {"levels": (0.382, 0.5, 0.618), "max_active": 5},
    "rolling_window": {"size": 20, "source": "high", "mode": "max"},
}


def structure_speed(folder: Path, repeats: int, console: Console) -> None:
    """One table: bars per second of each detector, what it uses not counted."""
    columns = year_of_minutes(folder)
    bars = len(columns["close"]) - MARGIN
    atr = np.full(len(columns["close"]), np.nan)
    _average_range(columns, atr)
    table = Table("structure", "ns a bar", "bars/s", title=f"Structures over {bars:,} minutes")
    rows: dict[str, NDArray[Any]] = {}
    for name in _in_order():
        structure = STRUCTURES[name]
        params = defaults(structure, **REQUIRED.get(name, {}))
        inputs = StructureInputs(
            bar=columns["bar"],
            atr=atr,
            uses={used: rows[used] for used in structure.uses},
            **{field: columns[field] for field in BAR_COLUMNS},
        )
        out = _outputs(structure, params, len(atr))

        def run(of: Structure = structure, given: Any = params, read: Any = inputs, write: Any = out) -> None:
            of.advance(read, given, write, of.initial_state(given), MARGIN, len(atr))

        took_s = seconds(run, repeats)
        rows[name] = out.rows
        table.add_row(name, f"{took_s * 1e9 / bars:.1f}", f"{bars / took_s:,.0f}")
    console.print(table)


def _in_order() -> list[str]:
    """The structures, each after those that it may use."""
    names = list(STRUCTURES)
    ordered: list[str] = []
    while names:
        ready = next(name for name in names if set(STRUCTURES[name].uses) <= set(ordered))
        names.remove(ready)
        ordered.append(ready)
    return ordered


def _outputs(structure: Structure, params: Any, rows: int) -> StructureOutputs:
    slots = structure.initial_slots(params)
    return StructureOutputs(rows=np.repeat(structure.initial_row(), rows), slots=np.repeat(slots, rows, axis=0))


def _average_range(columns: dict[str, NDArray[Any]], value: NDArray[Any]) -> None:
    atr = INDICATORS["atr"]
    hidden = [np.full(len(value), np.nan) for _ in atr.hidden]
    inputs = [columns[name] for name in atr.inputs]
    atr.kernel(*inputs, *atr.kernel_arguments(defaults(atr), 60_000), value, *hidden, MARGIN, len(value))
