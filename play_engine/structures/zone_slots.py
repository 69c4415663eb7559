"""Zones in slots: made at the ratios of a leg, touched, and broken through their far side.

Price stands near the end of a leg: a zone below it is demand, entered from above, and one above it supply, entered from
below. The far side is the one that price does not come from. The newest zone is in slot 0, and the zones fill the first
slots.
"""

from math import nan
from typing import Any

from play_engine.bars import Floats
from play_engine.compiled import inner
from play_engine.structures.hashes import zone_hash
from play_engine.structures.outputs import ACTIVE, BROKEN, NO_ZONE

ZONE_KINDS = ("none", "demand", "supply")
NO_KIND, DEMAND, SUPPLY = range(3)


@inner
def is_demand(ratio: float, extension: bool, bullish: bool) -> bool:
    """Whether a zone at this ratio of the leg lies below the end of the leg, where price stands."""
    if extension:
        return ratio < 0.0 if bullish else ratio >= 0.0
    return ratio > 0.0 if bullish else ratio >= 1.0


@inner
def is_past(close: float, kind: int, lower: float, upper: float, break_tolerance_pct: float) -> bool:
    """Whether the close lies beyond the far side of a zone by more than the tolerance, a fraction of the price."""
    if kind == DEMAND:
        return close < lower * (1.0 - break_tolerance_pct)
    return close > upper * (1.0 + break_tolerance_pct)


@inner
def make_room(zones: Any) -> None:
    """Free slot 0: the zones move up, over the oldest broken zone, or else the oldest, if no slot is free."""
    into = len(zones) - 1
    if zones[into].state != NO_ZONE:
        for k in range(len(zones)):
            if zones[k].state == BROKEN:
                into = k
    for k in range(into, 0, -1):
        zones[k] = zones[k - 1]


@inner
def add_zones(
    zones: Any,
    version: int,
    high: float,
    high_idx: int,
    low: float,
    low_idx: int,
    bullish: bool,
    ratios: Floats,
    extension: bool,
    width_pct: float,
    break_tolerance_pct: float,
    close: float,
    bar: int,
) -> None:
    """Make a zone at every ratio of a leg, but none at or below 0 and none that the close is past already."""
    upwards = extension and bullish
    base = high if upwards or not extension else low
    span = high - low if upwards else low - high
    for ratio in ratios:
        centre = base + span * ratio
        if centre <= 0.0:
            continue
        width = centre * width_pct
        lower, upper = centre - width / 2.0, centre + width / 2.0
        kind = DEMAND if is_demand(ratio, extension, bullish) else SUPPLY
        if is_past(close, kind, lower, upper, break_tolerance_pct):
            continue
        make_room(zones)
        zone = zones[0]
        zone.lower = lower
        zone.upper = upper
        zone.state = ACTIVE
        zone.anchor_idx = bar
        zone.touch_count = 0
        zone.last_touch_age = -1
        zone.instance_id = zone_hash(version, high_idx, low_idx, ratio, int(extension))
        zone.kind = kind


@inner
def follow_zones(zones: Any, close: float, bar: int, break_tolerance_pct: float) -> None:
    """Note in every zone whether this bar closes inside it or breaks it."""
    for k in range(len(zones)):
        zone = zones[k]
        if zone.state == NO_ZONE:
            return
        inside = zone.state == ACTIVE and zone.lower <= close and close <= zone.upper
        zone.inside = inside
        zone.touched_this_bar = inside
        if inside:
            zone.touch_count += 1
            zone.last_touch_age = 0
        elif zone.last_touch_age >= 0:
            zone.last_touch_age += 1
        if zone.state == ACTIVE and is_past(close, zone.kind, zone.lower, zone.upper, break_tolerance_pct):
            zone.state = BROKEN
        zone.age_bars = bar - zone.anchor_idx


@inner
def sum_up(row: Any, zones: Any) -> None:
    """What the active zones are together, and the newest of them."""
    row.active_count = 0
    row.any_inside = 0
    row.first_active_idx = -1
    row.first_active_lower = nan
    row.first_active_upper = nan
    for k in range(len(zones)):
        zone = zones[k]
        if zone.state != ACTIVE:
            continue
        if row.active_count == 0:
            row.first_active_idx = k
            row.first_active_lower = zone.lower
            row.first_active_upper = zone.upper
        row.active_count += 1
        row.any_inside |= zone.inside
    row.any_active = row.active_count > 0
    row.any_touched = row.any_inside
    row.newest_active_idx = row.first_active_idx
