"""Liquidity: levels where several pivots lie close together, and the bars that swept them."""

from collections.abc import Iterator

import numpy as np

from charts.seen import Seen, rows_where, runs
from charts.shapes import Drawing, Line, Mark
from charts.wording import price_text, time_text

# Two prices that differ by less than this part of them are the same.
_SAME_PRICE = 1e-9


def liquidity_levels(seen: Seen) -> Drawing:
    """A line for each level from the first close at which it was shown to the last, with a grey lead from the first of
    its pivots, and a mark on each sweep.

    The outputs show the nearest level of each side only: one that never was the nearest is not drawn.
    """
    lines = [line for side in (1, -1) for line in _levels(seen, side)]
    marks = [_sweep(seen, row) for row in rows_where(seen.outputs["sweep_this_bar"])]
    return Drawing(lines=tuple(sorted(lines, key=lambda line: line.start_ms)), marks=tuple(marks))


def _levels(seen: Seen, side: int) -> Iterator[Line]:
    """The levels of one side; one that reappears after another was nearer is the same line."""
    name = "high" if side == 1 else "low"
    level, touches = seen.outputs[f"nearest_{name}_level"], seen.outputs[f"nearest_{name}_touches"]
    spans: dict[float, tuple[int, int]] = {}
    for start, stop in runs(level):
        if not np.isnan(level[start]):
            price = float(level[start])
            spans[price] = (spans.get(price, (start, stop))[0], stop)
    for price, (start, stop) in spans.items():
        count = int(touches[start])
        from_ms = seen.closed(start)
        text = f"{seen.key}: {count} {name}s at {price_text(price)}, shown from {time_text(from_ms)}"
        first = _first_pivot(seen, name, start, price, count)
        if first is not None:
            yield _level(seen.middle(first), from_ms, price, 0, text)
        end_ms = seen.closed(stop) if stop < len(level) else seen.end_ms
        yield _level(from_ms, end_ms, price, -side, text, label=f"{count}×")


def _level(start_ms: float, end_ms: float, price: float, direction: int, text: str, *, label: str = "") -> Line:
    return Line(
        start_ms=start_ms,
        start_price=price,
        end_ms=end_ms,
        end_price=price,
        direction=direction,
        known_ms=start_ms if direction else end_ms,
        label=label,
        text=text,
    )


def _first_pivot(seen: Seen, name: str, row: int, price: float, count: int) -> int | None:
    """The bar of the earliest of the pivots that make a level: the newest one and those nearest to it in price.

    None where their mean is not the level, as when some of them were forgotten meanwhile.
    """
    swing = seen.uses["swing"]
    accepted = np.flatnonzero(swing[f"{name}_accepted"][: row + 1])[-seen.params["max_swing_history"] :]
    prices = swing[f"{name}_level"][accepted]
    if len(prices) < count:
        return None
    nearest = np.argsort(np.abs(prices - prices[-1]), kind="stable")[:count]
    if abs(float(np.mean(prices[nearest])) - price) > _SAME_PRICE * price:
        return None
    return int(swing[f"{name}_idx"][accepted[nearest]].min())


def _sweep(seen: Seen, row: int) -> Mark:
    side = int(seen.outputs["sweep_direction"][row])
    price = float(seen.outputs["swept_level"][row])
    return Mark(
        ts_ms=seen.middle(row),
        price=float(seen.high[row] if side == 1 else seen.low[row]),
        known_ms=seen.closed(row),
        place=side,
        direction=-side,
        weight=2,
        label="sweep",
        text=f"{seen.key}: sweep of the {'highs' if side == 1 else 'lows'} at {price_text(price)}, "
        f"known {time_text(seen.closed(row))}",
    )
