"""A zone of supply or demand: a box from the close that made it known until it is broken or gives way to the next."""

from charts.seen import Seen, runs
from charts.shapes import Box, Drawing
from charts.wording import range_text, time_text
from play_engine.structures.outputs import ACTIVE


def zones(seen: Seen) -> Drawing:
    """A box for each zone while it is active; its origin is the pivot that it stands on."""
    columns = seen.outputs
    state, anchor, lower, upper = columns["state"], columns["anchor_idx"], columns["lower"], columns["upper"]
    kind = seen.params["zone_type"]
    boxes: list[Box] = []
    for start, stop in runs(state, anchor, lower, upper):
        if state[start] != ACTIVE:
            continue
        end_ms = seen.closed(stop) if stop < len(state) else seen.end_ms
        broken = stop < len(state) and anchor[stop] == anchor[start]
        fate = f", broken {time_text(end_ms)}" if broken else ""
        low, high = float(lower[start]), float(upper[start])
        known = f"known {time_text(seen.closed(start))}"
        boxes.append(
            Box(
                origin_ms=seen.opened(int(anchor[start])),
                start_ms=seen.closed(start),
                end_ms=end_ms,
                lower=low,
                upper=high,
                direction=1 if kind == "demand" else -1,
                label=kind,
                text=f"{seen.key}: {kind} {range_text(low, high)}, {known}{fate}",
            )
        )
    return Drawing(boxes=tuple(boxes))
