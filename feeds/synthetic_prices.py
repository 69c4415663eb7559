"""Candles out of a path of log prices: how every made-up market gets its open, high, low and close.

High and low of a minute are drawn from the maximum and minimum of a Brownian bridge between its ends (P. Glasserman,
"Monte Carlo Methods in Financial Engineering", 2004, section 6.4), independently of each other.
"""

import numpy as np

from play_engine.bars import Floats


def bridge(rng: np.random.Generator, before: Floats, path: Floats, sigma: Floats) -> tuple[Floats, Floats]:
    """The highest and lowest log price of minutes that lead from `before` to `path` with volatility `sigma`."""
    step = path - before
    up, down = rng.standard_exponential((2, len(path)))
    top = before + 0.5 * (step + np.sqrt(step**2 + 2.0 * sigma**2 * up))
    bottom = before + 0.5 * (step - np.sqrt(step**2 + 2.0 * sigma**2 * down))
    return top, bottom


def candles(open_: Floats, close: Floats, top: Floats, bottom: Floats, per_unit: int) -> dict[str, Floats]:
    """Open, high, low and close on the tick of 1 / `per_unit`; open and close are on it already."""
    high = np.maximum(snapped(np.exp(top), per_unit), np.maximum(open_, close))
    low = np.minimum(snapped(np.exp(bottom), per_unit), np.minimum(open_, close))
    return {"open": open_, "high": high, "low": low, "close": close}


def autoregressive(shocks: Floats, persistence: float, start: float) -> Floats:
    """x[t] = persistence · x[t−1] + shocks[t] with x[−1] = start, in closed form.

    For as many values as persistence^len is far from 0: a day of minutes for a half-life of an hour.
    """
    powers = persistence ** np.arange(1, len(shocks) + 1)
    return powers * (start + np.cumsum(shocks / powers))


def snapped(values: Floats, per_unit: int) -> Floats:
    """To the nearest multiple of 1 / per_unit, at least one; dividing gives the float nearest to the decimal number."""
    return np.maximum(np.rint(values * per_unit), 1.0) / per_unit
