"""Trends: clean, slow, ever faster, tired, in stairs, with pullbacks, with gaps."""

import math

from feeds.patterns.drawing import Drawing, Point, down, drawing, tilted, up

_CLEAN = 0.0025
_CURVE_POINTS = 40


def trend_up_clean(minutes: int, *, rise: float = 0.20) -> Drawing:
    """Rises by `rise` in a straight line of the log price; deviations are small and soon gone."""
    del minutes
    return drawing([(0.0, 0.0), (1.0, up(rise))], _CLEAN)


def trend_down_clean(minutes: int, *, fall: float = 0.17) -> Drawing:
    """Falls by `fall` in a straight line of the log price; deviations are small and soon gone."""
    del minutes
    return drawing([(0.0, 0.0), (1.0, down(fall))], _CLEAN)


def trend_grinding(minutes: int, *, rise: float = 0.06) -> Drawing:
    """Rises by `rise` slowly and almost without movement against it, on little volume."""
    del minutes
    return drawing([(0.0, 0.0), (1.0, up(rise))], 0.0008, ((0.0, 0.5),))


def trend_parabolic(minutes: int, *, rise: float = 0.45, acceleration: float = 4.0) -> Drawing:
    """Rises by `rise`, ever faster: the slope at the end is e^`acceleration` times that at the start."""
    del minutes
    shares = [number / _CURVE_POINTS for number in range(_CURVE_POINTS + 1)]
    points = [(share, up(rise) * math.expm1(acceleration * share) / math.expm1(acceleration)) for share in shares]
    return drawing(points, [(0.0, 0.002), (1.0, 0.004)], ((0.0, 0.6), (1.0, 2.5)))


def trend_exhaustion(minutes: int, *, rise: float = 0.25, fall: float = 0.10, top: float = 0.7) -> Drawing:
    """Rises by `rise` until share `top`, each part slower than the one before, and then falls by `fall`."""
    del minutes
    shares = [number / _CURVE_POINTS for number in range(_CURVE_POINTS + 1)]
    points = [(top * share, up(rise) * (1.0 - (1.0 - share) ** 2)) for share in shares]
    return drawing([*points, (1.0, up(rise) + down(fall))], _CLEAN, ((0.0, 2.0), (top, 0.5), (1.0, 1.5)))


def trend_stairs(minutes: int, *, rise: float = 0.25, steps: int = 5) -> Drawing:
    """Rises by `rise` in `steps` equal steps: two fifths of each are climb, three fifths stand still."""
    del minutes
    points: list[Point] = [(0.0, 0.0)]
    for step in range(steps):
        level = up(rise) * (step + 1) / steps
        points += [((step + 0.4) / steps, level), ((step + 1) / steps, level)]
    return drawing(points, 0.0015)


def trending(minutes: int, *, rise: float = 0.20, legs: int = 6, pullback: float = 0.35) -> Drawing:
    """Rises by `rise` in `legs` legs; after each but the last, `pullback` of the leg is given back."""
    del minutes
    leg = up(rise) / (legs - (legs - 1) * pullback)
    points: list[Point] = [(0.0, 0.0)]
    level = 0.0
    for number in range(legs):
        level += leg
        points.append(((number + (1.0 if number == legs - 1 else 0.65)) / legs, level))
        if number < legs - 1:
            level -= pullback * leg
            points.append(((number + 1.0) / legs, level))
    return drawing(points, 0.002)


def trending_with_gaps(minutes: int, *, rise: float = 0.20, gaps: int = 6, gap: float = 0.01) -> Drawing:
    """Rises by `rise`, of which `gaps` times `gap` from one minute to the next, without a trade between."""
    # Evenly spread between two minutes, none at the ends; the rest of the rise is a straight line.
    places = [round(minutes * (number + 1.0) / (gaps + 1.0)) / minutes for number in range(gaps)]
    points: list[Point] = [(0.0, 0.0)]
    for number, place in enumerate(places):
        points += [(place, number * up(gap)), (place, (number + 1) * up(gap))]
    points.append((1.0, gaps * up(gap)))
    return drawing(tilted(points, up(rise) - gaps * up(gap)), 0.0015)
