"""Premium and discount: the upper and the lower quarter of the range of the latest leg, and its middle."""

import numpy as np

from charts.seen import Seen, runs
from charts.shapes import Box, Drawing, Line
from charts.wording import price_text, range_text


def premium_and_discount(seen: Seen) -> Drawing:
    """Two bands and a line for each range, from the close that made it known to the one that replaced it."""
    columns, swing = seen.outputs, seen.uses["swing"]
    middle, premium, discount = columns["equilibrium"], columns["premium_level"], columns["discount_level"]
    high, low = swing["pair_high_level"], swing["pair_low_level"]
    boxes: list[Box] = []
    lines: list[Line] = []
    for start, stop in runs(middle, premium, discount):
        if np.isnan(middle[start]):
            continue
        span_ms = (seen.closed(start), seen.closed(stop) if stop < len(middle) else seen.end_ms)
        boxes.append(_band(seen, "premium", -1, span_ms, float(premium[start]), float(high[start])))
        boxes.append(_band(seen, "discount", 1, span_ms, float(low[start]), float(discount[start])))
        lines.append(_middle(seen, span_ms, float(middle[start])))
    return Drawing(boxes=tuple(boxes), lines=tuple(lines))


def _band(seen: Seen, name: str, direction: int, span_ms: tuple[float, float], lower: float, upper: float) -> Box:
    return Box(
        origin_ms=span_ms[0],
        start_ms=span_ms[0],
        end_ms=span_ms[1],
        lower=lower,
        upper=upper,
        direction=direction,
        text=f"{seen.key}: {name} {range_text(lower, upper)}",
    )


def _middle(seen: Seen, span_ms: tuple[float, float], price: float) -> Line:
    return Line(
        start_ms=span_ms[0],
        start_price=price,
        end_ms=span_ms[1],
        end_price=price,
        known_ms=span_ms[0],
        text=f"{seen.key}: equilibrium {price_text(price)}",
    )
