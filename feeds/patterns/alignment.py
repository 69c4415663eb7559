"""Timeframes that agree, that disagree for a while, and that come to agree."""

from feeds.patterns.drawing import Drawing, Point, cycles, down, drawing, mirrored, swings, up

_NOISE = 0.001
_SWING_HOURS = 8.0


def mtf_aligned_bull(minutes: int, *, rise: float = 0.30) -> Drawing:
    """Rises by `rise` so steadily that minutes, hours and days point up together."""
    del minutes
    return drawing([(0.0, 0.0), (1.0, up(rise))], _NOISE)


def mtf_aligned_bear(minutes: int, *, fall: float = 0.25) -> Drawing:
    """Falls by `fall` so steadily that minutes, hours and days point down together."""
    del minutes
    return drawing([(0.0, 0.0), (1.0, down(fall))], _NOISE)


def mtf_pullback_bull(minutes: int, *, rise: float = 0.20, pullback: float = 0.4, resumed: float = 0.06) -> Drawing:
    """Rises by `rise` until share 0.65, gives back `pullback` of that until 0.8, and ends `resumed` above the top."""
    del minutes
    return drawing(_pullback(up(rise), pullback, up(resumed)), _NOISE)


def mtf_pullback_bear(minutes: int, *, fall: float = 0.17, pullback: float = 0.4, resumed: float = 0.06) -> Drawing:
    """Falls by `fall` until share 0.65, regains `pullback` of that until 0.8, and ends below the bottom.

    It ends as far below as a rise by `resumed` would lead up.
    """
    del minutes
    return drawing(mirrored(_pullback(-down(fall), pullback, up(resumed))), _NOISE)


def multi_tf_aligned(minutes: int, *, swing: float = 0.02, rise: float = 0.20, start: float = 0.4) -> Drawing:
    """Swings by `swing` every few hours until share `start`, then rises by `rise` on all timeframes at once."""
    before = swings(0.0, start, 0.0, up(swing), cycles(minutes, _SWING_HOURS, start))
    return drawing([*before, (1.0, up(rise))], _NOISE)


def _pullback(trend: float, pullback: float, resumed: float) -> list[Point]:
    return [(0.0, 0.0), (0.65, trend), (0.8, trend * (1.0 - pullback)), (1.0, trend + resumed)]
