"""Reversals: a turn in one point, or in two that are equally far."""

from feeds.patterns.drawing import Drawing, Point, down, drawing, mirrored, up

_NOISE = 0.002


def reversal_v_bottom(minutes: int, *, fall: float = 0.12, turn: float = 0.5) -> Drawing:
    """Falls by `fall` until share `turn`, and rises back to where it began."""
    del minutes
    return drawing([(0.0, 0.0), (turn, down(fall)), (1.0, 0.0)], _NOISE, ((0.0, 1.0), (turn, 3.0), (1.0, 1.0)))


def reversal_v_top(minutes: int, *, rise: float = 0.12, turn: float = 0.5) -> Drawing:
    """Rises by `rise` until share `turn`, and falls back to where it began."""
    del minutes
    return drawing([(0.0, 0.0), (turn, up(rise)), (1.0, 0.0)], _NOISE, ((0.0, 1.0), (turn, 3.0), (1.0, 1.0)))


def reversal_double_bottom(minutes: int, *, fall: float = 0.10, bounce: float = 0.5) -> Drawing:
    """Falls by `fall` at share 0.3 and again at 0.7, regains `bounce` of it between, and all of it at the end."""
    del minutes
    return drawing(_double(down(fall), bounce), _NOISE)


def reversal_double_top(minutes: int, *, rise: float = 0.10, bounce: float = 0.5) -> Drawing:
    """Rises by `rise` at share 0.3 and again at 0.7, loses `bounce` of it between, and all of it at the end."""
    del minutes
    return drawing(mirrored(_double(-up(rise), bounce)), _NOISE)


def _double(depth: float, bounce: float) -> list[Point]:
    return [(0.0, 0.0), (0.3, depth), (0.5, depth * (1.0 - bounce)), (0.7, depth), (1.0, 0.0)]
