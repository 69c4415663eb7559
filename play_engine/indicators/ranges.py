"""Columns made of a bar and the one before: the true range, and directional movement."""

from math import isnan, nan

from play_engine.bars import Floats
from play_engine.compiled import inner


@inner
def true_ranges(high: Floats, low: Floats, close: Floats, ranges: Floats, start: int, stop: int) -> None:
    """Wilder's true range of rows start … stop − 1, in quote currency; NaN on the first bar: no close before it."""
    # Slices: their rows are known not to be negative, so that the processor can take several bars at once.
    highs, lows, before, out = high[start:stop], low[start:stop], close[start - 1 : stop - 1], ranges[start:stop]
    for i in range(stop - start):
        span, up, down = highs[i] - lows[i], abs(highs[i] - before[i]), abs(lows[i] - before[i])
        # NaN first: what follows is not larger, so that it stays.
        out[i] = max(up, down, span)


@inner
def directional_movements(high: Floats, low: Floats, plus: Floats, minus: Floats, start: int, stop: int) -> None:
    """Wilder's +DM and −DM of rows start … stop − 1, in quote currency: how far the bar reaches beyond the one before,
    on the side on which it reaches farther, 0 on the other; NaN on the first bar."""
    highs, lows = high[start - 1 : stop], low[start - 1 : stop]
    rising, falling = plus[start:stop], minus[start:stop]
    for i in range(stop - start):
        up, down = highs[i + 1] - highs[i], lows[i] - lows[i + 1]
        known = 0.0 if not isnan(up) else nan
        rising[i] = up if up > down and up > 0.0 else known
        falling[i] = down if down > up and down > 0.0 else known
