"""Breakouts: a range that is left for good, only for a while, or for good after its edge was tested again."""

from feeds.patterns.drawing import Drawing, Point, cycles, drawing, swings, up

_BREAK = 0.6
_NOISE = 0.0015
_VOLUME = ((0.0, 0.7), (_BREAK - 0.01, 0.7), (_BREAK, 3.0), (0.75, 1.2), (1.0, 1.0))
_CYCLE_HOURS = 10.0


def breakout_clean(minutes: int, *, width: float = 0.03, rise: float = 0.10) -> Drawing:
    """Swings in a range of `width` until share 0.6, then rises `rise` above its top and never returns."""
    top = up(width)
    after = [(_BREAK + 0.05, top + 0.4 * up(rise)), (1.0, top + up(rise))]
    return drawing([*_range(minutes, top), *after], _NOISE, _VOLUME)


def breakout_false(minutes: int, *, width: float = 0.03, overshoot: float = 0.02) -> Drawing:
    """Swings in a range of `width`, leaves it by `overshoot` above at share 0.65, and is back at 0.7 to stay."""
    top = up(width)
    after = [(0.65, top + up(overshoot)), (0.7, 0.8 * top), (0.85, 0.1 * top), (1.0, 0.5 * top)]
    return drawing([*_range(minutes, top), *after], _NOISE, _VOLUME)


def breakout_retest(minutes: int, *, width: float = 0.03, rise: float = 0.10) -> Drawing:
    """Swings in a range of `width`, rises above it, comes back to its top at share 0.78, and rises `rise` above it."""
    top = up(width)
    after = [(_BREAK + 0.06, top + 0.5 * up(rise)), (0.78, top), (1.0, top + up(rise))]
    return drawing([*_range(minutes, top), *after], _NOISE, _VOLUME)


def _range(minutes: int, top: float) -> list[Point]:
    """Swings between 0 and `top` that end at `top` when the break is due."""
    count = cycles(minutes, _CYCLE_HOURS, _BREAK)
    points = swings(0.0, _BREAK * 2 * count / (2 * count - 1), 0.0, top, count)
    return points[:-1]
