"""Zones around fixed ratios of the latest legs, each followed until price closes through its far side.

Ratios as in R. Fischer, Fibonacci Applications and Strategies for Traders, 1993; zones as in R. Edwards, J. Magee,
Technical Analysis of Stock Trends, 1948. The slots are all that the detector knows of its zones.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.compiled import compiled
from play_engine.declaration import Parameter, Params, Structure, StructureInputs, StructureOutputs
from play_engine.structures.outputs import BULLISH, ZONE_STATES, bar_number, flag, label, level, number
from play_engine.structures.ratios import DISTINCT_RATIOS, RATIOS
from play_engine.structures.stateless import no_state
from play_engine.structures.swing import pivot_distance_bars
from play_engine.structures.zone_slots import ZONE_KINDS, add_zones, follow_zones, sum_up


@compiled
def derived_zone_kernel(
    bar: Ints,
    close: Floats,
    swing: NDArray[Any],
    ratios: Floats,
    extension: bool,
    width_pct: float,
    paired: bool,
    break_tolerance_pct: float,
    out: NDArray[Any],
    slots: NDArray[Any],
    start: int,
    stop: int,
) -> None:
    """Fill rows start … stop − 1 of `out` and of `slots` from the swing's rows and the closes."""
    for t in range(start, stop):
        out[t] = out[t - 1]
        row, zones, pivots = out[t], slots[t], swing[t]
        for k in range(len(zones)):
            zones[k] = slots[t - 1, k]
        version = pivots.pair_version if paired else pivots.version
        if version != row.source_version:
            row.source_version = version
            high, low = pivots.high_level, pivots.low_level
            high_idx, low_idx = pivots.high_idx, pivots.low_idx
            bullish = high_idx > low_idx
            if paired:
                high, low = pivots.pair_high_level, pivots.pair_low_level
                high_idx, low_idx = pivots.pair_high_idx, pivots.pair_low_idx
                bullish = pivots.pair_direction == BULLISH
            if high_idx >= 0 and low_idx >= 0 and high - low > 0.0:
                leg = (high, high_idx, low, low_idx, bullish)
                add_zones(zones, version, *leg, ratios, extension, width_pct, break_tolerance_pct, close[t], bar[t])
        follow_zones(zones, close[t], bar[t], break_tolerance_pct)
        sum_up(row, zones)


def _advance(
    inputs: StructureInputs, params: Params, out: StructureOutputs, _: NDArray[Any], start: int, stop: int
) -> None:
    derived_zone_kernel(
        inputs.bar,
        inputs.close,
        inputs.uses["swing"],
        np.array(params["levels"], dtype=np.float64),
        params["mode"] == "extension",
        params["width_pct"],
        params["use_paired_source"],
        params["break_tolerance_pct"],
        out.rows,
        out.slots,
        start,
        stop,
    )


_SLOT_OUTPUTS = (
    level("lower", "lower price of the zone"),
    level("upper", "upper price of the zone"),
    label("state", ZONE_STATES, "active until a close through the far side, then broken; none: an empty slot"),
    bar_number("anchor_idx", "bar on which the zone was made"),
    bar_number("age_bars", "bars since the zone was made"),
    flag("touched_this_bar", "the close lies in the active zone, borders included"),
    flag("inside", "the same as touched_this_bar"),
    number("touch_count", "bars that closed in the zone so far"),
    bar_number("last_touch_age", "bars since one closed in the zone"),
    number("instance_id", "number that identifies the zone by its leg and ratio"),
    label("kind", ZONE_KINDS, "demand: entered from above; supply: entered from below"),
)


def _slot_names(params: Params) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(f"zone{slot}_{output.name}" for output in _SLOT_OUTPUTS) for slot in range(params["max_active"]))


DERIVED_ZONE = Structure(
    name="derived_zone",
    summary="Zones around fixed ratios of the latest legs, each followed until price closes through its far side",
    formula="Fischer, Fibonacci Applications and Strategies for Traders, 1993; "
    "Edwards, Magee, Technical Analysis of Stock Trends, 1948",
    parameters=(
        RATIOS,
        Parameter(
            name="max_active",
            kind="int",
            required=True,
            minimum=1,
            maximum=32,
            meaning="number of slots; the oldest broken zone makes room, or else the oldest one",
        ),
        Parameter(
            name="mode",
            kind="text",
            default="retracement",
            choices=("retracement", "extension"),
            meaning="from the high down into the leg, or beyond its end in its direction",
        ),
        Parameter(
            name="width_pct",
            kind="number",
            default=0.002,
            minimum=0,
            open_minimum=True,
            maximum=1,
            open_maximum=True,
            meaning="height of a zone as a fraction of the price at its centre (0.002 is 0.2 percent)",
        ),
        Parameter(
            name="use_paired_source",
            kind="flag",
            default=True,
            meaning="true: legs are the swing's pairs; false: its latest high and low",
        ),
        Parameter(
            name="break_tolerance_pct",
            kind="number",
            default=0.001,
            minimum=0,
            maximum=1,
            open_maximum=True,
            meaning="how far beyond the far side a close must lie to break a zone, as a fraction of that side's price",
        ),
    ),
    constraints=(DISTINCT_RATIOS,),
    outputs=(
        number("active_count", "active zones"),
        flag("any_active", "a zone is active"),
        flag("any_touched", "the close lies in an active zone"),
        flag("any_inside", "the same as any_touched"),
        level("first_active_lower", "lower price of the newest active zone"),
        level("first_active_upper", "upper price of the newest active zone"),
        bar_number("first_active_idx", "slot of the newest active zone; −1 without one"),
        bar_number("newest_active_idx", "the same as first_active_idx"),
        number("source_version", "version of the swing, or of its pairs, that zones were last made from"),
    ),
    slot_outputs=_SLOT_OUTPUTS,
    slot_names=_slot_names,
    uses={"swing": True},
    lookback=lambda _: 1,
    warmup=lambda _, used: 10 * pivot_distance_bars(used["swing"].params),
    initial_state=no_state,
    advance=_advance,
)
