"""Volatility that changes: squeezed and released, a crash with two ends, fading, and simply high."""

from feeds.patterns.drawing import Drawing, Point, cycles, down, drawing, swings, up

_CRASH = 0.5
_CALM = 0.0015
_DECAY_POINTS = 20


def vol_squeeze_expand(
    minutes: int, *, squeezed: float = 0.0004, released: float = 0.008, move: float = 0.06
) -> Drawing:
    """Deviations shrink tenfold to `squeezed`, then grow to `released` as the price rises by `move`, at share 0.6."""
    del minutes
    noise = [(0.0, 10.0 * squeezed), (0.4, squeezed), (0.6, squeezed), (0.65, released), (1.0, released)]
    volume = [(0.0, 1.0), (0.4, 0.3), (0.6, 0.3), (0.65, 3.0), (1.0, 2.0)]
    return drawing([(0.0, 0.0), (0.6, 0.0), (0.8, up(move)), (1.0, up(move))], noise, volume)


def vol_spike_recover(
    minutes: int, *, drop: float = 0.08, fall_minutes: float = 30.0, recovery_minutes: float = 240.0
) -> Drawing:
    """Stands still, crashes by `drop` within `fall_minutes` at half time, and is back after `recovery_minutes`."""
    bottom = _CRASH + fall_minutes / minutes
    back = bottom + recovery_minutes / minutes
    points = [(0.0, 0.0), (_CRASH, 0.0), (bottom, down(drop)), (back, 0.0), (1.0, 0.0)]
    return drawing(points, _CALM, _crash_volume(bottom, back))


def vol_spike_continue(
    minutes: int, *, drop: float = 0.08, fall_minutes: float = 30.0, further: float = 0.06
) -> Drawing:
    """Stands still, crashes by `drop` within `fall_minutes` at half time, and falls by `further` until the end."""
    bottom = _CRASH + fall_minutes / minutes
    points = [(0.0, 0.0), (_CRASH, 0.0), (bottom, down(drop)), (1.0, down(drop) + down(further))]
    return drawing(points, [(0.0, _CALM), (_CRASH, _CALM), (bottom, 0.003), (1.0, 0.003)], _crash_volume(bottom, 0.75))


def vol_decay(minutes: int, *, first: float = 0.012, last: float = 0.001) -> Drawing:
    """Goes nowhere while deviations fade from `first` to `last`, by the same factor in the same time."""
    del minutes
    shares = [number / _DECAY_POINTS for number in range(_DECAY_POINTS + 1)]
    noise = [(share, first * (last / first) ** share) for share in shares]
    return drawing([(0.0, 0.0), (1.0, 0.0)], noise, ((0.0, 3.0), (1.0, 0.5)))


def volatile(minutes: int, *, noise: float = 0.010, swing: float = 0.06, swing_hours: float = 10.0) -> Drawing:
    """Swings by `swing`, turning every `swing_hours`, with deviations of `noise` all along; gets nowhere."""
    points = swings(0.0, 1.0, 0.0, up(swing), cycles(minutes, 2.0 * swing_hours))
    return drawing(points, noise, ((0.0, 2.0),))


def _crash_volume(bottom: float, calm: float) -> list[Point]:
    return [(0.0, 0.8), (_CRASH, 0.8), (_CRASH, 8.0), (bottom, 8.0), (calm, 1.0), (1.0, 1.0)]
