"""The market's mood: a Markov chain over four regimes, minute by minute.

Source: J. D. Hamilton, "A New Approach to the Economic Analysis of Nonstationary Time Series and the Business Cycle",
Econometrica 57 (1989): drift and volatility switch with a hidden Markov chain. Time spent in a regime is geometric.
"""

import attrs
import numpy as np


@attrs.frozen(kw_only=True)
class Regime:
    """`daily_drift` of the log price, a factor on volatility, the mean stay, and whether price is drawn back.

    With `half_life_minutes` the price returns to where it stood when the regime began, by half in that time.
    """

    name: str
    daily_drift: float
    volatility_factor: float
    mean_minutes: float
    half_life_minutes: float | None = None


REGIMES = (
    Regime(name="trend_up", daily_drift=0.020, volatility_factor=1.0, mean_minutes=1_440),
    Regime(name="trend_down", daily_drift=-0.020, volatility_factor=1.15, mean_minutes=1_440),
    Regime(name="range", daily_drift=0.0, volatility_factor=0.7, mean_minutes=2_160, half_life_minutes=240),
    Regime(name="high_volatility", daily_drift=0.0, volatility_factor=2.2, mean_minutes=300),
)
RANGE = 2
# Where the chain goes when it leaves a regime (row) for another (column); in the order of REGIMES.
_NEXT = np.array(
    [
        [0.00, 0.15, 0.65, 0.20],
        [0.15, 0.00, 0.65, 0.20],
        [0.40, 0.40, 0.00, 0.20],
        [0.30, 0.30, 0.40, 0.00],
    ]
)


@attrs.frozen
class Stay:
    """Minutes start … stop − 1 of a block, spent in one regime; `left` when the chain leaves it after them."""

    regime: Regime
    start: int
    stop: int
    left: bool


def stays(rng: np.random.Generator, regime: int, minutes: int) -> tuple[list[Stay], int]:
    """The regimes of a block of `minutes` that begins in number `regime`, and the number of the one after the block.

    A geometric stay has no memory, so drawing it anew at the start of a block leaves its distribution as it is.
    """
    found: list[Stay] = []
    start = 0
    while start < minutes:
        stop = start + int(rng.geometric(1.0 / REGIMES[regime].mean_minutes))
        left = stop <= minutes
        found.append(Stay(REGIMES[regime], start, min(stop, minutes), left))
        if left:
            regime = int(np.searchsorted(np.cumsum(_NEXT[regime]), rng.random(), side="right"))
        start = stop
    return found, regime
