"""Displacements: the candles themselves, made to stand out."""

from charts.seen import Seen, rows_where
from charts.shapes import Box, Drawing


def displacements(seen: Seen) -> Drawing:
    """A box round the body of each displacement."""
    columns = seen.outputs
    return Drawing(candles=tuple(_body(seen, row) for row in rows_where(columns["is_displacement"])))


def _body(seen: Seen, row: int) -> Box:
    columns = seen.outputs
    direction = int(columns["direction"][row])
    words = f"{columns['body_atr_ratio'][row]:.2f} ATR body, wicks {columns['wick_ratio'][row]:.2f} of it"
    return Box(
        origin_ms=seen.opened(row),
        start_ms=seen.opened(row),
        end_ms=seen.closed(row),
        lower=float(min(seen.open[row], seen.close[row])),
        upper=float(max(seen.open[row], seen.close[row])),
        direction=direction,
        text=f"{seen.key}: displacement {'up' if direction == 1 else 'down'}, {words}",
    )
