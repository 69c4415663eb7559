"""Ranges: narrow, wide, sloping, irregular, with equal turning points, and swings that lead nowhere."""

from feeds.patterns.drawing import Drawing, Point, cycles, drawing, swings, tilted, up

_CYCLE_HOURS = 12.0


def range_tight(minutes: int, *, width: float = 0.015) -> Drawing:
    """Swings between two levels that are `width` apart, and ends where it began; little volume."""
    return drawing(_swinging(minutes, width), 0.001, ((0.0, 0.5),))


def range_wide(minutes: int, *, width: float = 0.08) -> Drawing:
    """Swings between two levels that are `width` apart, and ends where it began."""
    return drawing(_swinging(minutes, width), 0.003)


def range_ascending(minutes: int, *, width: float = 0.04, drift: float = 0.06) -> Drawing:
    """Swings between two levels `width` apart that both rise by `drift`."""
    return drawing(tilted(_swinging(minutes, width), up(drift)), 0.002)


def range_descending(minutes: int, *, width: float = 0.04, drift: float = 0.06) -> Drawing:
    """Swings between two levels `width` apart that both fall by as much as a rise of `drift` is."""
    return drawing(tilted(_swinging(minutes, width), -up(drift)), 0.002)


def ranging(minutes: int, *, width: float = 0.04) -> Drawing:
    """Wanders between two levels that are some `width` apart; every second swing goes only part of the way."""
    half = 0.5 * up(width)
    points = [
        (share, level if number % 4 < 2 else 0.5 * level)
        for number, (share, level) in enumerate(swings(0.0, 1.0, -half, half, cycles(minutes, _CYCLE_HOURS)))
    ]
    return drawing([(0.0, 0.0), *points[1:-1], (1.0, 0.0)], 0.005)


def equal_highs_lows(minutes: int, *, width: float = 0.04, touches: int = 4) -> Drawing:
    """Turns `touches` times at the same high, and as often at the same low `width` below it."""
    del minutes
    high = up(width)
    points: list[Point] = [(0.0, 0.5 * high)]
    turns = 2 * touches
    points += [((turn + 0.5) / turns, 0.0 if turn % 2 else high) for turn in range(turns)]
    points.append((1.0, 0.5 * high))
    # Calm at the turning points, so that they are equal.
    calm = 0.1 / turns
    noise: list[Point] = [(0.0, 0.0015)]
    for share, _ in points[1:-1]:
        noise += [
            (share - 2 * calm, 0.0015),
            (share - calm, 0.0002),
            (share + calm, 0.0002),
            (share + 2 * calm, 0.0015),
        ]
    return drawing(points, [*noise, (1.0, 0.0015)])


def choppy_whipsaw(minutes: int, *, swing: float = 0.025, swing_hours: float = 3.0) -> Drawing:
    """Goes up and down by `swing`, turning after every `swing_hours`, and gets nowhere."""
    return drawing(swings(0.0, 1.0, 0.0, up(swing), cycles(minutes, 2.0 * swing_hours)), 0.003)


def _swinging(minutes: int, width: float) -> list[Point]:
    """From the middle of the range through all of its swings to the middle."""
    half = 0.5 * up(width)
    points = swings(0.0, 1.0, -half, half, cycles(minutes, _CYCLE_HOURS))
    return [(0.0, 0.0), *points[1:-1], (1.0, 0.0)]
