"""The market cycle of Wyckoff: a range in which strong hands buy, or sell, between two trends."""

from feeds.patterns.drawing import Drawing, Point, cycles, drawing, mirrored, swings, up

_NOISE = 0.0015
_CYCLE_HOURS = 12.0
_RANGE = (0.2, 0.65)
_SPRING, _BACK = 0.7, 0.74


def accumulation(minutes: int, *, fall: float = 0.10, width: float = 0.03, spring: float = 0.012) -> Drawing:
    """Falls, swings in a range of `width`, dips `spring` below it at share 0.7, and rises back to where it began.

    Above the range lies as much as a rise by `fall`. Volume grows through the range and is largest in the spring.
    """
    return drawing(_cycle(minutes, up(fall), up(width), up(spring)), _NOISE, _VOLUME)


def distribution(minutes: int, *, rise: float = 0.10, width: float = 0.03, upthrust: float = 0.012) -> Drawing:
    """Rises, swings in a range of `width`, peaks `upthrust` above it at share 0.7, and falls back to where it began."""
    return drawing(mirrored(_cycle(minutes, up(rise), up(width), up(upthrust))), _NOISE, _VOLUME)


_VOLUME = ((0.0, 1.5), (0.2, 0.6), (0.65, 1.5), (_SPRING, 4.0), (_BACK, 1.5), (1.0, 2.0))


def _cycle(minutes: int, trend: float, width: float, spring: float) -> list[Point]:
    bottom = -trend - width
    start, stop = _RANGE
    inside = swings(start, stop, bottom, -trend, cycles(minutes, _CYCLE_HOURS, stop - start))
    return [(0.0, 0.0), *inside, (_SPRING, bottom - spring), (_BACK, bottom + 0.5 * width), (1.0, 0.0)]
