"""Where the close lies in the range of the latest leg: in its upper quarter, its lower quarter, or between.

Premium and discount are terms of M. Huddleston's Inner Circle Trader lectures; the borders here are the quarters.
"""

from typing import Any

from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Params, Structure, StructureInputs, StructureOutputs
from play_engine.structures.outputs import label, level, number
from play_engine.structures.stateless import no_state
from play_engine.structures.swing import pivot_distance_bars

_PARTS = ("none", "premium", "equilibrium", "discount")
NOWHERE, PREMIUM, EQUILIBRIUM, DISCOUNT = range(4)


@compiled
def premium_discount_kernel(close: Floats, swing: NDArray[Any], out: NDArray[Any], start: int, stop: int) -> None:
    """Fill output rows start … stop − 1 from the swing's rows and the closes."""
    for t in range(start, stop):
        out[t] = out[t - 1]
        row, pivots = out[t], swing[t]
        if pivots.pair_version == 0:
            continue
        low = pivots.pair_low_level
        span = pivots.pair_high_level - low
        row.equilibrium = low + 0.5 * span
        row.premium_level = low + 0.75 * span
        row.discount_level = low + 0.25 * span
        row.depth_pct = max(0.0, min(1.0, (close[t] - low) / span))
        part = EQUILIBRIUM
        if close[t] >= row.premium_level:
            part = PREMIUM
        elif close[t] <= row.discount_level:
            part = DISCOUNT
        if part != row.zone:
            row.zone = part
            row.version += 1


def _advance(
    inputs: StructureInputs, _: Params, out: StructureOutputs, __: NDArray[Any], start: int, stop: int
) -> None:
    premium_discount_kernel(inputs.close, inputs.uses["swing"], out.rows, start, stop)


PREMIUM_DISCOUNT = Structure(
    name="premium_discount",
    summary="Where the close lies in the range of the latest pair: expensive, fair or cheap",
    formula="Huddleston, Inner Circle Trader lectures; by quarters of the range",
    outputs=(
        level("equilibrium", "price of the middle of the range"),
        level("premium_level", "price at which the upper quarter of the range begins"),
        level("discount_level", "price at which the lower quarter of the range ends"),
        label("zone", _PARTS, "part of the range in which the close lies"),
        level(
            "depth_pct", "place of the close in the range, as a fraction: 0 at its low or below, 1 at its high or above"
        ),
        number("version", "changes of zone so far"),
    ),
    uses={"swing": True},
    lookback=lambda _: 1,
    warmup=lambda _, used: 5 * pivot_distance_bars(used["swing"].params),
    initial_state=no_state,
    advance=_advance,
)
