"""One side of the market's liquidity: its latest pivots, and the zones where several of them lie close together.

Everything here is told which side it is on: direction 1 the swing highs, −1 the swing lows.
"""

from math import inf, nan
from typing import Any

import numpy as np

from play_engine.compiled import inner

MOST_PIVOTS = 512
MOST_ZONES = 64

# `touches` is the number of pivots behind `level`, `created` the bar that made the zone known, `refreshed` the bar of
# its last pivot.
_ZONE = np.dtype([("level", "<f8"), ("touches", "<i8"), ("created", "<i8"), ("refreshed", "<i8")])
# The first `pivot_count` pivots and `zone_count` zones count, oldest first. The room does not depend on the parameters,
# so that kernels are compiled once.
LIQUIDITY_SIDE = np.dtype(
    [
        ("pivot_count", "<i8"),
        ("pivots", "<f8", (MOST_PIVOTS,)),
        ("zone_count", "<i8"),
        ("zones", _ZONE, (MOST_ZONES,)),
    ]
)


@inner
def remember_pivot(side: Any, price: float, max_swing_history: int) -> None:
    """Append a pivot; the oldest one makes room."""
    if side.pivot_count == max_swing_history:
        for k in range(1, side.pivot_count):
            side.pivots[k - 1] = side.pivots[k]
        side.pivot_count -= 1
    side.pivots[side.pivot_count] = price
    side.pivot_count += 1


@inner
def cluster_of_newest(side: Any, tolerance: float) -> tuple[float, int]:
    """Mean and number of the pivots within `tolerance` (price) of the newest one, itself included."""
    newest = side.pivots[side.pivot_count - 1]
    total, members = newest, 1
    for k in range(side.pivot_count - 1):
        if abs(side.pivots[k] - newest) <= tolerance:
            total += side.pivots[k]
            members += 1
    return total / members, members


@inner
def place_zone(row: Any, side: Any, mean: float, members: int, tolerance: float, bar: int, max_active: int) -> None:
    """Move the oldest zone within `tolerance` (price) of the mean of a cluster there; without one, make a new zone."""
    for k in range(side.zone_count):
        zone = side.zones[k]
        if abs(zone.level - mean) <= tolerance:
            zone.level = mean
            zone.touches = members
            zone.refreshed = bar
            return
    if side.zone_count == max_active:
        for k in range(1, side.zone_count):
            side.zones[k - 1] = side.zones[k]
        side.zone_count -= 1
    zone = side.zones[side.zone_count]
    zone.level = mean
    zone.touches = members
    zone.created = bar
    zone.refreshed = bar
    side.zone_count += 1
    row.new_zone_this_bar = 1
    row.version += 1


@inner
def give_up_old_zones(side: Any, bar: int, max_age_bars: int) -> None:
    """Remove the zones whose last pivot became known more than `max_age_bars` bars ago (0: none)."""
    kept = 0
    for k in range(side.zone_count):
        if max_age_bars == 0 or bar - side.zones[k].refreshed <= max_age_bars:
            if kept < k:
                side.zones[kept] = side.zones[k]
            kept += 1
    side.zone_count = kept


@inner
def pierce_zones(
    row: Any, side: Any, direction: int, extreme: float, close: float, margin: float, bar: int
) -> tuple[float, int, int]:
    """Remove the zones that the bar's `extreme` lies more than `margin` (price) beyond; NaN removes none.

    A zone is swept if the close comes back, else broken. Returns level, touches and bar of creation of the swept zone
    with the most touches, the newest among equals; 0 touches without one. Pivots that were traded through are
    forgotten, so that they do not form the same zone again.
    """
    swept_level, swept_touches, swept_created = nan, 0, -1
    kept = 0
    for k in range(side.zone_count):
        zone = side.zones[k]
        if zone.created < bar and direction * extreme > direction * zone.level + margin:
            row.version += 1
            if direction * close < direction * zone.level and zone.touches >= swept_touches:
                swept_level, swept_touches, swept_created = zone.level, zone.touches, zone.created
        else:
            if kept < k:
                side.zones[kept] = zone
            kept += 1
    if kept < side.zone_count:
        side.zone_count = kept
        forget_pivots(side, direction, extreme)
    return swept_level, swept_touches, swept_created


@inner
def forget_pivots(side: Any, direction: int, extreme: float) -> None:
    """Remove the pivots that do not lie beyond `extreme`."""
    kept = 0
    for k in range(side.pivot_count):
        if direction * side.pivots[k] > direction * extreme:
            side.pivots[kept] = side.pivots[k]
            kept += 1
    side.pivot_count = kept


@inner
def nearest_zone(side: Any, close: float) -> tuple[float, int]:
    """Level and touches of the zone nearest to the close, the newest among equals; NaN and 0 without one."""
    level, touches, nearest = nan, 0, inf
    for k in range(side.zone_count):
        zone = side.zones[k]
        distance = abs(zone.level - close)
        if distance <= nearest:
            level, touches, nearest = zone.level, zone.touches, distance
    return level, touches
