"""Fractal pivots: a bar that no neighbour exceeds (Bill Williams, Trading Chaos, 1995)."""

from play_engine.bars import Floats
from play_engine.compiled import compiled


@compiled
def is_pivot(price: Floats, side: int, t: int, left: int, right: int) -> bool:
    """Whether row t is a pivot high (side 1, price the highs) or a pivot low (side −1, price the lows).

    It must lie beyond each of the `left` rows before it and not behind any of the `right` rows after it, so that of
    equal extremes the first one counts.
    """
    extreme = side * price[t]
    for k in range(1, left + 1):
        if not extreme > side * price[t - k]:
            return False
    for k in range(1, right + 1):  # noqa: SIM110  kernels are plain loops
        if not extreme >= side * price[t + k]:
            return False
    return True
