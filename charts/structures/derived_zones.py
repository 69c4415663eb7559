"""Derived zones: a box for each zone of each slot, while it is active; zones move from slot to slot."""

import attrs

from charts.seen import Seen, rows_where, runs
from charts.shapes import Box, Drawing
from charts.wording import range_text, time_text
from play_engine.structures.outputs import ACTIVE
from play_engine.structures.zone_slots import DEMAND


def derived_zones(seen: Seen) -> Drawing:
    """Boxes from the close that made a zone known to the one that broke it or threw it out."""
    found: dict[tuple[int, int], Box] = {}
    for slot in range(seen.params["max_active"]):
        _collect(seen, f"zone{slot}_", found)
    return Drawing(boxes=tuple(sorted(found.values(), key=lambda box: box.start_ms)))


def _collect(seen: Seen, slot: str, found: dict[tuple[int, int], Box]) -> None:
    """Add the zones of a slot; one that stayed in another slot before becomes longer."""
    names = ("instance_id", "anchor_idx", "state", "lower", "upper", "kind", "touch_count")
    number, made, state, lower, upper, kind, touches = (seen.outputs[f"{slot}{name}"] for name in names)
    for start, stop in runs(number, made, state):
        if state[start] != ACTIVE:
            continue
        touched = rows_where(touches[start:stop] > 0)
        end_ms = seen.closed(stop) if stop < len(state) else seen.end_ms
        low, high = float(lower[start]), float(upper[start])
        is_demand = kind[start] == DEMAND
        words = f"{'demand' if is_demand else 'supply'} {range_text(low, high)}"
        part = Box(
            origin_ms=seen.closed(int(made[start])),
            start_ms=seen.closed(start),
            end_ms=end_ms,
            lower=low,
            upper=high,
            direction=1 if is_demand else -1,
            touched_ms=seen.closed(start + touched[0]) if touched else None,
            text=f"{seen.key}: {words}, known {time_text(seen.closed(int(made[start])))}",
        )
        identity = int(number[start]), int(made[start])
        found[identity] = _joined(found[identity], part) if identity in found else part


def _joined(one: Box, other: Box) -> Box:
    touches = [box.touched_ms for box in (one, other) if box.touched_ms is not None]
    return attrs.evolve(
        one,
        start_ms=min(one.start_ms, other.start_ms),
        end_ms=max(one.end_ms, other.end_ms),
        touched_ms=min(touches, default=None),
    )
