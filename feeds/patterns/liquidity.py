"""Liquidity: sweeps beyond the edge of a range, an impulse out of quiet, and the return to where it came from."""

from feeds.patterns.drawing import Drawing, Point, cycles, drawing, mirrored, swings, up

_NOISE = 0.0012
_SWEEP = 0.6
_CYCLE_HOURS = 10.0


def liquidity_hunt_lows(
    minutes: int, *, width: float = 0.03, depth: float = 0.012, sweep_minutes: float = 30.0, rise: float = 0.05
) -> Drawing:
    """Swings in a range of `width`, dips `depth` below it for `sweep_minutes` at share 0.6, then rises above it.

    It ends `rise` above the top of the range.
    """
    return drawing(_hunt(minutes, width, depth, sweep_minutes, rise), _NOISE, _sweep_volume(minutes, sweep_minutes))


def liquidity_hunt_highs(
    minutes: int, *, width: float = 0.03, depth: float = 0.012, sweep_minutes: float = 30.0, fall: float = 0.05
) -> Drawing:
    """Swings in a range of `width`, peaks `depth` above it for `sweep_minutes` at share 0.6, then falls below it.

    It falls as far as a rise by `fall` would lead up.
    """
    points = mirrored(_hunt(minutes, width, depth, sweep_minutes, fall))
    return drawing(points, _NOISE, _sweep_volume(minutes, sweep_minutes))


def displacement_impulse(minutes: int, *, move: float = 0.05, impulse_minutes: float = 45.0) -> Drawing:
    """Stands still, rises by `move` within `impulse_minutes` at half of the length, and holds what it gained."""
    stop = 0.5 + impulse_minutes / minutes
    volume = [(0.0, 0.5), (0.5, 0.5), (0.5, 6.0), (stop, 6.0), (stop, 1.0), (1.0, 0.8)]
    return drawing([(0.0, 0.0), (0.5, 0.0), (stop, up(move)), (1.0, up(move))], _NOISE, volume)


def ob_retest(
    minutes: int, *, dip: float = 0.012, move: float = 0.06, impulse_minutes: float = 60.0, rise: float = 0.04
) -> Drawing:
    """A last dip of `dip` before an impulse of `move`; the price returns into the dip, holds, and rises to a new high.

    The dip ends at share 0.3, the return at 0.65; the end is `rise` above the top of the impulse.
    """
    part = impulse_minutes / minutes
    low, top = -up(dip), up(move) - up(dip)
    points = [
        (0.0, 0.0),
        (0.3 - part, 0.0),
        (0.3, low),
        (0.3 + part, top),
        (0.45, top),
        (0.65, 0.5 * low),
        (1.0, top + up(rise)),
    ]
    volume = [(0.0, 0.7), (0.3, 0.7), (0.3, 5.0), (0.3 + part, 5.0), (0.3 + part, 1.0), (1.0, 1.0)]
    return drawing(points, _NOISE, volume)


def _hunt(minutes: int, width: float, depth: float, sweep_minutes: float, beyond: float) -> list[Point]:
    top = up(width)
    half = 0.5 * sweep_minutes / minutes
    count = cycles(minutes, _CYCLE_HOURS, _SWEEP)
    before = swings(0.0, _SWEEP - half, 0.0, top, count)
    return [*before, (_SWEEP, -up(depth)), (_SWEEP + half, 0.3 * top), (1.0, top + up(beyond))]


def _sweep_volume(minutes: int, sweep_minutes: float) -> list[Point]:
    half = 0.5 * sweep_minutes / minutes
    start, stop = _SWEEP - half, _SWEEP + half
    return [(0.0, 0.8), (start, 0.8), (start, 6.0), (stop, 6.0), (stop, 1.2), (1.0, 1.0)]
