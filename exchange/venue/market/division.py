"""Bars cut into parts along the path that prices take through them.

The path goes from the open to the nearer extreme, to the farther one and to the close, in three legs of equal time;
on a tie to the low first. The parts, put together, give the bar again: its open, high, low and close exactly, and its
volume to the last bit in whatever order it is summed.
"""

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from exchange.grid import step_ratio
from exchange.instruments import Instrument
from play_engine.bars import BarSeries, Floats

_LEGS = 3
# Nearer to a grid point than this many steps, a number lies on it; the same tolerance as exchange/grid.py has.
_TOLERANCE_STEPS = 1e-6


def high_first(bars: BarSeries) -> NDArray[np.bool_]:
    """For each bar, whether its path meets the high before the low."""
    return np.abs(bars.open - bars.high) < np.abs(bars.open - bars.low)


def path_points(bars: BarSeries, highs_first: NDArray[np.bool_]) -> Floats:
    """The four points of each bar's path, one bar a row."""
    first = np.where(highs_first, bars.high, bars.low)
    second = np.where(highs_first, bars.low, bars.high)
    return np.stack([bars.open, first, second, bars.close], axis=1)


def divide(
    bars: BarSeries, mark: BarSeries | None, parts: int, instrument: Instrument
) -> tuple[BarSeries, BarSeries | None]:
    """Each bar, and the mark bar beside it, as `parts` bars of equal length; the mark takes its points in the order of
    the last price. `parts` must divide the interval."""
    highs_first = high_first(bars)
    shares = _divided_volume(bars.volume, parts, instrument.qty_step)
    divided = _cut(bars, path_points(bars, highs_first), parts, instrument.tick_size)
    cut_mark = None
    if mark is not None:
        cut_mark = _cut(mark, path_points(mark, highs_first), parts, instrument.tick_size)
    return attrs.evolve(divided, volume=shares.ravel()), cut_mark


def on_grid(values: Floats, step: str) -> Floats:
    """`values` with the float error of sums taken off: what lies on the grid is exactly its float64."""
    numerator, denominator = step_ratio(step)
    count = values * denominator / numerator
    nearest = np.rint(count)
    return np.where(np.abs(count - nearest) <= _TOLERANCE_STEPS, nearest * numerator / denominator, values)


def _cut(bars: BarSeries, points: Floats, parts: int, tick_size: str) -> BarSeries:
    edges = _edges(bars, points, parts, tick_size)
    open_, close = edges[:, :-1], edges[:, 1:]
    high, low = np.maximum(open_, close), np.minimum(open_, close)
    for corner in (1, 2):
        # A corner of the path that falls on an edge is an edge already; this one may lie inside a part.
        part = min(corner * parts // _LEGS, parts - 1)
        high[:, part] = np.maximum(high[:, part], points[:, corner])
        low[:, part] = np.minimum(low[:, part], points[:, corner])
    length_ms = bars.interval_ms // parts
    ts = bars.ts[:, None] + length_ms * np.arange(parts)
    columns: dict[str, Any] = {"ts": ts, "open": open_, "high": high, "low": low, "close": close}
    columns = {name: np.ascontiguousarray(column).ravel() for name, column in columns.items()}
    return BarSeries(symbol=bars.symbol, interval_ms=length_ms, **columns, volume=np.zeros(ts.size))


def _edges(bars: BarSeries, points: Floats, parts: int, tick_size: str) -> Floats:
    """Prices at the begin of each part and at the end of the last, on the tick; corners of the path as they are."""
    numerator, denominator = step_ratio(tick_size)
    leg, rest = np.divmod(_LEGS * np.arange(parts + 1), parts)
    start, end = points[:, leg], points[:, np.minimum(leg + 1, _LEGS)]
    between = start + (end - start) * (rest / parts)
    between = np.rint(between * denominator / numerator) * numerator / denominator
    between = np.clip(between, bars.low[:, None], bars.high[:, None])
    return np.where(rest == 0, start, between)


def _divided_volume(volume: Floats, parts: int, qty_step: str) -> Floats:
    """The volume of each part, in steps as far as they go, and all multiples of one power of two: so sums are exact."""
    numerator, denominator = step_ratio(qty_step)
    grain = np.spacing(volume)[:, None]
    steps = np.floor(volume * denominator / numerator + _TOLERANCE_STEPS)[:, None]
    until = np.floor(steps * np.arange(parts + 1) / parts) * numerator / denominator
    until = np.minimum(np.rint(until / grain) * grain, volume[:, None])
    until[:, -1] = volume
    return np.diff(until, axis=1)
