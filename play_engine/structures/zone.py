"""One zone of demand below the latest swing low, or of supply above the latest swing high.

Support and resistance areas: R. Edwards, J. Magee, Technical Analysis of Stock Trends, 1948.
"""

from typing import Any

from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.compiled import compiled
from play_engine.declaration import Parameter, Params, Structure, StructureInputs, StructureOutputs
from play_engine.structures.outputs import ACTIVE, BROKEN, ZONE_STATES, bar_number, label, level, number
from play_engine.structures.stateless import no_state
from play_engine.structures.swing import pivot_distance_bars


@compiled
def zone_kernel(
    bar: Ints,
    close: Floats,
    atr: Floats,
    swing: NDArray[Any],
    demand: bool,
    width_atr: float,
    out: NDArray[Any],
    start: int,
    stop: int,
) -> None:
    """Fill output rows start … stop − 1 from the swing's rows, the closes and the ATR."""
    for t in range(start, stop):
        out[t] = out[t - 1]
        row, pivots = out[t], swing[t]
        idx = pivots.low_idx if demand else pivots.high_idx
        # Without a usable ATR a new pivot waits, and the old zone goes on.
        if idx != row.anchor_idx and atr[t] > 0.0:
            width = atr[t] * width_atr
            row.lower = pivots.low_level - width if demand else pivots.high_level
            row.upper = pivots.low_level if demand else pivots.high_level + width
            row.state = ACTIVE
            row.anchor_idx = idx
            row.version += 1
        passed = close[t] < row.lower if demand else close[t] > row.upper
        if row.state == ACTIVE and passed:
            row.state = BROKEN
            row.version += 1
        row.age_bars = bar[t] - row.anchor_idx if row.anchor_idx >= 0 else -1


def _advance(
    inputs: StructureInputs, params: Params, out: StructureOutputs, _: NDArray[Any], start: int, stop: int
) -> None:
    demand = params["zone_type"] == "demand"
    swing, width_atr = inputs.uses["swing"], params["width_atr"]
    zone_kernel(inputs.bar, inputs.close, inputs.atr, swing, demand, width_atr, out.rows, start, stop)


ZONE = Structure(
    name="zone",
    summary="A zone of demand below the latest swing low, or of supply above the latest swing high",
    formula="Edwards, Magee, Technical Analysis of Stock Trends, 1948",
    parameters=(
        Parameter(
            name="zone_type",
            kind="text",
            required=True,
            choices=("demand", "supply"),
            meaning="demand: below swing lows; supply: above swing highs",
        ),
        Parameter(
            name="width_atr",
            kind="number",
            required=True,
            minimum=0,
            open_minimum=True,
            meaning="height of the zone, in ATR",
        ),
        Parameter(name="atr_key", kind="key", meaning="feature output that is the ATR; by default the feature atr"),
    ),
    outputs=(
        label("state", ZONE_STATES, "active until a close beyond the far side, then broken"),
        level("upper", "upper price of the zone, also when it is broken"),
        level("lower", "lower price of the zone, also when it is broken"),
        bar_number("anchor_idx", "bar of the pivot that the zone stands on"),
        number("version", "zones made and broken so far"),
        bar_number("age_bars", "bars since the pivot that the zone stands on"),
    ),
    uses={"swing": True},
    atr="default",
    lookback=lambda _: 1,
    warmup=lambda _, used: 5 * pivot_distance_bars(used["swing"].params),
    initial_state=no_state,
    advance=_advance,
)
